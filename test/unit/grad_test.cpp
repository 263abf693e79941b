// grad and value_and_grad: which arguments and leaves are differentiated, of what type the gradient is, aux.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

struct Layer {
  ep::Parameter weight, bias;
  ep::BatchStat mean = {};
  int power = 2;
  Array operator()(Array x) const { return pow(x * weight + bias, power) + mean; }
};
struct Net {
  Layer first;
  std::vector<Array> more;
  Array count;  // integers: they have no derivative
  std::optional<Layer> extra = std::nullopt;
};
Net net() { return {{Array{1., 2.}, Array{3., -1.}, Array{5., 5.}}, {Array{1., 1.}, Array(2.0)}, Array{7, 8}}; }
Array loss_of(Net n, Array x) { return sum(n.first(x) * n.more[0] * n.more[1] * n.count); }

TEST(Grad, OfAScalar) {
  const auto square = [](Array x) { return x * x; };
  EXPECT_EQ(said_by_us(ep::grad(square)(3.0)), "f32[] 6.0");
  EXPECT_EQ(said_by_us(ep::grad(square)(Array(3.0).as(ep::f64))), "f64[] 6.0");
  EXPECT_EQ(said_by_us(ep::grad([](auto x) { return x * x * x; })(2.0)), "f32[] 12.0");
  const auto [value, slope] = ep::value_and_grad(square)(4.f);
  EXPECT_EQ(said_by_us(value), "f32[] 16.0");
  EXPECT_EQ(said_by_us(slope), "f32[] 8.0");
}

TEST(Grad, OfAWeakScalarComputesAtItsFullPrecision) {
  const Array one = Array(1.0).as(ep::f64);
  const auto [value, slope] = ep::value_and_grad([&](Array x) { return x * x * one; })(0.1);
  EXPECT_EQ(value.item<double>(), 0.1 * 0.1);
  EXPECT_EQ(value.dtype(), ep::f64);
  EXPECT_EQ(slope.item<float>(), 0.2f);
}

TEST(Grad, HasTheTypeOfTheArgument) {
  const Net g = ep::grad(loss_of)(net(), Array{1., 1.});
  // d/dw sum((xw + b)² m s c) = 2 (xw + b) x m s c, with m = 1, s = 2, c = {7, 8}.
  EXPECT_EQ(said_by_us(g.first.weight), "f32[2] [112.  32.]");
  EXPECT_EQ(said_by_us(g.first.bias), "f32[2] [112.  32.]");
  EXPECT_EQ(said_by_us(g.more[0]), "f32[2] [294.  96.]");
  EXPECT_EQ(said_by_us(g.more[1]), "f32[] 195.0");
  EXPECT_TRUE(g.first.mean.is_nothing()) << "statistics are not parameters";
  EXPECT_TRUE(g.count.is_nothing());
  EXPECT_EQ(g.first.power, 2);
  EXPECT_FALSE(g.extra.has_value());
}

TEST(Grad, OfLeavesThatAreNothing) {
  Net n = net();
  n.first.bias = {};
  const auto f = [](Net n) { return sum(n.first.weight * n.first.weight); };
  const Net g = ep::grad(f)(n);
  EXPECT_TRUE(g.first.bias.is_nothing());
  EXPECT_EQ(said_by_us(g.first.weight), "f32[2] [2. 4.]");
  EXPECT_EQ(said_by_us(g.more[1]), "f32[] 0.0") << "what the loss does not read has gradient 0";
}

TEST(Grad, LeavesFrozenParametersOut) {
  const Net frozen = ep::freeze(net(), [](const ep::LeafInfo& leaf) { return leaf.member == "weight"; });
  const Net g = ep::grad(loss_of)(frozen, Array{1., 1.});
  EXPECT_TRUE(g.first.weight.is_nothing());
  EXPECT_EQ(said_by_us(g.first.bias), "f32[2] [112.  32.]");
}

TEST(Grad, WithRespectToKinds) {
  const Net g = ep::grad(loss_of, ep::wrt<ep::BatchStat>)(net(), Array{1., 1.});
  EXPECT_EQ(said_by_us(g.first.mean), "f32[2] [14. 16.]");
  EXPECT_TRUE(g.first.weight.is_nothing());
  EXPECT_TRUE(g.more[0].is_nothing());
  const Net both = ep::grad(loss_of, ep::wrt<ep::BatchStat, ep::Parameter>)(net(), Array{1., 1.});
  EXPECT_EQ(said_by_us(both.first.mean), "f32[2] [14. 16.]");
  EXPECT_EQ(said_by_us(both.first.weight), "f32[2] [112.  32.]");
}

