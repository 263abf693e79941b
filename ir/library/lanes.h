#pragma once
// Matrices of a batch as vectors, and back: element e of as many matrices as there are lanes is one vector.
#include <algorithm>

#include "espalier/ir/library/vectors.h"

namespace espalier::ir::library {

namespace detail {
template <class T, std::int64_t n> struct LineOf {
  typedef T type __attribute__((vector_size(n * sizeof(T))));
};
template <class T, std::int64_t n> using Line = typename LineOf<T, n>::type;
}  // namespace detail

/// The elements of some matrices, the last of which stands in for those that a group has too few.
template <class M, class T> ESPALIER_INLINE void take(typename M::Vector* to, const T* from, std::int64_t elements, std::int64_t problems) {
  constexpr std::int64_t n = M::lanes;
  std::int64_t e = 0;
  for (; e + n <= elements; e += n) {
    typename M::Vector x[n];
    ESPALIER_UNROLL
    for (std::int64_t k = 0; k < n; ++k) {
      detail::Line<T, n> line;
      load(line, from + std::min(k, problems - 1) * elements + e);
      x[k] = __builtin_convertvector(line, typename M::Vector);
    }
    transpose(x);
    ESPALIER_UNROLL
    for (std::int64_t k = 0; k < n; ++k) to[e + k] = x[k];
  }
  for (; e < elements; ++e) {
    typename M::Number x[n];
    for (std::int64_t k = 0; k < n; ++k) x[k] = from[std::min(k, problems - 1) * elements + e];
    load(to[e], x);
  }
}
/// Elements as those of the matrices.
template <class M, class T> ESPALIER_INLINE void put(T* to, const typename M::Vector* from, std::int64_t elements, std::int64_t problems) {
  constexpr std::int64_t n = M::lanes;
  std::int64_t e = 0;
  for (; e + n <= elements; e += n) {
    typename M::Vector x[n];
    ESPALIER_UNROLL
    for (std::int64_t k = 0; k < n; ++k) x[k] = from[e + k];
    transpose(x);
    ESPALIER_UNROLL
    for (std::int64_t k = 0; k < n; ++k) {
      const auto line = __builtin_convertvector(x[k], detail::Line<T, n>);
      if (k < problems) store(to + k * elements + e, line);
    }
  }
  for (; e < elements; ++e) {
    typename M::Number x[n];
    store(x, from[e]);
    for (std::int64_t k = 0; k < problems; ++k) to[k * elements + e] = static_cast<T>(x[k]);
  }
}

/// Every lane's root. Without -fno-math-errno it is one at a time.
template <class M> ESPALIER_INLINE void square_root(typename M::Vector& x) {
  typename M::Number of_lanes[M::lanes];
  store(of_lanes, x);
  for (auto& v : of_lanes) {
    if constexpr (sizeof(v) == 4) v = __builtin_sqrtf(v);
    else v = __builtin_sqrt(v);
  }
  load(x, of_lanes);
}

}  // namespace espalier::ir::library
