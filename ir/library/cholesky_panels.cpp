#include "espalier/ir/library/cholesky_panels.h"

#include <cmath>

#include "espalier/ir/library/panels.h"

namespace espalier::ir::library {
namespace {

// Columns [begin, end), one by one. A column's rows above its diagonal hold no number that is read.
template <class M, class T> ESPALIER_INLINE bool eliminate(const Panel<T>& p, std::int64_t begin, std::int64_t end) {
  for (std::int64_t c = begin; c < end; ++c) {
    T* const column = p.at + c * p.step;
    if (!(column[c] > 0)) return false;
    const T root = std::sqrt(column[c]);
    for (std::int64_t r = c / M::lanes * M::lanes; r < p.step; r += M::lanes) {
      typename M::Vector l;
      load(l, column + r);
      l /= typename M::Vector{} + root;
      store(column + r, l);
    }
    column[c] = root;
    for (std::int64_t j = c + 1; j < end; ++j) {
      const T factor = column[j];
      T* const x = p.at + j * p.step;
      for (std::int64_t r = j / M::lanes * M::lanes; r < p.step; r += M::lanes) {
        typename M::Vector l, rest;
        load(l, column + r);
        load(rest, x + r);
        rest -= factor * l;
        store(x + r, rest);
      }
    }
  }
  return true;
}

// What columns [begin, middle) change in columns [middle, end).
template <class M, class T> ESPALIER_INLINE void update(const Panel<T>& p, std::int64_t begin, std::int64_t middle, std::int64_t end) {
  const T* const found = p.at + begin * p.step + middle;
  for_each_strip<M>(p.step - middle, [&](auto vectors, std::int64_t r) __attribute__((always_inline)) {
    subtract_strip<M, vectors()>(p.at + middle * p.step + middle + r, p.step, Broadcast<T>{found, 1, p.step}, found + r, p.step, end - middle, middle - begin);
  });
}

// By halves of halves, as LU is.
template <class M, class T> ESPALIER_INLINE bool factor(const Panel<T>& p) {
  constexpr std::int64_t leaf = line / static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t begin = 0; begin < p.columns; begin += leaf) {
    const std::int64_t end = std::min(begin + leaf, p.columns);
    if (!eliminate<M>(p, begin, end)) return false;
    const std::int64_t done = end & -end;
    if (end < p.columns) update<M>(p, end - done, end, std::min(end + done, p.columns));
  }
  return true;
}

// What a factored panel changes right of it: in blocks of rows, each up to its diagonal.
template <class M, class T> ESPALIER_INLINE void update_right(T* right, std::int64_t row, const Panel<T>& p) {
  constexpr std::int64_t block = widest;
  const std::int64_t rows = p.rows - p.columns;
  const T* const below = p.at + p.columns;
  for (std::int64_t i = 0; i < rows; i += block) {
    const std::int64_t some = std::min(block, rows - i);
    for_each_strip<M>(i + some, [&](auto vectors, std::int64_t j) __attribute__((always_inline)) {
      subtract_strip_within<M, vectors()>(right + i * row + j, row, rows - j, Broadcast<T>{below + i, 1, p.step}, below + j, p.step, some, p.columns);
    });
  }
}

struct CholeskyByPanels {
  template <int bytes, class T> ESPALIER_INLINE static void run(T* a, std::int64_t n, T* panel, bool* is_positive) {
    using M = Machine<T, bytes>;
    const std::int64_t width = width_of_panels(n);
    for (std::int64_t begin = 0; begin < n && *is_positive; begin += width) {
      const std::int64_t size = std::min(width, n - begin), height = n - begin;
      const Panel<T> p{panel, step_of<T>(height), height, size};
      T* const corner = a + begin * (n + 1);
      take_panel<M>(p, corner, n);
      *is_positive = factor<M>(p);
      transpose_lines<M>(corner, n, panel, p.step, size, height);
      update_right<M>(corner + size * (n + 1), n, p);
    }
    for (std::int64_t i = 0; i < n; ++i) std::fill(a + i * n + i + 1, a + (i + 1) * n, T(0));
  }
};

}  // namespace

template <class T> bool cholesky_by_panels(T* a, std::int64_t n) {
  constexpr std::int64_t in_line = line / static_cast<std::int64_t>(sizeof(T));
  Scratch<T> panel(widest * step_of<T>(n) + 3 * in_line);  // a strip may read beyond a last column
  bool is_positive = true;
  on_this_machine<CholeskyByPanels>(a, n, panel.data(), &is_positive);
  return is_positive;
}

template bool cholesky_by_panels<float>(float*, std::int64_t);
template bool cholesky_by_panels<double>(double*, std::int64_t);

}  // namespace espalier::ir::library
