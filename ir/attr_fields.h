#pragma once
// The fields of every attribute struct, by name and in order: written once for printing, parsing and documentation.
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
template <class E> std::string_view spelling(E value) { return spellings(value)[static_cast<std::size_t>(value)]; }

/// Calls `visit(name, field)` for each field of an attribute struct, in the order in which they print. Graphs come last.
template <class A, class Visit> void for_each_field(A& a, Visit&& visit) {
  using T = std::remove_const_t<A>;
  if constexpr (std::is_same_v<T, CompareAttrs>) {
    visit("direction", a.direction);
  } else if constexpr (std::is_same_v<T, ConvertAttrs>) {
    visit("to", a.to);
  } else if constexpr (std::is_same_v<T, ConstantAttrs>) {
    visit("value", a.value);
  } else if constexpr (std::is_same_v<T, IotaAttrs>) {
    visit("type", a.type);
    visit("axis", a.axis);
  } else if constexpr (std::is_same_v<T, BroadcastAttrs>) {
    visit("shape", a.shape);
    visit("dims", a.dims);
  } else if constexpr (std::is_same_v<T, ReshapeAttrs>) {
    visit("shape", a.shape);
  } else if constexpr (std::is_same_v<T, TransposeAttrs>) {
    visit("permutation", a.permutation);
  } else if constexpr (std::is_same_v<T, SliceAttrs>) {
    visit("start", a.start);
    visit("limit", a.limit);
    visit("stride", a.stride);
  } else if constexpr (std::is_same_v<T, PadAttrs>) {
    visit("low", a.low);
    visit("high", a.high);
    visit("interior", a.interior);
  } else if constexpr (std::is_same_v<T, ConcatenateAttrs>) {
    visit("axis", a.axis);
  } else if constexpr (std::is_same_v<T, ReverseAttrs>) {
    visit("axes", a.axes);
  } else if constexpr (std::is_same_v<T, DynamicSliceAttrs>) {
    visit("sizes", a.sizes);
  } else if constexpr (std::is_same_v<T, ReduceAttrs>) {
    visit("kind", a.kind);
    visit("axes", a.axes);
  } else if constexpr (std::is_same_v<T, ArgReduceAttrs>) {
    visit("kind", a.kind);
    visit("axis", a.axis);
    visit("index", a.index);
  } else if constexpr (std::is_same_v<T, CumulativeAttrs>) {
    visit("kind", a.kind);
    visit("axis", a.axis);
    visit("reverse", a.reverse);
  } else if constexpr (std::is_same_v<T, DotAttrs>) {
    visit("lhs_batch", a.lhs_batch);
    visit("rhs_batch", a.rhs_batch);
    visit("lhs_contract", a.lhs_contract);
    visit("rhs_contract", a.rhs_contract);
    visit("result", a.result);
  } else if constexpr (std::is_same_v<T, CallAttrs>) {
    visit("name", a.name);
    visit("body", a.body);
  } else if constexpr (std::is_same_v<T, CondAttrs>) {
    visit("branches", a.branches);
  } else if constexpr (std::is_same_v<T, ScanAttrs>) {
    visit("consts", a.consts);
    visit("carries", a.carries);
    visit("length", a.length);
    visit("reverse", a.reverse);
    visit("body", a.body);
  } else {
    static_assert(std::is_same_v<T, std::monostate>, "an attribute struct without named fields");
  }
}

}  // namespace espalier::ir
