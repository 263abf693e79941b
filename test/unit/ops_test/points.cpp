// First and second derivatives where functions have corners, saturate or leave the numbers.
#include <gtest/gtest.h>

#include <cmath>

#include "differences.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/linearize.h"

namespace espalier::test {
namespace {

template <class P> Literal field(const std::vector<P>& points, double P::* which) {
  std::vector<double> values;
  for (const P& p : points) values.push_back(p.*which);
  return literal(Type(f64, {static_cast<std::int64_t>(values.size())}), values.data());
}
Literal ones(const Literal& like) {
  const std::vector<double> values(static_cast<std::size_t>(like.type.size()), 1);
  return literal(like.type, values.data());
}

template <class P> void expect(const std::vector<P>& points, double P::* wanted, const Literal& got, const char* what) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double is = static_cast<const double*>(got.data())[i], want = points[i].*wanted;
    const bool same = std::isnan(want) ? std::isnan(is) : is == want || (std::isfinite(want) && std::fabs(is - want) <= 1e-15 + 1e-12 * std::fabs(want));
    EXPECT_TRUE(same) << what << " at point " << i << " (x = " << points[i].x << "): " << is << ", JAX says " << want;
  }
}

// The derivative of output 0 by one operand, forwards and backwards; zeros where it is none.
Literal forwards(const Graph& graph, const std::vector<Literal>& at, std::size_t by) {
  std::vector<bool> active(at.size(), false);
  active[by] = true;
  const Jvp j = jvp(graph, active);
  return j.output_active[0] ? evaluated({j.graph, joined(at, {ones(at[by])})}).back() : literal(at[by].type, std::vector<double>(static_cast<std::size_t>(at[by].type.size()), 0).data());
}
// operands -> the derivative by one of them: its sum over the elements, by reverse mode.
Graph backwards(const Graph& graph, std::size_t by) {
  std::vector<bool> active(graph.n_inputs, false);
  active[by] = true;
  Builder b;
  std::vector<Value> in;
  for (Type t : graph.input_types()) in.push_back(b.input(t));
  const Vjp v = vjp(graph, active);
  std::vector<Value> args = in;
  if (v.output_active[0]) {
    const Value one = b.add(Op::constant, {}, ConstantAttrs{scalar_literal(f64, 1.0)});
    args.push_back(b.add(Op::broadcast, {one}, BroadcastAttrs{graph.type_of(graph.outputs[0]).shape(), {}}));
  }
  const Value result = b.splice(v.graph, args).back();
  return b.finish({&result, 1});
}
Literal value(const Graph& graph, const std::vector<Literal>& at) { return evaluated({graph, at})[0]; }

class Points : public testing::TestWithParam<Op> {};

TEST_P(Points, HaveTheDerivativesOfJax) {
  const Op op = GetParam();
  const Row& row = row_of(op);
  for (const Use& use : row.uses) {
    if (use.operands[0].dtype() != f64) continue;
    if (!row.points.empty()) {
      const std::vector at{field(row.points, &Point::x)};
      const Graph graph = graph_of(use, std::vector{at[0].type}), first = backwards(graph, 0);
      expect(row.points, &Point::first, value(first, at), "the derivative");
      expect(row.points, &Point::first, forwards(graph, at, 0), "the derivative, forwards,");
      expect(row.points, &Point::second, value(backwards(first, 0), at), "the second derivative");
    }
    if (!row.pair_points.empty()) {
      const auto& points = row.pair_points;
      const std::vector at{field(points, &PairPoint::x), field(points, &PairPoint::y)};
      const Graph graph = graph_of(use, std::vector{at[0].type, at[1].type}), by_x = backwards(graph, 0), by_y = backwards(graph, 1);
      expect(points, &PairPoint::by_x, value(by_x, at), "d/dx");
      expect(points, &PairPoint::by_y, value(by_y, at), "d/dy");
      expect(points, &PairPoint::by_x, forwards(graph, at, 0), "d/dx, forwards,");
      expect(points, &PairPoint::by_y, forwards(graph, at, 1), "d/dy, forwards,");
      expect(points, &PairPoint::by_xx, value(backwards(by_x, 0), at), "d2/dx2");
      expect(points, &PairPoint::by_xy, value(backwards(by_x, 1), at), "d2/dxdy");
      expect(points, &PairPoint::by_yy, value(backwards(by_y, 1), at), "d2/dy2");
    }
  }
}

std::vector<Op> with_points() {
  std::vector<Op> out;
  for (Op op : all_ops())
    if (!row_of(op).points.empty() || !row_of(op).pair_points.empty()) out.push_back(op);
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, Points, testing::ValuesIn(with_points()), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::test
