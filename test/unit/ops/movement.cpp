// Rows of ops that move elements. The references say from which place each element of the result comes.
#include <algorithm>
#include <cmath>

#include "../noise.h"
#include "table.h"
#include "window_places.h"

namespace espalier::test {

using namespace ir;

namespace {

using Operands = std::vector<Numbers>;

// What says where elements go: a start, or keys.
struct Guide {
  Type type;
  Interval range;
  Guide(DType dtype, Interval range) : type(dtype), range(range) {}
  Guide(Type type, Interval range) : type(type), range(range) {}
};
using Guides = std::vector<Guide>;

// One way to apply an op, in any dtype: shapes of what moves, and behind them what says where.
struct Way {
  std::string name;
  std::vector<Shape> moved;
  Attrs attrs;
  Exact exact;
  Guides guides{};
  bool smooth = true;  ///< has elements
};

// Every way in every dtype.
Row moving(Op op, const std::vector<Way>& ways, std::vector<Wrong> wrong) {
  Row row;
  row.wrong = std::move(wrong);
  for (const Way& way : ways) {
    for (DType dtype : every_dtype()) {
      Use use{.op = op, .name = std::string(name(op)) + "_" + std::string(name(dtype)) + "_" + way.name, .attrs = way.attrs};
      for (const Shape& shape : way.moved) use.operands.push_back(Type(dtype, shape)), use.domains.push_back({}), use.moves.push_back(true);
      for (const auto& [type, range] : way.guides) {
        use.operands.push_back(type);
        use.domains.push_back({.f32 = range, .f64 = range, .integers = range, .differentiable = false});
        use.moves.push_back(false);
      }
      use.exact = way.exact;
      row.uses.push_back(std::move(use));
    }
  }
  return row;
}

// The result's shape, and for each of its indices the number there.
template <class F> Exact by_index(Shape shape, F f) {
  return [shape = std::move(shape), f](const Operands& x) {
    Numbers out = blank(shape);
    for_each_index(shape, [&](const Ints& at, std::int64_t flat) { out[flat] = f(x, at); });
    return std::vector{out};
  };
}

Way broadcast(std::string name, Shape from, Shape to, Ints dims) {
  return {std::move(name), {from}, BroadcastAttrs{to, dims}, by_index(to, [=](const Operands& x, const Ints& at) {
    Ints source;
    for (int i = 0; i < from.ndim(); ++i) source.push_back(from[i] == 1 ? 0 : at[static_cast<std::size_t>(dims[static_cast<std::size_t>(i)])]);
    return x[0][flat_of(from, source)];
  })};
}

Way reshape(std::string name, Shape from, Shape to) {
  return {std::move(name), {from}, ReshapeAttrs{to}, [to](const Operands& x) { return std::vector{Numbers{to, x[0].values}}; }};
}

Way transpose(std::string name, Shape from, Ints permutation) {
  Ints to;
  for (auto axis : permutation) to.push_back(from[static_cast<int>(axis)]);
  return {std::move(name), {from}, TransposeAttrs{permutation}, by_index(Shape(to), [=](const Operands& x, const Ints& at) {
    Ints source(at.size());
    for (std::size_t i = 0; i < at.size(); ++i) source[static_cast<std::size_t>(permutation[i])] = at[i];
    return x[0][flat_of(from, source)];
  })};
}

Way slice(std::string name, Shape from, Ints start, Ints limit, Ints stride) {
  Ints to;
  for (std::size_t i = 0; i < start.size(); ++i) {
    std::int64_t n = 0;
    for (auto at = start[i]; at < limit[i]; at += stride[i]) ++n;
    to.push_back(n);
  }
  return {std::move(name), {from}, SliceAttrs{start, limit, stride}, by_index(Shape(to), [=](const Operands& x, const Ints& at) {
    Ints source;
    for (std::size_t i = 0; i < at.size(); ++i) source.push_back(start[i] + at[i] * stride[i]);
    return x[0][flat_of(from, source)];
  })};
}

Way pad(std::string name, Shape from, Ints low, Ints high, Ints interior) {
  Ints to;
  for (std::size_t i = 0; i < low.size(); ++i) to.push_back(low[i] + high[i] + from[static_cast<int>(i)] + std::max<std::int64_t>(from[static_cast<int>(i)] - 1, 0) * interior[i]);
  return {std::move(name), {from, Shape{}}, PadAttrs{low, high, interior}, [=](const Operands& x) {
    Numbers out = blank(Shape(to));
    std::fill(out.values.begin(), out.values.end(), x[1][0]);
    for_each_index(from, [&](const Ints& at, std::int64_t flat) {
      Ints target;
      bool inside = true;
      for (std::size_t i = 0; i < at.size(); ++i) {
        target.push_back(low[i] + at[i] * (interior[i] + 1));
        inside = inside && target[i] >= 0 && target[i] < to[i];
      }
      if (inside) out[flat_of(Shape(to), target)] = x[0][flat];
    });
    return std::vector{out};
  }};
}

Way concatenate(std::string name, std::vector<Shape> parts, int axis) {
  Ints to = parts[0].extents();
  for (std::size_t p = 1; p < parts.size(); ++p) to[static_cast<std::size_t>(axis)] += parts[p][axis];
  return {std::move(name), parts, ConcatenateAttrs{axis}, [=](const Operands& x) {
    Numbers out = blank(Shape(to));
    std::int64_t before = 0;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      for_each_index(parts[p], [&](Ints at, std::int64_t flat) {
        at[static_cast<std::size_t>(axis)] += before;
        out[flat_of(Shape(to), at)] = x[p][flat];
      });
      before += parts[p][axis];
    }
    return std::vector{out};
  }};
}

Way reverse(std::string name, Shape shape, Ints axes) {
  return {std::move(name), {shape}, ReverseAttrs{axes}, by_index(shape, [=](const Operands& x, Ints at) {
    for (auto axis : axes) at[static_cast<std::size_t>(axis)] = shape[static_cast<int>(axis)] - 1 - at[static_cast<std::size_t>(axis)];
    return x[0][flat_of(shape, at)];
  })};
}

Way windows(std::string name, Shape from, Ints axes, Ints sizes, Ints strides, Ints dilations) {
  Ints to = from.extents();
  for (std::size_t j = 0; j < axes.size(); ++j) {
    std::int64_t& places = to[static_cast<std::size_t>(axes[j])];
    std::int64_t n = 0;
    while (n * strides[j] + (sizes[j] - 1) * dilations[j] < places) ++n;
    places = n;
  }
  to.insert(to.end(), sizes.begin(), sizes.end());
  return {std::move(name), {from}, WindowsAttrs{axes, sizes, strides, dilations}, by_index(Shape(to), [=](const Operands& x, const Ints& at) {
    Ints source(at.begin(), at.begin() + from.ndim());
    for (std::size_t j = 0; j < axes.size(); ++j) {
      auto& place = source[static_cast<std::size_t>(axes[j])];
      place = place * strides[j] + at[static_cast<std::size_t>(from.ndim()) + j] * dilations[j];
    }
    return x[0][flat_of(from, source)];
  })};
}

// Where a slice begins: the starts, clamped so that it lies within.
Ints begin_of(const Operands& x, std::size_t first, const Shape& whole, const Shape& part) {
  Ints begin;
  for (int i = 0; i < whole.ndim(); ++i) begin.push_back(static_cast<std::int64_t>(std::clamp<long double>(x[first + static_cast<std::size_t>(i)][0], 0, static_cast<long double>(whole[i] - part[i]))));
  return begin;
}

Way dynamic_slice(std::string name, Shape from, Shape sizes, Guides starts) {
  return {std::move(name), {from}, DynamicSliceAttrs{sizes}, [=](const Operands& x) {
    const Ints begin = begin_of(x, 1, from, sizes);
    return by_index(sizes, [&](const Operands& y, Ints at) {
      for (std::size_t i = 0; i < at.size(); ++i) at[i] += begin[i];
      return y[0][flat_of(from, at)];
    })(x);
  }, std::move(starts)};
}

Way dynamic_update_slice(std::string name, Shape whole, Shape part, Guides starts) {
  return {std::move(name), {whole, part}, std::monostate{}, [=](const Operands& x) {
    const Ints begin = begin_of(x, 2, whole, part);
    Numbers out = x[0];
    for_each_index(part, [&](Ints at, std::int64_t flat) {
      for (std::size_t i = 0; i < at.size(); ++i) at[i] += begin[i];
      out[flat_of(whole, at)] = x[1][flat];
    });
    return std::vector{out};
  }, std::move(starts)};
}

bool comes_before(long double a, long double b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

Way sort(std::string name, Shape shape, int axis, bool descending, DType keys) {
  const Interval ties{-3, 3};
  return {std::move(name), {shape}, SortAttrs{axis, descending}, by_index(shape, [=](const Operands& x, Ints at) {
    const auto a = static_cast<std::size_t>(axis);
    const std::int64_t place = at[a];
    const auto key = [&](std::int64_t i) { return at[a] = i, x[1][flat_of(shape, at)]; };
    std::vector<std::int64_t> order;
    for (std::int64_t i = 0; i < shape[axis]; ++i) order.push_back(i);
    const auto less = [&](std::int64_t i, std::int64_t j) { return descending ? comes_before(key(j), key(i)) : comes_before(key(i), key(j)); };
    std::ranges::sort(order, [&](std::int64_t i, std::int64_t j) { return less(i, j) || (!less(j, i) && i < j); });
    at[a] = order[static_cast<std::size_t>(place)];
    return x[0][flat_of(shape, at)];
  }),
          {{Type(keys, shape), ties}}};
}

Guides guides_of(const Laid& laid) {
  Guides guides;
  for (const auto& [dtype, low, high] : laid.indices) guides.push_back({Type(dtype, laid.batch), {low, high}});
  return guides;
}
std::vector<Way> gathers() {
  std::vector<Way> ways;
  for (const Laid& laid : ways_to_lay_windows()) {
    ways.push_back({laid.name, {laid.x}, GatherAttrs{laid.dims, laid.sizes, laid.outside}, by_index(laid.windows, [laid](const Operands& x, const Ints& at) {
      const Ints from = place_in_x(laid.dims, laid.x, laid.sizes, laid.outside, std::span(x).subspan(1), at);
      return from.empty() ? nowhere : x[0][flat_of(laid.x, from)];
    }),
                    guides_of(laid)});
  }
  return ways;
}
std::vector<Way> scatters() {
  std::vector<Way> ways;
  for (const Laid& laid : ways_to_lay_windows()) {
    ways.push_back({laid.name, {laid.x, laid.windows}, ScatterAttrs{laid.dims, laid.outside, false}, [laid](const Operands& x) {
      Numbers out = x[0];
      for_each_index(laid.windows, [&](const Ints& at, std::int64_t flat) {
        const Ints to = place_in_x(laid.dims, laid.x, laid.sizes, laid.outside, std::span(x).subspan(2), at);
        if (!to.empty()) out[flat_of(laid.x, to)] = x[1][flat];
      });
      return std::vector{out};
    }, guides_of(laid)});
  }
  return ways;
}

}  // namespace

Row describe(Movement op) {
  const Type x(f32, {5, 19}), scalar(f32), i(i32);
  switch (op) {
    case Movement::broadcast:
      return moving(op, {broadcast("rows", {19}, {5, 19}, {1}), broadcast("columns", {5}, {5, 19}, {0}), broadcast("scalar", {}, {3, 7}, {}), broadcast("ones", {5, 1, 3}, {5, 17, 3}, {0, 1, 2}), broadcast("middle", {2, 3}, {2, 4, 3}, {0, 2}), broadcast("none", {0}, {3, 0}, {1})},
                    {{"dims_too_few", Refusal::argument, {x}, BroadcastAttrs{{3, 5, 19}, {1}}}, {"dims_descend", Refusal::argument, {x}, BroadcastAttrs{{19, 5}, {1, 0}}}, {"dims_beyond", Refusal::argument, {x}, BroadcastAttrs{{5, 19}, {0, 2}}}, {"extents", Refusal::shape, {x}, BroadcastAttrs{{5, 18}, {0, 1}}}});
    case Movement::reshape:
      return moving(op, {reshape("flat", {5, 19}, {95}), reshape("split", {24}, {2, 3, 4}), reshape("scalar", {1, 1}, {}), reshape("mixed", {4, 6}, {3, 8}), reshape("none", {0, 3}, {2, 0})},
                    {{"size", Refusal::shape, {x}, ReshapeAttrs{{94}}}});
    case Movement::transpose:
      return moving(op, {transpose("matrix", {5, 19}, {1, 0}), transpose("cycle", {2, 3, 5}, {1, 2, 0}), transpose("outer", {3, 4, 6}, {1, 0, 2}), transpose("identity", {3, 4}, {0, 1}), transpose("scalar", {}, {}), transpose("none", {3, 0}, {1, 0})},
                    {{"twice", Refusal::argument, {x}, TransposeAttrs{{0, 0}}}, {"beyond", Refusal::axis, {x}, TransposeAttrs{{0, 2}}}, {"too_few", Refusal::argument, {x}, TransposeAttrs{{0}}}});
    case Movement::slice:
      return moving(op, {slice("part", {5, 19}, {1, 2}, {4, 18}, {1, 1}), slice("steps", {5, 19}, {0, 1}, {5, 19}, {2, 3}), slice("uneven", {20}, {1}, {18}, {5}), slice("none", {5, 4}, {2, 1}, {2, 3}, {1, 1}), slice("last", {7}, {6}, {7}, {4})},
                    {{"beyond", Refusal::index, {x}, SliceAttrs{{0, 0}, {5, 20}, {1, 1}}}, {"before", Refusal::index, {x}, SliceAttrs{{-1, 0}, {5, 19}, {1, 1}}}, {"backwards", Refusal::index, {x}, SliceAttrs{{3, 0}, {2, 19}, {1, 1}}}, {"stride", Refusal::index, {x}, SliceAttrs{{0, 0}, {5, 19}, {0, 1}}}, {"too_few", Refusal::argument, {x}, SliceAttrs{{0}, {5}, {1}}}});
    case Movement::pad:
      return moving(op, {pad("around", {5, 9}, {1, 2}, {2, 1}, {0, 0}), pad("between", {4, 5}, {0, 1}, {1, 0}, {2, 1}), pad("cropped", {5, 9}, {-1, -2}, {-1, 3}, {0, 0}), pad("cropped_between", {6, 7}, {-3, 2}, {1, -4}, {1, 2}), pad("scalar", {}, {}, {}, {}), pad("none", {0}, {2}, {1}, {3}), pad("all_cropped", {3}, {-3}, {2}, {0})},
                    {{"filler_of_one_axis", Refusal::dtype, {x, Type(f32, {1})}, PadAttrs{{0, 0}, {0, 0}, {0, 0}}}, {"filler_of_another_dtype", Refusal::dtype, {x, Type(f64)}, PadAttrs{{0, 0}, {0, 0}, {0, 0}}}, {"too_few", Refusal::argument, {x, scalar}, PadAttrs{{0}, {0}, {0}}}, {"interior", Refusal::argument, {x, scalar}, PadAttrs{{0, 0}, {0, 0}, {-1, 0}}}, {"more_than_all", Refusal::shape, {x, scalar}, PadAttrs{{-6, 0}, {0, 0}, {0, 0}}}, {"huge", Refusal::shape, {x, scalar}, PadAttrs{{0, 0}, {INT64_MAX, 0}, {0, 0}}}});
    case Movement::concatenate:
      return moving(op, {concatenate("rows", {{2, 7}, {3, 7}}, 0), concatenate("columns", {{3, 2}, {3, 5}, {3, 1}}, 1), concatenate("one", {{4}}, 0), concatenate("with_none", {{3, 0}, {3, 4}}, 1), concatenate("middle", {{2, 1, 3}, {2, 4, 3}}, 1)},
                    {{"nothing", Refusal::argument, {}, ConcatenateAttrs{0}}, {"axis", Refusal::axis, {x, x}, ConcatenateAttrs{2}}, {"shapes", Refusal::shape, {x, Type(f32, {5, 18})}, ConcatenateAttrs{0}}, {"ranks", Refusal::shape, {x, Type(f32, {5})}, ConcatenateAttrs{0}}, {"dtypes", Refusal::dtype, {x, Type(f64, {5, 19})}, ConcatenateAttrs{0}}});
    case Movement::reverse:
      return moving(op, {reverse("rows", {5, 19}, {0}), reverse("columns", {5, 19}, {1}), reverse("both", {3, 4}, {0, 1}), reverse("middle", {2, 3, 4}, {1}), reverse("nothing", {3, 4}, {}), reverse("none", {0, 3}, {0})},
                    {{"twice", Refusal::argument, {x}, ReverseAttrs{{0, 0}}}, {"beyond", Refusal::axis, {x}, ReverseAttrs{{2}}}});
    case Movement::dynamic_slice:
      return moving(op, {dynamic_slice("within", {5, 19}, {2, 7}, {{i32, {0, 3}}, {i32, {0, 12}}}), dynamic_slice("clamped_before", {5, 19}, {2, 7}, {{i32, {-9, -1}}, {i64, {1, 1}}}), dynamic_slice("clamped_behind", {5, 9}, {3, 4}, {{u8, {3, 9}}, {u64, {6, 1e18}}}), dynamic_slice("all", {4, 3}, {4, 3}, {{i8, {-3, 3}}, {i16, {-3, 3}}}), dynamic_slice("vector", {33}, {5}, {{u32, {7, 20}}})},
                    {{"too_large", Refusal::shape, {x, i, i}, DynamicSliceAttrs{{6, 19}}}, {"ranks", Refusal::shape, {x, i, i}, DynamicSliceAttrs{{5}}}, {"too_few_starts", Refusal::argument, {x, i}, DynamicSliceAttrs{{2, 2}}}, {"starts_of_floats", Refusal::dtype, {x, i, scalar}, DynamicSliceAttrs{{2, 2}}}, {"starts_of_one_axis", Refusal::dtype, {x, i, Type(i32, {1})}, DynamicSliceAttrs{{2, 2}}}});
    case Movement::dynamic_update_slice:
      return moving(op, {dynamic_update_slice("within", {5, 19}, {2, 7}, {{i32, {0, 3}}, {i32, {0, 12}}}), dynamic_update_slice("clamped_before", {5, 19}, {2, 7}, {{i32, {-9, -1}}, {i64, {1, 1}}}), dynamic_update_slice("clamped_behind", {5, 9}, {3, 4}, {{u8, {3, 9}}, {u64, {6, 1e18}}}), dynamic_update_slice("all", {4, 3}, {4, 3}, {{i8, {-3, 3}}, {i16, {-3, 3}}}), dynamic_update_slice("vector", {33}, {5}, {{u32, {7, 20}}}), dynamic_update_slice("none", {4}, {0}, {{i32, {1, 1}}})},
                    {{"too_large", Refusal::shape, {x, Type(f32, {6, 2}), i, i}}, {"ranks", Refusal::shape, {x, Type(f32, {6}), i, i}}, {"dtypes", Refusal::dtype, {x, Type(f64, {2, 2}), i, i}}, {"too_few_starts", Refusal::argument, {x, Type(f32, {2, 2}), i}}, {"starts_of_floats", Refusal::dtype, {x, Type(f32, {2, 2}), scalar, i}}});
    case Movement::windows:
      return moving(op, {windows("line", {19}, {0}, {3}, {1}, {1}), windows("steps", {5, 19}, {1}, {4}, {3}, {2}), windows("planes", {2, 7, 9, 3}, {1, 2}, {3, 2}, {1, 2}, {2, 1}), windows("turned", {6, 7}, {1, 0}, {2, 3}, {2, 1}, {1, 1}), windows("side_by_side", {4, 6}, {0, 1}, {2, 3}, {2, 3}, {1, 1}), windows("too_long", {2, 3}, {1}, {4}, {1}, {1}), windows("nowhere", {3, 4}, {}, {}, {}, {}), windows("none", {0, 5}, {1}, {2}, {1}, {1})},
                    {{"sizes_too_few", Refusal::argument, {x}, WindowsAttrs{{0, 1}, {2}, {1, 1}, {1, 1}}}, {"strides_too_few", Refusal::argument, {x}, WindowsAttrs{{0}, {2}, {}, {1}}}, {"no_size", Refusal::argument, {x}, WindowsAttrs{{0}, {0}, {1}, {1}}}, {"no_stride", Refusal::argument, {x}, WindowsAttrs{{0}, {2}, {0}, {1}}}, {"backwards", Refusal::argument, {x}, WindowsAttrs{{0}, {2}, {1}, {-1}}}, {"beyond", Refusal::axis, {x}, WindowsAttrs{{2}, {2}, {1}, {1}}}, {"twice", Refusal::argument, {x}, WindowsAttrs{{0, 0}, {2, 2}, {1, 1}, {1, 1}}}, {"huge", Refusal::shape, {x}, WindowsAttrs{{0}, {INT64_MAX}, {1}, {2}}}});
    case Movement::gather: {
      const Type at(i32, {4});
      const WindowDims rows{{1}, {0}, {0}, {}, {}};
      const Ints sizes{1, 19};
      return moving(op, gathers(),
                    {{"indices_of_floats", Refusal::dtype, {x, Type(f32, {4})}, GatherAttrs{rows, sizes}}, {"indices_of_bools", Refusal::dtype, {x, Type(bool_, {4})}, GatherAttrs{rows, sizes}}, {"indices_of_two_shapes", Refusal::shape, {x, at, Type(i32, {5})}, GatherAttrs{{{}, {0, 1}, {0, 1}, {}, {}}, {1, 1}}}, {"too_few_indices", Refusal::argument, {x, at}, GatherAttrs{{{}, {0, 1}, {0, 1}, {}, {}}, {1, 1}}}, {"too_large", Refusal::shape, {x, at}, GatherAttrs{rows, {1, 20}}}, {"negative_size", Refusal::shape, {x, at}, GatherAttrs{rows, {1, -1}}}, {"collapsed_of_two", Refusal::argument, {x, at}, GatherAttrs{rows, {2, 19}}}, {"sizes_too_few", Refusal::argument, {x, at}, GatherAttrs{rows, {1}}}, {"offsets_too_few", Refusal::argument, {x, at}, GatherAttrs{{{}, {0}, {0}, {}, {}}, sizes}}, {"offset_beyond", Refusal::axis, {x, at}, GatherAttrs{{{2}, {0}, {0}, {}, {}}, sizes}}, {"offsets_descend", Refusal::argument, {x, at}, GatherAttrs{{{2, 1}, {}, {0}, {}, {}}, {1, 19}}}, {"collapsed_beyond", Refusal::axis, {x, at}, GatherAttrs{{{1}, {2}, {0}, {}, {}}, sizes}}, {"mapped_twice", Refusal::argument, {x, at, at}, GatherAttrs{{{1}, {0}, {0, 0}, {}, {}}, sizes}}, {"mapped_beyond", Refusal::axis, {x, at}, GatherAttrs{{{1}, {0}, {5}, {}, {}}, sizes}}, {"beside_another", Refusal::shape, {x, at}, GatherAttrs{{{}, {1}, {1}, {0}, {0}}, {1, 1}}}, {"beside_nothing", Refusal::argument, {x, at}, GatherAttrs{{{}, {1}, {1}, {0}, {}}, {1, 1}}}, {"collapsed_and_beside", Refusal::argument, {x, Type(i32, {5})}, GatherAttrs{{{}, {0}, {1}, {0}, {0}}, {1, 1}}}, {"no_indices", Refusal::argument, {x}, GatherAttrs{rows, sizes}}});
    }
    case Movement::scatter: {
      const Type at(i32, {4}), windows(f32, {4, 19});
      const WindowDims rows{{1}, {0}, {0}, {}, {}};
      return moving(op, scatters(),
                    {{"dtypes", Refusal::dtype, {x, Type(f64, {4, 19}), at}, ScatterAttrs{rows}}, {"indices_of_floats", Refusal::dtype, {x, windows, Type(f32, {4})}, ScatterAttrs{rows}}, {"windows_of_another_batch", Refusal::shape, {x, Type(f32, {3, 19}), at}, ScatterAttrs{rows}}, {"too_large", Refusal::shape, {x, Type(f32, {4, 20}), at}, ScatterAttrs{rows}}, {"ranks", Refusal::argument, {x, Type(f32, {4}), at}, ScatterAttrs{{{0}, {0}, {0}, {}, {}}}}, {"mapped_beyond", Refusal::axis, {x, windows, at}, ScatterAttrs{{{1}, {0}, {2}, {}, {}}}}, {"too_few", Refusal::argument, {x, windows}, ScatterAttrs{rows}}});
    }
    case Movement::sort:
      return moving(op, {sort("rows", {5, 19}, 1, false, i32), sort("columns", {19, 5}, 0, true, f32), sort("middle", {2, 7, 3}, 1, false, u8), sort("long", {2, 300}, 1, true, f64), sort("bools", {40}, 0, false, bool_), sort("one", {3, 1}, 1, false, i64), sort("none", {3, 0}, 1, false, i16)},
                    {{"shapes", Refusal::shape, {x, Type(f32, {5, 18})}, SortAttrs{1}}, {"ranks", Refusal::shape, {x, Type(f32, {5})}, SortAttrs{0}}, {"axis", Refusal::axis, {x, x}, SortAttrs{2}}, {"complex_keys", Refusal::dtype, {x, Type(c64, {5, 19})}, SortAttrs{1}}});
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
