#pragma once
#include "espalier/dsl/ops/windows.h"
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/initializers.h"
#include "espalier/stdlib/nn/lazy_layer.h"

namespace espalier::nn {

/// Options of `Conv::init`. Shapes have one number for all spatial axes, or one for each.
struct ConvOptions {
  Named by_name = Named();
  Shape strides = 1;                                     ///< from one place of the kernel to the next
  Padding padding = "SAME";                              ///< of the spatial axes, see `Conv`
  Shape dilation = 1;                                    ///< from one element of the kernel to the next
  std::int64_t groups = 1;                               ///< of channels, each with kernels of its own
  bool bias = true;                                      ///< whether it has one
  Initializer weight_init = initializers::lecun_normal;  ///< how the weight starts
  Initializer bias_init = initializers::zeros;           ///< how the bias starts
  DType dtype = f32;                                     ///< of both
};
/// A convolution over any number of spatial axes, as Flax's Conv: the kernel is not turned around. Padding is "SAME", "VALID", pairs of
/// {before, behind}, "CIRCULAR", where what lies beyond one end is the other, or "CAUSAL" with one spatial axis, all of it before. Without
/// a bias that member is Nothing.
struct [[nodiscard]] Conv {
  Parameter weight = {};     ///< [spatial…, in / groups, out]
  Parameter bias = {};       ///< [out]
  Shape strides = 1;         ///< from one place of the kernel to the next
  Padding padding = "SAME";  ///< of the spatial axes
  Shape dilation = 1;        ///< from one element of the kernel to the next
  std::int64_t groups = 1;   ///< of channels, each with kernels of its own
  Lazy lazy = {};            ///< of one that waits for its parameters

  /// For images with `in` channels: `kernel` has an extent for each spatial axis, so 3 is one axis and {3, 3} are two. Parameters are drawn
  /// from two keys split off `key`. ArgumentError if it has none, or groups divide not both `in` and `out`.
  static Conv init(const Key& key, std::int64_t in, std::int64_t out, const Shape& kernel, ConvOptions options = {}, Where where = Where::current());
  /// [batch…, spatial…, in] to [batch…, places…, out], with any number of batch axes. ShapeError for other x; ArgumentError for options that
  /// are not one for each spatial axis; MissingValue if the weight is Nothing.
  Array operator()(Operand x) const;
};

/// Options of `ConvTranspose::init`. Shapes have one number for all spatial axes, or one for each.
struct ConvTransposeOptions {
  Named by_name = Named();
  Shape strides = 1;                                     ///< from one element of x to the next, zeros between them
  Padding padding = "SAME";                              ///< see `ConvTranspose`
  Shape dilation = 1;                                    ///< from one element of the kernel to the next
  bool bias = true;                                      ///< whether it has one
  Initializer weight_init = initializers::lecun_normal;  ///< how the weight starts
  Initializer bias_init = initializers::zeros;           ///< how the bias starts
  DType dtype = f32;                                     ///< of both
};
/// A convolution that makes its input larger by the strides, as Flax's ConvTranspose: that of x with strides - 1 zeros between elements.
/// Padded "SAME" the result has as many places as x has elements times the strides, "VALID" all where the kernel meets an element; pairs
/// pad what it is applied to. Without a bias that member is Nothing.
struct [[nodiscard]] ConvTranspose {
  Parameter weight = {};     ///< [spatial…, in, out]
  Parameter bias = {};       ///< [out]
  Shape strides = 1;         ///< from one element of x to the next
  Padding padding = "SAME";  ///< "SAME", "VALID" or pairs
  Shape dilation = 1;        ///< from one element of the kernel to the next
  Lazy lazy = {};            ///< of one that waits for its parameters

  /// As `Conv::init`.
  static ConvTranspose init(const Key& key, std::int64_t in, std::int64_t out, const Shape& kernel, ConvTransposeOptions options = {}, Where where = Where::current());
  /// [batch…, spatial…, in] to [batch…, places…, out]. Errors are those of `Conv`.
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
