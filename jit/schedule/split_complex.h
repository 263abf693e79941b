#pragma once
// Complex numbers leave the program: kernels know real ones alone.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program without complex values, bodies included. An input or output of complex numbers is the same memory of another
/// type: u64 of c64, and f64 with a trailing axis of 2 of c128; every other value is two of real numbers, its parts, and so are consts, carries, xs and ys
/// of loops, operands and results of branches. Elementwise ops become real ones (complex_pair.h), products real products,
/// movements run on both parts. A program without complex numbers is returned as it is.
ir::Graph split_complex(const ir::Graph& graph);

}  // namespace espalier::codegen
