#pragma once
// Einstein's convention for products of several arrays.
#include <string_view>

#include "espalier/dsl/array.h"
#include "espalier/dsl/ops/contraction.h"

namespace espalier {

/// Einstein's convention, as numpy.einsum has it: "ij,jk->ik". Each letter labels an axis; a label that is not in the result is
/// summed over, one that comes twice in an operand takes its diagonal. "..." stands for axes without labels, which broadcast, counted
/// from the last one. Axes of a label have one extent, or 1, which is repeated. Without "->" the result has the axes of "...",
/// then the labels that occur once, in alphabetical order. Operands promote to one dtype; they are multiplied two by two in the
/// order that takes the fewest multiplications. ArgumentError, with a mark under the place, if the formula is none or does not fit the
/// operands; ShapeError if extents differ.
/// @{
Array einsum(std::string_view formula, Operand a, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, Operand h, DotOptions options = {});
/// @}

}  // namespace espalier
