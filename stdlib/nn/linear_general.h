#pragma once
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/initializers.h"

namespace espalier::nn {

/// Options of `LinearGeneral::init`.
struct LinearGeneralOptions {
  Named by_name = Named();
  Axes axis = {};                                        ///< which axes of x are `in`; by default the last ones
  bool bias = true;                                      ///< whether it has one
  Initializer weight_init = initializers::lecun_normal;  ///< how the weight starts, as a matrix [size of in, size of out]
  Initializer bias_init = initializers::zeros;           ///< how the bias starts
  DType dtype = f32;                                     ///< of both
};
/// A linear layer over several axes at once, as Flax's DenseGeneral: the axes `in` of x are summed over, axes `out` come behind what is
/// left of it. Without a bias that member is Nothing.
struct [[nodiscard]] LinearGeneral {
  Parameter weight = {};                  ///< [in…, out…]
  Parameter bias = {};                    ///< [out…]
  std::vector<std::int64_t> axes = {-1};  ///< of x, one for each of `in`; negative ones count from the end

  /// With parameters drawn from two keys split off `key`. ArgumentError unless there is an axis for each of `in`.
  static LinearGeneral init(const Key& key, const Shape& in, const Shape& out, LinearGeneralOptions options = {}, Where where = Where::current());
  /// [other…, out…]. ShapeError unless x has the extents `in` along the axes, AxisError if it has them not at all; MissingValue if the
  /// weight is Nothing.
  Array operator()(Operand x) const;
};

/// Options of `Bilinear::init`.
struct BilinearOptions {
  Named by_name = Named();
  bool bias = true;                                      ///< whether it has one
  Initializer weight_init = initializers::lecun_normal;  ///< how the weight starts
  Initializer bias_init = initializers::zeros;           ///< how the bias starts
  DType dtype = f32;                                     ///< of both
};
/// xᵀ weight[:, :, k] y + bias[k] for each k: linear in each of two inputs. Without a bias that member is Nothing.
struct [[nodiscard]] Bilinear {
  Parameter weight = {};  ///< [first, second, out]
  Parameter bias = {};    ///< [out]

  /// With parameters drawn from two keys split off `key`.
  static Bilinear init(const Key& key, std::int64_t first, std::int64_t second, std::int64_t out, BilinearOptions options = {}, Where where = Where::current());
  /// [..., first] and [..., second] to [..., out], what stands before them broadcast. ShapeError for other extents; MissingValue if the
  /// weight is Nothing.
  Array operator()(Operand x, Operand y) const;
};

}  // namespace espalier::nn
