#include "espalier/ir/library/fourier.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "espalier/ir/library/fourier_stages.h"

namespace espalier::ir::fourier {
namespace {

// Lines longer than this do not stay in the nearest caches beside each other, and are split.
constexpr std::int64_t longest_together = 2048;
// Shorter ones are not worth splitting.
constexpr std::int64_t shortest_split = 256;

// Aligned memory for vectors, not initialised.
template <class T> class Vectors {
 public:
  explicit Vectors(std::int64_t n) : data_(static_cast<Lanes<T>*>(::operator new(static_cast<std::size_t>(n) * sizeof(Lanes<T>), alignment))) {}
  ~Vectors() { ::operator delete(data_, alignment); }
  Vectors(const Vectors&) = delete;
  Vectors& operator=(const Vectors&) = delete;
  Lanes<T>* data() const { return data_; }

 private:
  static constexpr std::align_val_t alignment{alignof(Lanes<T>)};
  Lanes<T>* data_;
};

// The lines that run side by side: where each begins, and the distance of two elements.
template <class T> struct Block {
  std::int64_t begin[lanes<T>] = {};
  int count = 0;
  std::int64_t step = 1;
  bool side_by_side() const { return count == lanes<T> && begin[lanes<T> - 1] == begin[0] + lanes<T> - 1; }
};

// Elements of the lines, tile by tile: a tile's lines stay in the first cache while each is walked along.
template <class T, class Visit> void walk(const Block<T>& block, std::int64_t n, std::int64_t unit, Visit&& visit) {
  constexpr std::int64_t tile = 16;
  for (std::int64_t first = 0; first < n; first += tile) {
    const std::int64_t last = std::min(first + tile, n);
    for (int lane = 0; lane < block.count; ++lane) {
      for (std::int64_t i = first; i < last; ++i) visit((block.begin[lane] + i * block.step) * unit, i * lanes<T> + lane);
    }
  }
}

template <class T> void load(Parts<const T> from, const Block<T>& block, std::int64_t n, Lanes<T>* to_re, Lanes<T>* to_im) {
  if (from.im == from.re - 1) return load(Parts<const T>{from.im, from.re, from.unit}, block, n, to_im, to_re);
  T *const re = reinterpret_cast<T*>(to_re), *const im = reinterpret_cast<T*>(to_im);
  const bool together = block.side_by_side(), alternate = from.im == from.re + 1;
  if (together && (from.unit == 1 || alternate)) {
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t at = (block.begin[0] + i * block.step) * from.unit;
      if (alternate) {
        for (std::int64_t l = 0; l < lanes<T>; ++l) {
          re[i * lanes<T> + l] = from.re[at + 2 * l];
          im[i * lanes<T> + l] = from.re[at + 2 * l + 1];
        }
      } else {
        std::memcpy(to_re + i, from.re + at, sizeof(Lanes<T>));
        std::memcpy(to_im + i, from.im + at, sizeof(Lanes<T>));
      }
    }
    return;
  }
  if (block.count < lanes<T>) {
    std::memset(re, 0, static_cast<std::size_t>(n) * sizeof(Lanes<T>));
    std::memset(im, 0, static_cast<std::size_t>(n) * sizeof(Lanes<T>));
  }
  walk(block, n, from.unit, [&](std::int64_t at, std::int64_t lane) {
    re[lane] = from.re[at];
    im[lane] = from.im[at];
  });
}
template <class T> void store(const Lanes<T>* from_re, const Lanes<T>* from_im, const Block<T>& block, std::int64_t n, Parts<T> to) {
  if (to.im == to.re - 1) return store(from_im, from_re, block, n, Parts<T>{to.im, to.re, to.unit});
  const T *const re = reinterpret_cast<const T*>(from_re), *const im = reinterpret_cast<const T*>(from_im);
  const bool together = block.side_by_side(), alternate = to.im == to.re + 1;
  if (together && (to.unit == 1 || alternate)) {
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t at = (block.begin[0] + i * block.step) * to.unit;
      if (alternate) {
        for (std::int64_t l = 0; l < lanes<T>; ++l) {
          to.re[at + 2 * l] = re[i * lanes<T> + l];
          to.re[at + 2 * l + 1] = im[i * lanes<T> + l];
        }
      } else {
        std::memcpy(to.re + at, from_re + i, sizeof(Lanes<T>));
        std::memcpy(to.im + at, from_im + i, sizeof(Lanes<T>));
      }
    }
    return;
  }
  walk(block, n, to.unit, [&](std::int64_t at, std::int64_t lane) {
    to.re[at] = re[lane];
    to.im[at] = im[lane];
  });
}

