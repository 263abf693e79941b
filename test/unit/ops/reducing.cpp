// Rows of reductions and running reductions. Sums and products are added up in long double, one after another; those of integers
// modulo 2^128.
#include <math.h>

#include <cmath>

#include <algorithm>

#include "../noise.h"
#include "table.h"
#include "window_places.h"

namespace espalier::test {

using namespace ir;

namespace {

std::string in(DType dtype) { return "_" + std::string(name(dtype)); }
Word word(long double x) { return static_cast<Word>(static_cast<Int>(x)); }

long double larger(long double x, long double y) {
  if (std::isnan(x) || std::isnan(y)) return NAN;
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x < y ? y : x;
}

// An array as [outer, extent, inner] around one axis.
struct Around {
  std::int64_t outer = 1, extent = 1, inner = 1;
};
Around around(const Shape& shape, int axis) {
  Around a;
  for (int i = 0; i < shape.ndim(); ++i) (i < axis ? a.outer : (i == axis ? a.extent : a.inner)) *= shape[i];
  return a;
}

// Floats.
long double total(Reduction kind, const std::vector<long double>& terms, long double& scale) {
  long double sum = terms.empty() ? 0 : -0.0L, product = 1, most = -HUGE_VALL;  // the sum of negative zeros is one
  scale = 0;
  for (long double x : terms) {
    sum += x, product *= x;
    scale += fabsl(x);
    most = larger(most, kind == Reduction::min ? -x : x);
  }
  switch (kind) {
    case Reduction::sum: return sum;
    case Reduction::prod: return scale = 0, product;
    case Reduction::max: return scale = 0, most;
    case Reduction::min: return scale = 0, -most;
    case Reduction::and_:
    case Reduction::or_:
    case Reduction::xor_: break;
  }
  __builtin_unreachable();
}
// Complex numbers: extrema by real parts, and where those are equal by imaginary ones.
using Z = std::complex<long double>;
Z total(Reduction kind, const std::vector<Z>& terms, long double& scale) {
  const auto precedes = [](Z x, Z y) { return x.real() < y.real() || (x.real() == y.real() && x.imag() < y.imag()); };
  constexpr long double infinity = HUGE_VALL;
  Z sum = 0, product = 1, most{-infinity, -infinity}, least{infinity, infinity};
  scale = 0;
  for (Z x : terms) {
    sum += x, product = Z{product.real() * x.real() - product.imag() * x.imag(), product.real() * x.imag() + product.imag() * x.real()};
    scale += std::abs(x);
    most = precedes(most, x) ? x : most, least = precedes(x, least) ? x : least;
  }
  switch (kind) {
    case Reduction::sum: return sum;
    case Reduction::prod: return scale = 0, product;
    case Reduction::max: return scale = 0, most;
    case Reduction::min: return scale = 0, least;
    case Reduction::and_:
    case Reduction::or_:
    case Reduction::xor_: break;
  }
  __builtin_unreachable();
}
// Integers and bools.
Int total(Reduction kind, DType dtype, const std::vector<long double>& terms) {
  const bool boolean = is_bool(dtype);
  const int bits = static_cast<int>(byte_size(dtype)) * 8;
  const Int lowest = boolean || is_unsigned(dtype) ? 0 : -(Int{1} << (bits - 1)), highest = boolean ? 1 : (Int{1} << (is_signed(dtype) ? bits - 1 : bits)) - 1;
  Word sum = 0, product = 1, all = boolean ? 1 : ~Word{0}, any = 0, odd = 0;
  Int most = lowest, least = highest;
  for (long double x : terms) {
    sum += word(x), product *= word(x), all &= word(x), any |= word(x), odd ^= word(x);
    most = std::max(most, static_cast<Int>(x)), least = std::min(least, static_cast<Int>(x));
  }
  switch (kind) {
    case Reduction::sum: return wrapped(sum, dtype);
    case Reduction::prod: return wrapped(product, dtype);
    case Reduction::max: return most;
    case Reduction::min: return least;
    case Reduction::and_: return wrapped(all, dtype);
    case Reduction::or_: return wrapped(any, dtype);
    case Reduction::xor_: return wrapped(odd, dtype);
  }
  __builtin_unreachable();
}

Shape elements_shape(const Numbers& x, DType dtype) {
  Ints extents = x.shape.extents();
  if (is_complex(dtype)) extents.pop_back();
  return Shape(extents);
}
Numbers totals_of(const Shape& shape, Reduction kind, const std::vector<std::vector<Z>>& terms) {
  std::vector<Z> values;
  std::vector<long double> scale;
  for (const auto& each : terms) {
    long double size = 0;
    values.push_back(total(kind, each, size));
    scale.insert(scale.end(), 2, size);
  }
  Numbers out = parts_of(shape, values);
  out.scale = std::move(scale);
  return out;
}

Exact reduced(const ReduceAttrs& a, DType dtype) {
  return [a, dtype](const std::vector<Numbers>& x) {
    const Shape from = elements_shape(x[0], dtype);
    Ints kept;
    for (int i = 0; i < from.ndim(); ++i)
      if (std::find(a.axes.begin(), a.axes.end(), i) == a.axes.end()) kept.push_back(i);
    Ints to;
    for (auto axis : kept) to.push_back(from[static_cast<int>(axis)]);
    Numbers out = blank(Shape(to));
    if (is_complex(dtype)) {
      const auto values = complex_of(x[0]);
      std::vector<std::vector<Z>> pairs(out.values.size());
      for_each_index(from, [&](const Ints& at, std::int64_t flat) {
        Ints target;
        for (auto axis : kept) target.push_back(at[static_cast<std::size_t>(axis)]);
        pairs[static_cast<std::size_t>(flat_of(out.shape, target))].push_back(values[static_cast<std::size_t>(flat)]);
      });
      return std::vector{totals_of(out.shape, a.kind, pairs)};
    }
    std::vector<std::vector<long double>> terms(out.values.size());
    for_each_index(x[0].shape, [&](const Ints& at, std::int64_t flat) {
      Ints target;
      for (auto axis : kept) target.push_back(at[static_cast<std::size_t>(axis)]);
      terms[static_cast<std::size_t>(flat_of(out.shape, target))].push_back(x[0][flat]);
    });
    out.scale.resize(out.values.size(), 0);
    for (std::size_t i = 0; i < terms.size(); ++i) out.values[i] = is_floating(dtype) ? total(a.kind, terms[i], out.scale[i]) : static_cast<long double>(total(a.kind, dtype, terms[i]));
    return std::vector{out};
  };
}

// Values near 1, whose products stay in range; integers that wrap.
Domain of_terms(bool product) { return product ? Domain{.f32 = {0.5, 1.5}, .f64 = {0.5, 1.5}, .smooth = {0.5, 1.5}, .integers = {-1e3, 1e3}} : Domain{.integers = {-1e3, 1e3}}; }

Row reduce_row() {
  Row row;
  constexpr std::pair<Reduction, const char*> kinds[] = {{Reduction::sum, "sum"}, {Reduction::prod, "prod"}, {Reduction::max, "max"}, {Reduction::min, "min"}, {Reduction::and_, "and"}, {Reduction::or_, "or"}, {Reduction::xor_, "xor"}};
  const std::tuple<const char*, Shape, Ints> ways[] = {{"rows", {5, 37}, {1}}, {"columns", {11, 6}, {0}}, {"all", {3, 4, 5}, {0, 1, 2}}, {"outer_and_inner", {3, 4, 7}, {0, 2}}, {"middle", {2, 9, 3}, {1}}, {"one", {4, 1}, {1}}, {"none", {3, 0}, {1}}, {"nothing", {2, 3}, {}}, {"turned", {3, 4}, {1, 0}}};
  for (const auto& [kind, label] : kinds) {
    const bool bitwise = kind == Reduction::and_ || kind == Reduction::or_ || kind == Reduction::xor_, adds = kind == Reduction::sum || kind == Reduction::prod;
    for (const auto& [way, shape, axes] : ways) {
      for (DType dtype : every_dtype()) {
        const Type type(dtype, shape);
        const std::string name = "reduce" + in(dtype) + "_" + label + "_" + way;
        const ReduceAttrs attrs{kind, axes};
        if ((bitwise && is_inexact(dtype)) || (adds && is_bool(dtype))) {
          row.wrong.push_back({name, Refusal::dtype, {type}, attrs});
          continue;
        }
        Use use{.op = Op::reduce, .name = name, .attrs = attrs, .operands = {type}, .domains = {of_terms(kind == Reduction::prod)}};
        use.flops = static_cast<double>(type.size());
        use.domains[0].differentiable = adds || type.size() != 0;  // the extremum of nothing has no derivative
        if (has_arithmetic(dtype)) use.exact = reduced(attrs, dtype);
        (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use));
      }
    }
  }
  row.wrong.push_back({"axis_beyond", Refusal::axis, {Type(f32, {2, 3})}, ReduceAttrs{Reduction::sum, {2}}});
  row.wrong.push_back({"axis_twice", Refusal::argument, {Type(f32, {2, 3})}, ReduceAttrs{Reduction::sum, {1, 1}}});
  row.evaluated = {1, 1}, row.compiled = {40, 40, 100};  // a product rounds as often as it has factors
  return row;
}

Exact first_extremum(const ArgReduceAttrs& a) {
  return [a](const std::vector<Numbers>& x) {
    const Around line = around(x[0].shape, a.axis);
    Ints to = x[0].shape.extents();
    to.erase(to.begin() + a.axis);
    Numbers out = blank(Shape(to));
    for (std::int64_t o = 0; o < line.outer; ++o) {
      for (std::int64_t i = 0; i < line.inner; ++i) {
        const auto at = [&](std::int64_t k) { return x[0][(o * line.extent + k) * line.inner + i]; };
        std::int64_t best = 0;
        for (std::int64_t k = 1; k < line.extent && !std::isnan(at(best)); ++k)
          if (std::isnan(at(k)) || (a.kind == ArgReduction::max ? at(k) > at(best) : at(k) < at(best))) best = k;
        out[o * line.inner + i] = static_cast<long double>(best);
      }
    }
    return std::vector{out};
  };
}

Row arg_reduce_row() {
  Row row;
  std::vector<Wrong> complex;  // which have an order, but whose places are not asked for
  const std::tuple<const char*, Shape, int, DType> ways[] = {{"rows", {5, 37}, 1, i32}, {"columns", {11, 6}, 0, i64}, {"middle", {2, 9, 3}, 1, u8}, {"long", {2, 1100}, 1, i32}, {"one", {4, 1}, 1, i16}};
  for (const auto& [kind, label] : {std::pair{ArgReduction::max, "max"}, {ArgReduction::min, "min"}}) {
    for (const auto& [way, shape, axis, index] : ways) {
      for (DType dtype : every_dtype()) {
        const ArgReduceAttrs attrs{kind, axis, index};
        if (is_complex(dtype)) {
          complex.push_back({"arg_reduce" + in(dtype) + "_" + label + "_" + way, Refusal::dtype, {Type(dtype, shape)}, attrs});
          continue;
        }
        Use use{.op = Op::arg_reduce, .name = "arg_reduce" + in(dtype) + "_" + label + "_" + way, .attrs = attrs, .operands = {Type(dtype, shape)}, .domains = {{}}};
        use.flops = static_cast<double>(shape.size());
        if (has_arithmetic(dtype)) use.exact = first_extremum(attrs);
        (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use));
      }
    }
  }
  const Type x(f32, {2, 3});
  row.wrong = std::move(complex);
  for (const Wrong& wrong : {Wrong{"axis_beyond", Refusal::axis, {x}, ArgReduceAttrs{ArgReduction::max, 2, i32}}, {"index_of_floats", Refusal::dtype, {x}, ArgReduceAttrs{ArgReduction::max, 1, f32}}, {"empty", Refusal::shape, {Type(f32, {2, 0})}, ArgReduceAttrs{ArgReduction::max, 1, i32}}}) row.wrong.push_back(wrong);
  return row;
}

