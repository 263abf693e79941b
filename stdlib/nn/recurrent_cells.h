#pragma once
// Cells of recurrent networks: a cell maps what it carries and an input to what it carries next. Sequences are `RNN`'s.
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/stdlib/nn/activation.h"
#include "espalier/stdlib/nn/linear.h"

namespace espalier::nn {

/// Options of the cells' `init`.
struct CellOptions {
  Named by_name = Named();
  bool bias = true;                                        ///< whether it has biases
  Initializer weight_init = initializers::lecun_normal;    ///< how the weight of the input starts
  Initializer hidden_init = initializers::orthogonal();    ///< how the weight of the state starts: the square one of each gate
  Initializer bias_init = initializers::zeros;             ///< how biases start
  DType dtype = f32;                                       ///< of the parameters
};

/// state' = activation(input(x) + hidden(state)): Elman, 1990. It carries the state.
struct [[nodiscard]] RNNCell {
  Linear input = {};              ///< [in, hidden], with the bias
  Linear hidden = {};             ///< [hidden, hidden]
  Activation activation = &tanh;  ///< of the new state
  Lazy lazy = {};                 ///< of one that waits for its parameters

  /// With parameters drawn from keys split off `key`.
  static RNNCell init(const Key& key, std::int64_t in, std::int64_t hidden, CellOptions options = {}, Where where = Where::current());
  /// The state [..., hidden] after x [..., in]. ShapeError unless they go together; MissingValue if a weight is Nothing.
  Array operator()(Operand state, Operand x) const;
  /// The state before the first input: 0, without an axis for a batch.
  Array initial(Where where = Where::current()) const;
};

/// A gated unit (Cho et al., 2014), its reset gate behind the product, as in cuDNN, PyTorch and Flax. It carries the state:
///   r = sigmoid(input_r(x) + hidden_r(state))      z = sigmoid(input_z(x) + hidden_z(state))
///   n = tanh(input_n(x) + r hidden_n(state))       state' = (1 - z) n + z state
struct [[nodiscard]] GRUCell {
  Linear input = {};   ///< [in, 3 hidden]: r, z, n one after the other
  Linear hidden = {};  ///< [hidden, 3 hidden]; its bias counts for n, those of r and z add to the input's
  Lazy lazy = {};      ///< of one that waits for its parameters

  /// With parameters drawn from keys split off `key`.
  static GRUCell init(const Key& key, std::int64_t in, std::int64_t hidden, CellOptions options = {}, Where where = Where::current());
  /// The state [..., hidden] after x [..., in]. ShapeError unless they go together; MissingValue if a weight is Nothing.
  Array operator()(Operand state, Operand x) const;
  /// The state before the first input: 0, without an axis for a batch.
  Array initial(Where where = Where::current()) const;
};

/// What an `LSTMCell` carries.
struct [[nodiscard]] LSTMCarry {
  Array cell = {};    ///< [..., hidden]: the memory
  Array hidden = {};  ///< [..., hidden]: the state, which is the output
};
/// Long short-term memory (Hochreiter & Schmidhuber, 1997; the forget gate: Gers et al., 2000):
///   i, f, o = sigmoid(input(x) + hidden(state)), g = tanh(input(x) + hidden(state))
///   cell' = f cell + i g      hidden' = o tanh(cell')
struct [[nodiscard]] LSTMCell {
  Linear input = {};   ///< [in, 4 hidden]: i, f, g, o one after the other; with the bias
  Linear hidden = {};  ///< [hidden, 4 hidden]
  Lazy lazy = {};      ///< of one that waits for its parameters

  /// With parameters drawn from keys split off `key`.
  static LSTMCell init(const Key& key, std::int64_t in, std::int64_t hidden, CellOptions options = {}, Where where = Where::current());
  /// The carry after x [..., in]. ShapeError unless they go together; MissingValue if a weight is Nothing.
  LSTMCarry operator()(const LSTMCarry& carry, Operand x) const;
  /// The carry before the first input: 0, without an axis for a batch.
  LSTMCarry initial(Where where = Where::current()) const;
};

}  // namespace espalier::nn
