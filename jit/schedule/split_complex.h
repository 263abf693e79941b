#pragma once
// Complex numbers leave the program: kernels know real ones alone.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program without complex values, bodies included. An input or output of complex numbers is a real one with a trailing
/// axis of 2, which is the same memory; every other value is two of real numbers, its parts, and so are consts, carries, xs and ys
/// of loops, operands and results of branches. Elementwise ops become real ones (complex_pair.h), products real products,
/// movements run on both parts. A program without complex numbers is returned as it is.
ir::Graph split_complex(const ir::Graph& graph);

}  // namespace espalier::codegen
