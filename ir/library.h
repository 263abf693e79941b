#pragma once
// Ops of the library: functions over memory that the evaluator and compiled code call alike, so both give the same bits.
#include <span>
#include <string>
#include <vector>

#include "espalier/ir/attrs.h"
#include "espalier/ir/op.h"

namespace espalier::ir {

/// Computes the problems `first` to `last` (exclusive) of a batch. Arrays are row-major, whole, one behind the other for each problem;
/// results are an op's results in order, and a null pointer where one is not wanted. Which numbers stand in `sizes` is the function's own. It throws
/// nothing, keeps nothing, and touches no memory of other problems, so that threads may share a batch.
using LibraryFunction = void (*)(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);

/// What computes an op on operands of given types: a function, its name in compiled code, and what it is called with.
struct LibraryCall {
  std::string name;  ///< "espalier_cholesky_f64"
  LibraryFunction function = nullptr;
  Ints sizes;
  std::int64_t problems = 0;
  double work = 0;  ///< of one problem, in simple operations
  bool operator==(const LibraryCall&) const = default;
};
/// Whether the library computes an op.
constexpr bool is_of_library(Op op) { return family(op) == Family::library || family(op) == Family::fourier; }
/// The call of such an op on operands that `infer` accepts.
LibraryCall library_call(Op op, const Attrs& attrs, std::span<const Type> operands);

/// The type of the same memory in a real dtype (see LibraryAttrs), if the dtype is complex.
Type packed(Type type);
/// The complex type of such memory.
Type unpacked(Type type);
/// Whether an op's complex operands and results are packed.
bool is_packed(const Attrs& attrs);
/// The same op on packed arrays.
Attrs packed(Attrs attrs);

}  // namespace espalier::ir
