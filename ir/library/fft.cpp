// Fourier transforms of a batch's lines.
#include "espalier/ir/library/fourier.h"
#include "espalier/ir/library/functions.h"

namespace espalier::ir::library {
namespace {

template <class T> fourier::Parts<const T> complex_from(const void* data, std::int64_t number) {
  const T* at = static_cast<const T*>(data) + 2 * number;
  return {at, at + 1, 2};
}
template <class T> fourier::Parts<T> complex_at(void* data, std::int64_t number) {
  T* at = static_cast<T*>(data) + 2 * number;
  return {at, at + 1, 2};
}

// Arrays without elements may have no memory: nothing may be computed from their addresses.
bool is_empty(std::int64_t inner, std::int64_t first, std::int64_t last) { return first == last || inner == 0; }

}  // namespace

template <class T> void fft(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t n = sizes[0], inner = sizes[1], size = n * inner;
  if (is_empty(inner, first, last)) return;
  fourier::transform<T>(n, {last - first, inner}, sizes[2] != 0, complex_from<T>(operands[0], first * size), complex_at<T>(results[0], first * size));
}
template <class T> void rfft(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t n = sizes[0], inner = sizes[1];
  if (is_empty(inner, first, last)) return;
  fourier::transform_real<T>(n, {last - first, inner}, static_cast<const T*>(operands[0]) + first * n * inner, complex_at<T>(results[0], first * (n / 2 + 1) * inner));
}
template <class T> void irfft(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t n = sizes[0], inner = sizes[1];
  if (is_empty(inner, first, last)) return;
  fourier::inverse_real<T>(n, {last - first, inner}, complex_from<T>(operands[0], first * (n / 2 + 1) * inner), static_cast<T*>(results[0]) + first * n * inner);
}

template void fft<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void fft<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void rfft<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void rfft<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void irfft<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void irfft<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