// The logarithm of the sum of the exponentials so far, above the largest.
long double log_of_sum(const std::vector<long double>& terms) {
  long double most = -HUGE_VALL, sum = 0;
  for (long double x : terms) most = larger(most, x);
  if (std::isinf(most) || std::isnan(most)) return most;
  for (long double x : terms) sum += expl(x - most);
  return most + logl(sum);
}

Exact running(const CumulativeAttrs& a, DType dtype) {
  return [a, dtype](const std::vector<Numbers>& x) {
    const Shape shape = elements_shape(x[0], dtype);
    const Around line = around(shape, a.axis);
    Numbers out = blank(shape);
    const auto pairs = is_complex(dtype) ? complex_of(x[0]) : std::vector<Z>();
    std::vector<std::vector<Z>> complex_terms(is_complex(dtype) ? out.values.size() : 0);
    out.scale.resize(out.values.size(), 0);
    constexpr Reduction as[] = {Reduction::sum, Reduction::prod, Reduction::max, Reduction::min};
    for (std::int64_t o = 0; o < line.outer; ++o) {
      for (std::int64_t i = 0; i < line.inner; ++i) {
        std::vector<long double> terms;
        std::vector<Z> so_far;
        for (std::int64_t k = 0; k < line.extent; ++k) {
          const auto at = static_cast<std::size_t>((o * line.extent + (a.reverse ? line.extent - 1 - k : k)) * line.inner + i);
          if (is_complex(dtype)) {
            so_far.push_back(pairs[at]);
            complex_terms[at] = so_far;
            continue;
          }
          terms.push_back(x[0].values[at]);
          long double scale = 0;
          if (a.kind == Cumulation::logsumexp) {
            out.values[at] = log_of_sum(terms);
            for (long double term : terms) scale = std::max(scale, fabsl(term) + 1);  // what the largest is added to
            scale = std::isfinite(scale) ? scale : 0;
          } else if (is_floating(dtype)) {
            out.values[at] = total(as[static_cast<std::size_t>(a.kind)], terms, scale);
          } else {
            out.values[at] = static_cast<long double>(total(as[static_cast<std::size_t>(a.kind)], dtype, terms));
          }
          out.scale[at] = scale;
        }
      }
    }
    if (is_complex(dtype)) return std::vector{totals_of(shape, as[static_cast<std::size_t>(a.kind)], complex_terms)};
    return std::vector{out};
  };
}