// Where the lines lie in an array: line (o, c) begins at o * outer_step + c, its elements `step` apart.
struct Places {
  std::int64_t outer_step, step;
};
template <class T> Block<T> block_of(Lines lines, Places places, std::int64_t first) {
  Block<T> block;
  block.step = places.step;
  block.count = static_cast<int>(std::min(lanes<T>, lines.outer * lines.inner - first));
  for (int lane = 0; lane < block.count; ++lane) block.begin[lane] = (first + lane) / lines.inner * places.outer_step + (first + lane) % lines.inner;
  return block;
}

template <class T> struct Memory {
  explicit Memory(std::int64_t n) : re(n), im(n), spare_re(n), spare_im(n) {}
  Vectors<T> re, im, spare_re, spare_im;
};

// Transforms a block of lines: loads it, runs the stages, and hands the result to `finish(re, im)`.
template <class T, class Finish> void in_lanes(const Plan<T>& plan, const Memory<T>& memory, Parts<const T> x, const Block<T>& from, Finish&& finish) {
  load(x, from, plan.n, memory.re.data(), memory.im.data());
  const bool swapped = run_stages(plan, memory.re.data(), memory.im.data(), memory.spare_re.data(), memory.spare_im.data());
  if (swapped) finish(memory.spare_re.data(), memory.spare_im.data());
  else finish(memory.re.data(), memory.im.data());
}

template <class T> void together(std::int64_t n, Lines lines, Parts<const T> x, Places from, Parts<T> y, Places to) {
  const Plan<T>& plan = plan_of<T>(n);
  const Memory<T> memory(n);
  for (std::int64_t first = 0; first < lines.outer * lines.inner; first += lanes<T>) {
    const Block<T> target = block_of<T>(lines, to, first);
    in_lanes(plan, memory, x, block_of<T>(lines, from, first), [&](const Lanes<T>* re, const Lanes<T>* im) {
      store(re, im, target, n, y);
    });
  }
}

// One line as a matrix: its columns are transformed side by side, then its rows.
template <class T> void split(std::int64_t n, const Split<T>& by, Parts<const T> x, std::int64_t x_step, Parts<T> y, std::int64_t y_step) {
  const std::int64_t rows = by.rows, columns = by.columns;
  const auto half = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(2 * n));
  T *const half_re = half.get(), *const half_im = half_re + n;
  const Memory<T> memory(std::max(rows, columns));
  const Plan<T>& of_columns = plan_of<T>(rows);
  for (std::int64_t c = 0; c < columns; c += lanes<T>) {
    const auto count = std::min(lanes<T>, columns - c);
    Block<T> from;
    from.step = columns * x_step;
    from.count = static_cast<int>(count);
    for (int lane = 0; lane < from.count; ++lane) from.begin[lane] = (c + lane) * x_step;
    in_lanes(of_columns, memory, x, from, [&](const Lanes<T>* re, const Lanes<T>* im) {
      for (std::int64_t k = 0; k < rows; ++k) {
        const T *a_re = by.high_re.data() + k / by.low_rows * columns + c, *a_im = by.high_im.data() + k / by.low_rows * columns + c;
        const T *b_re = by.low_re.data() + k % by.low_rows * columns + c, *b_im = by.low_im.data() + k % by.low_rows * columns + c;
        const T *u = reinterpret_cast<const T*>(re + k), *v = reinterpret_cast<const T*>(im + k);
        T *to_re = half_re + k * columns + c, *to_im = half_im + k * columns + c;
        for (std::int64_t l = 0; l < count; ++l) {
          const T w_re = a_re[l] * b_re[l] - a_im[l] * b_im[l], w_im = a_re[l] * b_im[l] + a_im[l] * b_re[l];
          to_re[l] = u[l] * w_re - v[l] * w_im;
          to_im[l] = u[l] * w_im + v[l] * w_re;
        }
      }
    });
  }
  const Plan<T>& of_rows = plan_of<T>(columns);
  for (std::int64_t r = 0; r < rows; r += lanes<T>) {
    Block<T> from, to;
    from.count = to.count = static_cast<int>(std::min(lanes<T>, rows - r));
    to.step = rows * y_step;
    for (int lane = 0; lane < from.count; ++lane) {
      from.begin[lane] = (r + lane) * columns;
      to.begin[lane] = (r + lane) * y_step;
    }
    in_lanes(of_rows, memory, Parts<const T>{half_re, half_im, 1}, from, [&](const Lanes<T>* re, const Lanes<T>* im) {
      store(re, im, to, columns, y);
    });
  }
}

template <class T> void forward(std::int64_t n, Lines lines, Parts<const T> x, Places from, Parts<T> y, Places to);