TEST(Grad, OfTheArgumentsNamed) {
  const auto f = [](Array x, Array y, Array z) { return sum(x * y * y) + z; };
  const Array x{1., 2.}, y{3., 4.}, z(5.0);
  EXPECT_EQ(said_by_us(ep::grad(f)(x, y, z)), "f32[2] [ 9. 16.]");
  EXPECT_EQ(said_by_us(ep::grad(f, ep::argnums<1>)(x, y, z)), "f32[2] [ 6. 16.]");
  const auto [dz, dx] = ep::grad(f, ep::argnums<2, 0>)(x, y, z);
  EXPECT_EQ(said_by_us(dz), "f32[] 1.0");
  EXPECT_EQ(said_by_us(dx), "f32[2] [ 9. 16.]");
  const auto [value, grads] = ep::value_and_grad(f, ep::argnums<0, 1>)(x, y, z);
  EXPECT_EQ(said_by_us(value), "f32[] 46.0");
  EXPECT_EQ(said_by_us(std::get<1>(grads)), "f32[2] [ 6. 16.]");
}

// Scalars that are not differentiated are statics of a generic function; elsewhere the type of the parameter decides.
TEST(Grad, OfScalarsAmongTheArguments) {
  const auto generic = [](auto x, auto n) { return x * x * n; };
  EXPECT_EQ(said_by_us(ep::grad(generic)(3.0, 2)), "f32[] 12.0");
  EXPECT_EQ(said_by_us(ep::grad(generic, ep::argnums<1>)(3.0, 2.0)), "f32[] 9.0");
  const auto typed = [](Array x, int n) { return n > 1 ? x * x : x; };
  EXPECT_EQ(said_by_us(ep::grad(typed)(3.0, 2)), "f32[] 6.0");
}

TEST(Grad, WithAux) {
  const auto f = [](Array x) { return std::pair{sum(x * x), std::tuple{x > 0, std::vector<Array>{2 * x}, 3}}; };
  const auto [value, aux, slope] = ep::value_and_grad(f, ep::has_aux)(Array{1., -2.});
  EXPECT_EQ(said_by_us(value), "f32[] 5.0");
  EXPECT_EQ(said_by_us(std::get<0>(aux)), "bool[2] [ True False]");
  EXPECT_EQ(said_by_us(std::get<1>(aux)[0]), "f32[2] [ 2. -4.]");
  EXPECT_EQ(std::get<2>(aux), 3);
  EXPECT_EQ(said_by_us(slope), "f32[2] [ 2. -4.]");
  const auto [only_slope, only_aux] = ep::grad(f, ep::has_aux)(Array{1., -2.});
  EXPECT_EQ(said_by_us(only_slope), "f32[2] [ 2. -4.]");
  EXPECT_EQ(said_by_us(std::get<1>(only_aux)[0]), "f32[2] [ 2. -4.]");
  const auto [dy, more] = ep::grad([](Array x, Array y) { return std::pair{x * y, x}; }, ep::argnums<1>, ep::has_aux)(3.0, 4.0);
  EXPECT_EQ(said_by_us(dy), "f32[] 3.0");
  EXPECT_EQ(said_by_us(more), "f32[] 3.0");
}

TEST(Grad, ThroughStopGradientByBits) {
  // Bits have no derivative.
  EXPECT_EQ(said_by_us(ep::grad([](Array x) { return x * bitcast(bitcast(x, ep::i32), ep::f32); })(3.f)), "f32[] 3.0");
}

TEST(Grad, OfIntegersInATreeIsNothing) {
  const auto f = [](std::pair<Array, Array> p) { return sum(p.first * p.second); };
  const auto g = ep::grad(f)(std::pair{Array{1., 2.}, Array{3, 4}});
  EXPECT_EQ(said_by_us(g.first), "f32[2] [3. 4.]");
  EXPECT_TRUE(g.second.is_nothing());
  const auto h = [](Array flags, Array x) { return sum(where(flags, x, -x)); };
  EXPECT_EQ(said_by_us(ep::grad(h, ep::argnums<1>)(Array{true, false}, Array{1., 2.})), "f32[2] [ 1. -1.]");
  EXPECT_THROW(ep::grad(h, ep::argnums<0, 1>)(Array{true, false}, Array{1., 2.}), ep::DifferentiationError) << "as a whole argument they are a mistake";
}

TEST(Grad, OfAModuleThatIsMutated) {
  struct Running {
    ep::Parameter gain;
    ep::State total;
    Array operator()(Array x) {
      total = total + x * gain;
      return sum(total * total);
    }
  };
  const auto f = [](Running m, Array x) {
    auto [y, next] = ep::mutate(m)(x);
    auto [z, last] = ep::mutate(next)(x);
    return std::pair{y + z, last};
  };
  // total: g x, then 2 g x; the loss is 5 g² Σx².
  const auto [value, last, slope] = ep::value_and_grad(f, ep::has_aux)(Running{2.0, Array{0., 0.}}, Array{1., 3.});
  EXPECT_EQ(said_by_us(value), "f32[] 200.0");
  EXPECT_EQ(said_by_us(last.total), "f32[2] [ 4. 12.]");
  EXPECT_EQ(said_by_us(slope.gain), "f32[] 200.0");
  EXPECT_TRUE(slope.total.is_nothing());
}

}  // namespace
