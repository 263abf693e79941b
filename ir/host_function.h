#pragma once
// Functions of the host's that programs call, and that have no text.
#include "espalier/ir/attrs.h"
#include "espalier/ir/op.h"

namespace espalier::ir {

/// A function of the host's, which knows the types of its operands. It may throw: the call of the program that called it ends with
/// that, after which nothing of the program calls the host any more.
struct HostFunction {
  virtual ~HostFunction() = default;
  /// `operands[i]`: the data of operand i, row-major, valid until it returns.
  virtual void call(const void* const* operands) const = 0;
  /// The function that does the same for so many examples at once, in order, each operand with one more axis in front; null where it is
  /// called for each example.
  virtual HostFunctionRef of_batch([[maybe_unused]] std::int64_t size) const { return nullptr; }
};

/// ArgumentError: a program that was read from text calls a function, of which text has no more than the name.
[[noreturn]] void fail_unknown_function(Op op, const std::string& name);

}  // namespace espalier::ir