// A length with a large prime factor, as a convolution of a length without.
template <class T> void by_chirp(std::int64_t n, Lines lines, Parts<const T> x, Places from, Parts<T> y, Places to) {
  const Chirp<T>& chirp = chirp_of<T>(n);
  const auto padded = static_cast<std::size_t>(chirp.padded);
  const auto work = std::make_unique_for_overwrite<T[]>(4 * padded);
  T *const a_re = work.get(), *const a_im = a_re + padded, *const b_re = a_im + padded, *const b_im = b_re + padded;
  const Places row{chirp.padded, 1};
  for (std::int64_t line = 0; line < lines.outer * lines.inner; ++line) {
    const std::int64_t x_begin = line / lines.inner * from.outer_step + line % lines.inner, y_begin = line / lines.inner * to.outer_step + line % lines.inner;
    std::fill(a_re + n, a_re + padded, T(0));
    std::fill(a_im + n, a_im + padded, T(0));
    for (std::int64_t k = 0; k < n; ++k) {
      const T re = x.re[(x_begin + k * from.step) * x.unit], im = x.im[(x_begin + k * from.step) * x.unit];
      const auto c = static_cast<std::size_t>(k);
      a_re[k] = re * chirp.re[c] - im * chirp.im[c];
      a_im[k] = re * chirp.im[c] + im * chirp.re[c];
    }
    forward<T>(chirp.padded, {1, 1}, {a_re, a_im, 1}, row, {b_re, b_im, 1}, row);
    for (std::size_t k = 0; k < padded; ++k) {
      const T re = b_re[k] * chirp.spectrum_re[k] - b_im[k] * chirp.spectrum_im[k];
      b_im[k] = b_re[k] * chirp.spectrum_im[k] + b_im[k] * chirp.spectrum_re[k];
      b_re[k] = re;
    }
    forward<T>(chirp.padded, {1, 1}, {b_im, b_re, 1}, row, {a_im, a_re, 1}, row);
    for (std::int64_t k = 0; k < n; ++k) {
      const auto c = static_cast<std::size_t>(k);
      y.re[(y_begin + k * to.step) * y.unit] = a_re[k] * chirp.re[c] - a_im[k] * chirp.im[c];
      y.im[(y_begin + k * to.step) * y.unit] = a_re[k] * chirp.im[c] + a_im[k] * chirp.re[c];
    }
  }
}

template <class T> void forward(std::int64_t n, Lines lines, Parts<const T> x, Places from, Parts<T> y, Places to) {
  const std::int64_t count = lines.outer * lines.inner;
  if (n == 0 || count == 0) return;
  if (n > 1 && radices(n).empty()) return by_chirp(n, lines, x, from, y, to);
  const bool few = count < lanes<T> / 4 && n >= shortest_split;
  if (few || n > longest_together) {
    const Split<T>& by = split_of<T>(n);
    if (by.rows > 4) {
      for (std::int64_t line = 0; line < count; ++line) {
        const std::int64_t x_begin = (line / lines.inner * from.outer_step + line % lines.inner) * x.unit, y_begin = (line / lines.inner * to.outer_step + line % lines.inner) * y.unit;
        split(n, by, Parts<const T>{x.re + x_begin, x.im + x_begin, x.unit}, from.step, Parts<T>{y.re + y_begin, y.im + y_begin, y.unit}, to.step);
      }
      return;
    }
  }
  together(n, lines, x, from, y, to);
}

}  // namespace

template <class T> void transform(std::int64_t n, Lines lines, bool inverse, Parts<const T> x, Parts<T> y) {
  // Exchanging the parts of all numbers turns the sign of the exponent.
  if (inverse) {
    std::swap(x.re, x.im);
    std::swap(y.re, y.im);
  }
  const Places places{n * lines.inner, lines.inner};
  forward(n, lines, x, places, y, places);
}

