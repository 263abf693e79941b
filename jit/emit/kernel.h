#pragma once
// One kernel as one function.
#include "espalier/jit/emit/values/access.h"
#include "espalier/jit/schedule/schedule.h"

namespace espalier::codegen {

/// A kernel's function: `void name(ptr operands…, ptr results…[, ptr partials][, i64 first, i64 last])`. Parallel kernels take
/// the range of their tasks; their bits do not depend on how the tasks are split. One that leaves partial results (as many
/// bytes, in memory of the caller's) has a second function, `void name_join(ptr operands…, ptr results…, ptr partials)`, to be
/// called when all tasks have run. A group's function is `void name(ptr list, i64 first, i64 last)`: the pointers lie in a list.
struct KernelFunction {
  std::string name;
  std::int64_t tasks = 1;
  bool parallel = false;
  std::int64_t partial_bytes = 0;  // that its parts leave for their join
  std::int64_t scratch_bytes = 0;  // that each of its threads asks for
  bool takes_list = false;
};
KernelFunction emit_kernel(mlir::ModuleOp module, const Kernel& kernel, std::uint32_t index, bool may_be_parallel);

/// Which of the operands and then results may share memory with another one; all others are free of aliases.
std::vector<bool> shares_memory(const Kernel& kernel);

}  // namespace espalier::codegen
