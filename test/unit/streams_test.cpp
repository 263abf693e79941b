// Streams of random keys where modules are copied and bodies are traced: nested mutate, scan and fori_loop inside of apply(tree, key).
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::Key;
using Words = std::vector<std::uint32_t>;

struct Noise {  // no leaf: static, as a Dropout is
  Words operator()() const { return ep::next_key(*this).data().to_vector<std::uint32_t>(); }
};
struct Drawer {
  ep::State calls = 0.f;
  Noise noise;
  Words operator()() {
    calls = calls + 1;
    return noise();
  }
};
struct Parent {
  Drawer a, b;
  ep::Immutable<Drawer> still = Drawer{};
  std::vector<Words> direct() { return {a(), b(), a()}; }
  std::vector<Words> nested() {
    std::vector<Words> words;
    const auto run = [&](auto mutated, Drawer& child) {
      words.push_back(mutated.output);
      child = mutated.tree;
    };
    run(ep::mutate(a)(), a);
    run(ep::mutate(&Drawer::operator())(b), b);
    run(ep::mutate([](Drawer& d) { return d(); })(a), a);
    return words;
  }
  std::vector<Words> nested_twice() {
    const auto outer = ep::mutate([](Parent& p) { return p.nested(); })(*this);
    return outer.output;
  }
  std::vector<Words> through_immutable() { return {still.mutate()().output, still.mutate(&Drawer::operator())().output}; }
};

TEST(Streams, NestedMutatesDrawFromTheirModulesStreams) {
  const auto direct = ep::apply(&Parent::direct, Parent{}, Key(7))();
  const auto nested = ep::apply(&Parent::nested, Parent{}, Key(7))();
  EXPECT_EQ(nested.output, direct.output);
  EXPECT_EQ(nested.tree.a.calls.item<float>(), 2);
  EXPECT_EQ(ep::apply(&Parent::nested_twice, Parent{}, Key(7))().output, direct.output);
  const auto still = ep::apply(&Parent::through_immutable, Parent{}, Key(7))().output;
  EXPECT_NE(still[0], still[1]);
  EXPECT_NE(still[0], direct.output[0]);
}

struct Walk {
  Noise noise;
  static Array draw(const Key& key) { return key.data(); }
  // Two draws of one stream and one of another in each iteration, then one more.
  std::vector<Words> by_hand() const {
    std::vector<Words> out;
    for (int i = 0; i < 3; ++i) {
      for (const Key& key : {ep::next_key(noise), ep::next_key(), ep::next_key(noise)}) out.push_back(key.data().to_vector<std::uint32_t>());
    }
    out.push_back(ep::next_key(noise).data().to_vector<std::uint32_t>());
    return out;
  }
  std::vector<Words> flat(const Array& stacked, const Key& after) const {
    std::vector<Words> out;
    const auto words = stacked.to_vector<std::uint32_t>();
    for (std::size_t i = 0; i < words.size(); i += 2) out.push_back({words[i], words[i + 1]});
    out.push_back(after.data().to_vector<std::uint32_t>());
    return out;
  }
  Array turn() const { return ep::stack({draw(ep::next_key(noise)), draw(ep::next_key()), draw(ep::next_key(noise))}); }
  std::vector<Words> scanned(bool reverse) const {
    const auto [carry, ys] = ep::scan([&](Array c) { return std::pair(c, turn()); }, Array(0.f), ep::none, {.length = 3, .reverse = reverse});
    return flat(ys, ep::next_key(noise));
  }
  std::vector<Words> with_xs() const {
    const auto [carry, ys] = ep::scan([&](Array c, Array x) { return std::pair(c + x, turn()); }, 0.0, ep::ones({3}));
    return flat(ys, ep::next_key(noise));
  }
  std::vector<Words> nested() const {
    const auto inner = [&](Array c) { return std::pair(c, draw(ep::next_key(noise))); };
    const auto [carry, ys] = ep::scan([&](Array c) { return std::pair(c, ep::scan(inner, c, ep::none, {.length = 2}).second); }, Array(0.f), ep::none, {.length = 2});
    return flat(ys, ep::next_key(noise));
  }
  std::vector<Words> nested_by_hand() const {
    std::vector<Words> out;
    for (int i = 0; i < 5; ++i) out.push_back(ep::next_key(noise).data().to_vector<std::uint32_t>());
    return out;
  }
  Array counted() const {
    return ep::fori_loop(0, 3, [&](Array, Array c) { return c ^ draw(ep::next_key(noise)); }, ep::zeros({2}, ep::u32));
  }
  Array counted_by_hand() const {
    Array c = ep::zeros({2}, ep::u32);
    for (int i = 0; i < 3; ++i) c = c ^ draw(ep::next_key(noise));
    return c;
  }
};

TEST(Streams, LoopsDrawWhatTheSameLoopByHandDraws) {
  const auto run = [](auto method, auto... args) { return ep::apply(method, Walk{}, Key(11))(args...).output; };
  const auto wanted = run(&Walk::by_hand);
  EXPECT_EQ(run(&Walk::scanned, false), wanted);
  EXPECT_EQ(run(&Walk::with_xs), wanted);
  // From the last slice to the first: the first iteration takes the last slice.
  auto backwards = run(&Walk::scanned, true);
  for (std::size_t k = 0; k < 3; ++k) std::swap(backwards[k], backwards[6 + k]);
  EXPECT_EQ(backwards, wanted);
  EXPECT_EQ(run(&Walk::nested), run(&Walk::nested_by_hand));
  EXPECT_TRUE(ep::equal(run(&Walk::counted), run(&Walk::counted_by_hand)));
}

}  // namespace
