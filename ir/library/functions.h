#pragma once
// The functions of the library: one for each op and dtype, with the signature of LibraryFunction. `sizes` begins with the extents of a
// problem, and goes on with what its comment says.
#include <cstdint>

namespace espalier::ir::library {

/// n
template <class T> void cholesky(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// m, n
template <class T> void lu(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// m, n; whether Q is square
template <class T> void qr(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// n
template <class T> void eigh(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// m, n; whether U and Vᴴ are square
template <class T> void svd(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// n
template <class T> void eig(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// n, other extent of B; the flags of TriangularSolveAttrs in order
template <class T> void triangular_solve(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);

// Lines along the middle axis of [problems, length, inner]; complex numbers have their parts beside each other.
/// length, inner, whether it is the inverse
template <class T> void fft(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// length of the real line, inner
template <class T> void rfft(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);
/// length of the real line, inner
template <class T> void irfft(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last);

}  // namespace espalier::ir::library
