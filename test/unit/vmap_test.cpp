// vmap: which axes are mapped, where results put theirs, and that the result of a batch is that of its rows.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::none;
using ep::numpy_rows::said_by_us;

Array rows() { return {{1., 2., 3.}, {4., 5., 6.}}; }

TEST(Vmap, MapsTheAxisNamed) {
  const auto dot = [](Array x, Array y) { return sum(x * y); };
  EXPECT_EQ(said_by_us(ep::vmap(dot)(rows(), rows())), "f32[2] [14. 77.]");
  EXPECT_EQ(said_by_us(ep::vmap(dot, {.in_axes = 1})(rows(), rows())), "f32[3] [17. 29. 45.]");
  EXPECT_EQ(said_by_us(ep::vmap(dot, {.in_axes = -1})(rows(), rows())), "f32[3] [17. 29. 45.]");
  EXPECT_EQ(said_by_us(ep::vmap(dot, {.in_axes = {0, none}})(rows(), Array{1., 0., 1.})), "f32[2] [ 4. 10.]");
  EXPECT_EQ(said_by_us(ep::vmap(dot, {.in_axes = {none, 1}})(Array{1., 10.}, rows())), "f32[3] [41. 52. 63.]");
  EXPECT_EQ(said_by_us(ep::vmap(dot, {.in_axes = {0, 1}})(rows(), rows().T())), "f32[2] [14. 77.]");
}

TEST(Vmap, PutsTheAxisWhereOutAxesSay) {
  const auto f = [](Array x) { return 10 * x; };
  EXPECT_EQ(said_by_us(ep::vmap(f, {.out_axes = 1})(rows())), "f32[3,2] [[10. 40.]\n [20. 50.]\n [30. 60.]]");
  EXPECT_EQ(said_by_us(ep::vmap(f, {.in_axes = 1, .out_axes = 1})(rows())), "f32[2,3] [[10. 20. 30.]\n [40. 50. 60.]]");
  EXPECT_EQ(said_by_us(ep::vmap(f, {.in_axes = 1, .out_axes = -2})(rows())), "f32[3,2] [[10. 40.]\n [20. 50.]\n [30. 60.]]");
  const auto g = [](Array x) { return std::pair{x[0], outer(x, x)}; };
  const auto [first, squares] = ep::vmap(g, {.out_axes = {0, 2}})(rows());
  EXPECT_EQ(said_by_us(first), "f32[2] [1. 4.]");
  EXPECT_EQ(squares.shape(), (ep::Shape{3, 3, 2}));
  EXPECT_EQ(said_by_us(squares[{2, 1}]), "f32[2] [ 6. 30.]");
}

TEST(Vmap, OfResultsThatDoNotDependOnTheAxis) {
  const auto f = [](Array x, Array y) { return std::tuple{x * y, 2 * y, ep::ones({2})}; };
  const auto [product, y, ones] = ep::vmap(f, {.in_axes = {0, none}, .out_axes = {0, none, none}})(Array{1., 2., 3.}, 5.0);
  EXPECT_EQ(said_by_us(product), "f32[3] [ 5. 10. 15.]");
  EXPECT_EQ(said_by_us(y), "f32[] 10.0");
  EXPECT_EQ(said_by_us(ones), "f32[2] [1. 1.]");
  const auto all = ep::vmap(f, {.in_axes = {0, none}})(Array{1., 2., 3.}, 5.0);
  EXPECT_EQ(said_by_us(std::get<1>(all)), "f32[3] [10. 10. 10.]");
  EXPECT_EQ(said_by_us(std::get<2>(all)), "f32[3,2] [[1. 1.]\n [1. 1.]\n [1. 1.]]");
}

TEST(Vmap, OfAnAxisWithoutArguments) {
  const auto f = [](Array x) { return x + 1; };
  EXPECT_EQ(said_by_us(ep::vmap(f, {.in_axes = none, .axis_size = 3})(Array{1., 2.})), "f32[3,2] [[2. 3.]\n [2. 3.]\n [2. 3.]]");
  EXPECT_EQ(said_by_us(ep::vmap(f, {.in_axes = none, .out_axes = none, .axis_size = 3})(Array{1., 2.})), "f32[2] [2. 3.]");
  EXPECT_EQ(said_by_us(ep::vmap(f, {.axis_size = 2})(rows())), "f32[2,3] [[2. 3. 4.]\n [5. 6. 7.]]");
  EXPECT_THROW(ep::vmap(f, {.axis_size = 3})(rows()), ep::ShapeError);
}

struct Affine {
  Array weight, bias;
  int power = 1;
  Array operator()(Array x) const { return pow(matmul(x, weight) + bias, power); }
};

