// Functions on trees: choosing, merging, mapping, taking apart and printing.
#include "espalier/dsl/tree.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::Parameter;

struct Drop {
  double rate = 0.5;
};
struct Linear {
  Parameter weight, bias;
};
struct Net {
  std::vector<Linear> layers;
  Drop drop;
  ep::BatchStat mean;
};

Array row(float a, float b) { return Array(std::vector<float>{a, b}); }
Linear linear(float x) { return {row(x, x + 1), row(x + 2, x + 3)}; }
Net net() { return {{linear(1), linear(5)}, {}, row(9, 10)}; }
bool is_bias(const ep::LeafInfo& info) { return info.member == "bias"; }
bool is_first(const ep::LeafInfo& info) { return info.path.starts_with(".layers[0]"); }
float first(const Array& x) { return x.to_vector<float>()[0]; }

std::vector<std::string> paths(const auto& tree) {
  std::vector<std::string> list;
  for (const auto& [path, leaf] : ep::leaves_with_path(tree)) list.push_back(path);
  return list;
}
using Paths = std::vector<std::string>;

enum class Side {
  left,
  right
};
struct Sided {
  Array x;
  Side a, b, c;
};

TEST(Filter, KeepsKindsAndPredicatesTogether) {
  EXPECT_EQ(paths(ep::filter<Parameter>(net())), (Paths{".layers[0].weight", ".layers[0].bias", ".layers[1].weight", ".layers[1].bias"}));
  EXPECT_EQ(paths(ep::filter<ep::State>(net())), Paths{".mean"});  // BatchStat is a State
  EXPECT_EQ(paths(ep::filter<Parameter>(net(), is_bias, is_first)), Paths{".layers[0].bias"});
  EXPECT_EQ((paths(ep::filter<Parameter, ep::State>(net()))), Paths{});
  EXPECT_EQ(paths(ep::filter(net(), is_first)), (Paths{".layers[0].weight", ".layers[0].bias"}));
  EXPECT_EQ(paths(ep::filter(net())), paths(net()));
}

struct Lora : Parameter {
  using Parameter::Parameter;
  using Parameter::operator=;
};

TEST(Filter, KnowsKindsOfUsers) {
  struct Adapted {
    Parameter weight;
    Lora low;
  };
  const Adapted a{row(1, 2), row(3, 4)};
  EXPECT_EQ(paths(ep::filter<Lora>(a)), Paths{".low"});
  EXPECT_EQ(paths(ep::filter<Parameter>(a)), (Paths{".weight", ".low"}));  // a Lora is a Parameter
  EXPECT_EQ(ep::leaves_with_info(a)[1].first.kind, "Lora");
}

TEST(Filter, TakesContainersAsTheyAre) {
  std::map<std::string, std::vector<Array>> named;
  named["a"] = {row(1, 2), row(3, 4)};
  named["b"] = {Array{}};
  const std::tuple tree{named, linear(5)};
  const auto plain = [](const ep::LeafInfo& info) { return info.kind == "Array"; };
  EXPECT_EQ(paths(ep::filter(tree, plain)), (Paths{"[0][\"a\"][0]", "[0][\"a\"][1]"}));
  EXPECT_EQ(paths(ep::filter<Parameter>(tree)), (Paths{"[1].weight", "[1].bias"}));
  EXPECT_EQ(paths(ep::filter<Parameter>(named)), Paths{});
  EXPECT_TRUE(ep::equal(ep::merge(ep::filter(tree, plain), ep::filter<Parameter>(tree)), tree));
}

TEST(Partition, IsFilterAndItsComplement) {
  const auto [bias, rest] = ep::partition<Parameter>(net(), is_bias);
  EXPECT_EQ(paths(bias), (Paths{".layers[0].bias", ".layers[1].bias"}));
  EXPECT_EQ(paths(rest), (Paths{".layers[0].weight", ".layers[1].weight", ".mean"}));
  EXPECT_TRUE(ep::equal(ep::merge(bias, rest), net()));
  EXPECT_TRUE(ep::equal(ep::merge(rest, bias), net()));
}

TEST(Merge, TakesTheRightMostThatIsThere) {
  Net a = net(), b = ep::filter(net(), is_first), c = ep::filter(net(), is_bias);
  b.layers[0].weight = row(100, 0);
  b.layers[0].bias = row(200, 0);
  c.layers[0].bias = row(300, 0);
  const Net m = ep::merge(a, b, c);
  EXPECT_EQ(first(m.layers[0].weight), 100);
  EXPECT_EQ(first(m.layers[0].bias), 300);
  EXPECT_EQ(first(m.layers[1].weight), 5);
  EXPECT_EQ(first(ep::merge(a, b, c, a, net()).layers[0].bias), 3);
}

