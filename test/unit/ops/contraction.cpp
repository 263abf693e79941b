// Rows of products. Sums of products are added up in long double, those of integers modulo 2^128.
#include <math.h>

#include <cmath>

#include <algorithm>

#include "../noise.h"
#include "espalier/ir/builder.h"
#include "table.h"

namespace espalier::test {

using namespace ir;

namespace {

bool contains(const Ints& axes, std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

// By the letters of einsum: an index for each batch axis, other axis of either side, contracting axis, and axis of the kernel that
// moves along x; what lies between the elements of x, or beyond them, is a zero that is
// multiplied like any element.
Exact product(const ConvAttrs& a, const Shape& left, const Shape& right) {
  return [=](const std::vector<Numbers>& x) {
    const std::size_t spatial = a.lhs_spatial.size();
    Ints to, summed;
    for (auto axis : a.lhs_batch) to.push_back(left[static_cast<int>(axis)]);
    for (int i = 0; i < left.ndim(); ++i) {
      if (contains(a.lhs_batch, i) || contains(a.lhs_contract, i)) continue;
      std::int64_t places = left[i];
      for (std::size_t j = 0; j < spatial; ++j) {
        if (a.lhs_spatial[j] != i) continue;
        const std::int64_t whole = (left[i] == 0 ? 0 : (left[i] - 1) * a.lhs_dilation[j] + 1) + a.low[j] + a.high[j], last = (right[static_cast<int>(a.rhs_spatial[j])] - 1) * a.rhs_dilation[j];
        for (places = 0; places * a.strides[j] + last < whole;) ++places;
      }
      to.push_back(places);
    }
    for (int i = 0; i < right.ndim(); ++i)
      if (!contains(a.rhs_batch, i) && !contains(a.rhs_contract, i) && !contains(a.rhs_spatial, i)) to.push_back(right[i]);
    for (auto axis : a.lhs_contract) summed.push_back(left[static_cast<int>(axis)]);
    for (auto axis : a.rhs_spatial) summed.push_back(right[static_cast<int>(axis)]);
    Numbers out = blank(Shape(to));
    out.scale.resize(out.values.size(), 0);
    for_each_index(Shape(to), [&](const Ints& at, std::int64_t flat) {
      Ints l(static_cast<std::size_t>(left.ndim())), r(static_cast<std::size_t>(right.ndim()));
      std::size_t next = 0;
      for (std::size_t b = 0; b < a.lhs_batch.size(); ++b, ++next) l[static_cast<std::size_t>(a.lhs_batch[b])] = r[static_cast<std::size_t>(a.rhs_batch[b])] = at[next];
      for (int i = 0; i < left.ndim(); ++i)
        if (!contains(a.lhs_batch, i) && !contains(a.lhs_contract, i)) l[static_cast<std::size_t>(i)] = at[next++];
      for (int i = 0; i < right.ndim(); ++i)
        if (!contains(a.rhs_batch, i) && !contains(a.rhs_contract, i) && !contains(a.rhs_spatial, i)) r[static_cast<std::size_t>(i)] = at[next++];
      const Ints place = l;
      long double sum = 0, scale = 0;
      Word whole = 0;
      for_each_index(Shape(summed), [&](const Ints& k, std::int64_t) {
        for (std::size_t c = 0; c < a.lhs_contract.size(); ++c) l[static_cast<std::size_t>(a.lhs_contract[c])] = r[static_cast<std::size_t>(a.rhs_contract[c])] = k[c];
        bool inside = true;
        for (std::size_t j = 0; j < spatial; ++j) {
          const auto axis = static_cast<std::size_t>(a.lhs_spatial[j]);
          const std::int64_t element = k[a.lhs_contract.size() + j], from = place[axis] * a.strides[j] + element * a.rhs_dilation[j] - a.low[j];
          r[static_cast<std::size_t>(a.rhs_spatial[j])] = element;
          l[axis] = from / a.lhs_dilation[j];
          inside = inside && from >= 0 && from % a.lhs_dilation[j] == 0 && l[axis] < left[static_cast<int>(axis)];
        }
        const long double p = inside ? x[0][flat_of(left, l)] : 0, q = x[1][flat_of(right, r)];
        sum += p * q, scale += fabsl(p * q);
        if (!is_inexact(a.result)) whole += static_cast<Word>(static_cast<Int>(p)) * static_cast<Word>(static_cast<Int>(q));
      });
      out[flat] = is_inexact(a.result) ? sum : static_cast<long double>(wrapped(whole, a.result));
      out.scale[static_cast<std::size_t>(flat)] = scale;
    });
    return std::vector{out};
  };
}

// Of complex numbers: the four products of parts, each as `of_parts` has it.
Exact complex_product(const Exact& of_parts) {
  return [f = of_parts](const std::vector<Numbers>& x) {
    const auto part = [](const Numbers& pairs, std::size_t which) {
      Ints shape = pairs.shape.extents();
      shape.pop_back();
      Numbers out = blank(Shape(shape));
      for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] = pairs.values[2 * i + which];
      return out;
    };
    const auto of = [&](std::size_t l, std::size_t r) { return f({part(x[0], l), part(x[1], r)})[0]; };
    const Numbers rr = of(0, 0), ii = of(1, 1), ri = of(0, 1), ir = of(1, 0);
    std::vector<std::complex<long double>> values;
    Numbers out;
    for (std::size_t i = 0; i < rr.values.size(); ++i) {
      values.emplace_back(rr.values[i] - ii.values[i], ri.values[i] + ir.values[i]);
      out.scale.insert(out.scale.end(), 2, rr.scale[i] + ii.scale[i] + ri.scale[i] + ir.scale[i]);
    }
    std::vector<long double> scale = std::move(out.scale);
    out = parts_of(rr.shape, values);
    out.scale = std::move(scale);
    return std::vector{out};
  };
}

Exact exact_product(ConvAttrs a, DType dtype, const Shape& left, const Shape& right) {
  if (!is_complex(dtype)) return product(a, left, right);
  a.result = part_of(a.result);
  return complex_product(product(a, left, right));
}

Row conv_row() {
  Row row;
  struct Way {
    const char* name;
    Shape left, right;
    ConvAttrs attrs;
  };
  const auto by = [](Ints lhs_batch, Ints rhs_batch, Ints lhs_contract, Ints rhs_contract, Ints lhs_spatial, Ints rhs_spatial, Ints strides, Ints low, Ints high, Ints lhs_dilation, Ints rhs_dilation) {
    return ConvAttrs{DotAttrs{lhs_batch, rhs_batch, lhs_contract, rhs_contract, f32}, lhs_spatial, rhs_spatial, strides, low, high, lhs_dilation, rhs_dilation};
  };
  const Way ways[] = {
      {"line", {2, 9, 3}, {3, 3, 5}, by({}, {}, {2}, {1}, {1}, {0}, {1}, {0}, {0}, {1}, {1})},
      {"same", {2, 6, 7, 16}, {3, 3, 16, 8}, by({}, {}, {3}, {2}, {1, 2}, {0, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1})},
      {"steps", {1, 9, 8, 3}, {2, 3, 3, 4}, by({}, {}, {3}, {2}, {1, 2}, {0, 1}, {2, 3}, {0, 2}, {1, 1}, {1, 1}, {1, 1})},
      {"spread", {2, 5, 4}, {3, 4, 6}, by({}, {}, {2}, {1}, {1}, {0}, {1}, {2}, {3}, {2}, {3})},
      {"cropped", {2, 9, 4}, {3, 4, 6}, by({}, {}, {2}, {1}, {1}, {0}, {2}, {-2}, {-1}, {2}, {1})},
      {"grouped", {2, 7, 3, 2}, {3, 2, 3, 4}, by({2}, {2}, {3}, {1}, {1}, {0}, {1}, {1}, {1}, {1}, {1})},
      {"by_channel", {2, 5, 6, 9}, {3, 2, 9}, by({3}, {2}, {}, {}, {1, 2}, {0, 1}, {1, 1}, {1, 0}, {1, 1}, {1, 1}, {1, 1})},
      {"channels_first", {2, 3, 8, 9}, {5, 3, 2, 3}, by({}, {}, {1}, {1}, {2, 3}, {2, 3}, {1, 1}, {0, 1}, {1, 0}, {1, 1}, {1, 1})},
      {"volume", {1, 4, 5, 3, 2}, {2, 2, 2, 2, 4}, by({}, {}, {4}, {3}, {1, 2, 3}, {0, 1, 2}, {1, 2, 1}, {0, 1, 0}, {0, 0, 1}, {1, 1, 1}, {1, 1, 1})},
      {"of_cotangents", {3, 6, 7, 16}, {3, 5, 5, 8}, by({}, {}, {0}, {0}, {1, 2}, {1, 2}, {1, 1}, {0, 1}, {0, 0}, {1, 1}, {1, 1})},
      {"one_element", {2, 6, 8}, {1, 8, 4}, by({}, {}, {2}, {1}, {1}, {0}, {2}, {0}, {0}, {1}, {1})},
      {"no_windows", {4, 6}, {6, 5}, by({}, {}, {1}, {0}, {}, {}, {}, {}, {}, {}, {})},
      {"nowhere", {2, 2, 3}, {4, 3, 5}, by({}, {}, {2}, {1}, {1}, {0}, {1}, {0}, {1}, {1}, {1})},
      {"no_examples", {0, 5, 3}, {3, 3, 4}, by({}, {}, {2}, {1}, {1}, {0}, {1}, {1}, {1}, {1}, {1})},
      {"no_channels", {2, 5, 0}, {3, 0, 4}, by({}, {}, {2}, {1}, {1}, {0}, {1}, {1}, {1}, {1}, {1})},
  };
  const auto add = [&](const Way& way, DType dtype, DType result) {
    Use use{.op = Op::conv, .name = "conv_" + std::string(name(dtype)) + "_in_" + std::string(name(result)) + "_" + way.name, .operands = {Type(dtype, way.left), Type(dtype, way.right)}, .domains = {{.integers = {-100, 100}}, {.integers = {-100, 100}}}};
    ConvAttrs attrs = way.attrs;
    attrs.result = result;
    use.attrs = attrs;
    if (is_bool(dtype)) return row.wrong.push_back({use.name, Refusal::dtype, use.operands, attrs});
    use.exact = exact_product(attrs, dtype, way.left, way.right);
    double k = 1;
    for (auto axis : attrs.lhs_contract) k *= static_cast<double>(way.left[static_cast<int>(axis)]);
    for (auto axis : attrs.rhs_spatial) k *= static_cast<double>(way.right[static_cast<int>(axis)]);
    const bool by_channel = attrs.lhs_contract.empty();  // a sum in a loop, which begins with a product
    use.flops = (2 * k - (by_channel ? 1 : 0)) * static_cast<double>(infer(use.op, use.attrs, use.operands)[0].size());
    row.uses.push_back(std::move(use));
  };
  for (const Way& way : ways)
    for (DType dtype : every_dtype()) add(way, dtype, dtype);
  for (auto [from, to] : {std::pair{i8, i32}, {f32, f64}, {c64, c128}}) add(ways[1], from, to);
  const Type x(f32, {2, 9, 3}), w(f32, {3, 3, 5});
  const auto wrong = [&](const char* label, Refusal refusal, Type left, Type right, auto&& change) {
    ConvAttrs a = ways[0].attrs;
    change(a);
    row.wrong.push_back({label, refusal, {left, right}, a});
  };
  wrong("dtypes", Refusal::dtype, x, w.with(f64), [](ConvAttrs&) {});
  wrong("complex_in_real", Refusal::dtype, x.with(c64), w.with(c64), [](ConvAttrs&) {});
  wrong("channels", Refusal::shape, x, Type(f32, {3, 4, 5}), [](ConvAttrs&) {});
  wrong("no_element", Refusal::shape, x, Type(f32, {0, 3, 5}), [](ConvAttrs&) {});
  wrong("cropped_beyond", Refusal::shape, x, w, [](ConvAttrs& a) { a.low = {-10}; });
  wrong("huge_padding", Refusal::shape, x, w, [](ConvAttrs& a) { a.high = {INT64_MAX}; });
  wrong("huge_dilation", Refusal::shape, x, w, [](ConvAttrs& a) { a.rhs_dilation = {INT64_MAX}; });
  wrong("huge_spread", Refusal::shape, x, w, [](ConvAttrs& a) { a.lhs_dilation = {INT64_MAX}; });
  wrong("no_stride", Refusal::argument, x, w, [](ConvAttrs& a) { a.strides = {0}; });
  wrong("strides_too_many", Refusal::argument, x, w, [](ConvAttrs& a) { a.strides = {1, 1}; });
  wrong("backwards", Refusal::argument, x, w, [](ConvAttrs& a) { a.rhs_dilation = {-1}; });
  wrong("axes_of_one_side", Refusal::argument, x, w, [](ConvAttrs& a) { a.rhs_contract = {}; });
  wrong("spatial_of_one_side", Refusal::argument, x, w, [](ConvAttrs& a) { a.rhs_spatial = {}; });
  wrong("beyond", Refusal::axis, x, w, [](ConvAttrs& a) { a.lhs_spatial = {3}; });
  wrong("twice", Refusal::argument, x, w, [](ConvAttrs& a) { a.lhs_spatial = {2}; });
  row.evaluated = {1, 4}, row.compiled = {6, 6};
  return row;
}

}  // namespace

Row describe(Contraction op) {
  switch (op) {
    case Contraction::conv: return conv_row();
    case Contraction::dot: break;
  }
  Row row;
  struct Way {
    const char* name;
    Shape left, right;
    Ints lhs_batch, rhs_batch, lhs_contract, rhs_contract;
  };
  const Way ways[] = {{"matrices", {5, 9}, {9, 7}, {}, {}, {1}, {0}}, {"transposed", {9, 5}, {7, 9}, {}, {}, {0}, {1}}, {"batched", {3, 4, 6}, {3, 6, 5}, {0}, {0}, {2}, {1}}, {"batch_inside", {4, 3, 6}, {6, 5, 3}, {1}, {2}, {2}, {0}}, {"vectors", {33}, {33}, {}, {}, {0}, {0}}, {"vector", {5, 9}, {9}, {}, {}, {1}, {0}}, {"outer", {4}, {6}, {}, {}, {}, {}}, {"several", {2, 3, 4}, {4, 5, 3}, {}, {}, {1, 2}, {2, 0}}, {"none", {3, 0}, {0, 4}, {}, {}, {1}, {0}}, {"two_batches", {2, 3, 4}, {3, 2, 4}, {0, 1}, {1, 0}, {2}, {2}}};
  const auto add = [&](const Way& way, DType dtype, DType result) {
    const DotAttrs attrs{way.lhs_batch, way.rhs_batch, way.lhs_contract, way.rhs_contract, result};
    Use use{.op = op, .name = "dot_" + std::string(name(dtype)) + "_in_" + std::string(name(result)) + "_" + way.name, .attrs = attrs, .operands = {Type(dtype, way.left), Type(dtype, way.right)}, .domains = {{.integers = {-100, 100}}, {.integers = {-100, 100}}}};
    double k = 1;
    for (auto axis : way.lhs_contract) k *= static_cast<double>(way.left[static_cast<int>(axis)]);
    use.flops = 2 * k * static_cast<double>(infer(op, use.attrs, use.operands)[0].size());
    const bool known = has_arithmetic(dtype) && has_arithmetic(result);
    if (known) use.exact = exact_product(ConvAttrs{attrs}, dtype, way.left, way.right);
    (known ? row.uses : row.refused).push_back(std::move(use));
  };
  for (const Way& way : ways)
    for (DType dtype : every_dtype()) add(way, dtype, dtype);
  for (auto [from, to] : {std::pair{bool_, i32}, {i8, i32}, {u8, i32}, {u16, u32}, {i32, i64}, {f32, f64}, {c64, c128}})
    for (const Way& way : {ways[0], ways[2]}) add(way, from, to);
  const Type x(f32, {5, 9}), y(f32, {9, 7});
  row.wrong = {{"extents", Refusal::shape, {x, x}, DotAttrs{{}, {}, {1}, {0}, f32}}, {"axes_of_one_side", Refusal::argument, {x, y}, DotAttrs{{}, {}, {1}, {}, f32}}, {"batches_of_one_side", Refusal::argument, {x, y}, DotAttrs{{0}, {}, {1}, {0}, f32}}, {"beyond", Refusal::axis, {x, y}, DotAttrs{{}, {}, {2}, {0}, f32}}, {"twice", Refusal::argument, {x, x}, DotAttrs{{0}, {0}, {0}, {0}, f32}}, {"dtypes", Refusal::dtype, {x, Type(f64, {9, 7})}, DotAttrs{{}, {}, {1}, {0}, f32}}, {"complex_in_real", Refusal::dtype, {x.with(c64), y.with(c64)}, DotAttrs{{}, {}, {1}, {0}, f32}}};
  row.evaluated = {1, 4}, row.compiled = {6, 6};
  return row;
}

}  // namespace espalier::test
