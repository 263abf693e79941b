#pragma once
// What a formula of einsum says for its operands, and in which order they are multiplied. Not part of the interface.
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "espalier/ir/type.h"

namespace espalier::detail {

/// A label for each axis: a letter, or, for an axis that "..." stands for, the number of that axis from the last one, from 1.
struct EinsumFormula {
  std::vector<std::string> inputs;  ///< the labels of each operand
  std::string output;               ///< the labels of the result
  std::map<char, std::int64_t> extents;
};
/// A formula for operands of these types. ArgumentError, ShapeError: see `einsum`.
EinsumFormula parse_einsum(std::string_view formula, std::span<const ir::Type> operands);

/// The labels that stay of some operands, given as bits of a number: those that the result has, or other operands.
std::string labels_kept(const EinsumFormula& formula, unsigned operands);

/// For each set of at least two operands, given as bits of a number, the part of it that is the left factor: of all orders to multiply
/// two by two the one with the fewest multiplications, the first of equals. By dynamic programming over sets.
std::vector<unsigned> einsum_order(const EinsumFormula& formula);

}  // namespace espalier::detail
