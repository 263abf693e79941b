#include "espalier/stdlib/nn/with_weight.h"

namespace espalier::nn::detail {

void require_matrix(const char* name, const Array& weight, Where where) {
  if (weight.ndim() >= 2) return;
  ShapeError error(name, "the layer's weight has shape " + weight.shape().str() + ", and is no matrix", "give a layer whose weight has two axes or more, such as Linear or Conv", where);
  error.shapes = {weight.shape()};
  throw error;
}

}  // namespace espalier::nn::detail
