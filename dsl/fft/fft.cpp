#include "espalier/dsl/fft.h"

#include <algorithm>
#include <cmath>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/error.h"

namespace espalier::fft {

using detail::called_at;

namespace {

// Which way a transform goes, and what a norm makes of it.
enum class Way {
  forward,
  inverse
};
double divisor(std::string_view norm, Way way, double n, const char* op, Where where) {
  if (norm == "backward") return way == Way::inverse ? n : 1;
  if (norm == "forward") return way == Way::forward ? n : 1;
  if (norm == "ortho") return std::sqrt(n);
  throw ArgumentError(op, "there is no norm \"" + std::string(norm) + "\"", "give \"backward\", \"ortho\" or \"forward\"", where);
}
Array divided(const Array& x, double by) { return by == 1 ? x : x * (1 / by); }

int axis_of(const Array& x, std::int64_t axis, const char* op, Where where) { return detail::axis_of(axis, x.ndim(), op, where); }
std::int64_t length_of(std::optional<std::int64_t> n, std::int64_t by_default, const char* op, Where where) {
  const std::int64_t length = n.value_or(by_default);
  if (length < 1) throw ArgumentError(op, "a transform of " + std::to_string(length) + " points is none", "give a length of 1 or more", where);
  return length;
}

// The axis cut or padded with zeros.
Array fitted(const Array& x, int axis, std::int64_t n) {
  const std::int64_t have = x.shape(axis);
  if (have == n) return x;
  if (have > n) {
    ir::Ints limit = x.shape().extents();
    limit[static_cast<std::size_t>(axis)] = n;
    return detail::apply_many(ir::Op::slice, {&x, 1}, ir::SliceAttrs{ir::Ints(limit.size(), 0), limit, ir::Ints(limit.size(), 1)}, {})[0];
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> widths(static_cast<std::size_t>(x.ndim()), {0, 0});
  widths[static_cast<std::size_t>(axis)].second = n - have;
  return pad(x, widths);
}

Array in_complex(const Array& x) {
  if (ir::is_complex(x.dtype())) return x;
  const DType t = detail::float_dtype(x.dtype());
  return x.as(t == DType::f64 ? DType::c128 : DType::c64);
}
void require_computed(const Array& x, const char* op, Where where) {
  if ((x.dtype() == DType::f16 || x.dtype() == DType::bf16)) throw DTypeError(op, "is computed in f32, f64, c64 or c128, not in " + std::string(ir::name(x.dtype())), "convert with .as(f32)", where);
}

Array applied(ir::Op op, const Array& x, int axis, std::int64_t n, bool inverse) {
  return detail::apply_many(op, {&x, 1}, ir::FourierAttrs{axis - x.ndim(), n, inverse}, {})[0];
}

Array complex_line(const Array& given, int axis, std::optional<std::int64_t> n, std::string_view norm, Way way, const char* op, Where where) {
  require_computed(given, op, where);
  const std::int64_t length = length_of(n, given.shape(axis), op, where);
  const Array x = in_complex(fitted(given, axis, length));
  return divided(applied(ir::Op::fft, x, axis, length, way == Way::inverse), divisor(norm, way, static_cast<double>(length), op, where));
}
// `way` says what the norm takes it for: hfft is an inverse_real by its code, and a transform by its norm.
Array real_line(const Array& given, int axis, std::optional<std::int64_t> n, std::string_view norm, Way way, const char* op, Where where) {
  require_computed(given, op, where);
  if (ir::is_complex(given.dtype())) throw DTypeError(op, "transforms real numbers, not " + std::string(ir::name(given.dtype())), "use fft, or take real(x)", where);
  const std::int64_t length = length_of(n, given.shape(axis), op, where);
  const Array x = fitted(given, axis, length);
  const DType t = detail::float_dtype(x.dtype());
  return divided(applied(ir::Op::rfft, x.dtype() == t && !x.weak() ? x : x.as(t), axis, length, false), divisor(norm, way, static_cast<double>(length), op, where));
}
Array to_real_line(const Array& given, int axis, std::optional<std::int64_t> n, std::string_view norm, Way way, const char* op, Where where) {
  require_computed(given, op, where);
  const std::int64_t length = length_of(n, 2 * (given.shape(axis) - 1), op, where);
  const Array x = in_complex(fitted(given, axis, length / 2 + 1));
  return divided(applied(ir::Op::irfft, x, axis, length, true), divisor(norm, way, static_cast<double>(length), op, where));
}

// The axes of a transform along several, and the length along each.
struct Lines {
  std::vector<int> axes;
  std::vector<std::optional<std::int64_t>> lengths;
};
Lines lines_of(const Array& x, const Axes& axes, const std::optional<std::vector<std::int64_t>>& s, const char* op, Where where) {
  Lines out;
  if (!axes.all) {
    for (std::int64_t axis : axes.list) out.axes.push_back(axis_of(x, axis, op, where));
  } else {
    const int count = s ? static_cast<int>(s->size()) : x.ndim();
    if (count > x.ndim()) throw ArgumentError(op, std::to_string(count) + " lengths for " + std::to_string(x.ndim()) + " axes", "give at most one for each axis", where);
    for (int axis = x.ndim() - count; axis < x.ndim(); ++axis) out.axes.push_back(axis);
  }
  if (s && s->size() != out.axes.size()) throw ArgumentError(op, std::to_string(s->size()) + " lengths for " + std::to_string(out.axes.size()) + " axes", "give one for each axis", where);
  std::vector<int> sorted = out.axes;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) throw ArgumentError(op, "an axis is named twice", "name each once", where);
  for (std::size_t i = 0; i < out.axes.size(); ++i) out.lengths.push_back(s ? std::optional((*s)[i]) : std::nullopt);
  return out;
}
Array along_all(const Operand& given, const Axes& axes, const std::optional<std::vector<std::int64_t>>& s, std::string_view norm, Way way, const char* op) {
  Array x = given.array;
  const Lines lines = lines_of(x, axes, s, op, given.where);
  for (std::size_t i = lines.axes.size(); i-- > 0;) x = complex_line(x, lines.axes[i], lines.lengths[i], norm, way, op, given.where);
  return lines.axes.empty() ? in_complex(x) : x;
}
Array real_along_all(const Operand& given, const Axes& axes, const std::optional<std::vector<std::int64_t>>& s, std::string_view norm, const char* op) {
  const Lines lines = lines_of(given.array, axes, s, op, given.where);
  if (lines.axes.empty()) throw ArgumentError(op, "there is no axis to transform", "name at least one", given.where);
  std::size_t i = lines.axes.size() - 1;
  Array x = real_line(given.array, lines.axes[i], lines.lengths[i], norm, Way::forward, op, given.where);
  while (i-- > 0) x = complex_line(x, lines.axes[i], lines.lengths[i], norm, Way::forward, op, given.where);
  return x;
}
Array to_real_along_all(const Operand& given, const Axes& axes, const std::optional<std::vector<std::int64_t>>& s, std::string_view norm, const char* op) {
  const Lines lines = lines_of(given.array, axes, s, op, given.where);
  if (lines.axes.empty()) throw ArgumentError(op, "there is no axis to transform", "name at least one", given.where);
  Array x = given.array;
  const std::size_t last = lines.axes.size() - 1;
  for (std::size_t i = 0; i < last; ++i) x = complex_line(x, lines.axes[i], lines.lengths[i], norm, Way::inverse, op, given.where);
  return to_real_line(x, lines.axes[last], lines.lengths[last], norm, Way::inverse, op, given.where);
}

void require_two(const Axes& axes, const char* op, Where where) {
  if (axes.all || axes.list.size() != 2) throw ArgumentError(op, "transforms along two axes", "name two, or use the function of n axes", where);
}

Array frequencies(std::int64_t n, double d, std::int64_t count, DType dtype, const char* op, Where where) {
  if (n < 1) throw ArgumentError(op, "there are no frequencies of " + std::to_string(n) + " samples", "give 1 or more", where);
  std::vector<double> values;
  for (std::int64_t k = 0; k < count; ++k) values.push_back(static_cast<double>(count == n && 2 * k >= n + n % 2 ? k - n : k) / (static_cast<double>(n) * d));
  return Array(values).as(dtype);
}
Array shifted(const Operand& x, const Axes& axes, bool back, const char* op) {
  Array out = x.array;
  for (int axis : lines_of(x.array, axes, {}, op, x.where).axes) {
    const std::int64_t half = x.array.shape(axis) / 2;
    out = roll(out, back ? -half : half, {.axis = axis});
  }
  return out;
}

}  // namespace

Array fft(Operand x, FftOptions o) {
  return called_at(x.where, "fft", [&] { return complex_line(x.array, axis_of(x.array, o.axis, "fft", x.where), o.n, o.norm, Way::forward, "fft", x.where); });
}
Array ifft(Operand x, FftOptions o) {
  return called_at(x.where, "ifft", [&] { return complex_line(x.array, axis_of(x.array, o.axis, "ifft", x.where), o.n, o.norm, Way::inverse, "ifft", x.where); });
}
Array rfft(Operand x, FftOptions o) {
  return called_at(x.where, "rfft", [&] { return real_line(x.array, axis_of(x.array, o.axis, "rfft", x.where), o.n, o.norm, Way::forward, "rfft", x.where); });
}
Array irfft(Operand x, FftOptions o) {
  return called_at(x.where, "irfft", [&] { return to_real_line(x.array, axis_of(x.array, o.axis, "irfft", x.where), o.n, o.norm, Way::inverse, "irfft", x.where); });
}
// The line's transform is the inverse of its conjugate.
Array hfft(Operand x, FftOptions o) {
  return called_at(x.where, "hfft", [&] { return to_real_line(conj(x.array), axis_of(x.array, o.axis, "hfft", x.where), o.n, o.norm, Way::forward, "hfft", x.where); });
}
Array ihfft(Operand x, FftOptions o) {
  return called_at(x.where, "ihfft", [&] { return conj(real_line(x.array, axis_of(x.array, o.axis, "ihfft", x.where), o.n, o.norm, Way::inverse, "ihfft", x.where)); });
}

Array fft2(Operand x, Fft2Options o) {
  return called_at(x.where, "fft2", [&] { return require_two(o.axes, "fft2", x.where), along_all(x, o.axes, o.s, o.norm, Way::forward, "fft2"); });
}
Array ifft2(Operand x, Fft2Options o) {
  return called_at(x.where, "ifft2", [&] { return require_two(o.axes, "ifft2", x.where), along_all(x, o.axes, o.s, o.norm, Way::inverse, "ifft2"); });
}
Array rfft2(Operand x, Fft2Options o) {
  return called_at(x.where, "rfft2", [&] { return require_two(o.axes, "rfft2", x.where), real_along_all(x, o.axes, o.s, o.norm, "rfft2"); });
}
Array irfft2(Operand x, Fft2Options o) {
  return called_at(x.where, "irfft2", [&] { return require_two(o.axes, "irfft2", x.where), to_real_along_all(x, o.axes, o.s, o.norm, "irfft2"); });
}
Array fftn(Operand x, FftnOptions o) {
  return called_at(x.where, "fftn", [&] { return along_all(x, o.axes, o.s, o.norm, Way::forward, "fftn"); });
}
Array ifftn(Operand x, FftnOptions o) {
  return called_at(x.where, "ifftn", [&] { return along_all(x, o.axes, o.s, o.norm, Way::inverse, "ifftn"); });
}
Array rfftn(Operand x, FftnOptions o) {
  return called_at(x.where, "rfftn", [&] { return real_along_all(x, o.axes, o.s, o.norm, "rfftn"); });
}
Array irfftn(Operand x, FftnOptions o) {
  return called_at(x.where, "irfftn", [&] { return to_real_along_all(x, o.axes, o.s, o.norm, "irfftn"); });
}

Array fftfreq(std::int64_t n, double d, FrequencyOptions o, Where where) {
  return called_at(where, "fftfreq", [&] { return frequencies(n, d, n, o.dtype, "fftfreq", where); });
}
Array rfftfreq(std::int64_t n, double d, FrequencyOptions o, Where where) {
  return called_at(where, "rfftfreq", [&] { return frequencies(n, d, n / 2 + 1, o.dtype, "rfftfreq", where); });
}
Array fftshift(Operand x, ShiftOptions o) {
  return called_at(x.where, "fftshift", [&] { return shifted(x, o.axes, false, "fftshift"); });
}
Array ifftshift(Operand x, ShiftOptions o) {
  return called_at(x.where, "ifftshift", [&] { return shifted(x, o.axes, true, "ifftshift"); });
}

}  // namespace espalier::fft
