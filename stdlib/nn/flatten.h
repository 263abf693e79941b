#pragma once
#include "espalier/dsl/array.h"

namespace espalier::nn {

/// [batch, ...] to [batch, the product of the rest]. ShapeError for a scalar.
struct Flatten {
  Array operator()(Operand x) const;
};

/// x itself.
struct Identity {
  Array operator()(Operand x) const { return x.array; }
};

}  // namespace espalier::nn