Row cumulative_row() {
  Row row;
  constexpr std::pair<Cumulation, const char*> kinds[] = {{Cumulation::sum, "sum"}, {Cumulation::prod, "prod"}, {Cumulation::max, "max"}, {Cumulation::min, "min"}, {Cumulation::logsumexp, "logsumexp"}};
  const std::tuple<const char*, Shape, int, bool> ways[] = {{"rows", {3, 19}, 1, false}, {"rows_reverse", {3, 19}, 1, true}, {"columns", {7, 5}, 0, false}, {"middle_reverse", {2, 6, 3}, 1, true}, {"one", {4, 1}, 1, false}, {"none", {3, 0}, 1, true}};
  for (const auto& [kind, label] : kinds) {
    for (const auto& [way, shape, axis, reverse] : ways) {
      for (DType dtype : every_dtype()) {
        const CumulativeAttrs attrs{kind, axis, reverse};
        const std::string name = "cumulative" + in(dtype) + "_" + label + "_" + way;
        const bool ordered = kind != Cumulation::sum && kind != Cumulation::prod;
        if (is_bool(dtype) || (kind == Cumulation::logsumexp && !is_inexact(dtype)) || (ordered && is_complex(dtype))) {
          row.wrong.push_back({name, Refusal::dtype, {Type(dtype, shape)}, attrs});
          continue;
        }
        Use use{.op = Op::cumulative, .name = name, .attrs = attrs, .operands = {Type(dtype, shape)}, .domains = {of_terms(kind == Cumulation::prod)}};
        use.flops = static_cast<double>(shape.size());
        if (has_arithmetic(dtype)) use.exact = running(attrs, dtype);
        (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use));
      }
    }
  }
  row.wrong.push_back({"axis_beyond", Refusal::axis, {Type(f32, {2, 3})}, CumulativeAttrs{Cumulation::sum, 2, false}});
  row.evaluated = {1, 1}, row.compiled = {20, 20, 60};
  return row;
}

