// Rows of ternary ops.
#include <math.h>

#include <cmath>

#include "../noise.h"
#include "elementwise.h"
#include "espalier/dsl/ops.h"
#include "goldens.h"

namespace espalier::test {

using namespace ir;

namespace {

Row select_row() {
  Row row;
  row.takes = every_dtype();
  for (DType dtype : every_dtype()) {
    Use use = elementwise_use(Op::select, "select_" + std::string(name(dtype)), {Type(bool_, small), Type(dtype, small), Type(dtype, small)}, {});
    use.moves = {false, true, true};
    use.exact = [](const std::vector<Numbers>& x) {
      Numbers out = blank(x[0].shape);
      for (std::int64_t i = 0; i < out.size(); ++i) out[i] = x[0][i] != 0 ? x[1][i] : x[2][i];
      return std::vector{out};
    };
    row.uses.push_back(std::move(use));
  }
  row.wrong = {{"condition_of_numbers", Refusal::dtype, {Type(i32, small), Type(f32, small), Type(f32, small)}},
               {"condition_of_another_shape", Refusal::shape, {Type(bool_, {3, 2}), Type(f32, small), Type(f32, small)}},
               {"branches_of_two_shapes", Refusal::shape, {Type(bool_, small), Type(f32, small), Type(f32, {3, 2})}},
               {"branches_of_two_dtypes", Refusal::dtype, {Type(bool_, small), Type(f32, small), Type(f64, small)}}};
  row.user = [](std::span<const Array> x) { return where(x[0], x[1], x[2]); };
  row.user_dtypes = {computing, computing + std::size(computing)};
  return row;
}

long double clamped(Reals x) {
  if (std::isnan(x[0]) || std::isnan(x[1]) || std::isnan(x[2])) return NAN;
  const auto larger = [](long double a, long double b) { return a == 0 && b == 0 ? (std::signbit(a) ? b : a) : (a < b ? b : a); };
  const auto smaller = [](long double a, long double b) { return a == 0 && b == 0 ? (std::signbit(a) ? a : b) : (b < a ? b : a); };
  return smaller(larger(x[1], x[0]), x[2]);
}

std::complex<long double> complex_clamped(Complexes z) {
  const auto precedes = [](auto x, auto y) { return x.real() < y.real() || (x.real() == y.real() && x.imag() < y.imag()); };
  const auto raised = precedes(z[1], z[0]) ? z[0] : z[1];
  return precedes(z[2], raised) ? z[2] : raised;
}

Row betainc_row() {
  Row row = elementwise(Op::betainc, {{.smooth = {0.5, 4}, .differentiable = false}, {.smooth = {0.5, 4}, .differentiable = false}, {.f32 = {0, 1}, .f64 = {0, 1}, .near = {0, 1}, .smooth = {0.1, 0.9}}}, {.real = clamped});
  for (Use& use : row.uses) use.exact = {}, use.golden = special_goldens(Op::betainc, use.operands[0].dtype());
  row.user = [](std::span<const Array> x) { return betainc(x[0], x[1], x[2]); };
  for (const Use& use : row.uses) row.user_dtypes.push_back(use.operands[0].dtype());
  row.called = true;
  row.evaluated = {0.6, 0.6};
  row.compiled = {0.6, 45};
  return row;
}

}  // namespace

Row describe(Ternary op) {
  switch (op) {
    case Ternary::select: return select_row();
    case Ternary::clamp: {
      const auto clamp = [](auto low, auto x, auto high) { return (x < low ? low : x) < high ? (x < low ? low : x) : high; };
      Row row = elementwise(op, {{.f32 = {-3, 0}, .f64 = {-3, 0}, .smooth = {-1, 0}}, {}, {.f32 = {0, 3}, .f64 = {0, 3}, .smooth = {0.1, 1}}},
                            {.real = clamped, .integer = [=](Ints128 x, DType) { return static_cast<Word>(clamp(x[0], x[1], x[2])); }, .boolean = [=](std::span<const bool> x) { return clamp(x[0], x[1], x[2]); }, .complex = complex_clamped});
      return row;
    }
    case Ternary::fma: {
      Row row = elementwise(op, {}, {.real = [](Reals x) { return fmal(x[0], x[1], x[2]); }});
      row.user = [](std::span<const Array> x) { return fma(x[0], x[1], x[2]); };
      row.user_dtypes = row.takes;
      return row;
    }
    case Ternary::betainc: return betainc_row();
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
