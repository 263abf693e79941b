#pragma once
#include "espalier/stdlib/nn/layer_call.h"

namespace espalier::nn {

/// [batch, ...] to [batch, the product of the rest]. ShapeError for a scalar.
struct Flatten {
  /// The elements in row-major order.
  Array operator()(Operand x) const;
};

/// x itself.
struct Identity {
  /// x.
  Array operator()(Operand x) const {
    return layer_call(*this, x, [&](const Identity&) { return x.array; });
  }
};

}  // namespace espalier::nn
