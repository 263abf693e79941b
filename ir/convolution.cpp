#include "espalier/ir/convolution.h"

#include <algorithm>

namespace espalier::ir {

Shape windows_shape(const WindowsAttrs& a, const Shape& x) {
  Ints shape = x.extents();
  for (std::size_t j = 0; j < a.axes.size(); ++j) {
    const auto axis = static_cast<std::size_t>(a.axes[j]);
    shape[axis] = window_places(shape[axis], a.sizes[j], a.dilations[j], a.strides[j]);
  }
  shape.insert(shape.end(), a.sizes.begin(), a.sizes.end());
  return Shape(shape);
}

Ints window_strides(const WindowsAttrs& a, const Ints& x_strides) {
  Ints strides = x_strides;
  for (std::size_t j = 0; j < a.axes.size(); ++j) {
    const auto axis = static_cast<std::size_t>(a.axes[j]);
    strides.push_back(x_strides[axis] * a.dilations[j]);
    strides[axis] *= a.strides[j];
  }
  return strides;
}

ConvParts parts_of(const ConvAttrs& a, int lhs_ndim, const Shape& rhs) {
  const auto n = static_cast<std::size_t>(lhs_ndim);
  ConvParts parts{{Ints(n, 0), Ints(n, 0), Ints(n, 0)}, {a.lhs_spatial, {}, a.strides, a.rhs_dilation}, a};
  for (std::size_t j = 0; j < a.lhs_spatial.size(); ++j) {
    const auto axis = static_cast<std::size_t>(a.lhs_spatial[j]);
    parts.pad.low[axis] = a.low[j], parts.pad.high[axis] = a.high[j], parts.pad.interior[axis] = a.lhs_dilation[j] - 1;
    parts.windows.sizes.push_back(rhs[static_cast<int>(a.rhs_spatial[j])]);
    parts.dot.lhs_contract.push_back(lhs_ndim + static_cast<std::int64_t>(j));
    parts.dot.rhs_contract.push_back(a.rhs_spatial[j]);
  }
  return parts;
}

bool is_identity(const PadAttrs& a) {
  const auto none = [](const Ints& list) { return std::all_of(list.begin(), list.end(), [](auto n) { return n == 0; }); };
  return none(a.low) && none(a.high) && none(a.interior);
}
bool is_identity(const WindowsAttrs& a) {
  const auto one = [](const Ints& list) { return std::all_of(list.begin(), list.end(), [](auto n) { return n == 1; }); };
  return one(a.sizes) && one(a.strides);
}

Ints other_axes(int ndim, std::initializer_list<const Ints*> lists) {
  Ints others;
  for (int i = 0; i < ndim; ++i) {
    if (std::none_of(lists.begin(), lists.end(), [&](const Ints* list) { return std::find(list->begin(), list->end(), i) != list->end(); })) others.push_back(i);
  }
  return others;
}

}  // namespace espalier::ir
