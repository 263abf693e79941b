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
};

/// ArgumentError: a program that was read from text calls a function, of which text has no more than the name.
[[noreturn]] void fail_unknown_function(Op op, const std::string& name);

}  // namespace espalier::ir
