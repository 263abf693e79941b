// Ops that move elements: each is a walk over the result, or over the operand, with two sets of strides.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "espalier/ir/eval/arithmetic.h"
#include "espalier/ir/eval/rules.h"
#include "espalier/ir/convolution.h"

namespace espalier::ir::evaluate {
namespace {

using Strides = std::vector<std::int64_t>;

// Copies elements of `width` bytes along two strided walks of one shape.
template <class W> void move_rows(const Shape& shape, const std::byte* from, const Strides& from_strides, std::byte* to, const Strides& to_strides) {
  const int n = shape.ndim();
  const std::int64_t extent = n == 0 ? 1 : shape[n - 1], a_step = n == 0 ? 0 : from_strides[n - 1], b_step = n == 0 ? 0 : to_strides[n - 1];
  const W* source = reinterpret_cast<const W*>(from);
  W* target = reinterpret_cast<W*>(to);
  for_each_row(shape, from_strides, to_strides, [&](std::int64_t a, std::int64_t b) {
    if (a_step == 1 && b_step == 1) {
      std::memcpy(target + b, source + a, static_cast<std::size_t>(extent) * sizeof(W));
    } else {
      for (std::int64_t i = 0; i < extent; ++i) target[b + i * b_step] = source[a + i * a_step];
    }
  });
}
struct Wide {
  std::uint64_t words[2];
};
void move(std::size_t width, const Shape& shape, const void* from, std::int64_t from_offset, const Strides& from_strides, void* to, std::int64_t to_offset, const Strides& to_strides) {
  if (shape.size() == 0) return;  // either side may have no memory
  const auto* source = static_cast<const std::byte*>(from) + from_offset * static_cast<std::int64_t>(width);
  auto* target = static_cast<std::byte*>(to) + to_offset * static_cast<std::int64_t>(width);
  switch (width) {
    case 1: return move_rows<std::uint8_t>(shape, source, from_strides, target, to_strides);
    case 2: return move_rows<std::uint16_t>(shape, source, from_strides, target, to_strides);
    case 4: return move_rows<std::uint32_t>(shape, source, from_strides, target, to_strides);
    case 8: return move_rows<std::uint64_t>(shape, source, from_strides, target, to_strides);
    default: return move_rows<Wide>(shape, source, from_strides, target, to_strides);
  }
}

std::int64_t clamped_start(const View& start, std::int64_t limit) {
  std::int64_t value = 0;
  visit_dtype(start.type.dtype(), [&]<class T>() {
    const T s = *static_cast<const T*>(start.data);
    if constexpr (std::is_same_v<T, std::uint64_t>) value = s > static_cast<std::uint64_t>(limit) ? limit : static_cast<std::int64_t>(s);
    else value = static_cast<std::int64_t>(s);
  });
  return std::clamp<std::int64_t>(value, 0, limit);
}

void iota(const IotaAttrs& attrs, void* out) {
  const Shape& shape = attrs.type.shape();
  const auto strides = strides_of(shape);
  const auto count = [&]<class T>() {
    for (std::int64_t i = 0, n = shape.size(); i < n; ++i) static_cast<T*>(out)[i] = scalar::convert<T>(i / strides[attrs.axis] % shape[attrs.axis]);
  };
  if (!visit_dtype(attrs.type.dtype(), count) && !visit_complex(attrs.type.dtype(), count)) fail_dtype(Op::iota, attrs.type.dtype());
}

void pad(const PadAttrs& attrs, const View& x, const View& filler, Type result, void* out) {
  const std::size_t width = byte_size(result.dtype());
  for (std::int64_t i = 0, n = result.size(); i < n; ++i) std::memcpy(static_cast<std::byte*>(out) + i * static_cast<std::int64_t>(width), filler.data, width);
  // The elements that survive negative padding, and where they go.
  const Shape& from = x.type.shape();
  const auto from_strides = strides_of(from), to_strides = strides_of(result.shape());
  std::vector<std::int64_t> count(from.ndim());
  Strides steps = to_strides;
  std::int64_t from_offset = 0, to_offset = 0;
  for (int i = 0; i < from.ndim(); ++i) {
    const std::int64_t spread = attrs.interior[i] + 1;
    const std::int64_t first = attrs.low[i] >= 0 ? 0 : (-attrs.low[i] + spread - 1) / spread;
    const std::int64_t room = result.shape()[i] - 1 - attrs.low[i];  // the last place within the result
    const std::int64_t last = room < 0 ? -1 : std::min(from[i] - 1, room / spread);
    count[i] = std::max<std::int64_t>(last - first + 1, 0);
    from_offset += first * from_strides[i];
    to_offset += (attrs.low[i] + first * spread) * to_strides[i];
    steps[i] *= spread;
  }
  const Shape inner(count);
  if (inner.size() != 0) move(width, inner, x.data, from_offset, from_strides, out, to_offset, steps);
}

// The unsigned number that orders as a key of dtype `t` whose bits are `bits`.
std::uint64_t ordinal(std::uint64_t bits, DType t) {
  const int width = static_cast<int>(byte_size(t)) * 8;
  const std::uint64_t sign = std::uint64_t{1} << (width - 1), all = sign | (sign - 1);
  if (is_bool(t) || is_unsigned(t)) return bits;
  if (is_integer(t)) return bits ^ sign;
  const std::uint64_t magnitude = bits & ~sign;
  const std::uint64_t infinity = t == f16 ? 0x7c00 : (t == bf16 ? 0x7f80 : (t == f32 ? 0x7f800000 : 0x7ff0000000000000));
  if (magnitude > infinity) return all;  // any NaN
  if (magnitude == 0) return sign;       // zeros of both signs
  return bits & sign ? all & ~bits : bits | sign;
}

void sort(const SortAttrs& attrs, const View& x, const View& keys, void* out) {
  const Shape& shape = x.type.shape();
  if (shape.size() == 0) return;
  const DType dtype = keys.type.dtype();
  const std::size_t width = byte_size(x.type.dtype()), key_width = byte_size(dtype);
  const auto n = static_cast<std::size_t>(shape[attrs.axis]);
  std::size_t inner = 1;
  for (int i = attrs.axis + 1; i < shape.ndim(); ++i) inner *= static_cast<std::size_t>(shape[i]);
  const std::size_t lines = static_cast<std::size_t>(shape.size()) / n;

  std::vector<std::uint64_t> numbers(n);
  std::vector<std::size_t> order(n);
  for (std::size_t line = 0; line < lines; ++line) {
    const std::size_t first = line / inner * n * inner + line % inner;
    for (std::size_t i = 0; i < n; ++i) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, static_cast<const std::byte*>(keys.data) + (first + i * inner) * key_width, key_width);
      numbers[i] = attrs.descending ? ~ordinal(bits, dtype) : ordinal(bits, dtype);
    }
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b] || (numbers[a] == numbers[b] && a < b); });
    for (std::size_t i = 0; i < n; ++i) {
      std::memcpy(static_cast<std::byte*>(out) + (first + i * inner) * width, static_cast<const std::byte*>(x.data) + (first + order[i] * inner) * width, width);
    }
  }
}

}  // namespace

