// Elementwise ops, over whole arrays.
#include <bit>
#include <cstring>

#include "espalier/ir/eval/arithmetic.h"
#include "espalier/ir/eval/rules.h"

namespace espalier::ir::evaluate {
namespace {

template <class T, class F> void map1(Views in, void* out, F&& f) {
  const T* x = static_cast<const T*>(in[0].data);
  auto* y = static_cast<decltype(f(T{}))*>(out);
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) y[i] = f(x[i]);
}
template <class T, class F> void map2(Views in, void* out, F&& f) {
  const T *x = static_cast<const T*>(in[0].data), *y = static_cast<const T*>(in[1].data);
  auto* z = static_cast<decltype(f(T{}, T{}))*>(out);
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) z[i] = f(x[i], y[i]);
}

// f32 functions are computed in double and rounded once; f64 ones are the C library's.
template <class T> using Math = double (*)(double);
template <class T> void math(Views in, void* out, double (*f)(double)) {
  if constexpr (std::is_floating_point_v<T>) map1<T>(in, out, [f](T x) { return static_cast<T>(f(static_cast<double>(x))); });
}

double logistic(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
double rsqrt(double x) { return 1 / std::sqrt(x); }

template <class T> void unary_real(Op op, Views in, void* out);

template <class T> void convert(Views in, void* out, DType to) {
  visit_dtype(to, [&]<class To>() { map1<T>(in, out, [](T x) { return scalar::convert<To>(x); }); });
}

template <class T> bool integer_op(Op op, Views in, void* out) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    using U = std::make_unsigned_t<T>;
    if (op == Op::not_) map1<T>(in, out, [](T x) { return static_cast<T>(~x); });
    else if (op == Op::popcount) map1<T>(in, out, [](T x) { return static_cast<T>(std::popcount(static_cast<U>(x))); });
    else if (op == Op::clz) map1<T>(in, out, [](T x) { return static_cast<T>(std::countl_zero(static_cast<U>(x))); });
    else if (op == Op::and_) map2<T>(in, out, [](T x, T y) { return static_cast<T>(x & y); });
    else if (op == Op::or_) map2<T>(in, out, [](T x, T y) { return static_cast<T>(x | y); });
    else if (op == Op::xor_) map2<T>(in, out, [](T x, T y) { return static_cast<T>(x ^ y); });
    else if (op == Op::shift_left) map2<T>(in, out, scalar::shift_left<T>);
    else if (op == Op::shift_right_arithmetic) map2<T>(in, out, scalar::shift_right_arithmetic<T>);
    else if (op == Op::shift_right_logical) map2<T>(in, out, scalar::shift_right_logical<T>);
    else return false;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (op == Op::not_) map1<T>(in, out, [](T x) { return !x; });
    else if (op == Op::and_ || op == Op::min) map2<T>(in, out, [](T x, T y) { return x && y; });
    else if (op == Op::or_ || op == Op::max) map2<T>(in, out, [](T x, T y) { return x || y; });
    else if (op == Op::xor_) map2<T>(in, out, [](T x, T y) { return x != y; });
    else return false;
    return true;
  }
  return false;
}

template <class T> bool number_op(Op op, Views in, void* out) {
  if constexpr (std::is_same_v<T, bool>) return false;
  else {
    if (op == Op::neg) map1<T>(in, out, scalar::neg<T>);
    else if (op == Op::abs) map1<T>(in, out, scalar::abs<T>);
    else if (op == Op::sign) map1<T>(in, out, scalar::sign<T>);
    else if (op == Op::add) map2<T>(in, out, scalar::add<T>);
    else if (op == Op::sub) map2<T>(in, out, scalar::sub<T>);
    else if (op == Op::mul) map2<T>(in, out, scalar::mul<T>);
    else if (op == Op::div) map2<T>(in, out, scalar::div<T>);
    else if (op == Op::rem) map2<T>(in, out, scalar::rem<T>);
    else if (op == Op::pow) map2<T>(in, out, scalar::pow<T>);
    else if (op == Op::max) map2<T>(in, out, scalar::max<T>);
    else if (op == Op::min) map2<T>(in, out, scalar::min<T>);
    else return false;
    return true;
  }
}

