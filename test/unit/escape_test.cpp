// Traced arrays that outlive their trace: found when the trace ends, and when they are used; what they say of themselves.
// Functions and trees without end.
#include <gtest/gtest.h>

#include <thread>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

using namespace espalier;

namespace {

Array x2() { return {1., 2.}; }

// What is thrown while f runs, as E; and its text.
template <class E, class F> std::optional<E> thrown(const F& f) {
  try {
    f();
  } catch (const E& error) {
    return error;
  } catch (const Error& error) {
    ADD_FAILURE() << "another error: " << error.what();
  }
  return {};
}

// One function that keeps a value, under every transform: the place it was made is the one line below.
Array kept;
int line_of_keeping = 0;
Array keeps(Array x) {
  line_of_keeping = __LINE__ + 1;
  kept = x * 2;
  return x;
}
struct Row {
  const char* name;
  int line;
  void (*call)();
};
const Row rows[] = {
    {"grad", __LINE__, [] { grad([](Array x) { return sum(keeps(x)); })(x2()); }},
    {"vmap", __LINE__, [] { vmap(keeps)(x2()); }},
    {"jvp", __LINE__, [] { jvp(keeps, x2(), x2()); }},
    {"vjp", __LINE__, [] { vjp(keeps, x2()); }},
    {"linearize", __LINE__, [] { linearize(keeps, x2()); }},
    {"jacfwd", __LINE__, [] { jacfwd(keeps)(x2()); }},
    {"jacrev", __LINE__, [] { jacrev(keeps)(x2()); }},
    {"hessian", __LINE__, [] { hessian([](Array x) { return sum(keeps(x)); })(x2()); }},
    {"vjp_of_five", __LINE__, [] { (void)vjp([](Array a, Array, Array, Array, Array) { return keeps(a); }, x2(), x2(), x2(), x2(), x2()); }},
    {"linearize_of_five", __LINE__, [] { (void)linearize([](Array a, Array, Array, Array, Array) { return keeps(a); }, x2(), x2(), x2(), x2(), x2()); }},
    {"eval_shape_of_five", __LINE__, [] { (void)eval_shape([](Array a, Array, Array, Array, Array) { return keeps(a); }, x2(), x2(), x2(), x2(), x2()); }},
    {"eval_shape", __LINE__, [] { eval_shape(keeps, x2()); }},
    {"scan", __LINE__, [] { scan([](Array c, Array x) { return std::pair{keeps(c), x}; }, Array(1.f), x2()); }},
    {"scan_of_nothing", __LINE__, [] { scan([](Array c) { return std::pair{keeps(c), nothing}; }, Array(1.f), none, {.length = 2}); }},
    {"fori_loop", __LINE__, [] { fori_loop(0, 2, [](Array, Array c) { return keeps(c); }, x2()); }},
    {"cond", __LINE__, [] { cond(true, [](Array x) { return x; }, keeps, x2()); }},
    {"switch_", __LINE__, [] { switch_(1, std::tuple{&keeps, &keeps}, x2()); }},
    {"switch_of_a_vector", __LINE__, [] { switch_(1, std::vector{&keeps, &keeps}, x2()); }},
};
class Escape : public testing::TestWithParam<Row> {};
TEST_P(Escape, IsFoundWhenTheTraceEnds) {
  kept = Array();
  const auto error = thrown<EscapedValue>(GetParam().call);
  ASSERT_TRUE(error) << "nothing was thrown";
  EXPECT_EQ(static_cast<int>(error->made.line()), line_of_keeping);
  EXPECT_EQ(static_cast<int>(error->where.line()), GetParam().line) << "where the transform was called";
  EXPECT_STREQ(error->where.file_name(), __FILE__);
  EXPECT_NE(std::string(error->what()).find("is kept outside of the traced function"), std::string::npos) << error->what();
  EXPECT_NE(to_string(kept).find(" (escaped: its trace has ended)"), std::string::npos) << to_string(kept);
  const int line = __LINE__ + 1;
  const auto used = thrown<EscapedValue>([] { (void)(kept + 1); });
  ASSERT_TRUE(used);
  const std::string file = std::string(__FILE__) + ":", text = used->what();
  EXPECT_EQ(text.find(file + std::to_string(line) + ": "), 0u) << "where it was used: " << text;
  EXPECT_NE(text.find("made at " + file + std::to_string(line_of_keeping)), std::string::npos) << "where it was made: " << text;
  EXPECT_NE(text.find(" began at " + file + std::to_string(GetParam().line)), std::string::npos) << "where its trace began: " << text;
}
INSTANTIATE_TEST_SUITE_P(All, Escape, testing::ValuesIn(rows), [](const auto& test) { return std::string(test.param.name); });

TEST(Escape, NamesBothPlaces) {
  std::vector<Array> log;
  const int line = __LINE__ + 1;
  const auto error = thrown<EscapedValue>([&] { fori_loop(0, 2, [&](Array, Array c) { log.push_back(c + 1); return c; }, x2()); });
  ASSERT_TRUE(error);
  const std::string place = std::string(__FILE__) + ":" + std::to_string(line);
  EXPECT_EQ(std::string(error->what()), place + ": fori_loop: f32[2] made at " + place +
                                            " is kept outside of the traced function: it was assigned to a captured variable, a global or a static\n"
                                            "  return it from the function and assign the result; state goes in as an argument and comes out as a result");
  EXPECT_EQ(static_cast<int>(error->where.line()), line);
}

// An argument, a value of an inner trace, a static of the result; a value that is only held for a while does not escape.
TEST(Escape, OfAnArgumentAndThroughAStatic) {
  EXPECT_TRUE(thrown<EscapedValue>([] { grad([](Array x) { kept = x; return sum(x); })(x2()); }));
  EXPECT_TRUE(thrown<EscapedValue>([] { eval_shape([](Array x) { return std::pair{x, Opaque{x * 2}}; }, x2()); }));
  EXPECT_TRUE(thrown<EscapedValue>([] { grad([](Array x) { Array inner; vmap([&](Array y) { return inner = y * 2; })(x); return sum(inner); })(x2()); }));
  Array total = 0.f;
  EXPECT_TRUE(thrown<EscapedValue>([&] { vmap([&](Array x) { total += x; return x; })(x2()); }));
  Array held;
  EXPECT_EQ(vmap([&](Array x) { held = x * 2; const Array y = held + 1; held = Array(); return y; })(x2()).to_vector<double>(), (std::vector<double>{3, 5}));
}

// The trace that an exception ends is over too.
TEST(Escape, FromATraceThatThrew) {
  kept = Array();
  EXPECT_THROW(vmap([](Array x) -> Array { kept = x * 2; throw std::runtime_error("no"); })(x2()), std::runtime_error);
  EXPECT_EQ(to_string(kept), "f32[] (escaped: its trace has ended)");
  EXPECT_THROW(kept.item<float>(), EscapedValue);
}

TEST(Escape, ToAnotherThread) {
  std::string said, printed;
  vmap([&](Array x) {
    std::thread([&] {
      printed = to_string(x);
      if (const auto error = thrown<EscapedValue>([&] { x + 1; })) said = error->what();
    }).join();
    EXPECT_EQ(to_string(x), "f32[]");
    return x;
  })(x2());
  EXPECT_EQ(printed, "f32[] (its trace runs on another thread)");
  EXPECT_NE(said.find("was used on another thread than the one that runs its trace"), std::string::npos) << said;
}

bool goes_on = true;  // always, which the compiler must not know
Array endless(Array x) { return goes_on ? x * endless(x - 1) : x; }
Array endless_gradient(Array x) { return grad(endless_gradient)(x); }
TEST(Recursion, WithoutEndIsAnError) {
  const auto error = thrown<ArgumentError>([] { vmap(endless)(x2()); });
  ASSERT_TRUE(error);
  EXPECT_NE(std::string(error->what()).find("half of this thread's stack is used up"), std::string::npos) << error->what();
  EXPECT_NE(std::string(error->where.file_name()).find("escape_test"), std::string::npos);
  EXPECT_TRUE(thrown<ArgumentError>([] { grad(endless_gradient)(Array(1.f)); }));
  EXPECT_EQ(vmap([](Array x) { return x + 1; })(x2()).to_vector<double>(), (std::vector<double>{2, 3})) << "and nothing is left of it";
}

// Nothing is recorded between two calls, but arrays are handed on.
struct Pair {
  Array first, second;
};
Array endless_without_ops(Array x) { return goes_on ? endless_without_ops(x) : x; }
Pair endless_tree(Pair p) { return goes_on ? endless_tree(p) : p; }
Array endless_shape() { return goes_on ? eval_shape(endless_shape) : Array(1.f); }
TEST(Recursion, WithoutEndAndOpsIsAnError) {
  const auto error = thrown<ArgumentError>([] { (void)vmap(endless_without_ops)(x2()); });
  ASSERT_TRUE(error);
  EXPECT_NE(std::string(error->what()).find("half of this thread's stack is used up"), std::string::npos) << error->what();
  EXPECT_NE(std::string(error->where.file_name()).find("escape_test"), std::string::npos) << "where the trace began: " << error->what();
  EXPECT_TRUE(thrown<ArgumentError>([] { (void)grad([](Array x) { return sum(endless_without_ops(x)); })(x2()); }));
  EXPECT_TRUE(thrown<ArgumentError>([] { (void)vmap(endless_tree)(Pair{x2(), x2()}); }));
  EXPECT_TRUE(thrown<ArgumentError>([] { (void)scan([](Array c, Array x) { return std::pair{endless_without_ops(c), x}; }, Array(1.f), x2()); }));
  EXPECT_TRUE(thrown<ArgumentError>([] { (void)endless_shape(); })) << "transforms that call each other, without an array";
  EXPECT_EQ(vmap([](Array x) { return x + 1; })(x2()).to_vector<double>(), (std::vector<double>{2, 3})) << "and nothing is left of it";
}

struct Chain {
  std::unique_ptr<Chain> next;
  Array value;
};
struct Branch {
  Array value;
  std::vector<Branch> next;
};
constexpr int levels = 100'000;
Chain deep_chain() {
  Chain top{nullptr, x2()};
  for (int i = 0; i < levels; ++i) top = Chain{std::make_unique<Chain>(std::move(top)), Array(1.f)};
  return top;
}
void drop(Chain chain) {
  while (chain.next) chain = Chain(std::move(*std::exchange(chain.next, nullptr)));
}
Branch deep_branch() {
  Branch top{x2(), {}};
  for (int i = 0; i < levels; ++i) {
    Branch above{Array(1.f), {}};
    above.next.push_back(std::move(top));
    top = std::move(above);
  }
  return top;
}
void drop(Branch branch) {
  while (!branch.next.empty()) {
    std::vector<Branch> below = std::move(branch.next);
    branch = std::move(below[0]);
  }
}
template <class T> void expect_errors(const T& tree) {
  EXPECT_THROW(grad([](const T& t) { return sum(t.value); })(tree), StructureError);
  EXPECT_THROW(vmap([](const T& t) { return t.value; })(tree), StructureError);
  EXPECT_THROW(leaves(tree), StructureError);
  EXPECT_THROW(copy(tree), StructureError);
  EXPECT_THROW(filter<Parameter>(tree), StructureError);
  EXPECT_THROW(equal(tree, tree), StructureError);
  EXPECT_THROW(leaves_with_path(tree), StructureError);
  EXPECT_THROW(to_string(tree), StructureError);
  EXPECT_EQ(leaves(std::vector{x2(), x2()}).size(), 2u) << "and the next walk begins at the top";
}
TEST(Recursion, OfTreesTooDeepForTheStackIsAnError) {
  Chain chain = deep_chain();
  expect_errors(chain);
  drop(std::move(chain));
  Branch branch = deep_branch();
  expect_errors(branch);
  drop(std::move(branch));
}

Chain chain_of(int n) {
  Chain top{nullptr, x2()};
  for (int i = 1; i < n; ++i) top = Chain{std::make_unique<Chain>(std::move(top)), x2() * (i + 1)};
  return top;
}
Array total(const Chain& chain) { return chain.next ? chain.value + total(*chain.next) : chain.value; }
TEST(UniquePointers, StandInTreesOfEveryTransform) {
  const Chain chain = chain_of(3);
  EXPECT_EQ(leaves(grad([](const Chain& c) { return sum(total(c) * total(c)); })(chain)).size(), 3u);
  EXPECT_EQ(grad([](Chain c) { return sum(total(c)); })(chain).next->value.to_vector<double>(), (std::vector<double>{1, 1}));
  EXPECT_EQ(vmap([](Chain c) { return total(c); })(chain).to_vector<double>(), (std::vector<double>{6, 12}));
  EXPECT_EQ(jvp([](const Chain& c) { return total(c); }, chain, chain).second.to_vector<double>(), (std::vector<double>{6, 12}));
  const auto [y, pullback] = vjp([](Chain c) { return total(c); }, chain);
  EXPECT_EQ(pullback(x2()).next->next->value.to_vector<double>(), (std::vector<double>{1, 2}));
  const auto [last, ys] = scan([](Chain c, Array x) { c.value = c.value + x; const Array y = total(c); return std::pair{std::move(c), y}; }, chain, x2());
  EXPECT_EQ(last.value.to_vector<double>(), (std::vector<double>{6, 9}));
  EXPECT_EQ(fori_loop(0, 2, [](Array, Chain c) { c.value = c.value * 2; return c; }, chain).value.to_vector<double>(), (std::vector<double>{12, 24}));
  EXPECT_EQ(cond(true, [](Chain c) { return total(c); }, [](const Chain& c) { return c.value; }, chain).to_vector<double>(), (std::vector<double>{6, 12}));
  EXPECT_EQ(eval_shape([](Chain c) { return c; }, chain).next->value.shape(), Shape({2}));
}

}  // namespace
