// gather and scatter: window by window, in the order of the index arrays.
#include <algorithm>
#include <cstring>

#include "espalier/ir/eval/combine.h"
#include "espalier/ir/eval/rules.h"
#include "espalier/ir/windows.h"

namespace espalier::ir::evaluate {
namespace {

using Strides = std::vector<std::int64_t>;

// Calls `f(x, w, inside)` for each window: where it begins in x, moved inside, and in the array of windows; whether it lay inside.
class Windows {
 public:
  Windows(const WindowDims& dims, const Ints& sizes, const Shape& x, const Shape& windows, Views indices)
      : axes_(axes_of_windows(dims, sizes, windows.ndim())), indices_(indices), x_(x), x_strides_(strides_of(x)), batch_(indices[0].type.shape()) {
    const Strides all = strides_of(windows);
    for (auto axis : batch_axes(dims, windows.ndim())) window_strides_.push_back(all[axis]), batch_axis_of_.push_back(static_cast<int>(axis));
    Ints inner;
    for (auto axis : window_axes(dims, x.ndim())) inner.push_back(sizes[axis]), inner_x_.push_back(x_strides_[axis]);
    for (auto axis : dims.offset_dims) inner_windows_.push_back(all[axis]);
    inner_ = Shape(inner);
  }

  template <class F> void each(F&& f) const {
    if (batch_.size() == 0) return;
    std::vector<std::int64_t> at(batch_.ndim(), 0);
    for (std::int64_t n = 0, count = batch_.size(); n < count; ++n) {
      std::int64_t x = 0, w = 0;
      bool inside = true;
      for (std::size_t i = 0; i < at.size(); ++i) w += at[i] * window_strides_[i];
      for (std::size_t i = 0; i < axes_.size(); ++i) {
        const WindowAxis& axis = axes_[i];
        if (axis.operand >= 0) {
          const std::int64_t most = x_[static_cast<int>(i)] - axis.size;
          const auto [start, lay_inside] = start_of(indices_[static_cast<std::size_t>(axis.operand)], n, most);
          x += start * x_strides_[i];
          inside = inside && lay_inside;
        } else if (const auto along = std::find(batch_axis_of_.begin(), batch_axis_of_.end(), axis.array); axis.array >= 0 && along != batch_axis_of_.end()) {
          x += at[static_cast<std::size_t>(along - batch_axis_of_.begin())] * x_strides_[i];
        }
      }
      f(x, w, inside);
      for (int i = batch_.ndim(); i-- > 0 && ++at[static_cast<std::size_t>(i)] == batch_[i];) at[static_cast<std::size_t>(i)] = 0;
    }
  }
  // Calls `f(x, w)` for each element of a window that begins there.
  template <class F> void elements(std::int64_t x, std::int64_t w, F&& f) const {
    const int n = inner_.ndim();
    const std::int64_t extent = n == 0 ? 1 : inner_[n - 1], x_step = n == 0 ? 0 : inner_x_[n - 1], w_step = n == 0 ? 0 : inner_windows_[n - 1];
    for_each_row(inner_, inner_x_, inner_windows_, [&](std::int64_t a, std::int64_t b) {
      for (std::int64_t i = 0; i < extent; ++i) f(x + a + i * x_step, w + b + i * w_step);
    });
  }

 private:
  struct Start {
    std::int64_t at;
    bool inside;
  };
  static Start start_of(const View& indices, std::int64_t n, std::int64_t most) {
    Start start{0, false};
    visit_dtype(indices.type.dtype(), [&]<class T>() {
      const T i = static_cast<const T*>(indices.data)[n];
      if constexpr (std::is_same_v<T, std::uint64_t>) start = i > static_cast<std::uint64_t>(most) ? Start{most, false} : Start{static_cast<std::int64_t>(i), true};
      else start = {std::clamp<std::int64_t>(static_cast<std::int64_t>(i), 0, most), static_cast<std::int64_t>(i) >= 0 && static_cast<std::int64_t>(i) <= most};
    });
    return start;
  }

  std::vector<WindowAxis> axes_;
  Views indices_;
  Shape x_;
  Strides x_strides_;
  Shape batch_, inner_;
  Strides window_strides_, inner_x_, inner_windows_;
  std::vector<int> batch_axis_of_;
};

// x, and the windows that are written into it: `f(to, from)` for each of their elements.
template <class F> void write(const ScatterAttrs& attrs, Views in, void* out, F&& f) {
  const Type x = in[0].type, windows = in[1].type;
  if (x.nbytes() == 0) return;
  std::memcpy(out, in[0].data, static_cast<std::size_t>(x.nbytes()));
  if (windows.size() == 0) return;
  const Windows walk(attrs, window_sizes(attrs, x.ndim(), windows.shape()), x.shape(), windows.shape(), in.subspan(2));
  walk.each([&](std::int64_t to, std::int64_t from, bool inside) {
    if (inside || attrs.outside == Outside::clip) walk.elements(to, from, f);
  });
}

}  // namespace

void gather(const GatherAttrs& attrs, Views in, Type result, void* out) {
  if (result.size() == 0) return;
  const std::size_t width = byte_size(result.dtype());
  std::memset(out, 0, static_cast<std::size_t>(result.nbytes()));
  const Windows walk(attrs, attrs.slice_sizes, in[0].type.shape(), result.shape(), in.subspan(1));
  const auto* from = static_cast<const std::byte*>(in[0].data);
  auto* to = static_cast<std::byte*>(out);
  walk.each([&](std::int64_t x, std::int64_t w, bool inside) {
    if (!inside && attrs.outside == Outside::drop) return;
    walk.elements(x, w, [&](std::int64_t a, std::int64_t b) { std::memcpy(to + static_cast<std::size_t>(b) * width, from + static_cast<std::size_t>(a) * width, width); });
  });
}

void scatter(const ScatterAttrs& attrs, Views in, void* out) {
  const std::size_t width = byte_size(in[0].type.dtype());
  const auto* from = static_cast<const std::byte*>(in[1].data);
  auto* to = static_cast<std::byte*>(out);
  write(attrs, in, out, [&](std::int64_t a, std::int64_t b) { std::memcpy(to + static_cast<std::size_t>(a) * width, from + static_cast<std::size_t>(b) * width, width); });
}

void scatter_reduce(const ScatterReduceAttrs& attrs, Views in, void* out) {
  const bool known = visit_dtype(in[0].type.dtype(), [&]<class T>() {
    const T* from = static_cast<const T*>(in[1].data);
    T* to = static_cast<T*>(out);
    write(attrs, in, out, [&](std::int64_t a, std::int64_t b) { to[a] = scalar::combine(attrs.kind, to[a], from[b]); });
  });
  const bool complex = visit_complex(in[0].type.dtype(), [&]<class T>() {
    const T* from = static_cast<const T*>(in[1].data);
    T* to = static_cast<T*>(out);
    write(attrs, in, out, [&](std::int64_t a, std::int64_t b) { to[a] += from[b]; });
  });
  if (!known && !complex) fail_dtype(Op::scatter_reduce, in[0].type.dtype());
}

}  // namespace espalier::ir::evaluate
