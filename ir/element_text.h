#pragma once
// One element of a literal as text, exactly: what `read_element` reads of `write_element` has the same bits.
#include <cstddef>
#include <string>
#include <string_view>

#include "espalier/ir/dtype.h"

namespace espalier::ir {

/// Appends the element at `data`: `true`, `-3`, the shortest decimal that rounds to the float (`0.1`, `-0`, `1e-45`),
/// `inf`, `nan`, `(re,im)`. A NaN with other bits than the usual ones spells them: `nan:0xffc00000`.
void write_element(std::string& text, DType dtype, const std::byte* data);

/// Reads one element from the front of `text` into `data`. The number of characters read; 0 if there is none or it is
/// out of the range of the dtype.
std::size_t read_element(std::string_view text, DType dtype, std::byte* data);

}  // namespace espalier::ir