// The windows, one element after another, into what stands there.
Exact combined(const Laid& laid, Reduction kind, DType dtype) {
  return [laid, kind, dtype](const std::vector<Numbers>& x) {
    Numbers out = x[0];
    std::vector<std::vector<long double>> terms;
    for (long double number : x[0].values) terms.push_back({number});
    for_each_index(laid.windows, [&](const Ints& at, std::int64_t flat) {
      const Ints to = place_in_x(laid.dims, laid.x, laid.sizes, laid.outside, std::span(x).subspan(2), at);
      if (!to.empty()) terms[static_cast<std::size_t>(flat_of(laid.x, to))].push_back(x[1][flat]);
    });
    out.scale.resize(out.values.size(), 0);
    for (std::size_t i = 0; i < terms.size(); ++i) out.values[i] = is_floating(dtype) ? total(kind, terms[i], out.scale[i]) : static_cast<long double>(total(kind, dtype, terms[i]));
    return std::vector{out};
  };
}

Row scatter_reduce_row() {
  Row row;
  constexpr std::pair<Reduction, const char*> kinds[] = {{Reduction::sum, "sum"}, {Reduction::prod, "prod"}, {Reduction::max, "max"}, {Reduction::min, "min"}, {Reduction::and_, "and"}, {Reduction::or_, "or"}, {Reduction::xor_, "xor"}};
  for (const auto& [kind, label] : kinds) {
    const bool bitwise = kind == Reduction::and_ || kind == Reduction::or_ || kind == Reduction::xor_, adds = kind == Reduction::sum || kind == Reduction::prod;
    for (const Laid& laid : ways_to_lay_windows()) {
      for (DType dtype : every_dtype()) {
        const std::string name = "scatter_reduce" + in(dtype) + "_" + label + "_" + laid.name;
        const ScatterReduceAttrs attrs{ScatterAttrs{laid.dims, laid.outside, false}, kind};
        std::vector<Type> operands{Type(dtype, laid.x), Type(dtype, laid.windows)};
        for (const auto& indices : laid.indices) operands.push_back(Type(indices.dtype, laid.batch));
        if ((bitwise && is_inexact(dtype)) || (adds && is_bool(dtype)) || (is_complex(dtype) && kind != Reduction::sum)) {
          row.wrong.push_back({name, Refusal::dtype, operands, attrs});
          continue;
        }
        if (is_complex(dtype)) continue;  // both parts by themselves: ../indexing_test.cpp
        Use use{.op = Op::scatter_reduce, .name = name, .attrs = attrs, .operands = operands, .domains = {of_terms(kind == Reduction::prod), of_terms(kind == Reduction::prod)}};
        for (const auto& [index, low, high] : laid.indices) use.domains.push_back({.f32 = {low, high}, .f64 = {low, high}, .integers = {low, high}, .differentiable = false});
        use.flops = static_cast<double>(laid.x.size());
        if (has_arithmetic(dtype)) use.exact = combined(laid, kind, dtype);
        (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use));
      }
    }
  }
  const ScatterReduceAttrs rows{ScatterAttrs{{{1}, {0}, {0}, {}, {}}}, Reduction::sum};
  row.wrong.push_back({"dtypes", Refusal::dtype, {Type(f32, {5, 19}), Type(f64, {4, 19}), Type(i32, {4})}, rows});
  row.wrong.push_back({"indices_of_floats", Refusal::dtype, {Type(f32, {5, 19}), Type(f32, {4, 19}), Type(f32, {4})}, rows});
  row.wrong.push_back({"windows", Refusal::shape, {Type(f32, {5, 19}), Type(f32, {3, 19}), Type(i32, {4})}, rows});
  row.evaluated = {20, 20}, row.compiled = {20, 20};  // each term rounds
  return row;
}

