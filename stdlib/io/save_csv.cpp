// Tables as text.
#include <charconv>

#include "espalier/stdlib/io/csv.h"
#include "espalier/stdlib/io/csv_rows.h"
#include "espalier/stdlib/io/elements.h"
#include "espalier/stdlib/io/output_file.h"

namespace espalier::io {
namespace {

constexpr const char* op = "save_csv";

/// A name as a field: in quotes where it would be read as something else.
std::string field_of(const std::string& name, char separator) {
  const bool plain = !name.empty() && name.find_first_of(std::string("\"\r\n") + separator) == std::string::npos && name.front() != '#' && name.front() != ' ' && name.front() != '\t' && name.back() != ' ' && name.back() != '\t' && !name.starts_with("\xef\xbb\xbf");
  if (plain) return name;
  std::string quoted = "\"";
  for (const char letter : name) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + '"';
}

template <class T> void append_number(std::string& text, T value) {
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

[[noreturn]] void fail_shape(const std::string& message, const std::string& hint, const Shape& shape, Where where) {
  ShapeError error(op, message, hint, where);
  error.shapes = {shape};
  throw error;
}

void require_table(const Array& x, const SaveCsvOptions& options, Where where) {
  if (x.ndim() != 1 && x.ndim() != 2) fail_shape("the array has shape " + x.shape().str() + ", and a table has rows and columns", "reshape it to two axes", x.shape(), where);
  const std::int64_t columns = x.ndim() == 1 ? 1 : x.shape(1);
  if (columns == 0) fail_shape("the array has shape " + x.shape().str() + ", and a table has at least one column", "save_npy writes arrays of any shape", x.shape(), where);
  if (!options.names.empty() && static_cast<std::int64_t>(options.names.size()) != columns) {
    fail_shape("there are " + std::to_string(options.names.size()) + " names, and the array of shape " + x.shape().str() + " has " + std::to_string(columns) + (columns == 1 ? " column" : " columns"), "give a name for each column", x.shape(), where);
  }
  if (!ir::is_complex(x.dtype())) return;
  DTypeError error(op, "a table has no complex numbers", "save real(x) and imag(x)", where);
  error.dtypes = {x.dtype()};
  throw error;
}

/// Calls write(text) with pieces of the rows.
template <class T, class Write> void write_rows(std::span<const T> values, std::int64_t columns, char separator, const Write& write) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if constexpr (std::is_same_v<T, bool>) text += values[i] ? '1' : '0';
    else append_number(text, values[i]);
    text += (static_cast<std::int64_t>(i) + 1) % columns == 0 ? '\n' : separator;
    if (text.size() > 1 << 16) write(text), text.clear();
  }
  write(text);
}

}  // namespace

void save_csv(Operand values, const std::filesystem::path& path, SaveCsvOptions options) {
  require_separator(options.separator, op, values.where);
  Array x = held_bytes(values.array, op, values.where).array;
  require_table(x, options, values.where);
  if (x.dtype() == f16 || x.dtype() == bf16) x = x.as(f32, values.where);
  OutputFile file(op, path, values.where);
  const auto write = [&](const std::string& text) { file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); };
  std::string names;
  for (const std::string& name : options.names) names += (names.empty() ? "" : std::string(1, options.separator)) + field_of(name, options.separator);
  if (!options.names.empty()) write(names + '\n');
  ir::visit_dtype(x.dtype(), [&]<class T>() { write_rows(x.span<T>(), x.ndim() == 1 ? 1 : x.shape(1), options.separator, write); });
  file.commit();
}

void save_csv(const Csv& table, const std::filesystem::path& path, SaveCsvOptions options, Where where) {
  if (options.names.empty()) options.names = table.names;
  save_csv(Operand(table.values, where), path, std::move(options));
}

}  // namespace espalier::io
