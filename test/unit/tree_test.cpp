// Trees: reflection, leaves, paths, statics.
#include "espalier/dsl/tree.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::Parameter;

struct Drop {
  double rate = 0.5;
  bool train = true;
};
struct Linear {
  Parameter weight, bias;
};
struct Net {
  std::vector<Linear> layers;
  Drop drop;
  ep::BatchStat mean;
  std::string name = "net";
};

Array row(float a, float b) { return Array(std::vector<float>{a, b}); }
Linear linear(float x) { return {row(x, x + 1), row(x + 2, x + 3)}; }
Net net() { return {{linear(1), linear(5)}, {}, row(9, 10)}; }

std::vector<std::string> paths(const auto& tree) {
  std::vector<std::string> list;
  for (const auto& [path, leaf] : ep::leaves_with_path(tree)) list.push_back(path);
  return list;
}
using Paths = std::vector<std::string>;

TEST(Reflection, CountsMembersOfAllShapes) {
  struct None {};
  struct Empty {};
  struct Derived : Empty {
    Array a;
    int b = 0;
  };
  struct Renamed : Linear {};
  struct NoDefault {
    explicit NoDefault(int) {}
    bool operator==(const NoDefault&) const = default;
  };
  struct Odd {
    NoDefault first;
    std::unique_ptr<Linear> second;
    std::optional<int> third;
    std::variant<int, Array> fourth;
    std::array<Array, 3> fifth;
  };
  EXPECT_EQ(ep::tree::arity<None>.members, 0);
  EXPECT_EQ(ep::tree::arity<Net>.members, 4);
  EXPECT_EQ(ep::tree::arity<Derived>.members, 2);
  EXPECT_EQ(ep::tree::arity<Renamed>.members, 2);
  EXPECT_EQ(ep::tree::arity<Odd>.members, 5);
}

TEST(Reflection, ReachesSixtyFourMembers) {
  struct Wide {
    Array a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2, c3, c4, c5, c6, c7, d0, d1, d2, d3,
        d4, d5, d6, d7, e0, e1, e2, e3, e4, e5, e6, e7, f0, f1, f2, f3, f4, f5, f6, f7, g0, g1, g2, g3, g4, g5, g6, g7, h0,
        h1, h2, h3, h4, h5, h6, h7;
  };
  Wide wide;
  wide.h7 = 2.f;
  EXPECT_EQ(ep::tree::leaf_count(wide), 64u);
  EXPECT_EQ(paths(wide), Paths{".h7"});
}

TEST(Reflection, KnowsTreesFromStatics) {
  struct Recursive {
    Array x;
    std::vector<Recursive> children;
  };
  static_assert(ep::Leaf<Array> && ep::Leaf<Parameter> && !ep::Node<Array>);
  static_assert(ep::Node<Net> && ep::Node<std::vector<Net>> && ep::Node<std::map<std::string, Array>>);
  static_assert(ep::Node<std::tuple<int, Array>> && ep::Node<std::unique_ptr<Net>> && ep::Node<ep::Nothing>);
  static_assert(ep::Node<ep::Immutable<Net>> && ep::Node<Recursive>);
  static_assert(!ep::Tree<int> && !ep::Tree<Drop> && !ep::Tree<std::vector<int>> && !ep::Tree<std::string>);
  static_assert(!ep::Tree<ep::Static<Array>> && !ep::Tree<ep::Opaque<Net>>);
  Recursive tree{Array(1.f), {{Array(2.f), {}}, {Array(3.f), {{Array(4.f), {}}}}}};
  EXPECT_EQ(paths(tree), (Paths{".x", ".children[0].x", ".children[1].x", ".children[1].children[0].x"}));
}

enum class Side {
  left,
  right
};

