// Targets without a C library have lgamma and polygamma of f64 of our own, measured as they are written: against long double, and
// against mpmath (data/polygamma.txt). What compiled code of this machine makes of them is in the op table (../ops/).
#include <gtest/gtest.h>

#include <cmath>

#include "../ops/goldens.h"
#include "../ulp.h"
#include "espalier/jit/emit/math/functions.h"
#include "espalier/jit/emit/math/host_number.h"

namespace espalier::codegen {
namespace {

TEST(WithoutLibrary, Polygamma) {
  const auto golden = test::polygamma_goldens(f64);
  const auto* order = static_cast<const double*>(golden->operands[0].data());
  const auto* x = static_cast<const double*>(golden->operands[1].data());
  std::vector<double> got;
  for (std::int64_t i = 0; i < golden->operands[1].type.size(); ++i) got.push_back(math::polygamma(math::HostF64{order[i]}, math::HostF64{x[i]}).value);
  ASSERT_GT(got.size(), 200u);
  EXPECT_EQ(test::further_than(7, ir::literal(golden->operands[1].type, got.data()), golden->results[0]), "");
}

TEST(WithoutLibrary, Lgamma) {
  std::mt19937_64 random(7);
  std::vector<double> x = test::samples<double>(-2, 30, {0, 1, 1.46, 2, 10, -1}, 3000, random), got;
  std::erase_if(x, [](double at) { return at < -2; });  // beside its zeros there it is right to an absolute error only
  test::Numbers exact{{static_cast<std::int64_t>(x.size())}, {}};
  for (double at : x) {
    int sign = 0;
    exact.values.push_back(lgammal_r(at, &sign));
    got.push_back(math::lgamma(math::HostF64{at}).value);
  }
  EXPECT_EQ(test::further_than(6, ir::literal(ir::Type(f64, exact.shape), got.data()), exact), "");
}

}  // namespace
}  // namespace espalier::codegen
