#pragma once
// Library kernels: a function of the process computes an op, and is called on whole arrays.
#include <string>

#include "espalier/ir/library.h"
#include "espalier/jit/target.h"

namespace espalier::codegen {

struct LibraryKernel {
  ir::LibraryCall call;
  bool threads = false;  ///< whether the problems of the batch are split over threads
};
/// CompileError for a GPU, which cannot call functions of the process.
LibraryKernel plan_library_kernel(const ir::Graph& body, const Target& target);

/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const LibraryKernel& kernel);
/// "calls espalier_cholesky_f64(3) for 8 problems, in threads".
std::string describe(const LibraryKernel& kernel);

}  // namespace espalier::codegen
