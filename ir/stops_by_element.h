#pragma once
// Loops whose elements stop each by itself, as batching makes them of a loop over scalars: then the elements may be run through in
// any groups, each until the last of its own stops.
#include "espalier/ir/attrs.h"

namespace espalier::ir {

/// Whether the loop runs while any element of its first carry holds, and an element that does not hold never changes again, in any
/// carry: the next first carry is (first and …), all others select(first, …, what they were), the first repeated along further axes.
bool stops_by_element(const WhileAttrs& loop);

}  // namespace espalier::ir
