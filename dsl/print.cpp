// How arrays print: as NumPy's str() does, rule for rule (numpy/_core/arrayprint.py).
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ostream>

#include "espalier/dsl/array.h"
#include "espalier/dsl/print_layout.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::ArrayAccess;

namespace {

// A number's digits on both sides of its point, and its exponent ("e+10") in scientific form.
struct Digits {
  std::string whole, fraction, exponent;
};

void trim_zeros(std::string& digits) { digits.erase(digits.find_last_not_of('0') + 1); }

Digits parsed(const std::string& text) {
  const auto e = std::min(text.find('e'), text.size()), point = std::min(text.find('.'), e);
  return {text.substr(0, point), point < e ? text.substr(point + 1, e - point - 1) : "", text.substr(e)};
}
// Rounded to so many digits of fraction.
Digits rounded(double x, bool scientific, int fraction) {
  char text[400];
  std::snprintf(text, sizeof text, scientific ? "%.*e" : "%.*f", fraction, x);
  return parsed(text);
}
// The shortest digits that read back as the same number of its dtype, rounded where they are more than `precision`.
Digits digits_of(double x, bool single, bool scientific, int precision) {
  char text[400];
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = single ? std::to_chars(text, text + sizeof text, static_cast<float>(x), format).ptr : std::to_chars(text, text + sizeof text, x, format).ptr;
  Digits digits = parsed(std::string(text, end));
  if (static_cast<int>(digits.fraction.size()) > precision) digits = rounded(x, scientific, precision);
  trim_zeros(digits.fraction);
  return digits;
}

}  // namespace

std::string detail::scalar_text(double x, bool single) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  const double size = std::fabs(x);
  const bool scientific = size != 0 && (size < 1e-4 || size >= 1e16);
  const Digits d = digits_of(x, single, scientific, 400);
  if (scientific) return d.whole + (d.fraction.empty() ? "" : "." + d.fraction) + d.exponent;
  return d.whole + "." + (d.fraction.empty() ? "0" : d.fraction);
}

namespace {

using detail::scalar_text;

// Floats share one form: their points stand in one column; if one needs an exponent all have one.
// `signs`: positive ones have a plus sign.
std::vector<std::string> float_cells(const std::vector<double>& values, bool single, int precision, bool signs = false) {
  double most = 0, least = HUGE_VAL;
  bool all_finite = true, any_negative_infinity = signs;  // "+inf" is as long
  for (double v : values) {
    all_finite = all_finite && std::isfinite(v);
    any_negative_infinity = any_negative_infinity || v == -HUGE_VAL;
    if (!std::isfinite(v) || v == 0) continue;
    most = std::max(most, std::fabs(v));
    least = std::min(least, std::fabs(v));
  }
  const bool scientific = most > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1e3);
  std::vector<Digits> digits;
  std::size_t left = 0, right = 0, exponent = 0;
  for (double v : values) {
    digits.push_back(std::isfinite(v) ? digits_of(v, single, scientific, precision) : Digits{});
    if (signs && std::isfinite(v) && !std::signbit(v)) digits.back().whole.insert(0, "+");
    left = std::max(left, digits.back().whole.size());
    right = std::max(right, digits.back().fraction.size());
    exponent = std::max(exponent, digits.back().exponent.size());
  }
  // Right of the whole digits: the point, the fraction, the exponent. NaN and infinities end where the numbers do.
  const std::size_t tail = 1 + right + exponent;
  if (!all_finite) {
    const std::size_t longest = any_negative_infinity ? 4 : 3;
    if (longest > tail) left = std::max(left, longest - tail);
  }
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      const std::string text = (signs && !(values[i] < 0) ? "+" : "") + scalar_text(values[i], single);
      cells.push_back(std::string(left + tail - text.size(), ' ') + text);
      continue;
    }
    Digits d = digits[i];
    if (scientific) {  // all digits are shown, and exponents are equally long
      d = rounded(values[i], true, static_cast<int>(right));
      if (signs && !std::signbit(values[i])) d.whole.insert(0, "+");
      d.exponent.insert(2, exponent - d.exponent.size(), '0');
    }
    cells.push_back(std::string(left - d.whole.size(), ' ') + d.whole + "." + d.fraction + std::string(right - d.fraction.size(), ' ') + d.exponent);
  }
  return cells;
}