// Each element of the windows, where it was taken from.
Exact added_up(const OverlapAddAttrs& a, const Shape& windows, DType dtype) {
  return [a, windows, dtype](const std::vector<Numbers>& x) {
    const auto place = [&](const Ints& at) {
      Ints to(at.begin(), at.begin() + a.shape.ndim());
      for (std::size_t j = 0; j < a.axes.size(); ++j) {
        auto& i = to[static_cast<std::size_t>(a.axes[j])];
        i = i * a.strides[j] + at[static_cast<std::size_t>(a.shape.ndim()) + j] * a.dilations[j];
      }
      return static_cast<std::size_t>(flat_of(a.shape, to));
    };
    const auto n = static_cast<std::size_t>(a.shape.size());
    if (is_complex(dtype)) {
      const auto pairs = complex_of(x[0]);
      std::vector<std::vector<Z>> terms(n, {Z{}});
      for_each_index(windows, [&](const Ints& at, std::int64_t flat) { terms[place(at)].push_back(pairs[static_cast<std::size_t>(flat)]); });
      return std::vector{totals_of(a.shape, Reduction::sum, terms)};
    }
    std::vector<std::vector<long double>> terms(n, {0.0L});
    for_each_index(windows, [&](const Ints& at, std::int64_t flat) { terms[place(at)].push_back(x[0][flat]); });
    Numbers out = blank(a.shape);
    out.scale.resize(n, 0);
    for (std::size_t i = 0; i < n; ++i) out.values[i] = is_floating(dtype) ? total(Reduction::sum, terms[i], out.scale[i]) : static_cast<long double>(total(Reduction::sum, dtype, terms[i]));
    return std::vector{out};
  };
}

