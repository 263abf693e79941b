#include "espalier/stdlib/nn/weight_norm.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/normalized.h"

namespace espalier::nn::detail {
namespace {

using espalier::detail::called_at;

// All axes but the last.
std::vector<int> rows_of(const Array& weight) {
  std::vector<int> axes;
  for (int axis = 0; axis < weight.ndim() - 1; ++axis) axes.push_back(axis);
  return axes;
}

}  // namespace

Array with_lengths(const Array& weight, const Array& factors, double epsilon, Where where) {
  return called_at(where, "WeightNorm", [&] {
    const Array wide = widened(weight);
    return (wide * (factors * rsqrt(sum(square(wide), {.axis = rows_of(weight)}) + epsilon))).as(weight.dtype());
  });
}

Array lengths(const Array& weight, Where where) {
  return called_at(where, "WeightNorm", [&] {
    return sqrt(sum(square(widened(weight)), {.axis = rows_of(weight)})).as(weight.dtype());
  });
}

Array standardised(const Array& weight, double epsilon, Where where) {
  return called_at(where, "WeightStandardised", [&] {
    const Array wide = widened(weight);
    const Array center = wide - mean(wide, {.axis = rows_of(weight)});
    return (center * rsqrt(mean(square(center), {.axis = rows_of(weight)}) + epsilon)).as(weight.dtype());
  });
}

}  // namespace espalier::nn::detail
