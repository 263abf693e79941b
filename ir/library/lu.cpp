// Gaussian elimination with the largest pivot of each column, by blocks of columns: what is right of a block is one product.
#include <complex>
#include <numeric>
#include <vector>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"

namespace espalier::ir::library {
namespace {

template <class T> Real<T> size_of(T x) {
  using std::abs;
  if constexpr (Eigen::NumTraits<T>::IsComplex) return abs(x.real()) + abs(x.imag());
  else return abs(x);
}

// Columns [begin, end) of the rows from `begin` on; rows change places as a whole.
template <class T> void eliminate(Eigen::Map<Matrix<T>>& a, std::int64_t begin, std::int64_t end, std::vector<std::int32_t>& pivots) {
  const std::int64_t m = a.rows();
  for (std::int64_t c = begin; c < end; ++c) {
    std::int64_t pivot = c;
    for (std::int64_t r = c + 1; r < m; ++r)
      if (size_of(a(r, c)) > size_of(a(pivot, c))) pivot = r;
    pivots[static_cast<std::size_t>(c)] = static_cast<std::int32_t>(pivot);
    if (pivot != c) a.row(c).swap(a.row(pivot));
    if (a(c, c) == T(0)) continue;
    for (std::int64_t r = c + 1; r < m; ++r) {
      a(r, c) /= a(c, c);
      a.row(r).segment(c + 1, end - c - 1) -= a(r, c) * a.row(c).segment(c + 1, end - c - 1);
    }
  }
}

template <class T> void factor(Eigen::Map<Matrix<T>>& a, std::vector<std::int32_t>& pivots) {
  constexpr std::int64_t block = 48;
  const std::int64_t m = a.rows(), n = a.cols(), few = std::min(m, n);
  for (std::int64_t begin = 0; begin < few; begin += block) {
    const std::int64_t end = std::min(begin + block, few), size = end - begin;
    eliminate(a, begin, end, pivots);
    if (end == n) continue;
    auto above = a.block(begin, end, size, n - end);
    a.block(begin, begin, size, size).template triangularView<Eigen::UnitLower>().solveInPlace(above);
    a.bottomRightCorner(m - end, n - end).noalias() -= a.block(end, begin, m - end, size) * above;
  }
}

}  // namespace

template <class T> void lu(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t m = sizes[0], n = sizes[1], few = std::min(m, n);
  std::vector<std::int32_t> pivots(static_cast<std::size_t>(few)), order(static_cast<std::size_t>(m));
  Matrix<T> unwanted(results[0] == nullptr ? m : 0, n);
  for (std::int64_t p = first; p < last; ++p) {
    auto a = results[0] == nullptr ? result<T>(unwanted.data(), 0, m, n) : result<T>(results[0], p, m, n);
    a = operand<T>(operands[0], p, m, n);
    factor(a, pivots);
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t c = 0; c < pivots.size(); ++c) std::swap(order[c], order[static_cast<std::size_t>(pivots[c])]);
    if (results[1] != nullptr) std::copy(pivots.begin(), pivots.end(), static_cast<std::int32_t*>(results[1]) + p * few);
    if (results[2] != nullptr) std::copy(order.begin(), order.end(), static_cast<std::int32_t*>(results[2]) + p * m);
  }
}

template void lu<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void lu<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void lu<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void lu<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
