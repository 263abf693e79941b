// Gaussian elimination with the largest pivot of each column: small real matrices side by side in the lanes of vectors, others by panels.
#include <complex>
#include <numeric>
#include <vector>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/lu_panels.h"
#include "espalier/ir/library/matrix.h"
#include "espalier/ir/library/side_by_side.h"

namespace espalier::ir::library {
namespace {

template <class T> Real<T> size_of(T x) { return std::abs(x.real()) + std::abs(x.imag()); }

// Columns [begin, end) of the rows from `begin` on; rows change places as a whole.
template <class T> void eliminate(Eigen::Map<Matrix<T>>& a, std::int64_t begin, std::int64_t end, std::int32_t* pivots) {
  const std::int64_t m = a.rows();
  for (std::int64_t c = begin; c < end; ++c) {
    std::int64_t pivot = c;
    for (std::int64_t r = c + 1; r < m; ++r)
      if (size_of(a(r, c)) > size_of(a(pivot, c))) pivot = r;
    pivots[c] = static_cast<std::int32_t>(pivot);
    if (pivot != c) a.row(c).swap(a.row(pivot));
    if (a(c, c) == T(0)) continue;
    for (std::int64_t r = c + 1; r < m; ++r) {
      a(r, c) /= a(c, c);
      a.row(r).segment(c + 1, end - c - 1) -= a(r, c) * a.row(c).segment(c + 1, end - c - 1);
    }
  }
}

template <class T> void factor(T* matrix, std::int64_t m, std::int64_t n, std::int32_t* pivots) {
  if constexpr (Eigen::NumTraits<T>::IsComplex) {
    constexpr std::int64_t block = 48;
    const std::int64_t few = std::min(m, n);
    Eigen::Map<Matrix<T>> a(matrix, m, n);
    for (std::int64_t begin = 0; begin < few; begin += block) {
      const std::int64_t end = std::min(begin + block, few), size = end - begin;
      eliminate(a, begin, end, pivots);
      if (end == n) continue;
      auto above = a.block(begin, end, size, n - end);
      a.block(begin, begin, size, size).template triangularView<Eigen::UnitLower>().solveInPlace(above);
      a.bottomRightCorner(m - end, n - end).noalias() -= a.block(end, begin, m - end, size) * above;
    }
  } else {
    factor_by_panels(matrix, m, n, pivots);
  }
}

}  // namespace

template <class T> void lu(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t m = sizes[0], n = sizes[1], few = std::min(m, n), problems = last - first;
  const T* const a = static_cast<const T*>(operands[0]) + first * m * n;
  std::vector<T> unwanted_factors(results[0] == nullptr ? static_cast<std::size_t>(problems * m * n) : 0);
  std::vector<std::int32_t> unwanted_pivots(results[1] == nullptr ? static_cast<std::size_t>(problems * few) : 0);
  T* const both = results[0] == nullptr ? unwanted_factors.data() : static_cast<T*>(results[0]) + first * m * n;
  std::int32_t* const pivots = results[1] == nullptr ? unwanted_pivots.data() : static_cast<std::int32_t*>(results[1]) + first * few;
  if constexpr (!Eigen::NumTraits<T>::IsComplex) {
    if (std::max(m, n) <= most_side_by_side) lu_side_by_side(both, pivots, a, m, n, problems);
  }
  for (std::int64_t p = 0; p < problems; ++p) {
    std::int32_t* const own = pivots + p * few;
    if (Eigen::NumTraits<T>::IsComplex || std::max(m, n) > most_side_by_side) {
      std::copy(a + p * m * n, a + (p + 1) * m * n, both + p * m * n);
      factor(both + p * m * n, m, n, own);
    }
    if (results[2] == nullptr) continue;
    std::int32_t* const order = static_cast<std::int32_t*>(results[2]) + (first + p) * m;
    std::iota(order, order + m, 0);
    for (std::int64_t c = 0; c < few; ++c) std::swap(order[c], order[own[c]]);
  }
}

template void lu<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void lu<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void lu<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void lu<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
