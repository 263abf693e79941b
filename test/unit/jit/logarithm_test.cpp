// log2 and log10: exact at the powers of their base, and close to the C library's in wider arithmetic elsewhere, evaluated and
// compiled for both widths of vectors.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform.h"
#include "targets.h"
#include "../ulp.h"

namespace espalier {
namespace {

struct Base {
  Array (*ours)(Operand);
  long double (*exact)(long double);
};
const Base bases[] = {{&log2, [](long double x) { return std::log2(x); }}, {&log10, [](long double x) { return std::log10(x); }}};

ir::Graph graph_of(ir::Type type) {
  Trace trace;
  const Array x = trace.input(type, false, {});
  std::vector<ir::Value> outputs;
  for (const Base& base : bases) outputs.push_back(trace.value_of(base.ours(x), "test", {}));
  return trace.finish(outputs);
}

// {how, the results of both bases}.
template <class T> std::vector<std::pair<std::string, std::vector<std::vector<T>>>> everywhere(const std::vector<T>& x) {
  std::vector<std::pair<std::string, std::vector<std::vector<T>>>> out;
  out.emplace_back("evaluated", std::vector<std::vector<T>>{});
  for (const Base& base : bases) out.back().second.push_back(base.ours(Array(x)).template to_vector<T>());
  const ir::Type type(ir::dtype_of<T>(), Shape(static_cast<std::int64_t>(x.size())));
  for (const std::string& target : test::runnable_targets()) {
    out.emplace_back(target, std::vector<std::vector<T>>{});
    for (const ir::Literal& r : test::Compiled(graph_of(type), {.target = target})({ir::literal(type, x.data())})) {
      const T* data = static_cast<const T*>(static_cast<const void*>(r.data()));
      out.back().second.emplace_back(data, data + x.size());
    }
  }
  return out;
}

template <class T> class Logarithms : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(Logarithms, Floats);

TYPED_TEST(Logarithms, AreExactAtPowers) {
  using T = TypeParam;
  using L = std::numeric_limits<T>;
  std::vector<T> two, ten;
  std::vector<int> of_two, of_ten;
  for (int k = L::min_exponent - L::digits; k < L::max_exponent; ++k) two.push_back(std::ldexp(T{1}, k)), of_two.push_back(k);
  for (int k = L::min_exponent10; k <= L::max_exponent10; ++k) ten.push_back(static_cast<T>(std::strtold(("1e" + std::to_string(k)).c_str(), nullptr))), of_ten.push_back(k);
  for (const auto& [how, results] : everywhere<T>(two)) {
    for (std::size_t i = 0; i < two.size(); ++i) EXPECT_EQ(results[0][i], of_two[i]) << how;
  }
  for (const auto& [how, results] : everywhere<T>(ten)) {
    for (std::size_t i = 0; i < ten.size(); ++i) EXPECT_EQ(results[1][i], of_ten[i]) << how << ": log10(" << ten[i] << ")";
  }
}

TYPED_TEST(Logarithms, AreWithinThreeUnits) {
  using T = TypeParam;
  std::mt19937_64 random(7);
  const std::vector<T> x = test::samples<T>(0, 10, {1, 2, 10, 0.5, 0.1, 100, 3, 0.31622776601683794, 3.1622776601683795, 0.70710678118654752, 1.4142135623730951}, 2000, random);
  for (const auto& [how, results] : everywhere<T>(x)) {
    for (std::size_t k = 0; k < 2; ++k) {
      double worst = 0;
      std::size_t at = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double off = test::error(results[k][i], bases[k].exact(static_cast<long double>(x[i])));
        if (off > worst) worst = off, at = i;
      }
      EXPECT_LE(worst, 3) << how << ": log" << (k == 0 ? 2 : 10) << "(" << x[at] << ") is " << results[k][at];
    }
  }
}

TEST(Logarithms, OfNumbersKeepTheirDigits) {
  const auto weak = [](Array x, Array scale) { return log2(x) * scale + log10(x); };
  const Array one = Array(1.0).as(f64), x = 3.0;
  const double wanted = std::log2(3.0) + std::log10(3.0);
  EXPECT_EQ((log2(3.0) * one + log10(3.0)).item<double>(), wanted);
  EXPECT_NEAR(jit(weak)(x, one).item<double>(), wanted, 1e-15);
  EXPECT_EQ(log2(Array({1, 8, 1024}, i64)).to_vector<double>(), (std::vector<double>{0, 3, 10}));
  EXPECT_EQ(log10(Array({1, 1000})).dtype(), f32);
}

// The derivative is 1 / (x ln b), everywhere: where the argument is scaled, too.
TEST(Logarithms, HaveTheirDerivatives) {
  for (double x : {1e-307, 1e-300, 1e-3, 1.0, 8.0, 1000.0, 1e300}) {
    const Array at = Array(x).as(f64);
    EXPECT_NEAR(grad([](Array v) { return log2(v); })(at).item<double>() * x * std::log(2.0), 1, 1e-12) << x;
    EXPECT_NEAR(grad([](Array v) { return log10(v); })(at).item<double>() * x * std::log(10.0), 1, 1e-12) << x;
  }
}

TEST(Logarithms, OfSumsOfPowersOfTwo) {
  EXPECT_EQ(logaddexp2(Array{3.f, 1000.f, -INFINITY}, Array{3.f, 0.f, -INFINITY}).to_vector<float>(), (std::vector<float>{4, 1000, -INFINITY}));
}

}  // namespace
}  // namespace espalier
