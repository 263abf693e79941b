// Numbers of a table.
#include <charconv>
#include <limits>
#include <optional>

#include "espalier/stdlib/io/csv.h"
#include "espalier/stdlib/io/csv_rows.h"

namespace espalier::io {
namespace {

std::string shown(const std::string& text) { return '"' + (text.size() > 40 ? text.substr(0, 40) + "…" : text) + '"'; }

/// The number that a whole text says; nothing where it says none.
std::optional<double> number_in(std::string_view text) {
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  const char* const last = text.data() + text.size();
  double value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), last, value);
  if (stop != last || problem == std::errc::invalid_argument || text.back() == ')') return std::nullopt;  // "nan(7)"
  if (problem == std::errc()) return value;
  // Beyond the largest double or below the smallest one: infinity or 0, which the wider format still tells apart.
  long double wide = 0;
  if (std::from_chars(text.data(), last, wide).ec != std::errc()) return std::nullopt;
  return static_cast<double>(wide);
}

void require_width(const CsvRows& rows, const CsvRow& row, std::size_t width) {
  if (row.fields.size() == width) return;
  const auto fields = [](std::size_t n) { return std::to_string(n) + (n == 1 ? " field" : " fields"); };
  rows.fail(row.line, row.offset, "the row has " + fields(row.fields.size()) + ", and the first line has " + fields(width), "each row needs a field for each column; is the separator right?");
}

}  // namespace

Csv read_csv(const std::filesystem::path& path, ReadCsvOptions options, Where where) {
  require_separator(options.separator, "read_csv", where);
  CsvRows rows(ByteSource({"read_csv", path.string(), where}), options.separator, options.max_unzipped_bytes);
  Csv table;
  if (options.header) {
    const CsvRow* const row = rows.next(CsvRows::Comments::part_of_text);
    if (row == nullptr) rows.fail(1, 0, "the file has no header", "give {.header = false} if it shall be empty");
    for (const CsvField& field : row->fields) table.names.push_back(field.text);
  }
  std::vector<double> numbers;
  std::size_t width = table.names.size();
  std::int64_t count = 0;
  while (const CsvRow* const row = rows.next(CsvRows::Comments::skip)) {
    if (count == 0 && !options.header) width = row->fields.size();
    require_width(rows, *row, width);
    for (std::size_t i = 0; i < width; ++i) {
      const CsvField& field = row->fields[i];
      const auto number = number_in(field.text);
      if (!number) rows.fail(row->line, field.offset, "field " + std::to_string(i + 1) + (table.names.empty() ? "" : ", " + shown(table.names[i])) + ", is no number: " + shown(field.text), count == 0 && !options.header ? "is it a header? Then give {.header = true}" : "write a number, inf, nan, or nothing for nan");
      numbers.push_back(*number);
    }
    ++count;
  }
  table.values = Array(numbers, {count, static_cast<std::int64_t>(width)}, where);
  return table;
}

}  // namespace espalier::io
