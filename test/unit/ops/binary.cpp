// Rows of binary ops. The references are the C library's in long double, or as said; ranges, seams and bounds of compiled code are
// those of docs/ops.md. Points are what JAX 0.10 has at 64 bits.
#include <math.h>

#include <cmath>

#include "../noise.h"
#include "elementwise.h"
#include "espalier/dsl/ops.h"
#include "goldens.h"

namespace espalier::test {

using namespace ir;

namespace {

constexpr double infinity = HUGE_VAL;
constexpr double nan = NAN;

Word word(Int x) { return static_cast<Word>(x); }
int bits(DType dtype) { return static_cast<int>(byte_size(dtype)) * 8; }
// The pattern of an element, without its sign.
Word pattern(Int x, DType dtype) { return word(x) & ((Word{1} << bits(dtype)) - 1); }

// NaN wins, and of two zeros the positive one is larger.
long double larger(long double x, long double y) {
  if (std::isnan(x) || std::isnan(y)) return NAN;
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x < y ? y : x;
}
long double smaller(long double x, long double y) { return -larger(-x, -y); }

// By squaring, modulo 2^128; of negative exponents only 1 and -1 have a power.
Word power(Int x, Int n) {
  if (n < 0) return x == 1 ? 1 : (x == -1 ? (n % 2 == 0 ? 1 : word(-1)) : 0);
  Word result = 1, square = word(x);
  for (; n != 0; n /= 2, square *= square)
    if (n % 2 != 0) result *= square;
  return result;
}

// exp(y log x), 1 where y is 0; of 0 a power is 0, or has no value.
std::complex<long double> complex_power(Complexes z) {
  if (z[1] == 0.0L) return 1;
  if (z[0] == 0.0L) return z[1].real() > 0 ? 0 : NAN;
  return std::exp(z[1] * std::log(z[0]));
}

// Real parts, and where they are equal the imaginary ones.
bool precedes(std::complex<long double> x, std::complex<long double> y) { return x.real() < y.real() || (x.real() == y.real() && x.imag() < y.imag()); }
std::complex<long double> later(Complexes z) { return precedes(z[0], z[1]) ? z[1] : z[0]; }
std::complex<long double> earlier(Complexes z) { return precedes(z[1], z[0]) ? z[1] : z[0]; }
bool holds(Comparison direction, std::complex<long double> x, std::complex<long double> y) {
  switch (direction) {
    case Comparison::eq: return x == y;
    case Comparison::ne: return x != y;
    case Comparison::lt: return precedes(x, y);
    case Comparison::le: return !precedes(y, x);
    case Comparison::gt: return precedes(y, x);
    case Comparison::ge: return !precedes(x, y);
  }
  __builtin_unreachable();
}

bool holds(Comparison direction, long double x, long double y) {
  switch (direction) {
    case Comparison::eq: return x == y;
    case Comparison::ne: return x != y;
    case Comparison::lt: return x < y;
    case Comparison::le: return x <= y;
    case Comparison::gt: return x > y;
    case Comparison::ge: return x >= y;
  }
  __builtin_unreachable();
}

Row with_user(Row row, Array (*user)(Array, Array)) {
  row.user = [user](std::span<const Array> x) { return user(x[0], x[1]); };
  for (const Use& use : row.uses) row.user_dtypes.push_back(use.operands[0].dtype());
  return row;
}

Row with_points(Row row, std::vector<PairPoint> points) {
  row.pair_points = std::move(points);
  return row;
}

Row called(Row row, Bounds evaluated, Bounds compiled, bool promised) {
  row.called = true;
  row.evaluated = evaluated;
  row.compiled = compiled;
  row.promised = promised;
  return row;
}

using Bools = std::span<const bool>;

Row compare_row() {
  Row row;
  row.takes = every_dtype();
  constexpr std::pair<Comparison, const char*> directions[] = {{Comparison::eq, "eq"}, {Comparison::ne, "ne"}, {Comparison::lt, "lt"}, {Comparison::le, "le"}, {Comparison::gt, "gt"}, {Comparison::ge, "ge"}};
  for (DType dtype : every_dtype()) {
    for (const auto& [direction, label] : directions) {
      Use use = elementwise_use(Op::compare, "compare_" + std::string(name(dtype)) + "_" + label, {Type(dtype, small), Type(dtype, small)}, {{.integers = {-3, 3}}, {.integers = {-3, 3}}});
      use.attrs = CompareAttrs{direction};
      if (!has_arithmetic(dtype)) {
        row.refused.push_back(std::move(use));
        continue;
      }
      use.exact = [direction = direction, complex = is_complex(dtype)](const std::vector<Numbers>& x) {
        if (complex) {
          const auto a = complex_of(x[0]), b = complex_of(x[1]);
          Ints shape = x[0].shape.extents();
          shape.pop_back();
          Numbers out = blank(Shape(shape));
          for (std::size_t i = 0; i < a.size(); ++i) out.values[i] = holds(direction, a[i], b[i]);
          return std::vector{out};
        }
        Numbers out = blank(x[0].shape);
        for (std::int64_t i = 0; i < out.size(); ++i) out[i] = holds(direction, x[0][i], x[1][i]);
        return std::vector{out};
      };
      row.uses.push_back(std::move(use));
    }
  }
  return row;
}

// The number of a dtype after x, on the way to y: the C library's; of halves, x and a unit in its last place.
long double next(DType dtype, long double x, long double y) {
  if (dtype == f64) return std::nextafter(static_cast<double>(x), static_cast<double>(y));
  if (dtype == f32) return nextafterf(static_cast<float>(x), static_cast<float>(y));
  if (std::isnan(x) || std::isnan(y)) return NAN;
  if (x == y) return y;
  const int digits = dtype == f16 ? 11 : 8, least = dtype == f16 ? -13 : -125, most = dtype == f16 ? 16 : 128;
  if (std::isinf(x)) return copysignl(ldexpl(1, most) - ldexpl(1, most - digits), x);
  int exponent = least;
  if (x != 0) frexpl(x, &exponent);
  const bool smaller_binade = x != 0 && fabsl(x) == ldexpl(1, exponent - 1) && (x < y) == (x < 0) && exponent > least;
  const long double step = ldexpl(1, std::max(exponent, least) - digits - (smaller_binade ? 1 : 0));
  const long double result = x < y ? x + step : x - step;
  if (fabsl(result) >= ldexpl(1, most)) return copysignl(HUGE_VALL, result);
  return result == 0 ? copysignl(0, x) : result;
}

Row complex_row(Op op) {
  Row row = elementwise(op, {{}, {}}, {});
  row.takes = {f32, f64};
  for (DType dtype : {f32, f64}) {
    Use use = elementwise_use(op, "complex_" + std::string(name(dtype)), {Type(dtype, small), Type(dtype, small)}, {{}, {}});
    use.exact = [](const std::vector<Numbers>& x) {
      std::vector<std::complex<long double>> out;
      for (std::int64_t i = 0; i < x[0].size(); ++i) out.emplace_back(x[0][i], x[1][i]);
      return std::vector{parts_of(x[0].shape, out)};
    };
    row.uses.push_back(std::move(use));
  }
  return with_user(std::move(row), [](Array x, Array y) { return complex(x, y); });
}

Row polygamma_row(Op op) {
  Row row = elementwise(op, {{.smooth = {2, 2}, .differentiable = false}, {.smooth = {0.5, 4}}}, {.real = of(fmodl)});
  for (Use& use : row.uses) use.exact = {}, use.golden = polygamma_goldens(use.operands[0].dtype());
  return called(with_user(std::move(row), [](Array n, Array x) { return polygamma(n, x); }), {0.6, 0.6}, {0.6, 0.6}, false);
}

// A function of mpmath's data, by its op's name.
Row special_row(Op op, std::vector<Domain> domains, Array (*user)(Array, Array), double evaluated, double compiled) {
  Row row = elementwise(op, std::move(domains), {.real = of(fmodl)});
  for (Use& use : row.uses) use.exact = {}, use.golden = special_goldens(op, use.operands[0].dtype());
  return called(with_user(std::move(row), user), {0.6, evaluated}, {0.6, compiled}, false);
}

}  // namespace

Row describe(Binary op) {
  const Domain numbers{.f32 = {-100, 100}, .f64 = {-1e4, 1e4}, .near = {0, 1}};
  const Domain apart{.f32 = {-100, 100}, .f64 = {-1e4, 1e4}, .near = {0, 1}, .smooth = {0.5, 3}};
  switch (op) {
    case Binary::add:
      return with_user(elementwise(op, {numbers, numbers}, {.real = [](Reals x) { return x[0] + x[1]; }, .integer = [](Ints128 x, DType) { return word(x[0]) + word(x[1]); }, .complex = [](Complexes z) { return z[0] + z[1]; }}), [](Array x, Array y) { return x + y; });
    case Binary::sub:
      return with_user(elementwise(op, {numbers, numbers}, {.real = [](Reals x) { return x[0] - x[1]; }, .integer = [](Ints128 x, DType) { return word(x[0]) - word(x[1]); }, .complex = [](Complexes z) { return z[0] - z[1]; }}), [](Array x, Array y) { return x - y; });
    case Binary::mul:
      return with_points(with_user(elementwise(op, {numbers, numbers}, {.real = [](Reals x) { return x[0] * x[1]; }, .integer = [](Ints128 x, DType) { return word(x[0]) * word(x[1]); }, .complex = [](Complexes z) { return z[0] * z[1]; }}), [](Array x, Array y) { return x * y; }),
                         {{0, 0, 0, 0, 0, 1, 0}, {0, 2, 2, 0, 0, 1, 0}});
    // Integers: towards zero; by zero all ones, and what overflows wraps: XLA's rules.
    case Binary::div: {
      Row row = with_points(elementwise(op, {numbers, apart}, {.real = [](Reals x) { return x[0] / x[1]; }, .integer = [](Ints128 x, DType) { return x[1] == 0 ? word(-1) : word(x[0] / x[1]); }, .complex = [](Complexes z) { return z[0] / z[1]; }}),
                            {{0, 2, 0.5, 0, 0, -0.25, 0}, {1, 0, infinity, -infinity, 0, -infinity, infinity}});
      row.user = [](std::span<const Array> x) { return x[0] / x[1]; };
      row.user_dtypes = {f32, f64, c64, c128};
      return row;
    }
    case Binary::rem: {
      Row row = with_points(elementwise(op, {numbers, apart}, {.real = of(fmodl), .integer = [](Ints128 x, DType) { return x[1] == 0 ? word(x[0]) : word(x[0] % x[1]); }}),
                            {{5, 3, 1, -1, 0, 0, 0}, {-5, 3, 1, 1, 0, 0, 0}, {6, 3, 1, -2, 0, 0, 0}});
      row.called = true;
      return row;
    }
    case Binary::pow: {
      Row row = elementwise(op, {{.f32 = {0, 3}, .f64 = {0, 3}, .near = {1}, .smooth = {0.4, 3}}, {.f32 = {-100, 100}, .f64 = {-700, 700}, .near = {0, 1, 2}, .smooth = {-2, 3}}},
                            {.real = of(powl), .integer = [](Ints128 x, DType) { return power(x[0], x[1]); }, .complex = complex_power});
      // At (0, 0) and (0, 1) JAX has NaN where x^y is flat or straight in x.
      return with_points(called(std::move(row), {0.51, 1, 1}, {0.6, 1, 600}, true),
                         {{0, 0, 0, 0, 0, 1, 0}, {0, 1, 1, 0, 0, 1, 0}, {0, 2, 0, 0, 2, 0, 0}, {0, 0.5, infinity, 0, -infinity, nan, 0}, {2, 0, 0, 0.6931471805599453, 0, 0.5, 0.4804530139182014}, {1, 0, 0, 0, 0, 1, 0}, {-2, 3, 12, nan, -12, nan, nan}, {-2, 0, 0, nan, 0, nan, nan}});
    }
    case Binary::max:
      return with_points(with_user(elementwise(op, {numbers, numbers}, {.real = of(larger), .integer = [](Ints128 x, DType) { return word(x[0] < x[1] ? x[1] : x[0]); }, .boolean = [](Bools x) { return x[0] || x[1]; }, .complex = later}), [](Array x, Array y) { return maximum(x, y); }),
                         {{1, 1, 0.5, 0.5, 0, 0, 0}, {1, 2, 0, 1, 0, 0, 0}, {0, 0, 0.5, 0.5, 0, 0, 0}, {infinity, infinity, 0.5, 0.5, 0, 0, 0}});
    case Binary::min:
      return with_points(with_user(elementwise(op, {numbers, numbers}, {.real = of(smaller), .integer = [](Ints128 x, DType) { return word(x[0] < x[1] ? x[0] : x[1]); }, .boolean = [](Bools x) { return x[0] && x[1]; }, .complex = earlier}), [](Array x, Array y) { return minimum(x, y); }),
                         {{1, 1, 0.5, 0.5, 0, 0, 0}, {1, 2, 1, 0, 0, 0, 0}, {0, 0, 0.5, 0.5, 0, 0, 0}});
    case Binary::atan2: {
      Row row = elementwise(op, {{.f32 = {-2, 2}, .f64 = {-2, 2}, .near = {0, 1}, .smooth = {0.3, 2}}, {.f32 = {-2, 2}, .f64 = {-2, 2}, .near = {0, 1, 2}}}, {.real = of(atan2l)});
      return with_points(called(with_user(std::move(row), [](Array y, Array x) { return atan2(y, x); }), {0.51, 1}, {2.5, 2.5}, true),
                         {{0, 0, nan, nan, nan, nan, nan}, {0, 1, 1, 0, 0, -1, 0}, {1, 0, 0, -1, 0, 1, 0}, {0, -1, -1, 0, 0, -1, 0}});
    }
    case Binary::nextafter: {
      // In long double the next number is another: the reference is the library's in the dtype itself.
      Row row = with_user(elementwise(op, {numbers, numbers}, {.real = of(fmodl)}), [](Array x, Array y) { return nextafter(x, y); });
      for (Use& use : row.uses) {
        use.exact = [dtype = use.operands[0].dtype()](const std::vector<Numbers>& x) {
          Numbers out = blank(x[0].shape);
          for (std::int64_t i = 0; i < out.size(); ++i) out[i] = next(dtype, x[0][i], x[1][i]);
          return std::vector{out};
        };
      }
      row.called = row.constant_slope = true;
      row.evaluated = row.compiled = {0, 0};
      return row;
    }
    case Binary::polygamma: return polygamma_row(op);
    case Binary::zeta: return special_row(op, {{.smooth = {1.5, 4}, .differentiable = false}, {.smooth = {0.5, 4}}}, [](Array s, Array q) { return zeta(s, q); }, 0.6, 6);
    case Binary::igamma: return special_row(op, {{.smooth = {0.5, 4}, .twice = false}, {.smooth = {0.5, 4}}}, [](Array a, Array x) { return igamma(a, x); }, 0.6, 8);
    case Binary::igammac: return special_row(op, {{.smooth = {0.5, 4}, .twice = false}, {.smooth = {0.5, 4}}}, [](Array a, Array x) { return igammac(a, x); }, 0.6, 8);
    case Binary::igamma_grad_a: return special_row(op, {{.smooth = {0.5, 4}, .differentiable = false}, {.smooth = {0.5, 4}}}, [](Array a, Array x) { return igamma_grad_a(a, x); }, 0.6, 10);
    case Binary::random_gamma_grad: return special_row(op, {{.smooth = {0.5, 4}, .differentiable = false}, {.smooth = {0.5, 4}}}, [](Array a, Array x) { return random_gamma_grad(a, x); }, 0.7, 16);
    case Binary::complex: return complex_row(op);
    case Binary::and_: return with_user(elementwise(op, {numbers, numbers}, {.integer = [](Ints128 x, DType) { return word(x[0]) & word(x[1]); }, .boolean = [](Bools x) { return x[0] && x[1]; }}), [](Array x, Array y) { return x & y; });
    case Binary::or_: return with_user(elementwise(op, {numbers, numbers}, {.integer = [](Ints128 x, DType) { return word(x[0]) | word(x[1]); }, .boolean = [](Bools x) { return x[0] || x[1]; }}), [](Array x, Array y) { return x | y; });
    case Binary::xor_: return with_user(elementwise(op, {numbers, numbers}, {.integer = [](Ints128 x, DType) { return word(x[0]) ^ word(x[1]); }, .boolean = [](Bools x) { return x[0] != x[1]; }}), [](Array x, Array y) { return x ^ y; });
    // By the width or more: nothing is left, or only the sign. A count is a pattern: a negative one is large.
    case Binary::shift_left:
      return with_user(elementwise(op, {numbers, {.integers = {0, 70}}}, {.integer = [](Ints128 x, DType t) { return pattern(x[1], t) >= static_cast<Word>(bits(t)) ? 0 : word(x[0]) << pattern(x[1], t); }}), [](Array x, Array y) { return x << y; });
    case Binary::shift_right_arithmetic:
      return elementwise(op, {numbers, {.integers = {0, 70}}}, {.integer = [](Ints128 x, DType t) {
        const Int pattern_of_x = static_cast<Int>(pattern(x[0], t)), top = Int{1} << (bits(t) - 1);
        const Int value = pattern_of_x >= top ? pattern_of_x - 2 * top : pattern_of_x;  // with its sign, whatever the dtype's
        const Word n = pattern(x[1], t);
        return word(value >> (n >= static_cast<Word>(bits(t)) ? bits(t) - 1 : static_cast<int>(n)));
      }});
    case Binary::shift_right_logical:
      return with_user(elementwise(op, {numbers, {.integers = {0, 70}}}, {.integer = [](Ints128 x, DType t) { return pattern(x[1], t) >= static_cast<Word>(bits(t)) ? 0 : pattern(x[0], t) >> pattern(x[1], t); }}), [](Array x, Array y) { return right_shift_logical(x, y); });
    case Binary::compare: return compare_row();
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
