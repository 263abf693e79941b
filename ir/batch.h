#pragma once
// Batching: every op over a new leading axis, one rule each.
#include <cstdint>
#include <string_view>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// The program with a new axis of `size` in front of the flagged inputs. Outputs that depend on a flagged input gain the
/// axis in front and are flagged; the others are left as they were. Collectives over `axis_name` become ops along the new axis.
struct Batched {
  Graph graph;
  std::vector<bool> output_batched;
};
Batched batch(const Graph& graph, const std::vector<bool>& batched, std::int64_t size,
              const std::vector<bool>& keep_batched = {}, std::string_view axis_name = "");

}  // namespace espalier::ir
