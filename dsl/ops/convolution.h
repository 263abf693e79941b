#pragma once
// Convolutions as neural networks have them: the kernel is not turned around. Channels are the last axis.
#include <optional>

#include "espalier/dsl/array.h"
#include "espalier/dsl/ops/windows.h"

namespace espalier {

/// Options of `conv`: one number for all spatial axes, or one for each.
struct ConvOptions {
  Named by_name = Named();
  Shape strides = 1;          ///< from one place of the kernel to the next
  Padding padding = {};       ///< of the spatial axes, with zeros; "SAME" counts x without its dilation
  Shape input_dilation = 1;   ///< from one element of x to the next: zeros lie between
  Shape kernel_dilation = 1;  ///< from one element of the kernel to the next
  std::int64_t groups = 1;        ///< the channels, in so many groups, meet so many groups of kernels, each its own
  std::int64_t batch_groups = 1;  ///< the same of the examples
  std::optional<DType> preferred = {};  ///< the dtype of accumulation and result
};
/// The kernel w [spatial…, C / groups, F] at each place of x [N, spatial…, C], multiplied and added up: [N / batch_groups, places…, F], as
/// jax.lax.conv_general_dilated. Operands promote to one dtype, which is that of accumulation and result; bools have no
/// arithmetic. ShapeError if ranks or channels do not match; ArgumentError for groups that do not divide, numbers below 1, or not
/// one for each spatial axis.
Array conv(Operand x, Operand w, ConvOptions options = {});

/// Options of `conv_transpose`: one number for all spatial axes, or one for each.
struct ConvTransposeOptions {
  Named by_name = Named();
  Shape strides = 1;            ///< of the convolution that it turns around: from one element of x to the next
  Padding padding = {};         ///< of that convolution; pairs pad x, spread by the strides, themselves
  Shape kernel_dilation = 1;    ///< from one element of the kernel to the next
  bool transpose_kernel = false;  ///< w is [spatial…, F, C], and turned around: the derivative of `conv`
  std::optional<DType> preferred = {};  ///< the dtype of accumulation and result
};
/// The kernel w [spatial…, C, F] at each place of x [N, spatial…, C], spread by the strides, as jax.lax.conv_transpose: [N, places…, F].
/// Errors are those of `conv`.
Array conv_transpose(Operand x, Operand w, ConvTransposeOptions options = {});

}  // namespace espalier
