// Members of Array that are functions of it, and how arrays print.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ostream>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::ArrayAccess;

Array Array::as(DType dtype, Where where) const {
  where = detail::Caller::place_or(where);
  if (is_nothing()) detail::materialise(*this, "as", where);
  if (kind_ == Kind::literal) {
    const bool real = type_.dtype() == f32;
    if (dtype == f16 || dtype == bf16 || ir::is_complex(dtype)) {
      DTypeError error("as", "there is no arithmetic in " + std::string(ir::name(dtype)) + " yet", "use f32", where);
      error.dtypes = {dtype};
      throw error;
    }
    const ir::Literal value = real ? ir::scalar_literal(dtype, real_) : ir::scalar_literal(dtype, integer_);
    if (Trace* trace = Trace::current()) return trace->array_of(trace->builder.add(ir::Op::constant, {}, ir::ConstantAttrs{value}, where), false, where);
    Array out = ArrayAccess::fresh(value.type, where);
    std::memcpy(out.buffer_->data(), value.data(), value.bytes->size());
    return out;
  }
  if (!weak_ && type_.dtype() == dtype) return *this;
  return detail::located(where, "as", [&] {
    const Array operands[] = {*this};
    return detail::apply_many(ir::Op::convert, operands, ir::ConvertAttrs{dtype}, where, "as")[0];
  });
}
Array Array::to(Device device, Where where) const {
  if (device == Device{}) return *this;
  DeviceError error("to", "there is no device " + device.str(), "the device is cpu:0", where);
  error.device = device.str();
  throw error;
}
Array Array::T(Where where) const { return transpose(Operand(*this, where)); }
Array& Array::operator+=(Operand y) { return *this = Operand(*this, y.where) + y; }
Array& Array::operator-=(Operand y) { return *this = Operand(*this, y.where) - y; }
Array& Array::operator*=(Operand y) { return *this = Operand(*this, y.where) * y; }
Array& Array::operator/=(Operand y) { return *this = Operand(*this, y.where) / y; }

namespace {

// Floats share one form: as many decimals as the one that needs most (at most `precision`), or scientific if magnitudes
// are far apart, as NumPy decides it.
struct FloatForm {
  bool scientific = false;
  int decimals = 0;
};
std::string shortest(double x, bool single) {
  char text[64];
  const auto end = single ? std::to_chars(text, text + 64, static_cast<float>(x), std::chars_format::fixed).ptr : std::to_chars(text, text + 64, x, std::chars_format::fixed).ptr;
  return std::string(text, end);
}
FloatForm form_of(const std::vector<double>& values, bool single, int precision) {
  double most = 0, least = HUGE_VAL;
  for (double v : values) {
    if (!std::isfinite(v) || v == 0) continue;
    most = std::max(most, std::fabs(v));
    least = std::min(least, std::fabs(v));
  }
  FloatForm form;
  form.scientific = most >= 1e8 || (most > 0 && (least < 1e-4 || most / least > 1e3));
  if (form.scientific && most < 1e8 && least >= 1e-4) form.scientific = most / least > 1e3;
  for (double v : values) {
    if (!std::isfinite(v)) continue;
    std::string digits;
    if (form.scientific) {
      char text[64];
      const auto end = single ? std::to_chars(text, text + 64, static_cast<float>(v), std::chars_format::scientific).ptr : std::to_chars(text, text + 64, v, std::chars_format::scientific).ptr;
      digits = std::string(text, end).substr(0, std::string(text, end).find('e'));
    } else {
      digits = shortest(v, single);
    }
    const auto point = digits.find('.');
    if (point != std::string::npos) form.decimals = std::max(form.decimals, std::min(precision, static_cast<int>(digits.size() - point - 1)));
  }
  return form;
}
std::string format(double v, FloatForm form) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
  char text[64];
  std::snprintf(text, sizeof text, form.scientific ? "%.*e" : "%.*f", form.decimals, v);
  std::string out = text;
  if (form.decimals == 0) {
    const auto e = out.find('e');
    out.insert(e == std::string::npos ? out.size() : e, ".");
  }
  return out;
}

// Lists nest as deep as the array has axes.
void nest(std::string& out, const Shape& shape, int axis, std::int64_t offset, std::int64_t size, const std::vector<std::string>& cells, std::int64_t edge) {
  if (axis == shape.ndim()) {
    out += cells[static_cast<std::size_t>(offset)];
    return;
  }
  const std::int64_t n = shape[axis], inner = n == 0 ? 0 : size / n;
  out += "[";
  for (std::int64_t i = 0; i < n; ++i) {
    if (i > 0) {
      if (axis + 1 == shape.ndim()) out += " ";
      else out += std::string(static_cast<std::size_t>(shape.ndim() - axis - 1), '\n') + std::string(static_cast<std::size_t>(axis + 1), ' ');
    }
    if (edge >= 0 && n > 2 * edge && i == edge) {
      out += "...";
      i = n - edge - 1;
      continue;
    }
    nest(out, shape, axis + 1, offset + i * inner, inner, cells, edge);
  }
  out += "]";
}

}  // namespace

std::string to_string(const Array& x, PrintArray o) {
  if (x.is_nothing()) return "Nothing";
  if (x.is_traced() || x.is_abstract() || ArrayAccess::kind(x) == ArrayAccess::Kind::donated) return ArrayAccess::type(x).str();
  const bool real = ir::is_floating(x.dtype());
  std::vector<std::string> cells;
  if (real) {
    const auto values = x.to_vector<double>();
    const FloatForm form = form_of(values, x.dtype() != f64, o.precision);
    for (double v : values) cells.push_back(format(v, form));
  } else if (x.dtype() == bool_) {
    for (bool v : x.to_vector<bool>()) cells.push_back(v ? "True" : "False");
  } else if (x.dtype() == u64) {
    for (auto v : x.to_vector<std::uint64_t>()) cells.push_back(std::to_string(v));
  } else {
    for (auto v : x.to_vector<std::int64_t>()) cells.push_back(std::to_string(v));
  }
  std::size_t width = 0;
  for (const auto& c : cells) width = std::max(width, c.size());
  if (x.ndim() > 0) for (auto& c : cells) c.insert(0, width - c.size(), ' ');
  std::string out;
  nest(out, x.shape(), 0, 0, x.size(), cells, x.size() > o.threshold ? o.edgeitems : -1);
  return out;
}
std::ostream& operator<<(std::ostream& out, const Array& x) { return out << to_string(x); }

}  // namespace espalier