TEST(Paths, SpellMembersIndicesAndKeys) {
  struct Everything {
    std::tuple<Array, int> tuple;
    std::pair<Array, Array> pair;
    std::map<std::string, Array> named;
    std::map<int, Linear> numbered;
    std::map<Side, Array> sided;
    std::optional<Linear> optional;
    std::variant<Array, Linear> variant;
    std::unique_ptr<Array> pointer;
    ep::Immutable<Linear> fixed;
    std::array<std::vector<Array>, 1> nested;
  };
  const Array one = 1.f;
  Everything e{{one, 2}, {one, one}, {{"a\"b", one}}, {{-3, {one, {}}}}, {{Side::right, one}}, Linear{one, {}}, Linear{{}, one}, std::make_unique<Array>(one), Linear{one, {}}, {{{one, one}}}};
  EXPECT_EQ(paths(e), (Paths{".tuple[0]", ".pair[0]", ".pair[1]", ".named[\"a\\\"b\"]", ".numbered[-3].weight", ".sided[1]",
                             ".optional.weight", ".variant.bias", ".pointer", ".fixed.weight", ".nested[0][0]", ".nested[0][1]"}));
  EXPECT_EQ(paths(one), Paths{""});
}

class Rotation {
 public:
  Rotation() = default;
  Rotation(Array angle, int steps) : angle_(angle), steps_(steps) {}

 private:
  Parameter angle_;
  int steps_ = 0;

 public:
  static constexpr auto fields = ep::fields<&Rotation::angle_, &Rotation::steps_>;
};
class Foreign {
 public:
  explicit Foreign(Array a) : a(a) {}
  Array a;
};

}  // namespace

template <> inline constexpr auto espalier::fields_of<Foreign> = espalier::fields<&Foreign::a>;

