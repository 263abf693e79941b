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

// By the letters of einsum: an index for each batch axis, free axis of either side, and contracting axis.
Exact product(const DotAttrs& a, const Shape& left, const Shape& right) {
  return [=](const std::vector<Numbers>& x) {
    Ints to, summed;
    for (auto axis : a.lhs_batch) to.push_back(left[static_cast<int>(axis)]);
    for (int i = 0; i < left.ndim(); ++i)
      if (!contains(a.lhs_batch, i) && !contains(a.lhs_contract, i)) to.push_back(left[i]);
    for (int i = 0; i < right.ndim(); ++i)
      if (!contains(a.rhs_batch, i) && !contains(a.rhs_contract, i)) to.push_back(right[i]);
    for (auto axis : a.lhs_contract) summed.push_back(left[static_cast<int>(axis)]);
    Numbers out = blank(Shape(to));
    out.scale.resize(out.values.size(), 0);
    for_each_index(Shape(to), [&](const Ints& at, std::int64_t flat) {
      Ints l(static_cast<std::size_t>(left.ndim())), r(static_cast<std::size_t>(right.ndim()));
      std::size_t next = 0;
      for (std::size_t b = 0; b < a.lhs_batch.size(); ++b, ++next) l[static_cast<std::size_t>(a.lhs_batch[b])] = r[static_cast<std::size_t>(a.rhs_batch[b])] = at[next];
      for (int i = 0; i < left.ndim(); ++i)
        if (!contains(a.lhs_batch, i) && !contains(a.lhs_contract, i)) l[static_cast<std::size_t>(i)] = at[next++];
      for (int i = 0; i < right.ndim(); ++i)
        if (!contains(a.rhs_batch, i) && !contains(a.rhs_contract, i)) r[static_cast<std::size_t>(i)] = at[next++];
      long double sum = 0, scale = 0;
      Word whole = 0;
      for_each_index(Shape(summed), [&](const Ints& k, std::int64_t) {
        for (std::size_t c = 0; c < k.size(); ++c) l[static_cast<std::size_t>(a.lhs_contract[c])] = r[static_cast<std::size_t>(a.rhs_contract[c])] = k[c];
        const long double p = x[0][flat_of(left, l)], q = x[1][flat_of(right, r)];
        sum += p * q, scale += fabsl(p * q);
        if (!is_inexact(a.result)) whole += static_cast<Word>(static_cast<Int>(p)) * static_cast<Word>(static_cast<Int>(q));
      });
      out[flat] = is_inexact(a.result) ? sum : static_cast<long double>(wrapped(whole, a.result));
      out.scale[static_cast<std::size_t>(flat)] = scale;
    });
    return std::vector{out};
  };
}

// Of complex numbers: the four products of parts.
Exact complex_product(const DotAttrs& a, const Shape& left, const Shape& right) {
  DotAttrs of_parts = a;
  of_parts.result = part_of(a.result);
  return [f = product(of_parts, left, right)](const std::vector<Numbers>& x) {
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

}  // namespace

Row describe(Contraction op) {
  switch (op) {
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
    if (known) use.exact = is_complex(dtype) ? complex_product(attrs, way.left, way.right) : product(attrs, way.left, way.right);
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
