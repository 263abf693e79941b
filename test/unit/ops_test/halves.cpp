// Derivatives in f16 and bf16 are those in f32, as far as their digits go: the same rules, which round after each step.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "differences.h"
#include "espalier/ir/half.h"
#include "espalier/ir/linearize.h"

namespace espalier::test {
namespace {

Type in_single(Type t) { return is_half(t.dtype()) ? t.with(f32) : t; }

Use in_single(Use use) {
  for (Type& t : use.operands) t = in_single(t);
  if (DType* sums = accumulation(use.attrs)) *sums = f32;
  return use;
}

Literal converted(const Literal& x, DType to) {
  const Use convert{.op = Op::convert, .name = "", .attrs = ConvertAttrs{to}, .operands = {x.type}};
  return x.type.dtype() == to ? x : evaluated({graph_of(convert), {x}})[0];
}
std::vector<Literal> converted(std::vector<Literal> all) {
  for (Literal& x : all) x = converted(x, in_single(x.type).dtype());
  return all;
}

// Numbers of a half where derivatives are smooth; what is no half is drawn as ever.
std::vector<Literal> points(const Use& use) {
  std::mt19937_64 random(17);
  std::vector<Literal> out = draw(use, 16, false);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!is_half(out[i].type.dtype())) continue;
    std::uniform_real_distribution<float> within(static_cast<float>(use.domains[i].smooth.low), static_cast<float>(use.domains[i].smooth.high));
    std::vector<float> values;
    for (std::int64_t k = 0; k < out[i].type.size(); ++k) values.push_back(within(random));
    out[i] = converted(literal(out[i].type.with(f32), values.data()), out[i].type.dtype());
  }
  return out;
}
std::vector<Literal> ones(const Graph& graph, const std::vector<bool>& chosen, bool of_outputs) {
  std::vector<Literal> out;
  for (std::size_t i = 0, n = 0; i < chosen.size(); ++i) {
    if (!chosen[i]) continue;
    const Type type = graph.type_of(of_outputs ? graph.outputs[i] : static_cast<Value>(i));
    const std::vector<float> values(static_cast<std::size_t>(type.size()), n++ % 2 == 0 ? 1.0F : -0.5F);
    out.push_back(converted(literal(type.with(f32), values.data()), type.dtype()));
  }
  return out;
}

// The first result that is further from the wanted one than a few roundings of numbers of this size take it, as text.
std::string far_off(const std::vector<Literal>& got, const std::vector<Literal>& want) {
  if (got.size() != want.size()) return "another number of results";
  for (std::size_t r = 0; r < got.size(); ++r) {
    if (in_single(got[r].type) != want[r].type) return "result " + std::to_string(r) + " is " + got[r].type.str() + " for " + want[r].type.str();
    const Numbers is = numbers_of(got[r]), wanted = numbers_of(want[r]);
    const long double unit = got[r].type.dtype() == bf16 ? 0x1p-7L : 0x1p-10L;
    long double size = 1;
    for (long double x : wanted.values) size = std::max(size, std::fabs(x));
    for (std::int64_t i = 0; i < is.size(); ++i)
      if (!(std::fabs(is[i] - wanted[i]) <= 16 * unit * size)) return "result " + std::to_string(r) + " has " + std::to_string(static_cast<double>(is[i])) + " at " + std::to_string(i) + " for " + std::to_string(static_cast<double>(wanted[i]));
  }
  return "";
}

class InHalves : public testing::TestWithParam<const Use*> {};

TEST_P(InHalves, DerivativesAreThoseInSingle) {
  const Use &use = *GetParam(), wide = in_single(use);
  const Graph graph = graph_of(use), single = graph_of(wide);
  std::vector<bool> active;
  for (std::size_t i = 0; i < use.operands.size(); ++i) active.push_back(is_half(use.operands[i].dtype()) && use.domains[i].differentiable);
  const auto at = points(use), at_single = converted(at);
  const Jvp pushed = jvp(graph, active), pushed_single = jvp(single, active);
  ASSERT_EQ(verify(pushed.graph), "");
  ASSERT_EQ(pushed.output_active, pushed_single.output_active);
  EXPECT_EQ(far_off(evaluated({pushed.graph, joined(at, ones(graph, active, false))}), evaluated({pushed_single.graph, joined(at_single, ones(single, active, false))})), "") << "forwards";
  const Vjp pulled = vjp(graph, active), pulled_single = vjp(single, active);
  ASSERT_EQ(verify(pulled.graph), "");
  EXPECT_EQ(far_off(evaluated({pulled.graph, joined(at, ones(graph, pulled.output_active, true))}), evaluated({pulled_single.graph, joined(at_single, ones(single, pulled_single.output_active, true))})), "") << "backwards";
}

// Ops of halves alone, which have a derivative; control flow has its bodies' ops.
std::vector<const Use*> of_halves() {
  std::vector<const Use*> out;
  for (const Use* use : all_uses()) {
    if (use->operands.empty() || family(use->op) == Family::control || use->op == Op::convert) continue;
    const Graph graph = graph_of(*use);
    const bool gives = is_half(graph.type_of(graph.outputs[0]).dtype());
    bool has = false;
    for (std::size_t i = 0; i < use->operands.size(); ++i) has = has || (is_half(use->operands[i].dtype()) && use->domains[i].differentiable);
    if (gives && has && info(use->op).derivative != Derivative::flat) out.push_back(use);
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, InHalves, testing::ValuesIn(of_halves()), name_of);

}  // namespace
}  // namespace espalier::test
