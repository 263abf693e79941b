#pragma once
// Attributes as text has them: which an op takes, the names of their fields, the spellings of their words.
#include <span>
#include <string_view>
#include <type_traits>

#include "espalier/ir/attrs.h"
#include "espalier/ir/op.h"

namespace espalier::ir {

/// Attributes of the alternative that `op` takes, with default fields; `std::monostate` where it takes none.
Attrs blank_attrs(Op op);

/// The spellings of an attribute enumeration, in the order of its values.
std::span<const std::string_view> spellings(Comparison);
std::span<const std::string_view> spellings(Reduction);
std::span<const std::string_view> spellings(ArgReduction);
std::span<const std::string_view> spellings(Cumulation);
std::span<const std::string_view> spellings(Outside);
std::span<const std::string_view> spellings(Saved);
template <class E> std::string_view spelling(E value) { return spellings(value)[static_cast<std::size_t>(value)]; }

/// Calls `visit(name, field)` for each field of an attribute struct, in the order in which they print. Graphs come last.
template <class A, class Visit> void for_each_field(A& a, Visit&& visit) {
  if constexpr (!std::is_same_v<std::remove_const_t<A>, std::monostate>) A::fields(a, visit);
}

/// Calls `visit(graph)` for each graph among the fields: the bodies and branches of control ops.
template <class A, class Visit> void for_each_body(A& attrs, Visit&& visit) {
  std::visit([&](auto& a) {
    for_each_field(a, [&](const char*, auto& field) {
      using Field = std::remove_cvref_t<decltype(field)>;
      if constexpr (std::is_same_v<Field, GraphRef>) visit(field);
      else if constexpr (std::is_same_v<Field, std::vector<GraphRef>>)
        for (auto& graph : field) visit(graph);
    });
  }, attrs);
}

/// The body that a control op calls: its results for the node's operands are the node's. Null where it calls none.
const Graph* called_body(Control op, const Attrs& attrs);

}  // namespace espalier::ir