TEST(Merge, WantsEqualStaticsUnlessTold) {
  Net a = net(), b = net();
  b.drop.rate = 0.25;
  b.mean = row(0, 0);
  try {
    ep::merge(a, b);
    FAIL() << "merged";
  } catch (const ep::StructureError& error) {
    EXPECT_EQ(error.path, ".drop.rate");
    EXPECT_EQ(error.expected, "0.5");
    EXPECT_EQ(error.actual, "0.25");
    EXPECT_NE(std::string(error.what()).find("tree_functions_test.cpp:"), std::string::npos);
  }
  const Net m = ep::merge(ep::ignore_static, a, b);
  EXPECT_EQ(m.drop.rate, 0.5);  // the first tree's
  EXPECT_EQ(first(m.mean), 0);
  b.layers.pop_back();
  EXPECT_THROW(ep::merge(ep::ignore_static, a, b), ep::StructureError);  // the leaves cannot be told apart
}

TEST(Map, KeepsWhatItDoesNotSelect) {
  const auto nine = [](const Array&) { return row(99, 99); };
  const Net all = ep::map(nine, net()), some = ep::map<Parameter>(nine, net(), is_bias);
  EXPECT_EQ(first(all.mean), 99);
  EXPECT_EQ(first(some.layers[0].bias), 99);
  EXPECT_EQ(first(some.layers[0].weight), 1);
  EXPECT_EQ(first(some.mean), 9);
  int calls = 0;
  const auto counting = [&](const Array& x) { ++calls; return x; };
  ep::map(counting, ep::filter(net(), is_bias));
  EXPECT_EQ(calls, 2);  // Nothing is skipped
}

TEST(Map, ToNothingEmptiesTheLeaf) {
  const auto none = [](const Array&) { return Array(); };
  EXPECT_EQ(paths(ep::map(none, net())), Paths{});
  EXPECT_EQ(paths(ep::map<Parameter>(none, net(), is_bias)), (Paths{".layers[0].weight", ".layers[1].weight", ".mean"}));
}

TEST(Map, TakesSeveralTrees) {
  const Net some = ep::filter(net(), is_bias);
  const auto second = [](const Array&, const Array& y) { return y; };
  Net b = net();
  b.layers[1].bias = row(42, 0);
  EXPECT_EQ(first(ep::map(second, net(), b).layers[1].bias), 42);
  EXPECT_EQ(paths(ep::map(second, net(), some)), paths(net()));
  b.drop.rate = 0;
  EXPECT_THROW(ep::map(second, net(), b), ep::StructureError);
}

TEST(Map, GivesPathsAndSubtrees) {
  const Net marked = ep::map_with_info([](const ep::LeafInfo& info, const Array& x) { return info.is<ep::State>() ? row(0, 0) : x; }, net());
  EXPECT_EQ(first(marked.mean), 0);
  EXPECT_EQ(first(marked.layers[0].weight), 1);
  std::string order;
  struct Visit {
    std::string* order;
    Linear operator()(Linear l) const {
      *order += 'l';
      return {l.bias, l.weight};
    }
    Net operator()(Net n) const {
      *order += 'n';
      EXPECT_EQ(first(n.layers[0].weight), 3);
      return n;
    }
  };
  const Net swapped = ep::map_subtrees(Visit{&order}, net());
  EXPECT_EQ(order, "lln");  // children first
  EXPECT_EQ(first(swapped.layers[0].weight), 3);
}

TEST(Reduce, FoldsTheLeavesInOrder) {
  EXPECT_EQ(ep::reduce([](float sum, const Array& x) { return sum * 2 + first(x); }, linear(1), 0.f), 1 * 2 + 3);
  EXPECT_EQ(ep::count(net()), 10);
  EXPECT_EQ(ep::count<Parameter>(net()), 8);
  EXPECT_EQ(ep::nbytes<ep::State>(net()), 8);
}

TEST(Leaves, GoBackIntoATree) {
  const Net a = net();
  EXPECT_EQ(ep::leaves(a).size(), 5u);
  EXPECT_TRUE(ep::equal(ep::unflatten(a, ep::leaves(a)), a));
  const Net some = ep::filter(a, is_bias);
  const Net filled = ep::unflatten(some, std::vector<Array>{row(7, 7), row(8, 8)});
  EXPECT_EQ(paths(filled), paths(some));
  EXPECT_EQ(first(filled.layers[1].bias), 8);
  EXPECT_THROW(ep::unflatten(a, std::vector<Array>{row(7, 7)}), ep::StructureError);
}

