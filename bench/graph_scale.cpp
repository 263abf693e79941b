// How the cost of a graph grows with its length: a chain x = x * a + b of 10^3 to 10^6 nodes, recorded by the operators of
// the language and taken through everything that happens to a graph before it is compiled.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <espalier/espalier.h>

#include "espalier/dsl/trace.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"

namespace ep = espalier;

namespace {

ep::ir::Graph traced_chain(int nodes) {
  ep::Trace trace;
  const ep::ir::Type type(ep::f32, {16});
  ep::Array x = trace.input(type, false, ep::Where::current());
  const ep::Array a = trace.input(type, false, ep::Where::current()), b = trace.input(type, false, ep::Where::current());
  for (int i = 0; i < nodes / 2; ++i) x = x * a + b;
  const ep::ir::Value output = trace.value_of(x, "chain", ep::Where::current());
  return trace.finish({&output, 1});
}

// The least of some runs: what the code costs, without what else happens on the machine.
double seconds(const std::function<void()>& run, int repeats) {
  double least = HUGE_VAL;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

struct Stage {
  const char* name;
  std::function<double(int nodes, const ep::ir::Graph&, int repeats)> seconds_of;
};

}  // namespace

int main() {
  const std::vector<bool> x_only{true, false, false}, all(3, true);
  auto timed = [](auto f) {
    return [f](int, const ep::ir::Graph& graph, int repeats) { return seconds([&] { f(graph); }, repeats); };
  };
  const std::vector<Stage> stages = {
      {"trace", [](int nodes, const ep::ir::Graph&, int repeats) { return seconds([&] { traced_chain(nodes); }, repeats); }},
      {"grad", timed([&](const ep::ir::Graph& g) { return ep::ir::vjp(g, all); })},
      {"jvp", timed([&](const ep::ir::Graph& g) { return ep::ir::jvp(g, all); })},
      {"vmap", timed([&](const ep::ir::Graph& g) { return ep::ir::batch(g, x_only, 8); })},
      {"simplify", timed([](const ep::ir::Graph& g) { return ep::ir::simplify(g); })},
      {"hash", timed([](const ep::ir::Graph& g) { return ep::ir::hash(g); })},
      {"print", timed([](const ep::ir::Graph& g) { return ep::ir::print(g); })},
      {"destroy", [](int, const ep::ir::Graph& graph, int repeats) {
    std::vector<ep::ir::Graph> copies(static_cast<std::size_t>(repeats), graph);
    return seconds([&] { copies.pop_back(); }, repeats);
  }},
  };
  const std::vector<int> sizes = {1'000, 10'000, 100'000, 1'000'000};
  std::printf(
      "million nodes per second; slope: the power of the length that time grows with, from 10^4 to 10^6\n"
      "(-: 10^4 nodes take less than a microsecond)\n%-10s",
      "");
  for (int n : sizes) std::printf("%10d", n);
  std::printf("%10s\n", "slope");
  std::vector<ep::ir::Graph> graphs;
  for (int n : sizes) graphs.push_back(traced_chain(n));
  for (const Stage& stage : stages) {
    std::vector<double> times;
    std::printf("%-10s", stage.name);
    for (std::size_t s = 0; s < sizes.size(); ++s) {
      times.push_back(stage.seconds_of(sizes[s], graphs[s], sizes[s] < 1'000'000 ? 10 : 3));
      std::printf("%10.2f", sizes[s] / times.back() / 1e6);
    }
    if (times[1] > 1e-6) std::printf("%10.2f\n", std::log10(times[3] / times[1]) / 2);
    else std::printf("%10s\n", "-");
  }
}
