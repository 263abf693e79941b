#include "espalier/stdlib/nn/recurrent_cells.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/random/keys.h"

namespace espalier::nn {

using espalier::detail::called_at;

namespace {

// The two layers of a cell of so many gates. The state's weight has a square of its own for each gate.
template <class Cell> Cell cell_of(const Key& key, std::int64_t in, std::int64_t hidden, std::int64_t gates, bool bias_of_state, const CellOptions& o, Where where) {
  return called_at(where, [&] {
    const auto [input_key, hidden_key] = random::split(key);
    Cell cell{.input = Linear::init(input_key, in, gates * hidden, {.bias = o.bias, .weight_init = o.weight_init, .bias_init = o.bias_init, .dtype = o.dtype})};
    const Key keys = random::split(hidden_key, gates + 1);
    std::vector<Array> squares;
    for (std::int64_t gate = 0; gate < gates; ++gate) squares.push_back(o.hidden_init(keys[gate], {hidden, hidden}, o.dtype));
    cell.hidden.weight = gates == 1 ? squares[0] : concatenate(squares, 1);
    if (bias_of_state && o.bias) cell.hidden.bias = o.bias_init(keys[gates], gates * hidden, o.dtype);
    return cell;
  });
}

template <class Cell> void require_weights(const char* name, const Cell& cell, Where where) {
  detail::require_present(name, cell, "input.weight", cell.input.weight, where);
  detail::require_present(name, cell, "hidden.weight", cell.hidden.weight, where);
}

// x [..., in] and the state [..., hidden] of the same examples.
template <class Cell> void require_together(const char* name, const Cell& cell, const Array& state, const Operand& x) {
  require_weights(name, cell, x.where);
  detail::require_features(name, cell, x, -1, cell.input.weight.shape(0));
  std::vector<std::int64_t> wanted = x.array.shape().extents();
  wanted.back() = cell.hidden.weight.shape(0);
  if (state.shape() == Shape(wanted)) return;
  ShapeError error(name, "x has shape " + x.array.shape().str() + ", so the state must have " + Shape(wanted).str() + ", and it has " + state.shape().str(),
                   "initial() is of one example: a batch goes through vmap", x.where);
  error.shapes = {x.array.shape(), state.shape()};
  throw error;
}

template <class Cell> Array zero_state(const char* name, const Cell& cell, Where where) {
  return detail::with_parameters(cell, where, [&](const Cell& self) {
    require_weights(name, self, where);
    return zeros(self.hidden.weight.shape(0), self.hidden.weight.dtype(), where);
  });
}

}  // namespace

RNNCell RNNCell::init(const Key& key, std::int64_t in, std::int64_t hidden, CellOptions o, Where where) { return cell_of<RNNCell>(key, in, hidden, 1, false, o, where); }
Array RNNCell::initial(Where where) const { return zero_state("RNNCell", *this, where); }
Array RNNCell::operator()(Operand state, Operand x) const {
  return layer_call(*this, x, [&](const RNNCell& self) {
    require_together("RNNCell", self, state.array, x);
    return self.activation(self.input(x) + self.hidden(state));
  });
}

GRUCell GRUCell::init(const Key& key, std::int64_t in, std::int64_t hidden, CellOptions o, Where where) { return cell_of<GRUCell>(key, in, hidden, 3, true, o, where); }
Array GRUCell::initial(Where where) const { return zero_state("GRUCell", *this, where); }
Array GRUCell::operator()(Operand state, Operand x) const {
  return layer_call(*this, x, [&](const GRUCell& self) {
    require_together("GRUCell", self, state.array, x);
    const std::vector<Array> from_x = split(self.input(x), 3, {.axis = -1}), from_state = split(self.hidden(state), 3, {.axis = -1});
    const Array reset = sigmoid(from_x[0] + from_state[0]), keep = sigmoid(from_x[1] + from_state[1]);
    const Array next = tanh(from_x[2] + reset * from_state[2]);
    return (1 - keep) * next + keep * state.array;
  });
}

LSTMCell LSTMCell::init(const Key& key, std::int64_t in, std::int64_t hidden, CellOptions o, Where where) { return cell_of<LSTMCell>(key, in, hidden, 4, false, o, where); }
LSTMCarry LSTMCell::initial(Where where) const { return {zero_state("LSTMCell", *this, where), zero_state("LSTMCell", *this, where)}; }
LSTMCarry LSTMCell::operator()(const LSTMCarry& carry, Operand x) const {
  return layer_call(*this, x, [&](const LSTMCell& self) {
    require_together("LSTMCell", self, carry.hidden, x);
    const std::vector<Array> gates = split(self.input(x) + self.hidden(Operand(carry.hidden, x.where)), 4, {.axis = -1});
    const Array memory = sigmoid(gates[1]) * carry.cell + sigmoid(gates[0]) * tanh(gates[2]);
    return LSTMCarry{memory, sigmoid(gates[3]) * tanh(memory)};
  });
}

}  // namespace espalier::nn