// A complex number alone: Python's repr, (1+2j), or 2j where the real part is 0.
std::string scalar_text(std::complex<double> z, bool single) {
  const auto bare = [&](double x) {
    std::string text = scalar_text(x, single);
    return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
  };
  if (z.real() == 0 && !std::signbit(z.real())) return bare(z.imag()) + "j";
  const bool minus = std::signbit(z.imag()) && !std::isnan(z.imag());
  return "(" + bare(z.real()) + (minus ? "" : "+") + bare(z.imag()) + "j)";
}

// The real parts as floats, and behind each the imaginary part with its sign.
std::vector<std::string> complex_cells(const std::vector<std::complex<double>>& values, bool single, int precision) {
  std::vector<double> re, im;
  for (std::complex<double> z : values) re.push_back(z.real()), im.push_back(z.imag());
  std::vector<std::string> cells = float_cells(re, single, precision), imaginary = float_cells(im, single, precision, true);
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] += imaginary[i].insert(imaginary[i].find_last_not_of(' ') + 1, "j");
  return cells;
}

void align_right(std::vector<std::string>& cells, std::size_t width) {
  for (const auto& c : cells) width = std::max(width, c.size());
  for (auto& c : cells) c.insert(0, width - c.size(), ' ');
}

template <class T> std::vector<T> picked(const Array& x, const std::vector<std::int64_t>& at, Where where) {
  const auto all = x.to_vector<T>(where);
  std::vector<T> some;
  for (std::int64_t i : at) some.push_back(all[static_cast<std::size_t>(i)]);
  return some;
}

}  // namespace

std::string to_string(const Array& x, PrintArray o, Where where) {
  if (x.is_nothing()) return "Nothing";
  if (ArrayAccess::kind(x) == ArrayAccess::Kind::donated) return ArrayAccess::type(x).str() + " (donated)";
  if (x.is_traced()) {
    const Trace::Fate fate = Trace::fate(x);
    const char* note = fate == Trace::Fate::ended ? " (escaped: its trace has ended)" : (fate == Trace::Fate::on_another_thread ? " (its trace runs on another thread)" : "");
    return ArrayAccess::type(x).str() + note;
  }
  if (x.is_abstract()) return ArrayAccess::type(x).str();
  if (x.size() == 0) return "[]";
  const std::int64_t edge = x.size() > o.threshold ? o.edgeitems : -1;
  const auto at = detail::shown_elements(x.shape(), edge);
  const bool scalar = x.ndim() == 0;
  std::vector<std::string> cells;
  if (ir::is_floating(x.dtype())) {
    const auto values = picked<double>(x, at, where);
    const bool single = x.dtype() != f64 && !x.weak();
    if (scalar) return scalar_text(values[0], single);
    cells = float_cells(values, single, o.precision);
  } else if (ir::is_complex(x.dtype())) {
    const auto values = picked<std::complex<double>>(x, at, where);
    const bool single = x.dtype() != c128 && !x.weak();
    if (scalar) return scalar_text(values[0], single);
    cells = complex_cells(values, single, o.precision);
  } else if (x.dtype() == bool_) {
    for (bool v : picked<bool>(x, at, where)) cells.push_back(v ? "True" : "False");
    if (!scalar) align_right(cells, 5);
  } else {
    if (x.dtype() == u64)
      for (auto v : picked<std::uint64_t>(x, at, where)) cells.push_back(std::to_string(v));
    else
      for (auto v : picked<std::int64_t>(x, at, where)) cells.push_back(std::to_string(v));
    align_right(cells, 0);
  }
  return detail::laid_out(x.shape(), cells, edge);
}
std::ostream& operator<<(std::ostream& out, const Array& x) { return out << to_string(x, {}, x.where()); }
std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.str(); }
std::ostream& operator<<(std::ostream& out, DType dtype) { return out << ir::name(dtype); }
std::ostream& operator<<(std::ostream& out, const Device& device) { return out << device.str(); }

}  // namespace espalier
