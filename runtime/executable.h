#pragma once
// Executable: a compiled graph, ready to call.
#include <cstdint>
#include <memory>
#include <vector>

#include "espalier/runtime/buffer.h"
#include "espalier/runtime/host_call.h"

namespace espalier::runtime {

/// What a compiled function costs, by the plan: floating operations, bytes its kernels read and write, bytes of arena
/// and the least that any arena could have, calls of kernels (nested ones included) and distinct kernels.
struct Cost {
  double flops = 0, bytes = 0;
  std::int64_t arena_bytes = 0, arena_lower_bound = 0, kernels = 0, distinct_kernels = 0;
};

/// Machine code for one graph. A value: copies share the code.
struct Executable {
  using Entry = void (*)(void* const* inputs, void* const* outputs, void* arena);
  Entry entry = nullptr;
  std::shared_ptr<const void> code;       // keeps the code mapped
  std::vector<int> donations;             // per output: the input whose memory it may take over, or -1
  Cost cost;
  std::int64_t scratch_bytes = 0;         // the most that a kernel asks for beside the arena
  int threads = 0;                        // that it may use at most; 0: all
  bool flush_subnormals = false;          // numbers below the normal range count as 0
  std::vector<Callee> callees;            // what of the host it calls

  /// Runs it on this thread (large kernels use the pool). Pointers are 64-byte aligned and do not overlap, but output o
  /// may be the memory of input donations[o]. Arena and scratch are the calling thread's and grow to what the largest call needs:
  /// std::bad_alloc if there is no memory for them, before any of the code runs. What a callee throws is thrown when the code has
  /// returned; nothing calls the host after it.
  void operator()(void* const* input_data, void* const* output_data) const;
};

/// Threads that kernels may use, this one included. 0: one per core.
void set_threads(int count);
int threads();

}  // namespace espalier::runtime
