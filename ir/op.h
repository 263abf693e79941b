#pragma once
// Op: a row of ops.def.
#include <cstdint>
#include <optional>
#include <string_view>

namespace espalier::ir {

/// A primitive. `not_`, `and_`, `or_`, `xor_` print without their underscore.
enum class Op : std::uint8_t {
#define OP(name, family, operands) name,
#include "espalier/ir/ops.def"
#undef OP
};

enum class Family : std::uint8_t {
  unary, binary, ternary, source, structural, reduction, contraction, random, control
};

inline constexpr int op_count = 0
#define OP(name, family, operands) +1
#include "espalier/ir/ops.def"
#undef OP
    ;

/// A row's columns. `operands` is -1 where any number is taken.
struct OpInfo {
  std::string_view name;
  Family family;
  int operands;
};
const OpInfo& info(Op op);
inline std::string_view name(Op op) { return info(op).name; }
inline Family family(Op op) { return info(op).family; }
/// The op whose name is `text`, if there is one.
std::optional<Op> op_named(std::string_view text);

/// Unary, binary or ternary: applied element by element to operands of one shape.
inline bool is_elementwise(Op op) { return family(op) <= Family::ternary; }

}  // namespace espalier::ir
