#pragma once
// The passes and analyses of the schedule by name, each alone.
#include <span>

#include "espalier/ir/pass.h"

namespace espalier::codegen {

/// The rewritings of the graph before it is cut into kernels, in the order in which `schedule` takes them.
std::span<const ir::Pass> schedule_passes();

/// What `schedule` then finds out about the graph, in that order. Each analysis asks those before it; the bodies of loops and
/// branches follow their graph, indented.
std::span<const ir::Analysis> schedule_analyses();

}  // namespace espalier::codegen
