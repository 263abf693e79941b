#include "espalier/ir/library/lu_panels.h"

#include "espalier/ir/library/panels.h"

namespace espalier::ir::library {
namespace {

template <class T> ESPALIER_INLINE T size_of(T x) { return x < 0 ? -x : x; }

// The row from `first` on whose number is the largest; one that is no number counts where it comes first.
template <class M, class T> ESPALIER_INLINE std::int64_t largest_of(const T* x, std::int64_t first, std::int64_t rows) {
  T largest = size_of(x[first]);
  if (largest != largest) return first;
  typename M::Vector of_lanes = typename M::Vector{} + largest;
  std::int64_t r = first + 1;
  for (; r + M::lanes <= rows; r += M::lanes) {
    typename M::Vector v;
    load(v, x + r);
    v = v < 0 ? -v : v;
    of_lanes = v > of_lanes ? v : of_lanes;
  }
  for (; r < rows; ++r) largest = size_of(x[r]) > largest ? size_of(x[r]) : largest;
  for (std::int64_t k = 0; k < M::lanes; ++k) largest = of_lanes[k] > largest ? of_lanes[k] : largest;
  for (r = first; size_of(x[r]) != largest;) ++r;
  return r;
}

// Columns [begin, end), one by one.
template <class M, class T> ESPALIER_INLINE void eliminate(const Panel<T>& p, std::int32_t* pivots, std::int64_t begin, std::int64_t end) {
  for (std::int64_t c = begin; c < end; ++c) {
    T* const column = p.at + c * p.step;
    const std::int64_t pivot = largest_of<M>(column, c, p.rows);
    pivots[c] = static_cast<std::int32_t>(pivot);
    if (pivot != c)
      for (std::int64_t j = 0; j < p.columns; ++j) std::swap(p.at[j * p.step + c], p.at[j * p.step + pivot]);
    const T divisor = column[c] == 0 ? T(1) : column[c];
    std::int64_t r = c + 1;
    for (; r % M::lanes != 0; ++r) {
      column[r] /= divisor;
      for (std::int64_t j = c + 1; j < end; ++j) p.at[j * p.step + r] -= column[r] * p.at[j * p.step + c];
    }
    for (; r < p.step; r += M::lanes) {
      typename M::Vector l;
      load(l, column + r);
      l /= typename M::Vector{} + divisor;
      store(column + r, l);
      for (std::int64_t j = c + 1; j < end; ++j) {
        typename M::Vector x;
        load(x, p.at + j * p.step + r);
        x -= p.at[j * p.step + c] * l;
        store(p.at + j * p.step + r, x);
      }
    }
  }
}

// What columns [begin, middle) change in columns [middle, end).
template <class M, class T> ESPALIER_INLINE void update(const Panel<T>& p, std::int64_t begin, std::int64_t middle, std::int64_t end) {
  const std::int64_t size = middle - begin;
  alignas(line) T below[widest / 2 * (widest / 2)];  // the triangle of L with zeros in its place of U
  for (std::int64_t k = 0; k < size; ++k)
    for (std::int64_t i = 0; i < size; ++i) below[k * size + i] = i > k ? p.at[(begin + k) * p.step + begin + i] : T(0);
  for (std::int64_t j = middle; j < end; ++j) {
    T* const x = p.at + j * p.step + begin;
    for (std::int64_t k = 0; k < size; ++k) {
      const T found = x[k];
      for (std::int64_t i = k / M::lanes * M::lanes; i < size; i += M::lanes) {
        typename M::Vector l, rest;
        load(l, below + k * size + i);
        load(rest, x + i);
        rest -= found * l;
        store(x + i, rest);
      }
    }
  }
  for_each_strip<M>(p.step - middle, [&](auto vectors, std::int64_t r) __attribute__((always_inline)) {
    T* const from = p.at + middle + r;
    subtract_strip<M, vectors()>(from + middle * p.step, p.step, Broadcast<T>{p.at + middle * p.step + begin, p.step, 1}, from + begin * p.step, p.step, end - middle, size);
  });
}

// By halves of halves: behind a leaf of columns come the updates by the leaf, by the two that end there, by the four.
template <class M, class T> ESPALIER_INLINE void factor(const Panel<T>& p, std::int32_t* pivots) {
  constexpr std::int64_t leaf = line / static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t begin = 0; begin < p.columns; begin += leaf) {
    const std::int64_t end = std::min(begin + leaf, p.columns);
    eliminate<M>(p, pivots, begin, end);
    const std::int64_t done = end & -end;
    if (end < p.columns) update<M>(p, end - done, end, std::min(end + done, p.columns));
  }
}

// What a factored panel changes right of it: first the rows beside its triangle, in strips that are kept, then blocks of the rows below,
// each with all the strips, so that few lines of memory are in use at a time.
template <class M, class T>
ESPALIER_INLINE void update_right(T* right, std::int64_t row, std::int64_t rows, std::int64_t columns, const Panel<T>& p, T* strips) {
  constexpr std::int64_t block = widest;
  const std::int64_t size = p.columns;
  for_each_strip<M>(columns, [&](auto vectors, std::int64_t j) __attribute__((always_inline)) {
    constexpr std::int64_t width = vectors() * M::lanes;
    const std::int64_t inside = std::min(width, columns - j);
    T* const strip = strips + j * size;
    if (inside < width) std::fill(strip, strip + size * width, T(0));
    copy_rows(strip, width, right + j, row, size, inside);
    solve_strip<M, vectors()>(Broadcast<T>{p.at, 1, p.step}, true, strip, width, size);
    copy_rows(right + j, row, strip, width, size, inside);
  });
  for (std::int64_t i = size; i < rows; i += block) {
    const std::int64_t some = std::min(block, rows - i);
    T* const begin = right + i * row;
    for_each_strip<M>(columns, [&](auto vectors, std::int64_t j) __attribute__((always_inline)) {
      constexpr std::int64_t width = vectors() * M::lanes;
      subtract_strip_within<M, vectors()>(begin + j, row, columns - j, Broadcast<T>{p.at + i, 1, p.step}, strips + j * size, width, some, size);
    });
  }
}

struct FactorByPanels {
  template <int bytes, class T>
  ESPALIER_INLINE static void run(T* a, std::int64_t m, std::int64_t n, std::int32_t* pivots, T* panel, T* strips) {
    using M = Machine<T, bytes>;
    const std::int64_t few = std::min(m, n), width = width_of_panels(few);
    for (std::int64_t begin = 0; begin < few; begin += width) {
      const std::int64_t end = std::min(begin + width, few), size = end - begin, height = m - begin;
      const Panel<T> p{panel, step_of<T>(height), height, size};
      T* const corner = a + begin * n + begin;
      take_panel<M>(p, corner, n);
      factor<M>(p, pivots + begin);
      transpose_lines<M>(corner, n, panel, p.step, size, height);
      for (std::int64_t c = begin; c < end; ++c) {
        const std::int64_t pivot = begin + pivots[c];
        pivots[c] = static_cast<std::int32_t>(pivot);
        if (pivot == c) continue;
        std::swap_ranges(a + c * n, a + c * n + begin, a + pivot * n);
        std::swap_ranges(a + c * n + end, a + (c + 1) * n, a + pivot * n + end);
      }
      if (end < n) update_right<M>(corner + size, n, height, n - end, p, strips);
    }
  }
};

}  // namespace

template <class T> void factor_by_panels(T* a, std::int64_t m, std::int64_t n, std::int32_t* pivots) {
  constexpr std::int64_t in_line = line / static_cast<std::int64_t>(sizeof(T));
  Scratch<T> panel(widest * step_of<T>(m)), strips(widest * (n + 3 * in_line));
  on_this_machine<FactorByPanels>(a, m, n, pivots, panel.data(), strips.data());
}

template void factor_by_panels<float>(float*, std::int64_t, std::int64_t, std::int32_t*);
template void factor_by_panels<double>(double*, std::int64_t, std::int64_t, std::int32_t*);

}  // namespace espalier::ir::library
