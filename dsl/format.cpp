#include "espalier/dsl/format.h"

#include <charconv>
#include <cmath>
#include <complex>
#include <cstdio>

#include "espalier/dsl/error.h"
#include "espalier/dsl/print_layout.h"
#include "espalier/ir/dtype.h"

namespace espalier::detail {
namespace {

constexpr std::size_t no_array = ~std::size_t{0};

// Reads one format string from left to right.
class Reader {
 public:
  Reader(FormatText text, const char* op) : text_(text.text), op_(op), where_(text.where) {}

  // Text up to the next field or the end; braces that stand twice are text.
  std::string plain() {
    std::string out;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c != '{' && c != '}') out += c;
      else if (at_ + 1 < text_.size() && text_[at_ + 1] == c) out += text_[at_++];
      else if (c == '{') break;
      else fail("a '}' that ends no field", "write }} for one that is text");
    }
    return out;
  }
  bool at_field() const { return at_ < text_.size(); }

  // "{}", "{1}", "{:.3f}": the number of the argument and how it is written.
  std::size_t field(NumberFormat& format) {
    ++at_;
    std::size_t argument = no_array;
    if (is_digit()) argument = static_cast<std::size_t>(number());
    if (argument == no_array ? counts_by_number_ : next_ > 0) fail("fields with numbers and fields without", "number all of them or none");
    if (argument == no_array) argument = next_++;
    else counts_by_number_ = true;
    if (take(':')) spec(format);
    if (!take('}')) fail(at_ == text_.size() ? "a field that does not end" : "'" + std::string(1, text_[at_]) + "' in a field", "a field is {}, {0} or {:[[fill]align][sign][#][0][width][.precision][type]}");
    return argument;
  }

  [[noreturn]] void fail(const std::string& what, const std::string& hint) const {
    throw ArgumentError(op_, "the format string \"" + std::string(text_) + "\" has " + what, hint, where_);
  }

 private:
  static bool aligns(char c) { return c == '<' || c == '>' || c == '^'; }
  void spec(NumberFormat& f) {
    if (at_ + 1 < text_.size() && aligns(text_[at_ + 1]) && text_[at_] != '{' && text_[at_] != '}') f.fill = text_[at_++];
    if (at_ < text_.size() && aligns(text_[at_])) f.align = text_[at_++];
    for (const char sign : {'+', '-', ' '})
      if (take(sign)) {
        f.sign = sign;
        break;
      }
    f.alternate = take('#');
    f.zeros = take('0');
    if (is_digit()) f.width = number();
    if (take('.')) {
      if (!is_digit()) fail("a '.' without a precision", "write {:.3f}");
      f.precision = number();
    }
    if (at_ < text_.size() && std::string_view("bdoxXeEfFgGs").find(text_[at_]) != std::string_view::npos) f.type = text_[at_++];
    if (f.type == 's') f.type = 0;
  }
  bool is_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
  int number() {
    int n = 0;
    const auto read = std::from_chars(text_.data() + at_, text_.data() + text_.size(), n);
    if (read.ec != std::errc() || n > 1000) fail("a number beyond 1000", "widths, precisions and numbers of arguments are small");
    at_ = static_cast<std::size_t>(read.ptr - text_.data());
    return n;
  }
  bool take(char c) {
    const bool is_there = at_ < text_.size() && text_[at_] == c;
    at_ += is_there;
    return is_there;
  }

  std::string_view text_;
  const char* op_;
  Where where_;
  std::size_t at_ = 0, next_ = 0;
  bool counts_by_number_ = false;
};

bool is_integer_type(char type) { return type != 0 && std::string_view("bdoxX").find(type) != std::string_view::npos; }

void require_fitting(const Reader& reader, const NumberFormat& f, DType dtype) {
  const bool of_integer = is_integer_type(f.type), of_float = f.type != 0 && !of_integer;
  const bool is_number = ir::is_inexact(dtype);
  if (of_integer && is_number) reader.fail("a field of type '" + std::string(1, f.type) + "' for an array of " + std::string(ir::name(dtype)), "integers are written so; floats as e, f or g");
  if ((of_float || f.precision >= 0) && !is_number) reader.fail("a field with a precision, or of type e, f or g, for an array of " + std::string(ir::name(dtype)), "floats are written so; convert it, or leave that out");
}

// The digits of a magnitude in a base that is a power of two, or ten.
std::string digits(std::uint64_t n, char type) {
  char text[72];
  const int base = type == 'b' ? 2 : (type == 'o' ? 8 : (type == 'x' || type == 'X' ? 16 : 10));
  std::string out(text, std::to_chars(text, text + sizeof text, n, base).ptr);
  if (type == 'X')
    for (char& c : out)
      if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

// A number's sign, what stands before its digits, and these.
struct Parts {
  std::string sign, prefix, digits;
  std::string text() const { return sign + prefix + digits; }
};
std::string sign_of(bool negative, char wanted) { return negative ? "-" : (wanted == '-' ? "" : std::string(1, wanted)); }

Parts parts_of(std::uint64_t magnitude, bool negative, const NumberFormat& f) {
  std::string prefix;
  if (f.alternate && f.type == 'o' && magnitude != 0) prefix = "0";
  else if (f.alternate && (f.type == 'b' || f.type == 'x' || f.type == 'X')) prefix = std::string("0") + f.type;
  return {sign_of(negative, f.sign), prefix, digits(magnitude, f.type)};
}
Parts parts_of(double x, bool single, const NumberFormat& f) {
  const bool negative = std::signbit(x) && x == x;
  const double size = negative ? -x : x;
  if (f.type == 0 && f.precision < 0) return {sign_of(negative, f.sign), "", scalar_text(size, single)};
  const std::string format = std::string("%") + (f.alternate ? "#" : "") + ".*" + (f.type == 0 ? 'g' : f.type);
  std::string text(1400, ' ');  // f64 has at most 309 digits before the point, and a precision is at most 1000
  text.resize(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), format.c_str(), f.precision < 0 ? 6 : f.precision, size)));
  return {sign_of(negative, f.sign), "", text};
}