template <class T> bool real_op(Op op, Views in, void* out) {
  if constexpr (!std::is_floating_point_v<T>) return false;
  else {
    using F = double (*)(double);
    auto unary = [&](F f) { math<T>(in, out, f); return true; };
    auto binary = [&](double (*f)(double, double)) {
      map2<T>(in, out, [f](T x, T y) { return static_cast<T>(f(static_cast<double>(x), static_cast<double>(y))); });
      return true;
    };
    switch (op) {
      case Op::floor: return unary(std::floor);
      case Op::ceil: return unary(std::ceil);
      case Op::round_even: return unary(std::nearbyint);
      case Op::round_away: return unary(std::round);
      case Op::exp: return unary(std::exp);
      case Op::exp2: return unary(std::exp2);
      case Op::expm1: return unary(std::expm1);
      case Op::log: return unary(std::log);
      case Op::log1p: return unary(std::log1p);
      case Op::sqrt: return unary(std::sqrt);
      case Op::rsqrt: return unary(rsqrt);
      case Op::cbrt: return unary(std::cbrt);
      case Op::sin: return unary(std::sin);
      case Op::cos: return unary(std::cos);
      case Op::tan: return unary(std::tan);
      case Op::asin: return unary(std::asin);
      case Op::acos: return unary(std::acos);
      case Op::atan: return unary(std::atan);
      case Op::sinh: return unary(std::sinh);
      case Op::cosh: return unary(std::cosh);
      case Op::tanh: return unary(std::tanh);
      case Op::asinh: return unary(std::asinh);
      case Op::acosh: return unary(std::acosh);
      case Op::atanh: return unary(std::atanh);
      case Op::logistic: return unary(logistic);
      case Op::erf: return unary(std::erf);
      case Op::erfc: return unary(std::erfc);
      case Op::lgamma: return unary(scalar::lgamma);
      case Op::digamma: return unary(scalar::digamma);
      case Op::erf_inv: map1<T>(in, out, [](T x) { return scalar::erf_inv(x); }); return true;
      case Op::is_finite: map1<T>(in, out, [](T x) { return std::isfinite(x); }); return true;
      case Op::atan2: return binary(std::atan2);
      case Op::polygamma: return binary(scalar::polygamma);
      case Op::nextafter: map2<T>(in, out, [](T x, T y) { return std::nextafter(x, y); }); return true;
      case Op::neg: case Op::abs: case Op::sign: case Op::not_: case Op::popcount: case Op::clz: case Op::convert:
      case Op::bitcast: case Op::add: case Op::sub: case Op::mul: case Op::div: case Op::rem: case Op::pow:
      case Op::max: case Op::min: case Op::and_: case Op::or_: case Op::xor_: case Op::shift_left:
      case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::compare: case Op::select:
      case Op::clamp: case Op::constant: case Op::iota: case Op::broadcast: case Op::reshape: case Op::transpose:
      case Op::slice: case Op::pad: case Op::concatenate: case Op::reverse: case Op::dynamic_slice:
      case Op::dynamic_update_slice: case Op::reduce: case Op::arg_reduce: case Op::cumulative: case Op::dot:
      case Op::threefry2x32: case Op::call: case Op::cond: case Op::scan: return false;
    }
    return false;
  }
}

template <class T> void clamp(Views in, void* out) {
  const T *low = static_cast<const T*>(in[0].data), *x = static_cast<const T*>(in[1].data), *high = static_cast<const T*>(in[2].data);
  for (std::int64_t i = 0, n = in[1].type.size(); i < n; ++i) static_cast<T*>(out)[i] = scalar::clamp(low[i], x[i], high[i]);
}

// Bits move whatever they mean: selects and copies go by width alone.
template <class W> void select(Views in, void* out) {
  const bool* condition = static_cast<const bool*>(in[0].data);
  const W *x = static_cast<const W*>(in[1].data), *y = static_cast<const W*>(in[2].data);
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) static_cast<W*>(out)[i] = condition[i] ? x[i] : y[i];
}

}  // namespace

void elementwise(Op op, const Attrs& attrs, Views in, void* out) {
  if (op == Op::select) {
    switch (byte_size(in[1].type.dtype())) {
      case 1: return select<std::uint8_t>(in, out);
      case 2: return select<std::uint16_t>(in, out);
      case 4: return select<std::uint32_t>(in, out);
      case 8: return select<std::uint64_t>(in, out);
      default: fail_dtype(op, in[1].type.dtype());
    }
  }
  if (op == Op::bitcast) {
    if (in[0].type.nbytes() != 0) std::memcpy(out, in[0].data, static_cast<std::size_t>(in[0].type.nbytes()));
    return;
  }
  const DType dtype = in[0].type.dtype();
  bool done = false;
  visit_dtype(dtype, [&]<class T>() {
    if (op == Op::convert) {
      const DType to = std::get<ConvertAttrs>(attrs).to;
      if (to == f16 || to == bf16 || is_complex(to)) return;
      convert<T>(in, out, to);
      done = true;
    } else if (op == Op::compare) {
      const Comparison direction = std::get<CompareAttrs>(attrs).direction;
      map2<T>(in, out, [direction](T x, T y) { return scalar::compare(direction, x, y); });
      done = true;
    } else if (op == Op::clamp) {
      clamp<T>(in, out);
      done = true;
    } else {
      done = integer_op<T>(op, in, out) || number_op<T>(op, in, out) || real_op<T>(op, in, out);
    }
  });
  if (!done) fail_dtype(op, dtype);
}

// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC'11), 20 rounds.
void threefry(Views in, std::span<void* const> outputs) {
  const auto word = [&](std::size_t k) { return static_cast<const std::uint32_t*>(in[k].data); };
  constexpr int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) {
    const std::uint32_t keys[3] = {word(0)[i], word(1)[i], word(0)[i] ^ word(1)[i] ^ 0x1BD11BDAu};
    std::uint32_t x0 = word(2)[i] + keys[0], x1 = word(3)[i] + keys[1];
    for (std::uint32_t round = 0; round < 5; ++round) {
      for (int by : rotations[round % 2]) {
        x0 += x1;
        x1 = std::rotl(x1, by) ^ x0;
      }
      x0 += keys[(round + 1) % 3];
      x1 += keys[(round + 2) % 3] + round + 1;
    }
    static_cast<std::uint32_t*>(outputs[0])[i] = x0;
    static_cast<std::uint32_t*>(outputs[1])[i] = x1;
  }
}

}  // namespace espalier::ir::evaluate
