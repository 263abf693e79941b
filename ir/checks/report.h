#pragma once
// What the host is told, and the error it makes of it.
#include <vector>

#include "espalier/ir/expr.h"

namespace espalier::ir::checks {

/// An op's elements, some of which are bad.
struct Suspect {
  Check check = Check::none;
  Op op;                ///< that made them, or was given them
  Loc loc;
  std::string what;     ///< "a NaN that none of its operands has"; for an index the words behind its number
  std::string hint;
  std::string among;    ///< what the elements are, where they are not the op's result: "the indices "
};

/// Tells the host of the first element of `bad` that is true, if one is; `loops` counts the iterations around. `numbers`, of the shape of
/// `bad`: the indices in question, of which the first bad one is told too; or nothing.
void report(Builder& b, const Suspect& suspect, Expr bad, Type type, std::span<const Value> loops, Expr numbers = {});

}  // namespace espalier::ir::checks