template <class T> void transform_real(std::int64_t n, Lines lines, const T* x, Parts<T> y) {
  const std::int64_t inner = lines.inner, m = n / 2 + 1, count = lines.outer * inner;
  if (n == 0 || count == 0) return;
  const bool even = n % 2 == 0;
  const std::int64_t h = even ? n / 2 : n;
  // Of an even length: the even elements as real parts, the odd ones as imaginary parts of a line half as long.
  const auto size = static_cast<std::size_t>(count * h);
  const auto z = std::make_unique_for_overwrite<T[]>(2 * size);
  T *const z_re = z.get(), *const z_im = z_re + size;
  if (even) {
    forward<T>(h, lines, {x, x + inner, 1}, {n * inner, 2 * inner}, {z_re, z_im, 1}, {h * inner, inner});
  } else {
    const auto zeros = std::make_unique<T[]>(size);
    forward<T>(h, lines, {x, zeros.get(), 1}, {n * inner, inner}, {z_re, z_im, 1}, {h * inner, inner});
  }
  for (std::int64_t o = 0; o < lines.outer; ++o) {
    for (std::int64_t k = 0; k < m; ++k) {
      const T *a_re = z_re + (o * h + k % h) * inner, *a_im = z_im + (o * h + k % h) * inner;
      T *to_re = y.re + (o * m + k) * inner * y.unit, *to_im = y.im + (o * m + k) * inner * y.unit;
      if (!even) {
        for (std::int64_t c = 0; c < inner; ++c) {
          to_re[c * y.unit] = a_re[c];
          to_im[c * y.unit] = k == 0 ? T(0) : a_im[c];
        }
        continue;
      }
      const T *b_re = z_re + (o * h + (h - k) % h) * inner, *b_im = z_im + (o * h + (h - k) % h) * inner;
      const Root w = root(k, n);
      const T w_re = static_cast<T>(w.re), w_im = static_cast<T>(w.im);
      for (std::int64_t c = 0; c < inner; ++c) {
        // The transforms of the even and of the odd elements, E and O: E + w O.
        const T e_re = (a_re[c] + b_re[c]) / 2, e_im = (a_im[c] - b_im[c]) / 2, o_re = (a_im[c] + b_im[c]) / 2, o_im = (b_re[c] - a_re[c]) / 2;
        to_re[c * y.unit] = e_re + (w_re * o_re - w_im * o_im);
        to_im[c * y.unit] = k == 0 || k == h ? T(0) : e_im + (w_re * o_im + w_im * o_re);
      }
    }
  }
}

template <class T> void inverse_real(std::int64_t n, Lines lines, Parts<const T> x, T* y) {
  const std::int64_t inner = lines.inner, m = n / 2 + 1, count = lines.outer * inner;
  if (n == 0 || count == 0) return;
  const bool even = n % 2 == 0;
  const std::int64_t h = even ? n / 2 : n;
  const auto size = static_cast<std::size_t>(count * h);
  const auto z = std::make_unique_for_overwrite<T[]>(2 * size);
  T *const z_re = z.get(), *const z_im = z_re + size;
  for (std::int64_t o = 0; o < lines.outer; ++o) {
    for (std::int64_t k = 0; k < h; ++k) {
      const auto at = [&](std::int64_t j, std::int64_t c) { return ((o * m + j) * inner + c) * x.unit; };
      // The imaginary parts of the first element, and of the last of an even length, belong to no real line.
      const auto im = [&](std::int64_t j, std::int64_t c) { return j == 0 || 2 * j == n ? T(0) : x.im[at(j, c)]; };
      T *to_re = z_re + (o * h + k) * inner, *to_im = z_im + (o * h + k) * inner;
      if (!even) {
        const std::int64_t j = k < m ? k : n - k;
        for (std::int64_t c = 0; c < inner; ++c) {
          to_re[c] = x.re[at(j, c)];
          to_im[c] = k < m ? im(j, c) : -im(j, c);
        }
        continue;
      }
      const Root w = root(-k, n);
      const T w_re = static_cast<T>(w.re), w_im = static_cast<T>(w.im);
      for (std::int64_t c = 0; c < inner; ++c) {
        const T a_re = x.re[at(k, c)], a_im = im(k, c), b_re = x.re[at(h - k, c)], b_im = -im(h - k, c);
        const T d_re = a_re - b_re, d_im = a_im - b_im;
        const T t_re = w_re * d_re - w_im * d_im, t_im = w_re * d_im + w_im * d_re;
        to_re[c] = a_re + b_re - t_im;
        to_im[c] = a_im + b_im + t_re;
      }
    }
  }
  if (even) {
    forward<T>(h, lines, {z_im, z_re, 1}, {h * inner, inner}, {y + inner, y, 1}, {n * inner, 2 * inner});
  } else {
    const auto unused = std::make_unique_for_overwrite<T[]>(size);
    forward<T>(h, lines, {z_im, z_re, 1}, {h * inner, inner}, {unused.get(), y, 1}, {n * inner, inner});
  }
}

template void transform(std::int64_t, Lines, bool, Parts<const float>, Parts<float>);
template void transform(std::int64_t, Lines, bool, Parts<const double>, Parts<double>);
template void transform_real(std::int64_t, Lines, const float*, Parts<float>);
template void transform_real(std::int64_t, Lines, const double*, Parts<double>);
template void inverse_real(std::int64_t, Lines, Parts<const float>, float*);
template void inverse_real(std::int64_t, Lines, Parts<const double>, double*);

}  // namespace espalier::ir::fourier
