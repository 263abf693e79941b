// dot: both operands are brought to [batch, rows, k] and [batch, k, columns] in the dtype of accumulation, then multiplied.
#include <algorithm>

#include "espalier/ir/convolution.h"
#include "espalier/ir/eval/arithmetic.h"
#include "espalier/ir/eval/complex.h"
#include "espalier/ir/eval/rules.h"

namespace espalier::ir::evaluate {
namespace {

bool contains(const Ints& axes, std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

std::int64_t extent_of(const Shape& shape, const Ints& axes) {
  std::int64_t n = 1;
  for (auto axis : axes) n *= shape[static_cast<int>(axis)];
  return n;
}

// The operand's elements in the order of `axes`, widened to A.
template <class A> std::vector<A> gathered(const View& x, const Ints& axes) {
  const auto strides = strides_of(x.type.shape());
  std::vector<std::int64_t> extents, from;
  for (auto axis : axes) {
    extents.push_back(x.type.shape()[static_cast<int>(axis)]);
    from.push_back(strides[axis]);
  }
  const Shape shape(extents);
  const auto to = strides_of(shape);
  std::vector<A> out(static_cast<std::size_t>(shape.size()));
  const int n = shape.ndim();
  const std::int64_t row = n == 0 ? 1 : shape[n - 1], step = n == 0 ? 0 : from[n - 1];
  const auto gather = [&]<class T>() {
    const T* data = static_cast<const T*>(x.data);
    for_each_row(shape, from, to, [&](std::int64_t a, std::int64_t b) {
      for (std::int64_t i = 0; i < row; ++i) out[static_cast<std::size_t>(b + i)] = scalar::convert<A>(data[a + i * step]);
    });
  };
  if constexpr (is_complex_type<A>) {
    if (visit_complex(x.type.dtype(), gather)) return out;
  }
  visit_dtype(x.type.dtype(), gather);
  return out;
}

// row[j] = Σ left[p] right[p][j] over p < k. Longer sums are those of their halves, so that rounding grows with log k.
// Recursion is as deep as k can be halved.
template <class A> void multiply(const A* left, const A* right, std::int64_t k, std::vector<A>& row) {
  constexpr std::int64_t longest = 1024;
  const auto n = static_cast<std::int64_t>(row.size());
  if (k > longest) {
    const std::int64_t half = k / 2;
    std::vector<A> other(row.size());
    multiply(left, right, half, row);
    multiply(left + half, right + half * n, k - half, other);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = scalar::add(row[j], other[j]);
    return;
  }
  std::fill(row.begin(), row.end(), A{0});
  for (std::int64_t p = 0; p < k; ++p) {
    const A factor = left[p];
    for (std::int64_t j = 0; j < n; ++j) row[static_cast<std::size_t>(j)] = scalar::add(row[static_cast<std::size_t>(j)], scalar::mul(factor, right[p * n + j]));
  }
}

// The type in which products of a dtype are added up.
// clang-format off
template <class R> struct Accumulation { using type = R; };
template <> struct Accumulation<bool> { using type = std::int32_t; };
template <> struct Accumulation<float> { using type = double; };
template <> struct Accumulation<std::complex<float>> { using type = std::complex<double>; };
// clang-format on

void dot(const DotAttrs& attrs, View x, View y, void* out) {
  auto ordered = [](const Shape& shape, const Ints& batch, const Ints& contract, bool contract_last) {
    Ints free, axes = batch;
    for (int i = 0; i < shape.ndim(); ++i)
      if (!contains(batch, i) && !contains(contract, i)) free.push_back(i);
    const Ints &second = contract_last ? free : contract, &third = contract_last ? contract : free;
    axes.insert(axes.end(), second.begin(), second.end());
    axes.insert(axes.end(), third.begin(), third.end());
    return axes;
  };
  const std::int64_t batch = extent_of(x.type.shape(), attrs.lhs_batch), k = extent_of(x.type.shape(), attrs.lhs_contract);
  const std::int64_t m = k == 0 ? 0 : x.type.size() / std::max<std::int64_t>(batch * k, 1), n = k == 0 ? 0 : y.type.size() / std::max<std::int64_t>(batch * k, 1);
  const auto product = [&]<class R>() {
    if (k == 0) {
      const std::vector<Type> types{x.type, y.type};
      std::fill_n(static_cast<R*>(out), infer(Op::dot, attrs, types)[0].size(), R{0});
      return;
    }
    using A = typename Accumulation<R>::type;
    const auto a = gathered<A>(x, ordered(x.type.shape(), attrs.lhs_batch, attrs.lhs_contract, true));
    const auto b = gathered<A>(y, ordered(y.type.shape(), attrs.rhs_batch, attrs.rhs_contract, false));
    std::vector<A> row(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < batch * m; ++i) {
      multiply(a.data() + i * k, b.data() + i / std::max<std::int64_t>(m, 1) * k * n, k, row);
      for (std::int64_t j = 0; j < n; ++j) static_cast<R*>(out)[i * n + j] = static_cast<R>(row[static_cast<std::size_t>(j)]);
    }
  };
  if (!visit_dtype(attrs.result, product) && !visit_complex(attrs.result, product)) fail_dtype(Op::dot, attrs.result);
}

// An array of a value in between.
struct Between {
  Type type;
  std::vector<std::byte> bytes;
  View view() const { return {type, bytes.data()}; }
};
Between moved(Movement op, const Attrs& attrs, Views in) {
  std::vector<Type> types;
  for (const View& v : in) types.push_back(v.type);
  const Type type = infer(op, attrs, types)[0];
  Between out{type, std::vector<std::byte>(static_cast<std::size_t>(type.nbytes()))};
  movement(op, attrs, in, out.bytes.data());
  return out;
}

// As its definition has it: the dot of the windows of what is padded.
void conv(const ConvAttrs& attrs, View x, View y, void* out) {
  const ConvParts parts = parts_of(attrs, x.type.ndim(), y.type.shape());
  const std::vector<std::byte> zero(byte_size(x.type.dtype()));
  const View padding[] = {x, {Type(x.type.dtype()), zero.data()}};
  const Between padded = moved(Movement::pad, parts.pad, padding);
  const View whole[] = {padded.view()};
  const Between windows = moved(Movement::windows, parts.windows, whole);
  dot(parts.dot, windows.view(), y, out);
}

}  // namespace

void contraction(Contraction op, const Attrs& attrs, Views in, void* out) {
  switch (op) {
    case Contraction::dot: return dot(std::get<DotAttrs>(attrs), in[0], in[1], out);
    case Contraction::conv: return conv(std::get<ConvAttrs>(attrs), in[0], in[1], out);
  }
}

}  // namespace espalier::ir::evaluate
