#pragma once
// A convolution of 3 x 3, 64 to 64 channels, over images of 56 x 56, and the gradient of its weights.
#include "native.h"

namespace bench {

/// Images lie in rows of pixels, channels last. They are padded first: a row is a row of the image, of all images in turn.
struct Convolution {
  static constexpr int side = 56, padded = side + 2, channels = 64, taps = 9, row_size = side * channels;
  static constexpr int weights = taps * channels * channels, padded_row = padded * channels;

  /// The number of floats of padded images; their edges must be 0.
  static std::size_t room(int images) { return std::size_t(images) * padded * padded_row; }
  /// Where the first tap of a row begins in padded images.
  static std::size_t window(int row) { return (std::size_t(row / side) * padded + row % side) * padded_row; }
  /// Where a row's own pixels begin in padded images.
  static std::size_t inside(int row) { return window(row) + padded_row + channels; }

  static void pad(int images, const float* x, float* to) {
#pragma omp parallel for schedule(static)
    for (int row = 0; row < images * side; ++row) std::memcpy(to + inside(row), x + std::size_t(row) * row_size, row_size * sizeof(float));
  }

  /// One row of the result: some pixels at a time, with two registers of channels each.
  static void row(int row, const float* room, const float* w, float* y) {
    const float* from = room + window(row);
    for (int c = 0; c < channels; c += 2 * lanes) {
      constexpr int height = lanes == 16 ? 14 : 6;
      int i = 0;
      for (; i + height <= side; i += height) points<height>(from + i * channels, w + c, y + i * channels + c);
      for (; i + 2 <= side; i += 2) points<2>(from + i * channels, w + c, y + i * channels + c);
    }
  }

  /// The weights by which the gradient of the result becomes that of the images.
  static void reverse(const float* w, float* reversed) {
    for (int tap = 0; tap < taps; ++tap) {
      for (int c = 0; c < channels; ++c) {
        for (int o = 0; o < channels; ++o) reversed[((taps - 1 - tap) * channels + o) * channels + c] = w[(tap * channels + c) * channels + o];
      }
    }
  }

  /// Adds to dw what a row says, from padded images and padded gradients of the result.
  static void add_weight_gradient(int row, const float* room, const float* d_room, float* dw) {
    constexpr int height = lanes == 16 ? 8 : 4;
    const float *x = room + window(row), *dy = d_room + inside(row);
    for (int tap = 0; tap < taps; ++tap) {
      for (int c = 0; c < channels; c += height) {
        for (int o = 0; o < channels; o += 2 * lanes) products<height>(x + tap / 3 * padded_row + tap % 3 * channels + c, dy + o, dw + (tap * channels + c) * channels + o);
      }
    }
  }

 private:
  template <int pixels> static void points(const float* x, const float* w, float* y) {
    Tile<pixels> sums;
    for (int tap = 0; tap < taps; ++tap) sums.add(channels, x + tap / 3 * padded_row + tap % 3 * channels, channels, 1, w + tap * channels * channels, channels);
    sums.write(y, channels);
  }

  // Some channels of the images times two registers of channels of the gradient, summed over the pixels of a row.
  template <int height> static void products(const float* x, const float* dy, float* dw) {
    Tile<height> sums;
    sums.read(dw, channels);
    sums.add(side, x, 1, channels, dy, channels);
    sums.write(dw, channels);
  }
};

}  // namespace bench
