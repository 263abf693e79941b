// replace, mutate and Immutable.
#include "espalier/dsl/mutate.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::Parameter;

struct Linear {
  Parameter weight, bias;
};
struct Counter {
  ep::State count;
  Array add(const Array& x) {
    count = x;
    return x;
  }
  float value() const { return count.item<float>(); }
};
struct Net {
  Linear in;
  std::vector<Linear> layers;
  Counter counter;
  std::map<int, Array> tables;
  std::optional<Linear> extra;
  std::variant<Array, Linear> either;
  ep::Immutable<Linear> fixed;
  std::pair<int, Array> pair;
  int depth = 1;
  std::string operator()(const std::string& text) {
    counter.add(Array(9.f));
    depth = 2;
    return text + "!";
  }
  void fail() {
    depth = 3;
    counter.count = {};
    throw std::runtime_error("half way");
  }
};

Array row(float a, float b) { return Array(std::vector<float>{a, b}); }
Linear linear(float x) { return {row(x, x), row(x + 1, x + 1)}; }
Net net() {
  return {linear(1), {linear(3), linear(5)}, {Array(0.f)}, {{7, Array(7.f)}}, linear(8), linear(10), linear(12), {1, Array(2.f)}};
}
float first(const Array& x) { return x.to_vector<float>()[0]; }

TEST(Replace, FollowsPaths) {
  const Net a = net();
  EXPECT_EQ(first(ep::replace<&Net::in>(a, linear(50)).in.bias), 51);
  EXPECT_EQ(first((ep::replace<&Net::in, &Linear::weight>(a, row(50, 0)).in.weight)), 50);
  EXPECT_EQ(first((ep::replace<&Net::layers, 1, &Linear::bias>(a, row(50, 0)).layers[1].bias)), 50);
  EXPECT_EQ(first((ep::replace<&Net::layers, -1, &Linear::bias>(a, row(50, 0)).layers[1].bias)), 50);
  EXPECT_EQ(first((ep::replace<&Net::tables, 7>(a, row(50, 0)).tables.at(7))), 50);
  EXPECT_EQ(first((ep::replace<&Net::extra, &Linear::weight>(a, row(50, 0)).extra->weight)), 50);
  EXPECT_EQ(first(std::get<Linear>(ep::replace<&Net::either, &Linear::weight>(a, row(50, 0)).either).weight), 50);
  EXPECT_EQ(first((ep::replace<&Net::fixed, &Linear::weight>(a, row(50, 0)).fixed->weight)), 50);
  EXPECT_EQ(first((ep::replace<&Net::pair, 1>(a, row(50, 0)).pair.second)), 50);
  EXPECT_EQ(ep::replace<&Net::depth>(a, 5).depth, 5);
  EXPECT_TRUE(ep::equal(a, net()));
}

TEST(Replace, TakesSeveralAtOnce) {
  const Net b = ep::replace(net(), ep::field<&Net::depth> = 4, ep::field<&Net::in, &Linear::bias> = row(60, 0));
  EXPECT_EQ(b.depth, 4);
  EXPECT_EQ(first(b.in.bias), 60);
  EXPECT_EQ(first(b.in.weight), 1);
}

TEST(Replace, KeepsShapeAndDtypeOfParameters) {
  try {
    (void)ep::replace<&Net::layers, 1>(net(), Linear{row(1, 1), Array(1.f)});
    FAIL() << "replaced";
  } catch (const ep::StructureError& error) {
    EXPECT_EQ(error.path, ".layers[1].bias");
    EXPECT_EQ(error.expected, "f32[2]");
    EXPECT_EQ(error.actual, "f32[]");
    EXPECT_NE(std::string(error.what()).find("mutate_test.cpp:"), std::string::npos);
  }
  EXPECT_THROW((ep::replace<&Net::in, &Linear::weight>(net(), Array({1, 2}))), ep::StructureError);
  EXPECT_NO_THROW((ep::replace<&Net::counter, &Counter::count>(net(), row(1, 2))));  // no Parameter
  EXPECT_NO_THROW((ep::replace<&Net::in, &Linear::weight>(net(), Array())));
  EXPECT_NO_THROW((ep::replace<&Net::layers>(net(), {linear(1)})));
}

TEST(Replace, NamesWhatIsNotThere) {
  try {
    (void)ep::replace<&Net::layers, 2, &Linear::bias>(net(), row(0, 0));
    FAIL() << "replaced";
  } catch (const ep::IndexError& error) {
    EXPECT_EQ(error.index, 2);
    EXPECT_EQ(error.size, 2);
  }
  Net a = net();
  a.extra = {};
  a.either = Array(1.f);
  EXPECT_THROW((ep::replace<&Net::extra, &Linear::bias>(a, row(0, 0))), ep::StructureError);
  EXPECT_THROW((ep::replace<&Net::either, &Linear::bias>(a, row(0, 0))), ep::StructureError);
  EXPECT_THROW((ep::replace<&Net::tables, 8>(a, row(0, 0))), ep::StructureError);
}

