#pragma once
// Scatter kernels: windows written, or combined, into an array, where indices say.
#include "espalier/jit/schedule/axis_kernels.h"

namespace espalier::codegen {

/// Elements of the array of windows that go to one place do so in order, so bits depend on no mapping.
struct ScatterKernel {
  ir::Value windows = 0;  ///< the input that is written
  ir::Ints in_order;      ///< axes of the array of windows that are run through in order: outermost on a CPU, by each thread of a GPU
  ir::Ints apart;         ///< its other axes, along which elements never meet: they fill vectors, or threads
  WalkMapping walk;       ///< through these
};
ScatterKernel plan_scatter_kernel(const ir::Graph& body, const Target& target);

/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const ScatterKernel& kernel);
/// "writes 1000 elements, along axis 0 in order by 16".
std::string describe(const ScatterKernel& kernel);

}  // namespace espalier::codegen
