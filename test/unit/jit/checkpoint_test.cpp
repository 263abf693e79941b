// checkpoint: the same derivatives from less memory.
#include <gtest/gtest.h>

#include <functional>

#include "espalier/dsl/debug.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "../numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;
using ep::numpy_rows::f64_of;

const std::vector<std::pair<const char*, ep::CheckpointPolicy>>& every_policy() {
  static const std::vector<std::pair<const char*, ep::CheckpointPolicy>> all = {
      {"everything", ep::policies::everything_saveable},
      {"nothing", ep::policies::nothing_saveable},
      {"dots", ep::policies::dots_saveable},
      {"dots without batch", ep::policies::dots_with_no_batch_dims_saveable},
      {"names", ep::policies::save_names({"hidden", "other"})},
  };
  return all;
}

const auto near_to = [](const Array& ours, const Array& wanted) {
  EXPECT_TRUE(ep::allclose(ours, wanted, {.rtol = 1e-12, .atol = 1e-13})) << ours << "\n"
                                                                          << wanted;
};
std::size_t count(const std::string& text, const std::string& word) {
  std::size_t n = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

Array layer(Array x, Array w) { return tanh(matmul(sin(checkpoint_name(matmul(x, w), "hidden")), transpose(w))); }

TEST(Checkpoint, HasTheDerivativesOfTheFunction) {
  const Array x = reshape(ep::arange(6.0), {2, 3}).as(f64) / 10, w = reshape(ep::arange(12.0), {3, 4}).as(f64) / 7 - 1;
  const auto plain = [](Array x, Array w) { return sum(layer(layer(x, w), w) * x); };
  for (const auto& [name, policy] : every_policy()) {
    SCOPED_TRACE(name);
    const auto kept = ep::checkpoint(layer, {.policy = policy});
    const auto ours = [&](Array x, Array w) { return sum(kept(kept(x, w), w) * x); };
    near_to(ours(x, w), plain(x, w));
    near_to(ep::jit(ours)(x, w), plain(x, w));
    near_to(ep::grad(ours, ep::argnums<1>)(x, w), ep::grad(plain, ep::argnums<1>)(x, w));
    near_to(ep::jit(ep::grad(ours))(x, w), ep::grad(plain)(x, w));
    near_to(ep::grad(ep::jit(ours))(x, w), ep::grad(plain)(x, w));
    const auto along = std::tuple{x * 2, w};
    near_to(ep::jvp(ours, std::tuple{x, w}, along).second, ep::jvp(plain, std::tuple{x, w}, along).second);
    const auto second = [&](const auto& f) { return [&f](Array x, Array w) { return sum(square(ep::grad(f)(x, w))); }; };
    near_to(ep::grad(second(ours), ep::argnums<1>)(x, w), ep::grad(second(plain), ep::argnums<1>)(x, w));
    near_to(ep::jit(ep::grad(second(ours)))(x, w), ep::grad(second(plain))(x, w));
    const auto both = ep::checkpoint([&](Array x, Array w) { return kept(kept(x, w), w) * x; }, {.policy = policy});  // nested
    near_to(ep::jit(ep::grad([&](Array x, Array w) { return sum(both(x, w)); }))(x, w), ep::grad(plain)(x, w));
    const Array xs = ep::stack({x, x * x, 1 - x});
    const auto each = [&](const auto& f) { return ep::vmap(ep::grad(f), {.in_axes = {0, ep::none}}); };
    near_to(each(ours)(xs, w), each(plain)(xs, w));
    near_to(ep::jit(ep::grad([&](Array w) { return sum(ep::vmap(kept, {.in_axes = {0, ep::none}})(xs, w)); }))(w), ep::grad([&](Array w) { return sum(ep::vmap(layer, {.in_axes = {0, ep::none}})(xs, w)); })(w));
  }
}

TEST(Checkpoint, StandsInLoopsAndBranches) {
  const Array start = f64_of({0.3, -0.2, 0.9}), xs = reshape(ep::arange(15.0), {5, 3}).as(f64) / 9, w = reshape(ep::arange(9.0), {3, 3}).as(f64) / 9 - 0.5;
  const auto turn = [](Array c, Array x, Array w) { return tanh(matmul(w, c) + sin(checkpoint_name(x * c, "hidden"))); };
  for (const auto& [name, policy] : every_policy()) {
    SCOPED_TRACE(name);
    const auto kept = ep::checkpoint(turn, {.policy = policy});
    const auto through = [&](const auto& f) {
      return [&](Array start, Array w) {
        const auto [last, ys] = ep::scan([&](Array c, Array x) { const Array next = f(c, x, w); return std::pair{next, sum(next)}; }, start, xs);
        return sum(last * last) + sum(ys);
      };
    };
    near_to(ep::grad(through(kept), ep::argnums<1>)(start, w), ep::grad(through(turn), ep::argnums<1>)(start, w));
    near_to(ep::jit(ep::grad(through(kept)))(start, w), ep::grad(through(turn))(start, w));
    // What a body captures is differentiated too; a loop is computed again.
    const auto loop = ep::checkpoint([&](Array start) { return through(kept)(start, w); }, {.policy = policy});
    near_to(ep::jit(ep::grad(loop))(start), ep::grad(through(turn))(start, w));
    const auto captured = [&](Array w) { return ep::checkpoint([&](Array c) { return turn(c, xs[0], w); }, {.policy = policy})(start); };
    near_to(ep::jacrev(captured)(w), ep::jacfwd([&](Array w) { return turn(start, xs[0], w); })(w));
    const auto chosen = [&](const auto& f) { return [&](Array c) { return sum(ep::cond(sum(c) > 0, [&](Array c) { return f(c, xs[1], w); }, [](Array c) { return c; }, c)); }; };
    near_to(ep::jit(ep::grad(chosen(kept)))(start), ep::grad(chosen(turn))(start));
    near_to(ep::jit(ep::grad([&](Array c) { return sum(ep::while_loop([](Array c) { return sum(c * c) < 2; }, [&](Array c) { return 1.5 * kept(c, xs[1], w) + c; }, c, {.max_steps = 9})); }))(start),
            ep::grad([&](Array c) { return sum(ep::while_loop([](Array c) { return sum(c * c) < 2; }, [&](Array c) { return 1.5 * turn(c, xs[1], w) + c; }, c, {.max_steps = 9})); })(start));
  }
}

// Layers whose hidden values are eight times their input.
Array deep(Array x, Array w, const ep::CheckpointPolicy& policy) {
  for (int i = 0; i < 8; ++i) {
    x = ep::checkpoint([&](Array x) {
      const Array hidden = sin(matmul(x, w));
      return x + 0.1 * matmul(exp(-hidden * hidden), transpose(w));
    }, {.policy = policy})(x);
  }
  return sum(x * x);
}
TEST(Checkpoint, HoldsLessMemory) {
  const Array x = ep::ones({64, 64}), w = ep::full({64, 512}, 0.01);
  const auto arena = [&](const ep::CheckpointPolicy& policy) { return ep::jit(ep::grad([&](Array x) { return deep(x, w, policy); })).lower(x).cost().arena_bytes; };
  const std::int64_t hidden = 64 * 512 * 4, input = 64 * 64 * 4;
  const auto all = arena(ep::policies::everything_saveable), none = arena(ep::policies::nothing_saveable), dots = arena(ep::policies::dots_saveable);
  EXPECT_GT(all, 8 * hidden) << "each layer's hidden values wait for its derivative";
  EXPECT_LT(none, 9 * input + 4 * hidden) << "those of one layer at a time, and all inputs";
  EXPECT_LT(none, all / 2);
  EXPECT_GT(dots, 8 * hidden) << "these are products";
  RecordProperty("all", std::to_string(all) + " nothing " + std::to_string(none) + " dots " + std::to_string(dots));
  const auto grad = [&](const ep::CheckpointPolicy& policy) { return ep::jit(ep::grad([&](Array x, Array w) { return deep(x, w, policy); }, ep::argnums<1>))(x, w); };
  EXPECT_TRUE(ep::allclose(grad(ep::policies::nothing_saveable), grad(ep::policies::everything_saveable), {.rtol = 1e-4}));
}

// In a loop: what is stacked for the way back.
TEST(Checkpoint, HoldsLessMemoryInLoops) {
  const Array x = ep::ones({64, 64}), w = ep::full({64, 512}, 0.01);
  const auto arena = [&](const ep::CheckpointPolicy& policy) {
    const auto loss = [&](Array x, Array w) {
      const auto turn = ep::checkpoint([&](Array x) { return x + 0.1 * matmul(exp(-sin(matmul(x, w))), transpose(w)); }, {.policy = policy});
      return sum(ep::fori_loop(0, 32, [&](Array, Array x) { return turn(x); }, x));
    };
    return ep::jit(ep::grad(loss, ep::argnums<1>)).lower(x, w).cost().arena_bytes;
  };
  const std::int64_t hidden = 64 * 512 * 4, input = 64 * 64 * 4;
  EXPECT_GT(arena(ep::policies::everything_saveable), 32 * hidden);
  EXPECT_LT(arena(ep::policies::nothing_saveable), 34 * input + 8 * hidden);
}

// Around a loop, and around loops in loops: each iteration saves what the policy says, and the rest runs again, with the same derivatives.
TEST(Checkpoint, SavesWithinLoops) {
  const Array x = f64_of({0.3, -0.2, 0.9, 0.4}), w = reshape(ep::arange(16.0), {4, 4}).as(f64) / 16 - 0.4, xs = reshape(ep::arange(24.0), {6, 4}).as(f64) / 9;
  const auto turn = [&](Array c, Array x, Array w) { return tanh(checkpoint_name(matmul(w, sin(c)), "hidden") * x); };
  const auto loop = [&](Array c, Array w) {
    const auto [last, ys] = ep::scan([&](Array c, Array x) { const Array next = turn(c, x, w); return std::pair{next, sum(next)}; }, c, xs);
    return last * sum(ys);
  };
  const auto nested = [&](Array c, Array w) {
    return ep::fori_loop(0, 3, [&](Array, Array c) { return ep::jit([&](Array c) { return loop(c, w); })(c); }, c);
  };
  const auto products = [&](const auto& f, const ep::CheckpointPolicy& policy) {
    const auto loss = [&](Array c, Array w) { return sum(ep::checkpoint(f, {.policy = policy})(c, w)); };
    return count(ep::jit(ep::value_and_grad(loss)).lower(x, w).text("graph"), " = dot ");
  };
  // Forward, again, and back; what is saved is not computed again.
  EXPECT_EQ(products(loop, ep::policies::nothing_saveable), 3u);
  EXPECT_EQ(products(loop, ep::policies::dots_saveable), 2u);
  EXPECT_EQ(products(loop, ep::policies::save_names({"hidden"})), 2u);
  EXPECT_EQ(products(loop, ep::policies::save_names({"other"})), 3u);
  EXPECT_EQ(products(nested, ep::policies::dots_saveable), 2u);
  for (const auto& [name, policy] : every_policy()) {
    SCOPED_TRACE(name);
    const auto compare = [&, policy = policy](const auto& f) {
      const auto kept = [&](Array c, Array w) { return sum(square(ep::checkpoint(f, {.policy = policy})(c, w))); };
      const auto plain = [&](Array c, Array w) { return sum(square(f(c, w))); };
      near_to(ep::grad(kept, ep::argnums<1>)(x, w), ep::grad(plain, ep::argnums<1>)(x, w));
      near_to(ep::jit(ep::grad(kept))(x, w), ep::grad(plain)(x, w));
      near_to(ep::jit(ep::vmap(ep::grad(kept), {.in_axes = {0, ep::none}}))(xs, w), ep::vmap(ep::grad(plain), {.in_axes = {0, ep::none}})(xs, w));
      const auto second = [&](const auto& g) { return [&g](Array c, Array w) { return sum(square(ep::grad(g)(c, w))); }; };
      near_to(ep::jit(ep::grad(second(kept), ep::argnums<1>))(x, w), ep::grad(second(plain), ep::argnums<1>)(x, w));
    };
    compare(loop);
    compare(nested);
  }
}

TEST(Checkpoint, SavesWhatThePolicySays) {
  const Array x = ep::ones({4, 3, 5}), w = ep::ones({4, 5, 6}), v = ep::ones({6, 2});
  const auto products = [&](const ep::CheckpointPolicy& policy) {
    const auto f = ep::checkpoint([&](Array x) {
      const Array batched = sin(checkpoint_name(matmul(x, w), "batched"));
      return sin(checkpoint_name(matmul(sin(batched), v), "plain"));
    }, {.policy = policy});
    return count(ep::jit(ep::value_and_grad([&](Array x) { return sum(f(x)); })).lower(x).text("graph"), " = dot ");
  };
  const std::size_t all = products(ep::policies::everything_saveable);  // two, and one back through each
  EXPECT_EQ(all, 4u);
  EXPECT_EQ(products(ep::policies::dots_saveable), all);
  EXPECT_EQ(products(ep::policies::dots_with_no_batch_dims_saveable), all + 1) << "the one with a batch axis is computed again";
  EXPECT_EQ(products(ep::policies::save_names({"batched"})), all + 1);
  EXPECT_EQ(products(ep::policies::save_names({"batched", "plain"})), all);
  EXPECT_EQ(products(ep::policies::save_names({"other"})), all + 2);
  EXPECT_EQ(products(ep::policies::nothing_saveable), all + 2);
}

TEST(CheckpointName, IsTheValue) {
  const Array x = f64_of({1, 2});
  near_to(checkpoint_name(x, "a"), x);
  near_to(ep::jit([](Array x) { return checkpoint_name(x, "a"); })(x), x);
  near_to(ep::grad([](Array x) { return sum(square(checkpoint_name(x, "a"))); })(x), 2 * x);
  near_to(ep::linear_transpose([](Array x) { return checkpoint_name(x, "a") * 3; }, x)(x), 3 * x);
  EXPECT_THROW((void)checkpoint_name(x, ""), ep::ArgumentError);
}

TEST(Barrier, IsTheValueInEveryTransform) {
  const Array x = f64_of({1, 2, 3});
  const auto f = [](Array x) {
    const auto [a, b] = ep::debug::barrier(std::pair{x * x, 2 * x});
    return a * b;
  };
  const auto total = [&](Array x) { return sum(f(x)); };
  near_to(f(x), 2 * x * x * x);
  near_to(ep::jit(f)(x), 2 * x * x * x);
  near_to(ep::grad(total)(x), 6 * x * x);
  near_to(ep::jit(ep::grad(total))(x), 6 * x * x);
  near_to(ep::jit(ep::grad([&](Array x) { return sum(ep::grad(total)(x)); }))(x), 12 * x);
  near_to(ep::jvp(f, x, x).second, 6 * x * x * x);
  near_to(ep::jit(ep::vmap(f))(ep::stack({x, x + 1})), ep::stack({f(x), f(x + 1)}));
  near_to(ep::jit([&](Array x) { return ep::fori_loop(0, 3, [](Array, Array c) { return ep::debug::barrier(c * 2); }, x); })(x), 8 * x);
  near_to(ep::jit([](Array x) { return ep::debug::barrier(x); })(x), x);
  const auto [same, constant] = ep::jit([](Array x) { return ep::debug::barrier(std::pair{x, ep::ones({2})}); })(x);
  near_to(same, x);
  EXPECT_EQ(ep::numpy_rows::said_by_us(constant), "f32[2] [1. 1.]");
  const auto halves = ep::jit([](Array x) { return ep::debug::barrier(x * 2) + 1; });
  EXPECT_EQ(ep::numpy_rows::said_by_us(halves(Array{1, 2}.as(ep::f16))), "f16[2] [3. 5.]");
  const Array z = Array(std::complex<double>(1, 2)).as(ep::c128);
  EXPECT_EQ(ep::numpy_rows::said_by_us(ep::jit([](Array z) { return ep::debug::barrier(z * z) * 2; })(z)), ep::numpy_rows::said_by_us(z * z * 2));
}

TEST(Barrier, KeepsApartWhatItSeparates) {
  const auto without = ep::jit([](Array x) { return sin(x) + cos(sin(x)); }).lower(ep::ones({1000}));
  const auto with = ep::jit([](Array x) { return sin(x) + cos(sin(ep::debug::barrier(x))); }).lower(ep::ones({1000}));
  EXPECT_EQ(count(without.text("graph"), " = sin "), 1u);
  EXPECT_EQ(count(with.text("graph"), " = sin "), 2u) << "no two equal nodes across it are one";
  const auto apart = ep::jit([](Array x) { return cos(ep::debug::barrier(sin(x))); }).lower(ep::ones({1000}));
  EXPECT_EQ(apart.cost().kernels, 2) << "nothing is fused across it";
}

}  // namespace
