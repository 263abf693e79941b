#pragma once
// Discrete Fourier transforms, as numpy.fft has them: y_k = sum_j x_j exp(-2 pi i j k / n) along an axis. Integers and real numbers become
// complex first; computed in c64 or c128 (of f32 or f64), any length, in time n log n. All of them: AxisError for an axis that is not
// there, ArgumentError for a length below 1, an axis named twice or a norm that there is not, DTypeError for f16 and bf16.
#include <optional>
#include <string_view>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier::fft {

/// Options of transforms along one axis.
struct FftOptions {
  Named by_name = Named();
  std::optional<std::int64_t> n = {};  ///< length of the line: longer ones are cut, shorter ones padded with zeros; by default the axis's. Of `irfft` and `hfft` that of the result, by default 2 (m - 1) for m elements
  int axis = -1;                       ///< which axis is transformed
  std::string_view norm = "backward";  ///< what is divided by n: "backward": the inverse; "forward": the transform; "ortho": both, by its root
};
/// Options of transforms along several axes.
struct FftnOptions {
  Named by_name = Named();
  std::optional<std::vector<std::int64_t>> s = {};  ///< lengths, one for each axis; of `irfft2` and `irfftn` those of the result
  Axes axes = {};                                   ///< by default all, or the last ones that `s` has lengths for
  std::string_view norm = "backward";               ///< as in FftOptions, of all axes
};
/// Options of transforms along two axes.
struct Fft2Options {
  Named by_name = Named();
  std::optional<std::vector<std::int64_t>> s = {};  ///< lengths, one for each axis
  Axes axes = {-2, -1};                             ///< which two
  std::string_view norm = "backward";               ///< as in FftOptions, of both axes
};

/// The transform: complex, of the operand's shape but for `.n`.
Array fft(Operand x, FftOptions options = {});
/// Its inverse.
Array ifft(Operand x, FftOptions options = {});
/// The transform of real numbers: the first n / 2 + 1 elements along the axis, of which the others are the conjugates. DTypeError for complex ones.
Array rfft(Operand x, FftOptions options = {});
/// Its inverse: real. The imaginary parts of the first element, and of the last of an even length, are not read.
Array irfft(Operand x, FftOptions options = {});
/// The transform of a line that is the conjugate of itself reversed, given its first elements: real.
Array hfft(Operand x, FftOptions options = {});
/// Its inverse.
Array ihfft(Operand x, FftOptions options = {});

/// Along two axes, one after the other. The real ones: along the last of them, and complex along the other.
/// @{
Array fft2(Operand x, Fft2Options options = {});
Array ifft2(Operand x, Fft2Options options = {});
Array rfft2(Operand x, Fft2Options options = {});
Array irfft2(Operand x, Fft2Options options = {});
/// @}
/// Along several axes, one after the other. The real ones: along the last of them, and complex along the others.
/// @{
Array fftn(Operand x, FftnOptions options = {});
Array ifftn(Operand x, FftnOptions options = {});
Array rfftn(Operand x, FftnOptions options = {});
Array irfftn(Operand x, FftnOptions options = {});
/// @}

/// Options of `fftfreq` and `rfftfreq`.
struct FrequencyOptions {
  Named by_name = Named();
  DType dtype = DType::f32;  ///< of the result
};
/// The frequency of each element of a transform of n samples `d` apart: 0, 1, … up to the middle, then the negative ones, over n d. ArgumentError for n < 1.
Array fftfreq(std::int64_t n, double d = 1, FrequencyOptions options = {}, Where where = Where::current());
/// The same of `rfft`: 0 to n / 2, over n d.
Array rfftfreq(std::int64_t n, double d = 1, FrequencyOptions options = {}, Where where = Where::current());

/// Options of `fftshift` and `ifftshift`.
struct ShiftOptions {
  Named by_name = Named();
  Axes axes = {};  ///< which axes; by default all
};
/// The element of frequency 0 moved to the middle of each axis.
Array fftshift(Operand x, ShiftOptions options = {});
/// And back.
Array ifftshift(Operand x, ShiftOptions options = {});

}  // namespace espalier::fft
