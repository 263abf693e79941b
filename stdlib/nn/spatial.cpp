#include "espalier/stdlib/nn/spatial.h"

#include "espalier/dsl/ops.h"

namespace espalier::nn::detail {
namespace {

[[noreturn]] void refuse(const char* layer, const Array& x, const std::string& what) {
  ShapeError error(layer, "x has shape " + x.shape().str() + ", and not " + what, "x is [batch..., spatial..., channels]");
  error.shapes = {x.shape()};
  throw error;
}

}  // namespace

OneBatch with_one_batch(const char* layer, const Array& x, int spatial) {
  const int axes = x.ndim() - spatial - 1;
  if (axes < 0) refuse(layer, x, std::to_string(spatial) + " spatial axes and one of channels");
  const std::vector<std::int64_t>& extents = x.shape().extents();
  OneBatch all{x, {extents.begin(), extents.begin() + axes}};
  if (axes == 1) return all;
  std::vector<std::int64_t> merged(extents.begin() + axes, extents.end());
  merged.insert(merged.begin(), Shape(all.batch).size());
  all.x = reshape(x, merged);
  return all;
}

Array with_batch(const Array& y, const std::vector<std::int64_t>& batch) {
  if (batch.size() == 1) return y;
  std::vector<std::int64_t> extents = batch;
  extents.insert(extents.end(), y.shape().begin() + 1, y.shape().end());
  return reshape(y, extents);
}

int spatial_axes(const char* layer, const Array& x, const Shape& extents) {
  if (extents.ndim() != 1) return extents.ndim();
  if (x.ndim() < 3) refuse(layer, x, "a batch, spatial axes and channels");
  return x.ndim() - 2;
}

}  // namespace espalier::nn::detail
