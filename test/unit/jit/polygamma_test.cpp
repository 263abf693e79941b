// digamma and polygamma against mpmath's (data/polygamma.txt): of the evaluator, of compiled code, and of code for targets
// without a library, which is measured as it is written.
#include <gtest/gtest.h>

#include <sstream>

#include "../data_file.h"
#include "compiled.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/eval.h"
#include "espalier/jit/emit/math/functions.h"
#include "espalier/jit/emit/math/host_number.h"
#include "../ulp.h"

namespace espalier::codegen {
namespace {

using ir::Op;

struct Goldens {
  std::vector<double> order, x;
  std::vector<long double> value;
};

Goldens goldens(bool digamma_only) {
  Goldens out;
  std::ifstream file = test::data_file("polygamma.txt");
  for (std::string line, order, x, value; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream(line) >> order >> x >> value;
    if (digamma_only && order != "0") continue;
    out.order.push_back(std::stod(order));
    out.x.push_back(std::stod(x));
    out.value.push_back(std::stold(value));
  }
  return out;
}

/// What an error is measured against: the value; or, where larger parts cancel, those. Digamma's zeros lie between parts near
/// 1; those of even orders beside half-integers between terms around the next pole's. At half-integers these cancel exactly.
long double scale_of(double order, double x, long double value) {
  if (order == 0) return std::max(std::fabs(value), 1.0L);
  const bool cancels = x < 0 && std::fmod(order, 2) == 0 && std::fabs(x - std::floor(x)) != 0.5;
  return cancels ? std::max(std::fabs(value), std::tgamma(static_cast<long double>(order) + 1) * std::pow(static_cast<long double>(std::fabs(x - std::nearbyint(x))), static_cast<long double>(-order - 1))) : value;
}

template <class T> void expect_within(double bound, const std::vector<T>& got, const Goldens& g, const std::string& name) {
  ASSERT_EQ(got.size(), g.x.size());
  ASSERT_GT(got.size(), 200u);
  double worst = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const long double scale = scale_of(g.order[i], g.x[i], g.value[i]);
    const double off = static_cast<double>(test::error(got[i], g.value[i]) * (test::ulp<T>(g.value[i]) / test::ulp<T>(scale)));
    if (off > worst) worst = off, at = i;
  }
  EXPECT_LE(worst, bound) << name << ": polygamma(" << g.order[at] << ", " << g.x[at] << ") is " << got[at] << ", not " << g.value[at];
}

template <class T> std::vector<T> in_dtype(const std::vector<double>& x) { return {x.begin(), x.end()}; }

struct Results {
  ir::Literal evaluated, compiled;
};

template <class T> Results results(Op op, const Goldens& g) {
  const ir::Type type(ir::dtype_of<T>(), Shape(static_cast<std::int64_t>(g.x.size())));
  ir::Builder b;
  std::vector<ir::Value> operands;
  std::vector<ir::Literal> inputs;
  std::vector<ir::View> views;
  for (const auto* operand : {&g.order, &g.x}) {
    if (op == Op::digamma && operand == &g.order) continue;
    operands.push_back(b.input(type));
    inputs.push_back(ir::literal(type, in_dtype<T>(*operand).data()));
  }
  for (const ir::Literal& x : inputs) views.push_back({type, x.data()});
  const ir::Value result = b.add(op, operands);
  const ir::Graph graph = b.finish({&result, 1});
  return {ir::eval(graph, views)[0], test::Compiled(graph)(inputs)[0]};
}

template <class T> std::vector<T> elements(const ir::Literal& x) {
  const T* data = static_cast<const T*>(x.data());
  return {data, data + x.type.size()};
}

template <class T> void expect_both(Op op, double evaluated, double compiled) {
  const Goldens g = goldens(op == Op::digamma);
  const Results r = results<T>(op, g);
  const std::string name = std::string(ir::name(op)) + " in " + std::string(ir::name(ir::dtype_of<T>()));
  expect_within(evaluated, elements<T>(r.evaluated), g, name + " evaluated");
  expect_within(compiled, elements<T>(r.compiled), g, name + " compiled");
}

TEST(Polygamma, OfF32) { expect_both<float>(Op::polygamma, 0.6, 0.6); }
TEST(Polygamma, OfF64) { expect_both<double>(Op::polygamma, 0.6, 0.6); }
TEST(Digamma, OfF32) { expect_both<float>(Op::digamma, 0.6, 0.6); }
TEST(Digamma, OfF64) { expect_both<double>(Op::digamma, 0.6, 5); }
TEST(Polygamma, WithoutLibrary) {
  const Goldens g = goldens(false);
  std::vector<double> got;
  for (std::size_t i = 0; i < g.x.size(); ++i) got.push_back(math::polygamma(math::HostF64{g.order[i]}, math::HostF64{g.x[i]}).value);
  expect_within(7, got, g, "polygamma without a library");
}

}  // namespace
}  // namespace espalier::codegen
