#include "espalier/ir/attr_fields.h"

#include <array>

namespace espalier::ir {
namespace {

using none = std::monostate;  // the word of ops.def

}  // namespace

Attrs blank_attrs(Op op) {
  static const std::array<Attrs, op_count> blank = {
#define UNARY(name, attributes, ...) Attrs(attributes{}),
#define BINARY(name, attributes, ...) Attrs(attributes{}),
#define TERNARY(name, attributes, ...) Attrs(attributes{}),
#define SOURCE(name, attributes, ...) Attrs(attributes{}),
#define MOVEMENT(name, operands, moved, attributes, ...) Attrs(attributes{}),
#define REDUCING(name, operands, attributes, ...) Attrs(attributes{}),
#define CONTRACTION(name, attributes) Attrs(attributes{}),
#define LIBRARY(name, operands, results, attributes, ...) Attrs(attributes{}),
#define FOURIER(name, attributes, ...) Attrs(attributes{}),
#define RANDOM(name, ...) Attrs(),
#define COLLECTIVE(name, ...) Attrs(CollectiveAttrs{}),
#define CONTROL(name, attributes, ...) Attrs(attributes{}),
#include "espalier/ir/ops.def"
  };
  return blank[op.row()];
}

const Graph* called_body(Control op, const Attrs& attrs) {
  switch (op) {
#define CALLS_nothing(attributes) nullptr
#define CALLS_body(attributes) std::get<attributes>(attrs).body.get()
#define CALLS_solve(attributes) std::get<attributes>(attrs).solve.get()
#define CONTROL(name, attributes, calls, effect) \
  case Control::name: return CALLS_##calls(attributes);
#include "espalier/ir/ops.def"
#undef CALLS_nothing
#undef CALLS_body
#undef CALLS_solve
  }
  __builtin_unreachable();
}

std::span<const std::string_view> spellings(Comparison) {
  static constexpr std::string_view words[] = {"eq", "ne", "lt", "le", "gt", "ge"};
  return words;
}
std::span<const std::string_view> spellings(Reduction) {
  static constexpr std::string_view words[] = {"sum", "prod", "max", "min", "and", "or", "xor"};
  return words;
}
std::span<const std::string_view> spellings(ArgReduction) {
  static constexpr std::string_view words[] = {"max", "min"};
  return words;
}
std::span<const std::string_view> spellings(Cumulation) {
  static constexpr std::string_view words[] = {"sum", "prod", "max", "min", "logsumexp"};
  return words;
}
std::span<const std::string_view> spellings(Outside) {
  static constexpr std::string_view words[] = {"clip", "drop"};
  return words;
}
std::span<const std::string_view> spellings(Saved) {
  static constexpr std::string_view words[] = {"nothing", "everything", "dots", "dots_without_batch", "names"};
  return words;
}

}  // namespace espalier::ir
