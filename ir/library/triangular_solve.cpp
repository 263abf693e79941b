// All forms are op(A) X = B with op(A) a triangle. Of real numbers a lower one: what is transposed, right, or upper is read in another order.
#include <eigen3/Eigen/Core>
#include <complex>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"
#include "espalier/ir/library/side_by_side.h"
#include "espalier/ir/library/tiles.h"

namespace espalier::ir::library {
namespace {

// The sizes of a call.
struct Form {
  std::int64_t n, others;
  bool left, lower, transpose, conjugate, unit_diagonal;
  explicit Form(const std::int64_t* sizes)
      : n(sizes[0]), others(sizes[1]), left(sizes[2] != 0), lower(sizes[3] != 0), transpose(sizes[4] != 0), conjugate(sizes[5] != 0), unit_diagonal(sizes[6] != 0) {}
  // X A = B is Aᵀ Xᵀ = Bᵀ.
  bool turned() const { return transpose == left; }
};

// Complex numbers: what is right or transposed is copied so.
template <class T, class A> void solve(const A& a, Matrix<T>& x, bool lower, bool unit_diagonal) {
  if (lower && unit_diagonal) a.template triangularView<Eigen::UnitLower>().solveInPlace(x);
  else if (lower) a.template triangularView<Eigen::Lower>().solveInPlace(x);
  else if (unit_diagonal) a.template triangularView<Eigen::UnitUpper>().solveInPlace(x);
  else a.template triangularView<Eigen::Upper>().solveInPlace(x);
}
template <class T> void solve_all(const Form& f, const T* a_data, const T* b_data, T* out_data, std::int64_t problems) {
  const std::int64_t rows = f.left ? f.n : f.others, columns = f.left ? f.others : f.n;
  Matrix<T> x, other;
  for (std::int64_t p = 0; p < problems; ++p) {
    const auto a = operand<T>(a_data, p, f.n, f.n);
    const auto b = operand<T>(b_data, p, rows, columns);
    if (f.left) x = b;
    else x = b.transpose();
    if (f.conjugate) x = x.conjugate().eval();
    if (f.turned()) {
      other = a.transpose();
      solve<T>(other, x, !f.lower, f.unit_diagonal);
    } else {
      solve<T>(a, x, f.lower, f.unit_diagonal);
    }
    if (f.conjugate) x = x.conjugate().eval();
    auto out = result<T>(out_data, p, rows, columns);
    if (f.left) out = x;
    else out = x.transpose();
  }
}

TriangularSystem system_of(const Form& f) {
  TriangularSystem s{f.n, f.others, 0, f.n, 1, 0, f.left ? f.others : 1, f.left ? 1 : f.n, f.unit_diagonal};
  if (f.turned()) std::swap(s.a_row, s.a_column);
  if (f.lower != f.turned()) return s;
  // An upper one from its last row on.
  s.corner = (f.n - 1) * (f.n + 1), s.a_row = -s.a_row, s.a_column = -s.a_column;
  s.edge = (f.n - 1) * s.x_row, s.x_row = -s.x_row;
  return s;
}

// A matrix at once: strips of right-hand sides are copied, and solved in register tiles.
struct SolveByStrips {
  template <int bytes, class T> ESPALIER_INLINE static void run(T* to, const T* a, const T* b, const TriangularSystem* system, T* strip) {
    using M = Machine<T, bytes>;
    const TriangularSystem s = *system;
    for_each_strip<M>(s.others, [&](auto vectors, std::int64_t j) __attribute__((always_inline)) {
      constexpr std::int64_t width = vectors() * M::lanes;
      const std::int64_t inside = std::min(width, s.others - j);
      const T* const from = b + s.edge + j * s.x_column;
      for (std::int64_t i = 0; i < s.n; ++i) {
        T* const row = strip + i * width;
        for (std::int64_t k = 0; k < inside; ++k) row[k] = from[i * s.x_row + k * s.x_column];
        for (std::int64_t k = inside; k < width; ++k) row[k] = 0;
      }
      solve_strip<M, vectors()>(Broadcast<T>{a + s.corner, s.a_row, s.a_column}, s.unit_diagonal, strip, width, s.n);
      T* const out = to + s.edge + j * s.x_column;
      for (std::int64_t i = 0; i < s.n; ++i)
        for (std::int64_t k = 0; k < inside; ++k) out[i * s.x_row + k * s.x_column] = strip[i * width + k];
    });
  }
};

}  // namespace

template <class T> void triangular_solve(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const Form f(sizes);
  if (f.n == 0 || f.others == 0) return;
  const std::int64_t of_a = f.n * f.n, of_x = f.n * f.others;
  const T *a = static_cast<const T*>(operands[0]) + first * of_a, *b = static_cast<const T*>(operands[1]) + first * of_x;
  T* x = static_cast<T*>(results[0]) + first * of_x;
  if constexpr (Eigen::NumTraits<T>::IsComplex) {
    solve_all(f, a, b, x, last - first);
  } else {
    const TriangularSystem system = system_of(f);
    if (std::max(f.n, f.others) <= most_side_by_side) return solve_side_by_side(x, a, b, system, last - first);
    Scratch<T> strip(f.n * 3 * 64 / static_cast<std::int64_t>(sizeof(T)));
    for (std::int64_t p = first; p < last; ++p, a += of_a, b += of_x, x += of_x) on_this_machine<SolveByStrips>(x, a, b, &system, strip.data());
  }
}

template void triangular_solve<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void triangular_solve<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void triangular_solve<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void triangular_solve<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