TEST(Mutate, RunsMethodsOnACopy) {
  const Counter zero{Array(0.f)};
  const auto [out, next] = ep::mutate(&Counter::add)(zero, Array(5.f));
  EXPECT_EQ(out.item<float>(), 5);
  EXPECT_EQ(next.count.item<float>(), 5);
  EXPECT_EQ(zero.count.item<float>(), 0);
}

TEST(Mutate, AcceptsConstMethodsFunctionsAndCallOperators) {
  const Net a = net();
  const auto [value, same] = ep::mutate(&Counter::value)(a.counter);
  EXPECT_EQ(value, 0);
  EXPECT_TRUE(ep::equal(same, a.counter));
  const auto [text, called] = ep::mutate(a)("hi");
  EXPECT_EQ(text, "hi!");
  EXPECT_EQ(called.depth, 2);
  EXPECT_EQ(first(called.counter.count), 9);  // children change too
  const auto [none, set] = ep::mutable_([](Net& n, int depth) { n.depth = depth; })(a, 6);
  static_assert(std::is_same_v<std::remove_const_t<decltype(none)>, ep::Nothing>);
  EXPECT_EQ(set.depth, 6);
  const auto [generic, written] = ep::mutate([](auto& n) { return ++n.depth; })(a);
  EXPECT_EQ(generic, 2);
  EXPECT_EQ(written.depth, 2);
  EXPECT_TRUE(ep::equal(a, net()));
}

TEST(Mutate, LeavesTheArgumentAloneWhenItThrows) {
  const Net a = net();
  EXPECT_THROW((void)ep::mutate(&Net::fail)(a), std::runtime_error);
  EXPECT_TRUE(ep::equal(a, net()));
  Net b = net();
  EXPECT_THROW((void)ep::mutate(&Net::fail)(std::move(b)), std::runtime_error);
  EXPECT_TRUE(ep::equal(b, net()));
}

TEST(Mutate, GivesOutputsOfTheirOwn) {
  const auto [child, next] = ep::mutate([](Net& n) -> Linear& { return n.in; })(net());
  static_assert(std::is_same_v<std::remove_const_t<decltype(child)>, Linear>);
  EXPECT_EQ(first(child.weight), 1);
}

TEST(Mutate, Nests) {
  const auto twice = [](Net& n) {
    auto [out, counter] = ep::mutate(&Counter::add)(n.counter, Array(4.f));
    EXPECT_EQ(n.counter.value(), 0);
    n.counter = counter;
    return out;
  };
  const auto [out, next] = ep::mutate(twice)(net());
  EXPECT_EQ(next.counter.value(), 4);
}

TEST(Mutate, CopiesWhatIsBehindPointers) {
  struct Owner {
    std::unique_ptr<Linear> child;
    void write() { child->weight = row(0, 0); }
  };
  Owner a{std::make_unique<Linear>(linear(1))};
  const auto [none, next] = ep::mutate(&Owner::write)(a);
  EXPECT_EQ(first(a.child->weight), 1);
  EXPECT_EQ(first(next.child->weight), 0);
}

TEST(Immutable, ReadsAndMakesNewOnes) {
  const ep::Immutable<Net> a(net());
  EXPECT_EQ(first(a->in.weight), 1);
  EXPECT_EQ((*a).depth, 1);
  const auto [text, called] = a.mutate()("hi");
  static_assert(std::is_same_v<std::remove_const_t<decltype(called)>, ep::Immutable<Net>>);
  EXPECT_EQ(called->depth, 2);
  const auto [out, next] = a.mutate([](Net& n, int k) { return n.depth += k; })(3);
  EXPECT_EQ(out, 4);
  EXPECT_EQ(next->depth, 4);
  EXPECT_EQ(a.replace<&Net::depth>(8)->depth, 8);
  EXPECT_EQ(a.replace(ep::field<&Net::depth> = 9)->depth, 9);
  EXPECT_EQ(first((a.replace<&Net::in, &Linear::weight>(row(3, 3))->in.weight)), 3);
  EXPECT_TRUE(ep::equal(a, ep::Immutable<Net>(net())));
}

TEST(Immutable, IsATreeLikeItsInside) {
  const ep::Immutable<Linear> fixed(linear(1));
  EXPECT_EQ(ep::leaves_with_path(fixed)[0].first, ".weight");
  const auto seen = ep::map([](const Array&) { return row(4, 4); }, fixed);
  EXPECT_EQ(first(seen->bias), 4);
  struct Scale {
    Parameter by;
    Array operator()(const Array& x) const { return x; }
  };
  EXPECT_EQ(ep::Immutable<Scale>(Scale{row(1, 1)})(Array(3.f)).item<float>(), 3);
  const ep::Immutable<ep::Immutable<Linear>> twice(fixed);
  EXPECT_EQ(ep::leaves(twice).size(), 2u);
  const auto [out, next] = fixed.mutate([](Linear& l) { l.bias = row(6, 6); })();
  EXPECT_EQ(first(next->bias), 6);
}

}  // namespace
