// apply(tree, key): random streams by path, and modules that must not change.
#include "espalier/dsl/mutate.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::Key;
using Words = std::vector<std::uint32_t>;

struct Noise {  // no leaf: static, as a Dropout is
  double rate = 0.5;
  Words operator()() const { return ep::next_key(*this).data().to_vector<std::uint32_t>(); }
};
struct Net {
  ep::State calls;
  Noise first, second;
  std::vector<Noise> more = {};
  std::vector<Words> operator()() {
    calls = Array(1.f);
    return {first(), second(), first(), ep::next_key().data().to_vector<std::uint32_t>()};
  }
  std::vector<Words> draw() const { return {second()}; }
};
struct Deeper {
  Noise added;
  Noise second;
  ep::Parameter weight;
  Words operator()() {
    added();
    return second();
  }
};

TEST(Key, HoldsItsWords) {
  EXPECT_EQ(Key(42).data().to_vector<std::uint32_t>(), (Words{0, 42}));
  EXPECT_EQ(Key(std::uint64_t{5} << 32 | 3).data().to_vector<std::uint32_t>(), (Words{5, 3}));
  EXPECT_EQ(Key(42).shape(), ep::Shape());
  EXPECT_EQ(Key(Array(Words{1, 2, 3, 4}, {2, 2})).shape(), ep::Shape(2));
  EXPECT_THROW(Key(Array({1, 2})), ep::DTypeError);
  EXPECT_THROW(Key(Array(Words{1, 2, 3})), ep::ShapeError);
  EXPECT_THROW(Key(42)[0], ep::IndexError);
  EXPECT_EQ(ep::leaves_with_info(std::tuple{Key(1)})[0].first.kind, "Key");
  EXPECT_TRUE(ep::equal(ep::filter<Key>(std::tuple{Key(1), Array(2.f)}), (std::tuple{Key(1), Array()})));
}

// JAX's split(key(42)) is fold_in of 0 and 1 in its partitionable mode; the words are those that JAX prints.
TEST(Key, FoldsInAsJax) {
  EXPECT_EQ(ep::detail::fold_in(Key(42), 0u, ep::Where{}).data().to_vector<std::uint32_t>(), (Words{1832780943u, 270669613u}));
  EXPECT_EQ(ep::detail::fold_in(Key(42), 1u, ep::Where{}).data().to_vector<std::uint32_t>(), (Words{64467757u, 2916123636u}));
  EXPECT_EQ(ep::detail::fold_in(Key(0), 0u, ep::Where{}).data().to_vector<std::uint32_t>(), (Words{1797259609u, 2579123966u}));
}

TEST(Apply, GivesEveryUseItsOwnStream) {
  const Net net{Array(0.f), {}, {}};
  const auto [words, next] = ep::apply(net, Key(1))();
  EXPECT_EQ(next.calls.item<float>(), 1);
  EXPECT_EQ(net.calls.item<float>(), 0);
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(words[i], words[j]) << i << " and " << j;
  }
  EXPECT_EQ(ep::apply(net, Key(1))().output, words);  // the same key, the same draws
  EXPECT_NE(ep::apply(net, Key(2))().output, words);
}

TEST(Apply, NamesStreamsByPath) {
  const Net net{Array(0.f), {}, {}};
  const Words second = ep::apply(net, Key(1))().output[1];
  EXPECT_EQ(ep::apply(&Net::draw, net, Key(1))().output[0], second);  // other draws do not shift it
  EXPECT_EQ(ep::apply(Deeper{}, Key(1))().output, second);            // nor does a layer more
}

TEST(Apply, MissesAKeyWithTheModulesPath) {
  const Net net{Array(0.f), {}, {}};
  try {
    (void)ep::apply(net)();
    FAIL() << "drew";
  } catch (const ep::MissingKey& error) {
    EXPECT_EQ(error.path, ".first");
    EXPECT_NE(std::string(error.what()).find("the Noise at .first needs a random key"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("apply(tree, key)"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("apply_test.cpp:"), std::string::npos);
  }
  EXPECT_THROW(Noise{}(), ep::MissingKey);
  EXPECT_THROW(ep::next_key(), ep::MissingKey);
}

TEST(Apply, RefusesChangesWhereImmutable) {
  struct Still {
    ep::Parameter weight;
    double rate = 0.5;
    bool writes_leaf = false, writes_static = false;
    float operator()() {
      if (writes_leaf) weight = Array(2.f);
      if (writes_static) rate = 0.25;
      return weight.item<float>();
    }
  };
  EXPECT_EQ(ep::apply(Still{Array(1.f)}, Key(1), ep::immutable)(), 1);
  const auto changed = [](Still still) -> std::string {
    try {
      ep::apply(still, Key(1), ep::immutable)();
    } catch (const ep::MutabilityError& error) {
      EXPECT_EQ(error.type, "Still");
      return error.path + "|" + error.member;
    }
    return "";
  };
  EXPECT_EQ(changed({Array(1.f), 0.5, true}), ".weight|weight");
  EXPECT_EQ(changed({Array(1.f), 0.5, false, true}), ".rate|rate");
}

}  // namespace
