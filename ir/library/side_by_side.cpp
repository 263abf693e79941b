// Compiled without errno of the square root, which would keep it from being one of vectors.
#include "espalier/ir/library/side_by_side.h"

#include <limits>

#include "espalier/ir/library/lanes.h"

namespace espalier::ir::library {
namespace {

constexpr std::int64_t most = most_side_by_side;

struct Cholesky {
  template <int bytes, class T> ESPALIER_INLINE static void run(T* l, const T* a, std::int64_t n, std::int64_t problems) {
    using M = Machine<T, bytes>;
    using V = typename M::Vector;
    V x[most * most], column[most];
    for (std::int64_t p = 0; p < problems; p += M::lanes) {
      const std::int64_t some = std::min(M::lanes, problems - p);
      take<M>(x, a + p * n * n, n * n, some);
      V wrong{};  // NaN where a matrix is not positive definite
      for (std::int64_t c = 0; c < n; ++c) {
        V d = x[c * n + c];
        wrong = d > 0 ? wrong : V{} + std::numeric_limits<T>::quiet_NaN();
        square_root<M>(d);
        x[c * n + c] = d;
        for (std::int64_t i = c + 1; i < n; ++i) {
          const V factor = x[i * n + c] / d;
          x[i * n + c] = column[i] = factor;
          for (std::int64_t j = c + 1; j <= i; ++j) x[i * n + j] -= factor * column[j];
        }
      }
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < n; ++j) x[i * n + j] = j > i ? V{} : (wrong == wrong ? x[i * n + j] : wrong);
      put<M>(l + p * n * n, x, n * n, some);
    }
  }
};

struct Lu {
  template <int bytes, class T>
  ESPALIER_INLINE static void run(T* both, std::int32_t* pivots, const T* a, std::int64_t m, std::int64_t n, std::int64_t problems) {
    using M = Machine<T, bytes>;
    using V = typename M::Vector;
    const std::int64_t few = std::min(m, n);
    V x[most * most];
    for (std::int64_t p = 0; p < problems; p += M::lanes) {
      const std::int64_t some = std::min(M::lanes, problems - p);
      take<M>(x, a + p * m * n, m * n, some);
      for (std::int64_t c = 0; c < few; ++c) {
        V largest = x[c * n + c], pivot = V{} + static_cast<T>(c);
        largest = largest < 0 ? -largest : largest;
        for (std::int64_t r = c + 1; r < m; ++r) {
          const V other = x[r * n + c] < 0 ? -x[r * n + c] : x[r * n + c];
          pivot = other > largest ? V{} + static_cast<T>(r) : pivot;
          largest = other > largest ? other : largest;
        }
        T of_lanes[M::lanes];
        store(of_lanes, pivot);
        unsigned moved = 0;  // rows that change places in some matrix
        for (std::int64_t k = 0; k < some; ++k) {
          pivots[(p + k) * few + c] = static_cast<std::int32_t>(of_lanes[k]);
          moved |= 1u << static_cast<unsigned>(of_lanes[k]);
        }
        for (std::int64_t r = c + 1; r < m; ++r) {
          if ((moved >> r & 1) == 0) continue;
          const auto here = pivot == V{} + static_cast<T>(r);
          for (std::int64_t j = 0; j < n; ++j) {
            const V upper = x[c * n + j], lower = x[r * n + j];
            x[c * n + j] = here ? lower : upper;
            x[r * n + j] = here ? upper : lower;
          }
        }
        const V d = x[c * n + c] == 0 ? V{} + T(1) : x[c * n + c];
        for (std::int64_t r = c + 1; r < m; ++r) {
          const V factor = x[r * n + c] / d;
          x[r * n + c] = factor;
          for (std::int64_t j = c + 1; j < n; ++j) x[r * n + j] -= factor * x[c * n + j];
        }
      }
      put<M>(both + p * m * n, x, m * n, some);
    }
  }
};

struct Triangle {
  template <int bytes, class T> ESPALIER_INLINE static void run(T* to, const T* a, const T* b, const TriangularSystem* system, std::int64_t problems) {
    using M = Machine<T, bytes>;
    using V = typename M::Vector;
    const TriangularSystem s = *system;
    const std::int64_t of_a = s.n * s.n, of_x = s.n * s.others;
    V triangle[most * most], x[most * most];
    for (std::int64_t p = 0; p < problems; p += M::lanes) {
      const std::int64_t some = std::min(M::lanes, problems - p);
      take<M>(triangle, a + p * of_a, of_a, some);
      take<M>(x, b + p * of_x, of_x, some);
      for (std::int64_t k = 0; k < s.n; ++k) {
        const V *column = triangle + s.corner + k * s.a_column, d = column[k * s.a_row];
        for (std::int64_t j = 0; j < s.others; ++j) {
          V* const own = x + s.edge + j * s.x_column;
          V found = own[k * s.x_row];
          if (!s.unit_diagonal) own[k * s.x_row] = found = found / d;
          for (std::int64_t i = k + 1; i < s.n; ++i) own[i * s.x_row] -= found * column[i * s.a_row];
        }
      }
      put<M>(to + p * of_x, x, of_x, some);
    }
  }
};

}  // namespace

template <class T> void cholesky_side_by_side(T* l, const T* a, std::int64_t n, std::int64_t problems) { on_this_machine<Cholesky>(l, a, n, problems); }
template <class T> void lu_side_by_side(T* both, std::int32_t* pivots, const T* a, std::int64_t m, std::int64_t n, std::int64_t problems) {
  on_this_machine<Lu>(both, pivots, a, m, n, problems);
}
template <class T> void solve_side_by_side(T* x, const T* a, const T* b, const TriangularSystem& system, std::int64_t problems) {
  on_this_machine<Triangle>(x, a, b, &system, problems);
}

template void cholesky_side_by_side<float>(float*, const float*, std::int64_t, std::int64_t);
template void cholesky_side_by_side<double>(double*, const double*, std::int64_t, std::int64_t);
template void lu_side_by_side<float>(float*, std::int32_t*, const float*, std::int64_t, std::int64_t, std::int64_t);
template void lu_side_by_side<double>(double*, std::int32_t*, const double*, std::int64_t, std::int64_t, std::int64_t);
template void solve_side_by_side<float>(float*, const float*, const float*, const TriangularSystem&, std::int64_t);
template void solve_side_by_side<double>(double*, const double*, const double*, const TriangularSystem&, std::int64_t);

}  // namespace espalier::ir::library
