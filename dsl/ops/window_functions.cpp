#include "espalier/dsl/ops/window_functions.h"

#include <cmath>
#include <numbers>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

// f of each sample's place from 0 to 1, computed in f64.
template <class F> Array sampled(std::int64_t n, DType dtype, const char* name, Where where, const F& f) {
  return detail::called_at(where, name, [&]() -> Array {
    if (!ir::is_floating(dtype)) {
      DTypeError error(name, "a window holds floats, not " + std::string(ir::name(dtype)), "give f32 or f64");
      error.dtypes = {dtype};
      throw error;
    }
    if (n < 0) throw ArgumentError(name, std::to_string(n) + " samples", "give 0 or more");
    if (n < 2) return ones({n}, dtype);
    return f(iota({n}, 0, f64) / static_cast<double>(n - 1)).as(dtype);
  });
}

constexpr double turn = 2 * std::numbers::pi;

}  // namespace

Array hann(std::int64_t n, DType dtype, Where where) {
  return sampled(n, dtype, "hann", where, [](const Array& t) { return 0.5 - 0.5 * cos(turn * t); });
}
Array hamming(std::int64_t n, DType dtype, Where where) {
  return sampled(n, dtype, "hamming", where, [](const Array& t) { return 0.54 - 0.46 * cos(turn * t); });
}
Array blackman(std::int64_t n, DType dtype, Where where) {
  return sampled(n, dtype, "blackman", where, [](const Array& t) { return 0.42 - 0.5 * cos(turn * t) + 0.08 * cos(2 * turn * t); });
}
Array bartlett(std::int64_t n, DType dtype, Where where) {
  return sampled(n, dtype, "bartlett", where, [](const Array& t) { return 1 - abs(2 * t - 1); });
}
// I0(x) = exp(|x|) I0e(x); the exponentials are divided first, so that they do not overflow.
Array kaiser(std::int64_t n, double beta, DType dtype, Where where) {
  return sampled(n, dtype, "kaiser", where, [beta](const Array& t) {
    const Array x = 2 * t - 1, argument = std::abs(beta) * sqrt(maximum(1 - x * x, 0.0));
    return exp(argument - std::abs(beta)) * bessel_i0e(argument) / bessel_i0e(Array(std::abs(beta), f64));
  });
}

}  // namespace espalier
