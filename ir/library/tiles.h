#pragma once
// Products and triangular systems of real matrices in register tiles. Matrices are pointers with the distance of their rows; of what is
// broadcast the distance of its columns is free too, and may be negative.
#include <algorithm>
#include <memory>
#include <new>

#include "espalier/ir/library/vectors.h"

namespace espalier::ir::library {

/// Memory for a while, not set, that begins where a line of the cache does.
template <class T> class Scratch {
 public:
  explicit Scratch(std::int64_t size) : memory_(static_cast<T*>(::operator new(static_cast<std::size_t>(size) * sizeof(T), alignment))) {}
  T* data() { return memory_.get(); }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Release {
    void operator()(T* memory) const { ::operator delete(memory, alignment); }
  };
  std::unique_ptr<T, Release> memory_;
};

/// The operand whose numbers are broadcast: element (i, k) is at[i * row + k * column].
template <class T> struct Broadcast {
  const T* at;
  std::int64_t row, column;
  ESPALIER_INLINE Broadcast from(std::int64_t i, std::int64_t k) const { return {at + i * row + k * column, row, column}; }
  ESPALIER_INLINE T operator()(std::int64_t i, std::int64_t k) const { return at[i * row + k * column]; }
};

/// The sums over k < depth of a(r, k) b[k], for R rows and V vectors.
template <class M, int R, int V, class T>
ESPALIER_INLINE void tile_sums(typename M::Vector (&sum)[R][V], Broadcast<T> a, const T* b, std::int64_t b_row, std::int64_t depth) {
  ESPALIER_UNROLL
  for (int r = 0; r < R; ++r)
    ESPALIER_UNROLL
  for (int v = 0; v < V; ++v) sum[r][v] = typename M::Vector{};
  const T* at = a.at;
  for (std::int64_t k = 0; k < depth; ++k, at += a.column, b += b_row) {
    typename M::Vector line[V];
    ESPALIER_UNROLL
    for (int v = 0; v < V; ++v) load(line[v], b + v * M::lanes);
    ESPALIER_UNROLL
    for (int r = 0; r < R; ++r)
      ESPALIER_UNROLL
    for (int v = 0; v < V; ++v) sum[r][v] += at[r * a.row] * line[v];
  }
}

/// c -= a b, for R rows and V vectors.
template <class M, int R, int V, class T>
ESPALIER_INLINE void subtract_tile(T* c, std::int64_t c_row, Broadcast<T> a, const T* b, std::int64_t b_row, std::int64_t depth) {
  ESPALIER_UNROLL
  for (int r = 0; r < R; ++r) {
    __builtin_prefetch(c + r * c_row, 1);
    __builtin_prefetch(c + r * c_row + V * M::lanes - 1, 1);
  }
  typename M::Vector sum[R][V];
  tile_sums<M, R, V>(sum, a, b, b_row, depth);
  ESPALIER_UNROLL
  for (int r = 0; r < R; ++r)
    ESPALIER_UNROLL
  for (int v = 0; v < V; ++v) {
    typename M::Vector old;
    load(old, c + r * c_row + v * M::lanes);
    store(c + r * c_row + v * M::lanes, old - sum[r][v]);
  }
}

/// The same for any number of rows, in columns of V vectors.
template <class M, int V, class T>
ESPALIER_INLINE void subtract_strip(T* c, std::int64_t c_row, Broadcast<T> a, const T* b, std::int64_t b_row, std::int64_t rows, std::int64_t depth) {
  std::int64_t i = 0;
  for (; i + M::tile_rows <= rows; i += M::tile_rows) subtract_tile<M, M::tile_rows, V>(c + i * c_row, c_row, a.from(i, 0), b, b_row, depth);
  for (; i < rows; ++i) subtract_tile<M, 1, V>(c + i * c_row, c_row, a.from(i, 0), b, b_row, depth);
}

/// Calls f with the number of vectors, as a constant, of each strip of `columns`, and where it begins.
template <class M, class F> ESPALIER_INLINE void for_each_strip(std::int64_t columns, const F& f) {
  std::int64_t j = 0;
  if constexpr (M::tile_vectors == 3)
    for (; columns - j > 2 * M::lanes; j += 3 * M::lanes) f(std::integral_constant<int, 3>(), j);
  for (; columns - j > M::lanes; j += 2 * M::lanes) f(std::integral_constant<int, 2>(), j);
  for (; j < columns; j += M::lanes) f(std::integral_constant<int, 1>(), j);
}

/// R rows of x with a x = b for a lower triangle: x holds b, and the result in the rows before them. Rows of x are V vectors.
template <class M, int R, int V, class T>
ESPALIER_INLINE void solve_tile(Broadcast<T> a, bool unit_diagonal, T* x, std::int64_t x_row, std::int64_t before) {
  typename M::Vector sum[R][V];
  tile_sums<M, R, V>(sum, a.from(before, 0), x, x_row, before);
  const Broadcast<T> corner = a.from(before, before);
  T* const own = x + before * x_row;
  ESPALIER_UNROLL
  for (int r = 0; r < R; ++r) {
    ESPALIER_UNROLL
    for (int v = 0; v < V; ++v) {
      typename M::Vector b;
      load(b, own + r * x_row + v * M::lanes);
      sum[r][v] = b - sum[r][v];
      ESPALIER_UNROLL
      for (int q = 0; q < R; ++q)
        if (q < r) sum[r][v] -= corner(r, q) * sum[q][v];
      if (!unit_diagonal) sum[r][v] /= typename M::Vector{} + corner(r, r);
      store(own + r * x_row + v * M::lanes, sum[r][v]);
    }
  }
}

/// a x = b for a lower triangle of n rows, where b is.
template <class M, int V, class T> ESPALIER_INLINE void solve_strip(Broadcast<T> a, bool unit_diagonal, T* x, std::int64_t x_row, std::int64_t n) {
  std::int64_t i = 0;
  for (; i + M::tile_rows <= n; i += M::tile_rows) solve_tile<M, M::tile_rows, V>(a, unit_diagonal, x, x_row, i);
  for (; i < n; ++i) solve_tile<M, 1, V>(a, unit_diagonal, x, x_row, i);
}

}  // namespace espalier::ir::library
