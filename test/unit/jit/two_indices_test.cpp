// One value met at two indices of a kernel's point: x + transpose(x), outer(x, x).
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;

struct Row {
  const char* name;
  Array (*f)(Array x);
  bool square;  // takes [n,n], else [n]
};
const Row rows[] = {
    {"outer", [](Array x) { return 2 * outer(x, x); }, false},
    {"outer_of_a_costly_value", [](Array x) { const Array t = tanh(x); return outer(t, t); }, false},
    {"one_view_twice", [](Array x) { const Array v = broadcast_to(x, {x.size(), x.size()}); return v * v.T() + v; }, false},
    {"transpose", [](Array x) { return x + x.T(); }, true},
    {"transpose_of_a_costly_value", [](Array x) { const Array t = tanh(x); return t + t.T(); }, true},
    {"transpose_of_a_reduction", [](Array x) { const Array s = softmax(x, -1); return s * s.T(); }, true},
    {"reduced_over_columns", [](Array x) { return sum(x * x.T(), 1); }, true},
    {"reduced_over_rows", [](Array x) { return sum(x * x.T(), 0); }, true},
    {"reduced_over_all", [](Array x) { return sum(x * x.T()); }, true},
    {"sums_along_both_axes", [](Array x) { const Array r = sum(x, 1); return x * expand_dims(r, 0) + expand_dims(r, 1); }, true},
    {"transposed_into_memory_that_is_read", [](Array x) { return cumsum((cumsum(x, 0) - 1).T(), 0); }, true},
    {"inner_axes_swapped", [](Array x) { const Array y = expand_dims(x, 0) * Array({{{1.}}, {{2.}}}, f64); return y + swapaxes(y, 1, 2); }, true},
};

class TwoIndices : public testing::TestWithParam<Row> {};

TEST_P(TwoIndices, AgreesWithTheEvaluator) {
  const Row& row = GetParam();
  const auto jitted = ep::jit(row.f);
  for (std::int64_t n : {1, 2, 3, 4, 7, 8, 17, 33}) {
    Array x = sin(ep::arange(row.square ? n * n : n).as(f64));
    if (row.square) x = reshape(x, {n, n});
    EXPECT_TRUE(ep::allclose(jitted(x), row.f(x), {.rtol = 1e-12, .atol = 1e-12})) << "n = " << n << "\n"
                                                                                   << jitted(x) << "\n"
                                                                                   << row.f(x);
  }
}

INSTANTIATE_TEST_SUITE_P(All, TwoIndices, testing::ValuesIn(rows), [](const auto& test) { return std::string(test.param.name); });

}  // namespace