TEST(Equal, ComparesStaticsAndElements) {
  Net a = net(), b = net();
  EXPECT_TRUE(ep::equal(a, b) && ep::allclose(a, b));
  b.mean = row(9, 10.00005f);
  EXPECT_FALSE(ep::equal(a, b));
  EXPECT_TRUE(ep::allclose(a, b));
  EXPECT_FALSE(ep::allclose(a, b, {.rtol = 1e-7}));
  b = net();
  b.drop.rate = 0;
  EXPECT_FALSE(ep::equal(a, b) || ep::allclose(a, b));
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(ep::allclose(row(nan, 1), row(nan, 1)));
  EXPECT_TRUE(ep::allclose(row(nan, 1), row(nan, 1), {.equal_nan = true}));
  EXPECT_TRUE(ep::allclose(row(inf, -inf), row(inf, -inf)));
  EXPECT_FALSE(ep::allclose(row(inf, 0), row(-inf, 0)));
  EXPECT_FALSE(ep::equal(row(1, 2), Array(std::vector<double>{1, 2})));
}

TEST(Copy, IsDeepBehindPointers) {
  struct Owner {
    std::unique_ptr<Linear> child;
    std::vector<std::unique_ptr<Array>> list;
    int n = 0;
  };
  Owner a;
  a.child = std::make_unique<Linear>(linear(1));
  a.list.push_back(std::make_unique<Array>(row(3, 4)));
  a.n = 7;
  Owner b = ep::copy(a);
  EXPECT_NE(a.child.get(), b.child.get());
  EXPECT_NE(a.list[0].get(), b.list[0].get());
  EXPECT_TRUE(ep::equal(a, b));
  b.child->weight = row(0, 0);
  EXPECT_EQ(first(a.child->weight), 1);
  EXPECT_FALSE(ep::equal(a, b));
}

TEST(Freeze, IsAStaticOfTheLeaf) {
  const Net a = net(), b = ep::freeze(a, is_first);
  EXPECT_TRUE(b.layers[0].weight.frozen && b.layers[0].bias.frozen && !b.layers[1].weight.frozen);
  EXPECT_NE(ep::structure(a), ep::structure(b));
  EXPECT_EQ(ep::tree::first_static_difference(a, b), ".layers[0].weight: not frozen -> frozen");
  EXPECT_EQ(ep::structure(a), ep::structure(ep::unfreeze(b)));
  EXPECT_TRUE(ep::leaves_with_info(b)[0].first.frozen);
}

TEST(Ravel, GoesThereAndBack) {
  const auto [flat, unravel] = ep::ravel_tree(net());
  EXPECT_EQ(flat.to_vector<float>(), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_TRUE(ep::equal(unravel(flat), net()));
  EXPECT_THROW(unravel(row(1, 2)), ep::ShapeError);
  const std::pair mixed{Array({1, 2}), row(3, 4)};
  const auto [both, back] = ep::ravel_tree(mixed);
  EXPECT_EQ(both.dtype(), ep::f32);
  EXPECT_TRUE(ep::equal(back(both), mixed));
  EXPECT_EQ(ep::ravel_tree(ep::nothing).first.size(), 0);
}

TEST(Text, IsAlignedWithStaticsAndKinds) {
  EXPECT_EQ(ep::to_string(net(), {.color = false}), R"(Net {
    layers: vector [
        Linear {
            weight: f32[2],    Parameter
            bias: f32[2],      Parameter
        },
        Linear {
            weight: f32[2],    Parameter
            bias: f32[2],      Parameter
        },
    ],
    drop: Drop{.rate = 0.5},
    mean: f32[2],              BatchStat
})");
  const std::string bare = ep::to_string(ep::freeze(ep::filter(linear(1), is_bias)), {.statics = false, .color = true});
  EXPECT_EQ(bare, "Linear {\n    weight: Nothing,    \x1b[36mParameter frozen\x1b[0m\n    bias: f32[2],       \x1b[36mParameter frozen\x1b[0m\n}");
  EXPECT_NE(ep::to_string(Sided{Array(1.f), Side::right, static_cast<Side>(9), static_cast<Side>(-1)}, {.color = false}).find("a: right,\n    b: Side(9),\n    c: Side(-1)"), std::string::npos);
  EXPECT_NE(ep::to_string(linear(1), {.values = true, .color = false}).find("\n        [1. 2.]"), std::string::npos);
}

TEST(Text, IsJson) {
  struct Odd {
    std::map<std::string, Array> named;
    std::optional<Array> none;
    std::string text = "a\"\n";
    double infinite = std::numeric_limits<double>::infinity();
    Drop drop;
    bool flag = true;
  };
  Odd odd;
  odd.named["k"] = row(1, 2);
  odd.named["n"] = {};
  EXPECT_EQ(ep::to_json(odd), R"({"named":{"k":{"kind":"Array","dtype":"f32","shape":[2]},"n":null},"none":null,"text":"a\"\n",)"
                              R"("infinite":"inf","drop":{"rate":0.5},"flag":true})");
}

}  // namespace
