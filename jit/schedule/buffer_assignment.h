#pragma once
// Buffer assignment: where each temporary lies in the arena.
#include "espalier/jit/schedule/schedule.h"

namespace espalier::codegen {

/// Gives every temp an offset so that no two that live at the same step overlap; sets arena_bytes and
/// lower_bound_bytes. Largest first, each in the smallest gap that is free for its life. Of n temps whose lives nest or follow each
/// other it takes n log² n.
void assign_buffers(Schedule& schedule);

/// Offsets are multiples of this: a cache line, and the widest vector.
inline constexpr std::int64_t arena_alignment = 64;

}  // namespace espalier::codegen