Row overlap_add_row() {
  Row row;
  const std::tuple<const char*, Shape, WindowsAttrs> ways[] = {{"line", {9}, {{0}, {3}, {1}, {1}}}, {"steps", {3, 19}, {{1}, {4}, {3}, {2}}}, {"planes", {2, 7, 9, 3}, {{1, 2}, {3, 2}, {1, 2}, {2, 1}}}, {"side_by_side", {4, 6}, {{0, 1}, {2, 3}, {2, 3}, {1, 1}}}, {"with_gaps", {3, 11}, {{1}, {2}, {3}, {1}}}, {"long", {2, 60}, {{1}, {37}, {2}, {1}}}, {"long_and_spread", {90}, {{0}, {19}, {5}, {3}}}, {"too_long", {2, 3}, {{1}, {4}, {1}, {1}}}, {"nowhere", {3, 4}, {}}};
  for (const auto& [way, shape, windows] : ways) {
    for (DType dtype : every_dtype()) {
      const OverlapAddAttrs attrs{windows, shape};
      Ints taken = shape.extents();
      for (std::size_t j = 0; j < windows.axes.size(); ++j) {
        auto& places = taken[static_cast<std::size_t>(windows.axes[j])];
        std::int64_t n = 0;
        while (n * windows.strides[j] + (windows.sizes[j] - 1) * windows.dilations[j] < places) ++n;
        places = n;
      }
      taken.insert(taken.end(), windows.sizes.begin(), windows.sizes.end());
      const std::string name = "overlap_add" + in(dtype) + "_" + way;
      if (is_bool(dtype)) {
        row.wrong.push_back({name, Refusal::dtype, {Type(dtype, Shape(taken))}, attrs});
        continue;
      }
      Use use{.op = Op::overlap_add, .name = name, .attrs = attrs, .operands = {Type(dtype, Shape(taken))}, .domains = {of_terms(false)}};
      use.flops = static_cast<double>(shape.size());
      if (has_arithmetic(dtype)) use.exact = added_up(attrs, Shape(taken), dtype);
      (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use));
    }
  }
  const Type x(f32, {3, 3});
  for (const Wrong& wrong : {Wrong{"shape", Refusal::shape, {x}, OverlapAddAttrs{{{0}, {3}, {1}, {1}}, {6}}}, {"negative", Refusal::argument, {x}, OverlapAddAttrs{{{0}, {3}, {1}, {1}}, {-5}}}, {"no_stride", Refusal::argument, {x}, OverlapAddAttrs{{{0}, {3}, {0}, {1}}, {5}}}, {"beyond", Refusal::axis, {x}, OverlapAddAttrs{{{1}, {3}, {1}, {1}}, {5}}}}) row.wrong.push_back(wrong);
  row.evaluated = {1, 1}, row.compiled = {20, 20, 60};
  return row;
}

}  // namespace

Row describe(Reducing op) {
  switch (op) {
    case Reducing::reduce: return reduce_row();
    case Reducing::arg_reduce: return arg_reduce_row();
    case Reducing::cumulative: return cumulative_row();
    case Reducing::overlap_add: return overlap_add_row();
    case Reducing::scatter_reduce: return scatter_reduce_row();
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