namespace {

TEST(Paths, NamePrivateAndForeignMembers) {
  EXPECT_EQ(paths(Rotation(1.f, 2)), Paths{".angle_"});
  EXPECT_EQ(paths(Foreign(1.f)), Paths{".a"});
  EXPECT_NE(ep::structure(Rotation(1.f, 2)), ep::structure(Rotation(1.f, 3)));
}

TEST(LeafInfo, TellsPathKindOwnerMember) {
  const auto list = ep::leaves_with_info(net());
  ASSERT_EQ(list.size(), 5u);
  const ep::LeafInfo& info = list[2].first;
  EXPECT_EQ(info.path, ".layers[1].weight");
  EXPECT_EQ(info.kind, "Parameter");
  EXPECT_EQ(info.owner, "Linear");
  EXPECT_EQ(info.member, "weight");
  EXPECT_EQ(info.shape, ep::Shape(2));
  EXPECT_EQ(info.dtype, ep::f32);
  EXPECT_EQ(to_string(info), ".layers[1].weight: Parameter f32[2]");
}

struct Lora : Parameter {
  using Parameter::Parameter;
  using Parameter::operator=;
};

TEST(LeafInfo, KnowsTheHierarchyOfKinds) {
  const auto infos = ep::leaves_with_info(std::tuple{Lora(1.f), ep::Cache(1.f), Array(1.f)});
  const ep::LeafInfo &lora = infos[0].first, &cache = infos[1].first, &array = infos[2].first;
  EXPECT_TRUE(lora.is<Lora>() && lora.is<Parameter>() && lora.is<Array>() && !lora.is<ep::State>());
  EXPECT_TRUE(cache.is<ep::ModelState>() && cache.is<ep::State>() && !cache.is<ep::BatchStat>() && !cache.is<Lora>());
  EXPECT_TRUE(array.is<Array>() && !array.is<Parameter>());
}

TEST(Kinds, AreArraysAndNeverWeak) {
  Parameter p = 2.0;
  EXPECT_FALSE(p.weak());
  p = 3;
  EXPECT_FALSE(p.weak());
  EXPECT_EQ(p.dtype(), ep::i32);
  p = Array(1.0);
  EXPECT_FALSE(p.weak());
  p = {1., 2.};
  EXPECT_EQ(p.shape(), ep::Shape(2));
  p = {};
  EXPECT_TRUE(p.is_nothing());
  Lora l = p;
  l = Array(1.0);
  EXPECT_FALSE(l.weak());
  const Array a = l;
  EXPECT_EQ(a.item<float>(), 1.f);
}

TEST(Statics, ArePartOfTheStructure) {
  Net a = net(), b = net();
  EXPECT_EQ(ep::structure(a), ep::structure(b));
  EXPECT_EQ(ep::structure(a).hash(), ep::structure(b).hash());
  b.layers[0].weight = row(100, 200);
  EXPECT_EQ(ep::structure(a), ep::structure(b));  // values are not
  b.drop.rate = 0.25;
  EXPECT_NE(ep::structure(a), ep::structure(b));
  EXPECT_EQ(ep::tree::first_static_difference(a, b), ".drop.rate: 0.5 -> 0.25");
  b = net();
  b.layers.pop_back();
  EXPECT_NE(ep::structure(a), ep::structure(b));
  EXPECT_EQ(ep::tree::first_static_difference(a, b), ".layers: size 2 -> size 1");
  b = net();
  b.layers[0].weight = {};
  EXPECT_NE(ep::structure(a), ep::structure(b));  // Nothing is no leaf
  EXPECT_EQ(ep::structure(a).leaf_count(), 5u);
  EXPECT_EQ(ep::structure(std::pair{Array(1.f), 2}).str(), "[0]: Array\n[1]: 2");
}

TEST(Statics, TellContainersApart) {
  using Either = std::variant<Array, Linear>;
  const auto differ = [](const auto& a, const auto& b) { return ep::structure(a) != ep::structure(b); };
  EXPECT_TRUE(differ(Either(Array(1.f)), Either(Linear{})));
  EXPECT_TRUE(differ(std::optional<Array>(), std::optional<Array>(1.f)));
  EXPECT_TRUE(differ(std::map<int, Array>{{1, 1.f}}, std::map<int, Array>{{2, 1.f}}));
  EXPECT_TRUE(differ(std::unique_ptr<Array>(), std::make_unique<Array>(1.f)));
  EXPECT_FALSE(differ(std::map<int, Array>{{1, 1.f}}, std::map<int, Array>{{1, 2.f}}));
}

TEST(Statics, CompareDoublesByBits) {
  const auto with = [](double x) { return std::pair{Array(1.f), x}; };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(ep::structure(with(nan)), ep::structure(with(nan)));
  EXPECT_NE(ep::structure(with(0.0)), ep::structure(with(-0.0)));
}

TEST(Statics, WrappersCompareByValueAndByIdentity) {
  const auto with = [](auto s) { return std::pair{Array(1.f), s}; };
  EXPECT_EQ(ep::structure(with(ep::Static{row(1, 2)})), ep::structure(with(ep::Static{row(1, 2)})));
  EXPECT_NE(ep::structure(with(ep::Static{row(1, 2)})), ep::structure(with(ep::Static{row(1, 3)})));
  const auto f = [k = 1] { return k; };
  const ep::Opaque first{f}, second{f};
  const auto copy = first;
  EXPECT_EQ(ep::structure(with(first)), ep::structure(with(copy)));
  EXPECT_NE(ep::structure(with(first)), ep::structure(with(second)));
  const ep::Static wrapped{row(1, 2)};
  const auto& inner = static_cast<const Array&>(wrapped);
  EXPECT_EQ(inner.shape(), ep::Shape(2));
}

TEST(Names, AreThoseOfTheSource) {
  struct Local {
    Array first;
    int second = 0;
  };
  static_assert(ep::tree::type_name<Local> == "Local");
  static_assert(ep::tree::member_names<Local>[1] == "second");
  static_assert(ep::tree::type_name<std::vector<Local>> == "vector");
  EXPECT_EQ(paths(Local{Array(1.f)}), Paths{".first"});
}

}  // namespace
