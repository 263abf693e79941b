#pragma once
// A program of workloads, asked by run.py over stdin and answering on stdout, one line each. So run.py can let ours and
// the peers take turns, and a noisy minute hits them all.
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

/// A workload that is ready: inputs made, code compiled.
struct Prepared {
  std::function<double(std::int64_t calls)> seconds;  ///< makes that many calls, one after the other; the seconds they took
  std::function<double()> check;                      ///< a sum over the result that the peers must reproduce; NaN: none
};

/// A workload at one size. `prepare` runs just before it is measured; what it made is freed after.
struct Workload {
  std::string name, size;
  std::function<Prepared()> prepare;
};
using Workloads = std::vector<Workload>;

/// How long `calls` calls of `call` take.
template <class F> double seconds(std::int64_t calls, F&& call) {
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < calls; ++i) call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Answers requests until stdin ends:
///   list          [["chain1K","1024"],…]
///   prepare N     {"check":…}        makes workload N of the list ready, instead of the one before
///   measure S     {"ms":[…]}         milliseconds per call: as many samples as fit in S seconds, 1 to 50
/// A request that fails is answered with {"error":"…"}.
int serve(const Workloads& workloads);

}  // namespace bench
