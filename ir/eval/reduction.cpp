// Reductions and running reductions.
#include <algorithm>
#include <cmath>

#include "espalier/ir/convolution.h"
#include "espalier/ir/eval/combine.h"
#include "espalier/ir/eval/rules.h"

namespace espalier::ir::evaluate {
namespace {

// The accumulator: sums and products are kept in more digits than they have, so that the evaluator is better than what it
// judges, however long they are. Bools are kept in bytes, which a vector can point to.
// clang-format off
template <class T> struct Wider { using type = T; };
template <> struct Wider<float> { using type = double; };
template <> struct Wider<double> { using type = long double; };
template <> struct Wider<bool> { using type = std::uint8_t; };
template <> struct Wider<std::complex<float>> { using type = std::complex<double>; };
template <> struct Wider<std::complex<double>> { using type = std::complex<long double>; };
// clang-format on
template <class T> using Total = typename Wider<T>::type;

// What combining leaves as it is. Of a sum that is -0: a sum of negative zeros is one.
template <class T> Total<T> identity(Reduction kind) {
  if constexpr (is_complex_type<T>) {
    using W = typename Total<T>::value_type;
    constexpr W infinity = std::numeric_limits<W>::infinity();
    if (kind == Reduction::prod) return W{1};
    return kind == Reduction::sum ? Total<T>{-W{0}, -W{0}} : (kind == Reduction::max ? Total<T>{-infinity, -infinity} : Total<T>{infinity, infinity});
  } else {
    using L = std::numeric_limits<T>;
    switch (kind) {
      case Reduction::sum: return std::is_floating_point_v<T> ? -Total<T>{0} : 0;
      case Reduction::or_:
      case Reduction::xor_: return 0;
      case Reduction::prod: return 1;
      case Reduction::max: return std::is_floating_point_v<T> ? -L::infinity() : L::lowest();
      case Reduction::min: return std::is_floating_point_v<T> ? L::infinity() : L::max();
      case Reduction::and_: return std::is_same_v<T, bool> ? T{1} : static_cast<T>(-1);
    }
    return 0;
  }
}
template <class T> Total<T> combine(Reduction kind, Total<T> total, T x) {
  // Bits have no wider type.
  if constexpr (std::is_same_v<T, bool>) return scalar::combine(kind, static_cast<bool>(total), x);
  else return scalar::combine(kind, total, static_cast<Total<T>>(x));
}

// Sums of f64 keep what each addition rounds away, so that they too are better than what they judge (Neumaier, "Rundungs-
// fehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974; the error of a sum by Knuth's TwoSum).
void sum_doubles(const Shape& shape, const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& to, std::int64_t size, const double* data, double* out) {
  std::vector<double> totals(static_cast<std::size_t>(size), -0.0), lost(totals);
  const int n = shape.ndim();
  const std::int64_t extent = n == 0 ? 1 : shape[n - 1], step = n == 0 ? 0 : to[n - 1];
  for_each_row(shape, from, to, [&](std::int64_t a, std::int64_t b) {
    for (std::int64_t i = 0; i < extent; ++i) {
      const auto at = static_cast<std::size_t>(b + i * step);
      const double x = data[a + i], total = totals[at], sum = total + x, added = sum - total;
      lost[at] += (total - (sum - added)) + (x - added);
      totals[at] = sum;
    }
  });
  if (shape.size() == 0) std::fill(totals.begin(), totals.end(), 0.0);  // the sum of nothing
  for (std::size_t i = 0; i < totals.size(); ++i) out[i] = lost[i] != 0 && std::isfinite(lost[i]) ? totals[i] + lost[i] : totals[i];
}

void reduce(const ReduceAttrs& attrs, View x, void* out) {
  const Shape& shape = x.type.shape();
  // Strides of the result seen from the operand: 0 along the axes that go.
  std::vector<std::int64_t> kept, to(shape.ndim(), 0);
  for (int i = 0; i < shape.ndim(); ++i)
    if (std::find(attrs.axes.begin(), attrs.axes.end(), i) == attrs.axes.end()) kept.push_back(i);
  std::int64_t size = 1;
  for (std::size_t k = kept.size(); k-- > 0; size *= shape[static_cast<int>(kept[k])]) to[kept[k]] = size;
  const auto from = strides_of(shape);
  if (attrs.kind == Reduction::sum && x.type.dtype() == f64) return sum_doubles(shape, from, to, size, static_cast<const double*>(x.data), static_cast<double*>(out));
  const auto total = [&]<class T>() {
    const bool nothing = attrs.kind == Reduction::sum && shape.size() == 0;  // whose sum is 0
    std::vector<Total<T>> totals(static_cast<std::size_t>(size), nothing ? Total<T>{} : identity<T>(attrs.kind));
    const T* data = static_cast<const T*>(x.data);
    const int n = shape.ndim();
    const std::int64_t extent = n == 0 ? 1 : shape[n - 1], step = n == 0 ? 0 : to[n - 1];
    for_each_row(shape, from, to, [&](std::int64_t a, std::int64_t b) {
      for (std::int64_t i = 0; i < extent; ++i) {
        auto& total = totals[static_cast<std::size_t>(b + i * step)];
        total = combine<T>(attrs.kind, total, data[a + i]);
      }
    });
    for (std::size_t i = 0; i < totals.size(); ++i) static_cast<T*>(out)[i] = static_cast<T>(totals[i]);
  };
  if (!visit_dtype(x.type.dtype(), total) && !visit_complex(x.type.dtype(), total)) fail_dtype(Op::reduce, x.type.dtype());
}

void overlap_add(const OverlapAddAttrs& attrs, View windows, void* out) {
  const Shape& shape = windows.type.shape();
  const auto from = strides_of(shape), to = window_strides(attrs, strides_of(attrs.shape));
  const auto total = [&]<class T>() {
    std::vector<Total<T>> totals(static_cast<std::size_t>(attrs.shape.size()));
    const T* data = static_cast<const T*>(windows.data);
    const int n = shape.ndim();
    const std::int64_t extent = n == 0 ? 1 : shape[n - 1], step = n == 0 ? 0 : to[static_cast<std::size_t>(n - 1)];
    for_each_row(shape, from, to, [&](std::int64_t a, std::int64_t b) {
      for (std::int64_t i = 0; i < extent; ++i) {
        auto& sum = totals[static_cast<std::size_t>(b + i * step)];
        sum = combine<T>(Reduction::sum, sum, data[a + i]);
      }
    });
    for (std::size_t i = 0; i < totals.size(); ++i) static_cast<T*>(out)[i] = static_cast<T>(totals[i]);
  };
  if (!visit_dtype(windows.type.dtype(), total) && !visit_complex(windows.type.dtype(), total)) fail_dtype(Op::overlap_add, windows.type.dtype());
}

// An array as [outer, extent, inner] around one axis.
struct Axis {
  std::int64_t outer = 1, extent = 1, inner = 1;
};
Axis around(const Shape& shape, int axis) {
  Axis a;
  for (int i = 0; i < shape.ndim(); ++i) (i < axis ? a.outer : (i == axis ? a.extent : a.inner)) *= shape[i];
  return a;
}

void arg_reduce(const ArgReduceAttrs& attrs, View x, void* out) {
  const Axis axis = around(x.type.shape(), attrs.axis);
  const bool known = visit_dtype(x.type.dtype(), [&]<class T>() {
    const T* data = static_cast<const T*>(x.data);
    auto beats = [&](T y, T best) {
      if constexpr (std::is_floating_point_v<T>)
        if (std::isnan(y) || std::isnan(best)) return std::isnan(y) && !std::isnan(best);
      return attrs.kind == ArgReduction::max ? y > best : y < best;
    };
    visit_dtype(attrs.index, [&]<class I>() {
      for (std::int64_t o = 0; o < axis.outer; ++o) {
        for (std::int64_t i = 0; i < axis.inner; ++i) {
          std::int64_t best = 0;
          const T* line = data + o * axis.extent * axis.inner + i;
          for (std::int64_t k = 1; k < axis.extent; ++k)
            if (beats(line[k * axis.inner], line[best * axis.inner])) best = k;
          static_cast<I*>(out)[o * axis.inner + i] = static_cast<I>(best);
        }
      }
    });
  });
  if (!known) fail_dtype(Op::arg_reduce, x.type.dtype());
}

void cumulative(const CumulativeAttrs& attrs, View x, void* out) {
  const Axis axis = around(x.type.shape(), attrs.axis);
  auto log_add_exp = []<class A>(A a, A b) {  // in the wider type of the total, in which small steps are not lost
    const A most = std::max(a, b);
    if (std::isinf(most) && a == b) return most;
    return std::isnan(a) || std::isnan(b) ? a + b : most + std::log1p(std::exp(std::min(a, b) - most));
  };
  const auto run = [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) {
      using A = Total<T>;
      auto next = [&](A total, T y) -> A {
        if (const auto kind = reduction_of(attrs.kind)) return scalar::combine(*kind, total, static_cast<A>(y));
        if constexpr (std::is_floating_point_v<T>) return log_add_exp(total, static_cast<A>(y));
        return total;
      };
      for (std::int64_t o = 0; o < axis.outer; ++o) {
        for (std::int64_t i = 0; i < axis.inner; ++i) {
          const std::int64_t first = o * axis.extent * axis.inner + i;
          A total{};
          for (std::int64_t k = 0; k < axis.extent; ++k) {
            const std::int64_t at = first + (attrs.reverse ? axis.extent - 1 - k : k) * axis.inner;
            const T y = static_cast<const T*>(x.data)[at];
            total = k == 0 ? static_cast<A>(y) : next(total, y);
            static_cast<T*>(out)[at] = static_cast<T>(total);
          }
        }
      }
    }
  };
  if (!visit_dtype(x.type.dtype(), run) && !visit_complex(x.type.dtype(), run)) fail_dtype(Op::cumulative, x.type.dtype());
}

}  // namespace

void reducing(Reducing op, const Attrs& attrs, Views in, void* out) {
  const View& x = in[0];
  switch (op) {
    case Reducing::reduce: return reduce(std::get<ReduceAttrs>(attrs), x, out);
    case Reducing::arg_reduce: return arg_reduce(std::get<ArgReduceAttrs>(attrs), x, out);
    case Reducing::cumulative: return cumulative(std::get<CumulativeAttrs>(attrs), x, out);
    case Reducing::overlap_add: return overlap_add(std::get<OverlapAddAttrs>(attrs), x, out);
    case Reducing::scatter_reduce: return scatter_reduce(std::get<ScatterReduceAttrs>(attrs), in, out);
  }
}

}  // namespace espalier::ir::evaluate
