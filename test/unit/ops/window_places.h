#pragma once
// Where the windows of gather and scatter lie, said again: from an index of the array of windows to one of x.
#include <algorithm>

#include "numbers.h"

namespace espalier::test {

/// The place in x (empty where the window does not lie within and is dropped) of an element of the array of windows. `indices` are
/// the index arrays, of one shape.
inline ir::Ints place_in_x(const ir::WindowDims& d, const Shape& x, const ir::Ints& sizes, ir::Outside outside, std::span<const Numbers> indices, const ir::Ints& at) {
  const auto has = [](const ir::Ints& list, std::int64_t n) { return std::find(list.begin(), list.end(), n) != list.end(); };
  ir::Ints batch, window, to(static_cast<std::size_t>(x.ndim()), 0);
  for (std::size_t i = 0; i < at.size(); ++i) (has(d.offset_dims, static_cast<std::int64_t>(i)) ? window : batch).push_back(at[i]);
  std::size_t next = 0;
  for (int i = 0; i < x.ndim(); ++i)
    if (!has(d.collapsed_slice_dims, i) && !has(d.operand_batching_dims, i)) to[static_cast<std::size_t>(i)] = window[next++];
  for (std::size_t k = 0; k < d.operand_batching_dims.size(); ++k) to[static_cast<std::size_t>(d.operand_batching_dims[k])] = batch[static_cast<std::size_t>(d.start_indices_batching_dims[k])];
  for (std::size_t k = 0; k < d.start_index_map.size(); ++k) {
    const auto axis = static_cast<std::size_t>(d.start_index_map[k]);
    const long double start = indices[k][flat_of(indices[k].shape, batch)], most = static_cast<long double>(x[static_cast<int>(axis)] - sizes[axis]);
    if (outside == ir::Outside::drop && (start < 0 || start > most)) return {};
    to[axis] += static_cast<std::int64_t>(std::clamp<long double>(start, 0, most));
  }
  return to;
}

/// One way to lay windows: x, their array, index arrays, and what binds them.
struct Laid {
  std::string name;
  Shape x, windows;
  ir::WindowDims dims;
  ir::Ints sizes;
  struct Indices {
    DType dtype;
    double low, high;  ///< from where they are drawn
  };
  Shape batch;
  std::vector<Indices> indices;
  ir::Outside outside = ir::Outside::clip;
};
inline std::vector<Laid> ways_to_lay_windows() {
  constexpr auto drop = ir::Outside::drop;
  return {
      {"rows", {7, 19}, {5, 19}, {{1}, {0}, {0}, {}, {}}, {1, 19}, {5}, {{i32, -2, 9}}},
      {"rows_dropped", {6, 5}, {4, 3, 5}, {{2}, {0}, {0}, {}, {}}, {1, 5}, {4, 3}, {{i64, -2, 8}}, drop},
      {"elements", {40}, {33}, {{}, {0}, {0}, {}, {}}, {1}, {33}, {{i32, -5, 45}}},
      {"pairs_dropped", {4, 6}, {3, 5}, {{}, {0, 1}, {1, 0}, {}, {}}, {1, 1}, {3, 5}, {{i16, -1, 6}, {u8, 0, 4}}, drop},
      {"windows", {9, 5}, {4, 3, 2}, {{1, 2}, {}, {0, 1}, {}, {}}, {3, 2}, {4}, {{i32, -1, 8}, {i8, -1, 5}}},
      {"windows_dropped", {9, 5}, {4, 3, 2}, {{1, 2}, {}, {0, 1}, {}, {}}, {3, 2}, {4}, {{i32, -1, 8}, {u32, 0, 4}}, drop},
      {"between", {3, 8, 2}, {3, 2, 4, 2}, {{0, 3}, {1}, {1}, {}, {}}, {3, 1, 2}, {2, 4}, {{u64, 0, 1e18}}},
      {"beside", {3, 7}, {3, 21}, {{}, {1}, {1}, {0}, {0}}, {1, 1}, {3, 21}, {{i32, 0, 6}}},
      {"beside_turned_dropped", {2, 5, 3}, {3, 2}, {{}, {1}, {1}, {0, 2}, {1, 0}}, {1, 1, 1}, {3, 2}, {{i8, -1, 5}}, drop},
      {"beside_rows", {2, 6, 17}, {4, 2, 17}, {{2}, {1}, {1}, {0}, {1}}, {1, 1, 17}, {4, 2}, {{u16, 0, 7}}},
      {"one", {7, 19}, {19}, {{0}, {0}, {0}, {}, {}}, {1, 19}, {}, {{i32, -2, 9}}},
      {"none", {4, 3}, {0, 3}, {{1}, {0}, {0}, {}, {}}, {1, 3}, {0}, {{i32, 0, 3}}},
  };
}

}  // namespace espalier::test
