#pragma once
// Which calls of a schedule become one call of a group.
#include "espalier/jit/schedule/schedule.h"

namespace espalier::codegen {

/// Joins calls that do the same to different arrays, and wait for none of each other, in groups (group_kernel.h), each where the last
/// of its calls was. Before buffers are assigned: the lives of temps are found anew. Kernels that nothing calls any more are left.
void group_calls(Schedule& schedule, Program& program, const Target& target, bool by_line);

}  // namespace espalier::codegen