// As wide as the format says. Zeros stand between the sign and the digits, and only where no side is named.
std::string padded(Parts parts, const NumberFormat& f, bool is_number = true) {
  const std::size_t length = parts.text().size(), width = static_cast<std::size_t>(f.width);
  if (length >= width) return parts.text();
  const std::size_t missing = width - length;
  if (f.zeros && f.align == 0 && is_number) return parts.sign + parts.prefix + std::string(missing, '0') + parts.digits;
  const char align = f.align != 0 ? f.align : (is_number ? '>' : '<');
  const std::size_t before = align == '<' ? 0 : (align == '>' ? missing : missing / 2);
  return std::string(before, f.fill) + parts.text() + std::string(missing - before, f.fill);
}

std::vector<std::string> cells_of(const Array& x, const std::vector<std::int64_t>& shown, const NumberFormat& f) {
  std::vector<std::string> cells;
  const auto for_each = [&]<class T>(auto&& text) {
    const auto all = x.to_vector<T>();
    for (std::int64_t i : shown) cells.push_back(text(all[static_cast<std::size_t>(i)]));
  };
  const DType dtype = x.dtype();
  if (ir::is_complex(dtype)) {
    const bool single = dtype == c64;
    NumberFormat re = f, im = f;
    re.width = im.width = 0, im.sign = '+';
    for_each.template operator()<std::complex<double>>([&](std::complex<double> z) { return padded({"", "", parts_of(z.real(), single, re).text() + parts_of(z.imag(), single, im).text() + "j"}, f); });
  } else if (ir::is_floating(dtype)) {
    NumberFormat without_zeros = f;  // infinities and NaN have none
    without_zeros.zeros = false;
    for_each.template operator()<double>([&](double v) { return padded(parts_of(v, dtype != f64, f), std::isfinite(v) ? f : without_zeros); });
  } else if (dtype == bool_ && f.type == 0) {
    for_each.template operator()<bool>([&](bool v) { return padded({"", "", v ? "True" : "False"}, f, false); });
  } else if (dtype == u64) {
    for_each.template operator()<std::uint64_t>([&](std::uint64_t v) { return padded(parts_of(v, false, f), f); });
  } else {
    for_each.template operator()<std::int64_t>([&](std::int64_t v) { return padded(parts_of(v < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v), v < 0, f), f); });
  }
  return cells;
}

}  // namespace

Format::Format(FormatText text, std::span<const FormatArgument> arguments, const char* op) {
  std::vector<std::size_t> array_of;  // per argument
  for (const FormatArgument& argument : arguments) {
    const bool is_array = !argument.is_text && !argument.array.is_nothing();
    array_of.push_back(is_array ? arrays_.size() : no_array);
    if (is_array) arrays_.push_back(argument.array);
  }
  std::vector<bool> used(arguments.size(), false);
  Reader reader(text, op);
  std::string before;
  while (true) {
    before += reader.plain();
    if (!reader.at_field()) break;
    NumberFormat format;
    const std::size_t number = reader.field(format);
    if (number >= arguments.size()) reader.fail("a field for argument " + std::to_string(number) + ", and there are " + std::to_string(arguments.size()), "give an argument for each field");
    used[number] = true;
    const FormatArgument& argument = arguments[number];
    if (array_of[number] == no_array) {
      before += padded({"", "", argument.is_text ? argument.text : "Nothing"}, format, false);
      continue;
    }
    require_fitting(reader, format, argument.array.dtype());
    pieces_.push_back({std::move(before), array_of[number], format});
    before.clear();
  }
  pieces_.push_back({std::move(before), no_array, {}});
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i]) reader.fail("no field for argument " + std::to_string(i), "write a {} for each argument");
}

std::string Format::with(std::span<const Array> arrays) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    text += piece.text;
    if (piece.array != no_array) text += to_text(arrays[piece.array], piece.format);
  }
  return text;
}

std::string to_text(const Array& x, const NumberFormat& format) {
  if (format.is_plain()) return to_string(x);
  const PrintArray usual;
  const std::int64_t edge = x.size() > usual.threshold ? usual.edgeitems : -1;
  if (x.size() == 0) return "[]";
  const auto cells = cells_of(x, shown_elements(x.shape(), edge), format);
  return x.ndim() == 0 ? cells[0] : laid_out(x.shape(), cells, edge);
}

}  // namespace espalier::detail
