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

// What a turn draws is known when its body was traced, and not by tracing it twice: loops in loops would double that.
int bodies_run = 0;
struct Nest {
  Noise noise;
  Array turn(const Array& x) const {
    ++bodies_run;
    return x ^ Walk::draw(ep::next_key(noise));
  }
  template <int depth> Array loops(const Array& x) const {
    if constexpr (depth == 0) return turn(x);
    else return ep::fori_loop(0, 2, [&](Array, Array c) { return loops<depth - 1>(c); }, x);
  }
  Array operator()(Array x) const { return loops<5>(x); }
  Array by_hand(Array x) const {
    for (int i = 0; i < 32; ++i) x = turn(x);
    return x;
  }
};
TEST(Streams, LoopsThatDrawTraceTheirBodiesOnce) {
  const Array start = ep::zeros({2}, ep::u32);
  bodies_run = 0;
  const Array looped = ep::apply(Nest{}, Key(5))(start).output;
  EXPECT_EQ(bodies_run, 1);
  EXPECT_TRUE(ep::equal(looped, ep::apply(&Nest::by_hand, Nest{}, Key(5))(start).output));
}
// A carry whose dtype settles is traced twice, and draws what the second trace draws.
struct Settling {
  Noise noise;
  Array operator()() const {
    return ep::fori_loop(0, 3, [&](Array, Array c) { return c + Walk::draw(ep::next_key(noise))[0].as(ep::f32); }, Array(0.0)) + Walk::draw(ep::next_key(noise))[0].as(ep::f32);
  }
  Array by_hand() const {
    Array c = 0.f;
    for (int i = 0; i < 4; ++i) c = c + Walk::draw(ep::next_key(noise))[0].as(ep::f32);
    return c;
  }
};
TEST(Streams, LoopsThatSettleDrawOnce) {
  EXPECT_EQ(ep::apply(Settling{}, Key(5))().output.item<float>(), ep::apply(&Settling::by_hand, Settling{}, Key(5))().output.item<float>());
}

}  // namespace