void source(Source op, const Attrs& attrs, void* out) {
  switch (op) {
    case Source::constant: {
      const Literal& value = std::get<ConstantAttrs>(attrs).value;
      if (!value.bytes->empty()) std::memcpy(out, value.data(), value.bytes->size());
      return;
    }
    case Source::iota: return iota(std::get<IotaAttrs>(attrs), out);
  }
}

void movement(Movement op, const Attrs& attrs, Views in, void* out) {
  std::vector<Type> types;
  for (const View& v : in) types.push_back(v.type);
  const Type result = infer(op, attrs, types)[0];
  const View& x = in[0];
  const Shape &from = x.type.shape(), &to = result.shape();
  const std::size_t width = byte_size(result.dtype());
  const Strides x_strides = strides_of(from), out_strides = strides_of(to);
  switch (op) {
    case Movement::reshape:
      if (result.nbytes() != 0) std::memcpy(out, x.data, static_cast<std::size_t>(result.nbytes()));
      return;
    case Movement::broadcast: {
      const auto& a = std::get<BroadcastAttrs>(attrs);
      Strides strides(to.ndim(), 0);
      for (int i = 0; i < from.ndim(); ++i)
        if (from[i] != 1) strides[a.dims[i]] = x_strides[i];
      return move(width, to, x.data, 0, strides, out, 0, out_strides);
    }
    case Movement::transpose: {
      Strides strides;
      for (auto axis : std::get<TransposeAttrs>(attrs).permutation) strides.push_back(x_strides[axis]);
      return move(width, to, x.data, 0, strides, out, 0, out_strides);
    }
    case Movement::slice: {
      const auto& a = std::get<SliceAttrs>(attrs);
      Strides strides = x_strides;
      std::int64_t offset = 0;
      for (int i = 0; i < from.ndim(); ++i) {
        offset += a.start[i] * x_strides[i];
        strides[i] *= a.stride[i];
      }
      return move(width, to, x.data, offset, strides, out, 0, out_strides);
    }
    case Movement::pad: return pad(std::get<PadAttrs>(attrs), x, in[1], result, out);
    case Movement::concatenate: {
      const int axis = std::get<ConcatenateAttrs>(attrs).axis;
      std::int64_t offset = 0;
      for (const View& part : in) {
        move(width, part.type.shape(), part.data, 0, strides_of(part.type.shape()), out, offset, out_strides);
        offset += part.type.shape()[axis] * out_strides[axis];
      }
      return;
    }
    case Movement::reverse: {
      Strides strides = x_strides;
      std::int64_t offset = 0;
      for (auto axis : std::get<ReverseAttrs>(attrs).axes) {
        offset += (from[static_cast<int>(axis)] - 1) * x_strides[axis];
        strides[axis] = -x_strides[axis];
      }
      return move(width, to, x.data, offset, strides, out, 0, out_strides);
    }
    case Movement::windows: return move(width, to, x.data, 0, window_strides(std::get<WindowsAttrs>(attrs), x_strides), out, 0, out_strides);
    case Movement::gather: return gather(std::get<GatherAttrs>(attrs), in, result, out);
    case Movement::scatter: return scatter(std::get<ScatterAttrs>(attrs), in, out);
    case Movement::sort: return sort(std::get<SortAttrs>(attrs), x, in[1], out);
    case Movement::dynamic_slice: {
      std::int64_t offset = 0;
      for (int i = 0; i < from.ndim(); ++i) offset += clamped_start(in[i + 1], from[i] - to[i]) * x_strides[i];
      return move(width, to, x.data, offset, x_strides, out, 0, out_strides);
    }
    case Movement::dynamic_update_slice: {
      if (result.nbytes() != 0) std::memcpy(out, x.data, static_cast<std::size_t>(result.nbytes()));
      const Shape& update = in[1].type.shape();
      std::int64_t offset = 0;
      for (int i = 0; i < from.ndim(); ++i) offset += clamped_start(in[i + 2], from[i] - update[i]) * x_strides[i];
      return move(width, update, in[1].data, 0, strides_of(update), out, offset, out_strides);
    }
  }
}

}  // namespace espalier::ir::evaluate
