// Householder's reflections. Compiled without errno of the square root, as side_by_side.cpp.
#include <limits>

#include "espalier/ir/library/lanes.h"
#include "espalier/ir/library/side_by_side.h"

namespace espalier::ir::library {
namespace {

constexpr std::int64_t most = most_side_by_side;

// x -= tau v vᵀ x for a column of m, with v = 1 in row c and its numbers below it.
template <class V> ESPALIER_INLINE void reflect(V* x, const V* v, const V& tau, std::int64_t c, std::int64_t m) {
  V along = x[c];
  for (std::int64_t r = c + 1; r < m; ++r) along += v[r] * x[r];
  along *= tau;
  x[c] -= along;
  for (std::int64_t r = c + 1; r < m; ++r) x[r] -= along * v[r];
}
// Lines of columns, as columns of rows.
template <class V> ESPALIER_INLINE void turn(V* to, const V* from, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
}

// In f64 for all, as the larger ones are. Columns lie one behind the other, and the reflections in them, below the diagonal.
struct Qr {
  template <int bytes, class T>
  ESPALIER_INLINE static void run(T* q_out, T* r_out, const T* a, std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t problems) {
    using M = Machine<double, bytes>;
    using V = typename M::Vector;
    const std::int64_t few = std::min(m, n);
    V x[most * most], other[most * most], taus[most];
    for (std::int64_t p = 0; p < problems; p += M::lanes) {
      const std::int64_t some = std::min(M::lanes, problems - p);
      take<M>(other, a + p * m * n, m * n, some);
      turn(x, other, m, n);
      for (std::int64_t c = 0; c < few; ++c) {
        V* const v = x + c * m;
        V rest{};
        for (std::int64_t r = c + 1; r < m; ++r) rest += v[r] * v[r];
        const V first = v[c];
        V diagonal = first * first + rest;
        square_root<M>(diagonal);
        const auto is_done = rest <= std::numeric_limits<double>::min();
        diagonal = is_done ? first : (first >= 0 ? -diagonal : diagonal);
        const V one = V{} + 1.0, divisor = is_done ? one : first - diagonal;
        taus[c] = is_done ? V{} : (diagonal - first) / (is_done ? one : diagonal);
        for (std::int64_t r = c + 1; r < m; ++r) v[r] = is_done ? V{} : v[r] / divisor;
        v[c] = diagonal;
        for (std::int64_t j = c + 1; j < n; ++j) reflect(x + j * m, v, taus[c], c, m);
      }
      if (r_out != nullptr) {
        for (std::int64_t i = 0; i < k; ++i)
          for (std::int64_t j = 0; j < n; ++j) other[i * n + j] = i <= j ? x[j * m + i] : V{};
        put<M>(r_out + p * k * n, other, k * n, some);
      }
      if (q_out == nullptr) continue;
      for (std::int64_t j = 0; j < k; ++j)
        for (std::int64_t i = 0; i < m; ++i) other[j * m + i] = V{} + (i == j ? 1.0 : 0.0);
      for (std::int64_t c = few - 1; c >= 0; --c)
        for (std::int64_t j = c; j < k; ++j) reflect(other + j * m, x + c * m, taus[c], c, m);
      turn(x, other, k, m);
      put<M>(q_out + p * m * k, x, m * k, some);
    }
  }
};

}  // namespace

template <class T> void qr_side_by_side(T* q, T* r, const T* a, std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t problems) {
  on_this_machine<Qr>(q, r, a, m, n, k, problems);
}

template void qr_side_by_side<float>(float*, float*, const float*, std::int64_t, std::int64_t, std::int64_t, std::int64_t);
template void qr_side_by_side<double>(double*, double*, const double*, std::int64_t, std::int64_t, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
