#pragma once
// The types of results: a rule for each op, and for each family a function that finds it.
#include <vector>

#include "espalier/ir/attrs.h"
#include "espalier/ir/infer/checks.h"

namespace espalier::ir::inference {

using none = std::monostate;  // the word of ops.def

Type infer(Unary op, const Attrs& attrs, Types in);
Type infer(Binary op, const Attrs& attrs, Types in);
Type infer(Ternary op, const Attrs& attrs, Types in);
Type infer(Source op, const Attrs& attrs, Types in);
Type infer(Movement op, const Attrs& attrs, Types in);
Type infer(Reducing op, const Attrs& attrs, Types in);
Type infer(Contraction op, const Attrs& attrs, Types in);
Type infer(Fourier op, const Attrs& attrs, Types in);
Type infer(Collective op, const Attrs& attrs, Types in);
std::vector<Type> infer(Library op, const Attrs& attrs, Types in);
std::vector<Type> infer(Random op, const Attrs& attrs, Types in);
std::vector<Type> infer(Control op, const Attrs& attrs, Types in);

// The families that an op's name is enough for call its rule by that name. These are of windows.cpp, convolution.cpp and custom.cpp.
Type gather(const GatherAttrs& a, Types in);
Type scatter(const ScatterAttrs& a, Types in);
Type scatter_reduce(const ScatterReduceAttrs& a, Types in);
Type windows(const WindowsAttrs& a, Types in);
Type overlap_add(const OverlapAddAttrs& a, Types in);
Type conv(const ConvAttrs& a, Types in);
std::vector<Type> custom_jvp(const CustomJvpAttrs& a, Types in);
std::vector<Type> custom_vjp(const CustomVjpAttrs& a, Types in);
std::vector<Type> custom_linear(const CustomLinearAttrs& a, Types in);
std::vector<Type> custom_root(const CustomRootAttrs& a, Types in);
std::vector<Type> custom_linear_solve(const LinearSolveAttrs& a, Types in);

}  // namespace espalier::ir::inference
