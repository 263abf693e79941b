#pragma once
// How the elements of an array stand in text: which are shown, and the brackets around them.
#include <cstdint>
#include <string>
#include <vector>

#include "espalier/ir/shape.h"

namespace espalier::detail {

/// The positions, row-major, of the elements that are shown: all, or `edge` at each end of an axis; -1: all.
std::vector<std::int64_t> shown_elements(const Shape& shape, std::int64_t edge);
/// Their texts in nested brackets, as NumPy lays them out: rows longer than a line are broken, axes are cut to their ends.
std::string laid_out(const Shape& shape, const std::vector<std::string>& cells, std::int64_t edge);
/// One number alone: Python's repr. `single`: it is an f32.
std::string scalar_text(double x, bool single);

}  // namespace espalier::detail
