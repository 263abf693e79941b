#pragma once
// Layers over sequences: a cell, run by scan.
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/transform/control.h"
#include "espalier/stdlib/nn/call_notes.h"
#include "espalier/stdlib/nn/recurrent_cells.h"

namespace espalier::nn {

namespace detail {

/// What the layer above sees of a carry.
template <class Carry> Array state_in(const Carry& carry) {
  constexpr bool is_state = std::derived_from<Carry, Array>, has_state = requires { { carry.hidden } -> std::convertible_to<const Array&>; };
  static_assert(is_state || has_state, "what a cell carries is an Array, or a struct with a member `hidden`, the Array that the layer above sees");
  if constexpr (is_state) return carry;
  else if constexpr (has_state) return carry.hidden;
  else return {};
}
template <class Cell> auto initial_of(const Cell& cell, Where where) {
  if constexpr (requires { cell.initial(where); }) return cell.initial(where);
  else return cell.initial();
}
/// The last carry, and the states [T, hidden].
template <class Cell, class Carry> auto run_cell(const Cell& cell, const Carry& start, const Operand& xs, bool reverse) {
  const auto step = [&](const Carry& carry, const Array& x) {
    const auto call = [&] {
      if constexpr (std::is_invocable_v<const Cell&, const Carry&, Operand>) return cell(carry, Operand(x, xs.where));
      else return cell(carry, x);
    };
    const Carry next = call();
    return std::pair<Carry, Array>(next, state_in(next));
  };
  return scan(step, start, xs.array, {.reverse = reverse}, xs.where);
}

}  // namespace detail

/// A cell over axis 0 of one sequence: [T, in] to its states [T, hidden]. A batch goes through vmap. A cell is anything with
/// `initial()` and `cell(carry, x)`, which gives the next carry: an Array, or a struct whose member `hidden` is the state.
template <class Cell> struct RNN {
  Cell cell = {};        ///< one step
  bool reverse = false;  ///< from the last place to the first; states stand where their x stood

  /// The states [T, hidden], from the cell's initial carry. ShapeError unless xs is one sequence for the cell.
  Array operator()(Operand xs) const {
    const Array states = detail::run_cell(cell, detail::initial_of(cell, xs.where), xs, reverse).second;
    detail::CallNotes::note(*this, xs.array, states);
    return states;
  }
  /// std::pair{last carry, states} from another carry: for what comes in parts.
  template <class Carry> [[nodiscard]] auto run(const Carry& start, Operand xs) const { return detail::run_cell(cell, start, xs, reverse); }
};
/// RNN{cell}.
template <class Cell> RNN(Cell) -> RNN<Cell>;
/// RNN{cell, reverse}.
template <class Cell> RNN(Cell, bool) -> RNN<Cell>;

/// Two cells over axis 0 of one sequence, the second from its end: [T, in] to [T, 2 hidden], the states of both side by side
/// (Schuster & Paliwal, 1997).
template <class Cell> struct Bidirectional {
  Cell forward = {};   ///< from the first place to the last
  Cell backward = {};  ///< from the last to the first

  /// The states [T, 2 hidden]. ShapeError unless xs is one sequence for the cells.
  Array operator()(Operand xs) const {
    const Array first = detail::run_cell(forward, detail::initial_of(forward, xs.where), xs, false).second;
    const Array states = concatenate({first, detail::run_cell(backward, detail::initial_of(backward, xs.where), xs, true).second}, {.axis = -1}, xs.where);
    detail::CallNotes::note(*this, xs.array, states);
    return states;
  }
};
/// Bidirectional{forward, backward}.
template <class Cell> Bidirectional(Cell, Cell) -> Bidirectional<Cell>;

}  // namespace espalier::nn
