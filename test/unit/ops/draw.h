#pragma once
// Operands for the uses of the op table.
#include <cstdint>
#include <vector>

#include "table.h"

namespace espalier::test {

/// Numbers of the domains; bits of any kind for what only moves. `special`: among them infinities, NaN and zeros of both signs.
std::vector<ir::Literal> draw(const Use& use, std::uint64_t seed, bool special);
/// Where derivatives are smooth: no two elements of an operand are near each other, and none is near zero.
std::vector<ir::Literal> draw_smooth(const Use& use, std::uint64_t seed);
/// For an elementwise op some thousand elements: from the domains, from all numbers there are, and the special ones with each
/// other. Their types have a shape of their own.
std::vector<ir::Literal> draw_many(const Use& use, std::uint64_t seed, int count);
/// Uniform in the smooth domains, whatever the place: directions of derivatives.
ir::Literal draw_direction(ir::Type type, std::uint64_t seed);

}  // namespace espalier::test
