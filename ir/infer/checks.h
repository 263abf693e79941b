#pragma once
// What inference refuses. Messages name the op and the types, and say what to do.
#include <span>
#include <string>

#include "espalier/ir/graph.h"
#include "espalier/ir/op.h"

namespace espalier::ir::inference {

using Types = std::span<const Type>;

[[noreturn]] void fail_shapes(Op op, const std::string& message, Types types, const std::string& hint = "");
[[noreturn]] void fail_dtypes(Op op, const std::string& message, Types types, const std::string& hint = "");
[[noreturn]] void fail_axis(Op op, std::int64_t axis, Type type);
[[noreturn]] void fail_arguments(Op op, const std::string& message, const std::string& hint = "");

std::string str(const Ints& ints);
/// "f32[2], f32[3] and f32[4]".
std::string and_then(Types types);
/// What to do with complex numbers that an op does not take.
inline constexpr const char* by_parts = "compute with real(x), imag(x) or abs(x)";

/// As many operands as the op's row says.
void require_count(Op op, Types in);
/// One shape and one dtype.
void require_same_type(Op op, Types in);
/// The first operand has a dtype that the op's row takes.
void require_dtype(Op op, Types in);
/// Axes given as a set: within range, no axis twice.
void require_axes(Op op, const Ints& axes, Type type);
/// Operands are those that a body takes; `what` is the body's name.
void require_operands(Op op, const GraphRef& body, Types in, const std::string& what);
/// The result of operands of one type, of a dtype that the op takes.
Type of_one_type(Op op, Types in);

}  // namespace espalier::ir::inference
