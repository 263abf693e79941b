// Graphs of a million nodes, on a stack of a megabyte: what happens to a graph does not recurse along it, and is right
// at that length too. A chain x = x a + b has derivatives that a loop over numbers gives.
#include <gtest/gtest.h>
#include <pthread.h>

#include <cmath>
#include <exception>
#include <functional>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"

namespace espalier {
namespace {

constexpr int steps = 500'000;
constexpr double x0 = 0.75, a0 = 1 - 1e-6, b0 = 1e-6;
const std::vector<bool> all(3, true);

constexpr std::size_t stack_bytes = 1 << 20;  // a byte for each node: no recursion along the chain fits

/// Runs `f` on a thread with a small stack.
void on_small_stack(std::function<void()> f) {
  struct Task {
    std::function<void()> f;
    std::exception_ptr error;
  } task{std::move(f), nullptr};
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, stack_bytes), 0);
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, [](void* given) -> void* {
    auto& own = *static_cast<Task*>(given);
    try {
      own.f();
    } catch (...) {
      own.error = std::current_exception();
    }
    own.f = nullptr;  // what it holds is destroyed here too
    return nullptr;
  }, &task),
            0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  if (task.error) std::rethrow_exception(task.error);
}

ir::Graph chain(int n = steps) {
  Trace trace;
  const ir::Type type(f64, Shape{});
  Array x = trace.input(type, false, Where::current());
  const Array a = trace.input(type, false, Where::current()), b = trace.input(type, false, Where::current());
  for (int i = 0; i < n; ++i) x = x * a + b;
  const ir::Value output = trace.value_of(x, "chain", Where::current());
  return trace.finish({&output, 1});
}

/// The chain's value and its derivatives by x, a and b: the same recurrence and its derivative, in longer numbers.
struct Numbers {
  long double x = x0, dx = 1, da = 0, db = 0;
  Numbers() {
    for (int i = 0; i < steps; ++i) {
      da = da * a0 + x, dx = dx * a0, db = db * a0 + 1;
      x = x * a0 + b0;
    }
  }
};

std::vector<double> run(const ir::Graph& graph, std::vector<double> inputs) {
  std::vector<ir::View> views;
  const double* next = inputs.data();
  for (ir::Type type : graph.input_types()) views.push_back({type, next}), next += type.size();
  std::vector<double> out;
  for (const ir::Literal& result : ir::eval(graph, views)) {
    const auto* data = static_cast<const double*>(result.data());
    out.insert(out.end(), data, data + result.type.size());
  }
  return out;
}

// Half a million roundings of numbers near 1, each at most 2^-53, and as many in each derivative.
void expect_near(double got, long double wanted) { EXPECT_NEAR(got, static_cast<double>(wanted), 1e-9 * std::fabs(static_cast<double>(wanted))); }

TEST(Scale, Value) {
  on_small_stack([] { expect_near(run(chain(), {x0, a0, b0})[0], Numbers().x); });
}
TEST(Scale, Gradient) {
  on_small_stack([] {
    const Numbers wanted;
    const std::vector<double> got = run(ir::vjp(chain(), all).graph, {x0, a0, b0, 1});
    expect_near(got[0], wanted.x), expect_near(got[1], wanted.dx), expect_near(got[2], wanted.da), expect_near(got[3], wanted.db);
  });
}
TEST(Scale, Tangent) {
  on_small_stack([] {
    const Numbers wanted;
    const std::vector<double> got = run(ir::jvp(chain(), all).graph, {x0, a0, b0, 0.5, 2e-6, -1e-6});
    expect_near(got[1], 0.5L * wanted.dx + 2e-6L * wanted.da - 1e-6L * wanted.db);
  });
}
TEST(Scale, Batched) {
  on_small_stack([] {
    const std::vector<double> got = run(ir::batch(chain(), {true, false, false}, 3).graph, {x0, x0, 0.5, a0, b0});
    const Numbers wanted;
    expect_near(got[0], wanted.x), expect_near(got[1], wanted.x), expect_near(got[2], wanted.x + (0.5L - x0) * wanted.dx);
  });
}
TEST(Scale, SimplifiedIsTheSame) {
  on_small_stack([] { expect_near(run(ir::simplify(chain()), {x0, a0, b0})[0], Numbers().x); });
}
TEST(Scale, HashTellsLengthsApart) {
  on_small_stack([] {
    const ir::Graph one = chain(), same = chain(), longer = chain(steps + 1);
    EXPECT_EQ(ir::hash(one), ir::hash(same));
    EXPECT_EQ(one, same);
    EXPECT_NE(ir::hash(one), ir::hash(longer));
    EXPECT_FALSE(one == longer);
  });
}
TEST(Scale, TextRoundTrips) {
  on_small_stack([] {
    const ir::Graph graph = chain();
    EXPECT_EQ(ir::parse(ir::print(graph)), graph);
    EXPECT_EQ(ir::verify(graph), "");
  });
}
// A chain of eager arrays holds on to nothing behind it.
TEST(Scale, Eager) {
  on_small_stack([] {
    Array x = full({}, x0, f64);
    const Array a = full({}, a0, f64), b = full({}, b0, f64);
    for (int i = 0; i < steps / 10; ++i) x = x * a + b;
    long double wanted = x0;
    for (int i = 0; i < steps / 10; ++i) wanted = wanted * a0 + b0;
    expect_near(x.item<double>(), wanted);
  });
}

}  // namespace
}  // namespace espalier
