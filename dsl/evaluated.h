#pragma once
// Checks of ops that are evaluated one by one. What a function of the library evaluates is checked when it returns, as one program: of
// values that a `where` of its own discards nobody hears.
#include <memory>
#include <unordered_map>
#include <vector>

#include "espalier/dsl/array.h"
#include "espalier/ir/builder.h"

namespace espalier::detail {

/// Ops as they were evaluated.
class Evaluated {
 public:
  /// Concrete arrays; `results` are those of this op alone.
  void note(ir::Op op, const ir::Attrs& attrs, std::span<const Array> operands, std::span<const Array> results, ir::Loc loc);
  /// CheckError for the first bad value that counts for arrays which somebody holds beside this.
  void check(Check checks) const;

 private:
  ir::Value value_of(const Array& array);
  ir::Builder builder_;
  std::vector<Array> arrays_;  // by value
  std::unordered_map<const void*, ir::Value> known_;  // by their memory
};

/// That of the library's function which runs on this thread (a documented thread-local).
class EvaluatedCall {
 public:
  /// It, made if there is none.
  static Evaluated& current();
  /// Checks it, if there is one, and ends it.
  static void check();
  /// Ends it.
  static void forget();
};

}  // namespace espalier::detail
