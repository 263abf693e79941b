#pragma once
// Columns of a matrix that are factored together: transposed, so that the rows of a column fill vectors.
#include "espalier/ir/library/tiles.h"

namespace espalier::ir::library {

/// How many columns a panel has at most, and how many bytes a line of the cache.
inline constexpr std::int64_t widest = 64, line = 64;

/// Column c is at[c * step], as long as `step`, and zero behind its rows.
template <class T> struct Panel {
  T* at;
  std::int64_t step, rows, columns;
};
/// Columns are whole vectors, and an odd number of lines apart: they do not lie in the same sets of a cache.
template <class T> std::int64_t step_of(std::int64_t rows) {
  constexpr std::int64_t in_line = line / static_cast<std::int64_t>(sizeof(T));
  return ((rows + in_line - 1) / in_line | 1) * in_line;
}
/// Columns of a square of n columns are taken so many together.
inline std::int64_t width_of_panels(std::int64_t n) { return n < 8 * widest ? widest / 2 : widest; }

/// Some columns of the rows of a matrix as a panel.
template <class M, class T> ESPALIER_INLINE void take_panel(const Panel<T>& p, const T* from, std::int64_t row) {
  transpose_lines<M>(p.at, p.step, from, row, p.rows, p.columns);
  for (std::int64_t c = 0; c < p.columns; ++c) std::fill(p.at + c * p.step + p.rows, p.at + (c + 1) * p.step, T(0));
}

/// Some columns of rows of both sides, one to the other.
template <class T> ESPALIER_INLINE void copy_rows(T* to, std::int64_t to_row, const T* from, std::int64_t from_row, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i) std::copy(from + i * from_row, from + i * from_row + columns, to + i * to_row);
}

/// c -= a b, where the rows of c are `inside` long, which V vectors may exceed: those of b are as long as the vectors.
template <class M, int V, class T>
ESPALIER_INLINE void subtract_strip_within(T* c, std::int64_t c_row, std::int64_t inside, Broadcast<T> a, const T* b, std::int64_t b_row, std::int64_t rows, std::int64_t depth) {
  constexpr std::int64_t width = V * M::lanes;
  if (inside >= width) return subtract_strip<M, V>(c, c_row, a, b, b_row, rows, depth);
  alignas(line) T rest[widest * width];  // at most so many rows
  std::fill(rest, rest + widest * width, T(0));
  copy_rows(rest, width, c, c_row, rows, inside);
  subtract_strip<M, V>(rest, width, a, b, b_row, rows, depth);
  copy_rows(c, c_row, rest, width, rows, inside);
}

}  // namespace espalier::ir::library