TEST(Vmap, OfPrefixesOfATree) {
  const Affine many{Array({{{1.}, {0.}, {1.}}, {{0.}, {2.}, {0.}}}), Array{{1.}, {2.}}, 2};
  const Affine shared{many.weight, Array{1.}, 2};
  const auto call = [](Affine m, Array x) { return m(x); };
  EXPECT_EQ(said_by_us(ep::vmap(call)(many, rows())), "f32[2,1] [[ 25.]\n [144.]]");
  EXPECT_EQ(said_by_us(ep::vmap(call, {.in_axes = {0, none}})(many, rows()[0])), "f32[2,1] [[25.]\n [36.]]");
  EXPECT_EQ(said_by_us(ep::vmap(call, {.in_axes = {{0, none}, 0}})(shared, rows())), "f32[2,1] [[ 25.]\n [121.]]");
  const auto nested = [](std::pair<Affine, std::vector<Array>> p) { return p.first(p.second[0]) + p.second[1]; };
  EXPECT_EQ(said_by_us(ep::vmap(nested, {.in_axes = {{{0, none}, {none, 1}}}})(std::pair{shared, std::vector<Array>{rows()[0], Array{{10., 20.}}}})), "f32[2,1] [[35.]\n [45.]]");
  // A module of mapped leaves comes out of a function, too.
  const Affine made = ep::vmap([](Array x) { return Affine{2 * x, x[0], 3}; }, {.out_axes = {1, 0}})(rows());
  EXPECT_EQ(said_by_us(made.weight), "f32[3,2] [[ 2.  8.]\n [ 4. 10.]\n [ 6. 12.]]");
  EXPECT_EQ(said_by_us(made.bias), "f32[2] [1. 4.]");
  EXPECT_EQ(made.power, 3);
}

TEST(Vmap, OfVmap) {
  const auto add = [](Array x, Array y) { return x + 10 * y; };
  const auto table = ep::vmap(ep::vmap(add, {.in_axes = {none, 0}}), {.in_axes = {0, none}});
  EXPECT_EQ(said_by_us(table(Array{1., 2.}, Array{1., 2., 3.})), "f32[2,3] [[11. 21. 31.]\n [12. 22. 32.]]");
  const auto columns = ep::vmap(ep::vmap([](Array x) { return x * x; }, {.in_axes = 0}), {.in_axes = 1, .out_axes = 1});
  EXPECT_EQ(said_by_us(columns(rows())), "f32[2,3] [[ 1.  4.  9.]\n [16. 25. 36.]]");
}

TEST(Vmap, OfEmptyAxes) {
  EXPECT_EQ(said_by_us(ep::vmap([](Array x) { return sum(x) * x; })(ep::zeros({0, 3}))), "f32[0,3] []");
  EXPECT_EQ(ep::vmap([](Array x) { return x * 2; }, {.in_axes = 1})(ep::zeros({0, 3})).shape(), (ep::Shape{3, 0}));
  EXPECT_EQ(said_by_us(ep::vmap([](Array x) { return x * 2; })(Array{{1.}})), "f32[1,1] [[2.]]");
}

TEST(Vmap, LeavesNothingAndStaticsAsTheyAre) {
  const auto f = [](std::tuple<Array, Array, std::string> t) { return std::tuple{std::get<0>(t) + 1, std::get<1>(t), std::get<2>(t) + "!"}; };
  const auto [x, nothing, text] = ep::vmap(f)(std::tuple{Array{1., 2.}, Array(), std::string("a")});
  EXPECT_EQ(said_by_us(x), "f32[2] [2. 3.]");
  EXPECT_TRUE(nothing.is_nothing());
  EXPECT_EQ(text, "a!");
}

TEST(Vmap, CapturedArraysAreNotMapped) {
  const Array scale{1., 10., 100.};
  EXPECT_EQ(said_by_us(ep::vmap([&](Array x) { return x * scale; })(rows())), "f32[2,3] [[  1.  20. 300.]\n [  4.  50. 600.]]");
  const auto outer_trace = [&](Array y) { return sum(ep::vmap([&](Array x) { return x * y; })(rows())); };
  EXPECT_EQ(said_by_us(ep::grad(outer_trace)(Array{1., 1., 1.})), "f32[3] [5. 7. 9.]");
}

// Each leaf's axis from what is known of the leaf: its kind, its member, its dtype.
TEST(Vmap, AxesByLeaf) {
  struct Layer {
    ep::Parameter weight;
    Array shift;
  };
  const Layer stacked{ep::Parameter(Array{{1., 2.}, {3., 4.}}), Array{10., 20.}};
  const auto axis = [](const ep::LeafInfo& leaf) -> std::optional<int> {
    if (leaf.is<ep::Parameter>()) return 1;
    return std::nullopt;
  };
  const auto scaled = [](Layer l, Array x) { return Layer{ep::Parameter(l.weight * x), l.shift}; };
  const auto out = [](const ep::LeafInfo& leaf) -> std::optional<int> { return leaf.member == "weight" ? std::optional(1) : std::nullopt; };
  const Layer y = ep::vmap(scaled, {.in_axes = {axis, 0}, .out_axes = out})(stacked, Array{1., 10.});
  EXPECT_EQ(said_by_us(y.weight), "f32[2,2] [[ 1. 20.]\n [ 3. 40.]]");
  EXPECT_EQ(said_by_us(y.shift), "f32[2] [10. 20.]");
  EXPECT_EQ(said_by_us(ep::vmap([](Layer l) { return l.weight + l.shift; }, {.in_axes = axis})(stacked)), "f32[2,2] [[11. 23.]\n [12. 24.]]");
}

}  // namespace
