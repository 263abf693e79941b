// Indices outside of their axes, whatever is read or written there.
#include <cstring>

#include "espalier/ir/checks/rules.h"
#include "espalier/ir/convert.h"
#include "espalier/ir/windows.h"

namespace espalier::ir::checks {
namespace {

// A number that is written down, spread out or not.
std::optional<std::int64_t> constant_of(const CheckNode& n, Value v, const std::vector<std::uint32_t>& definers) {
  while (definers[v] != no_node) {
    const Node& node = n.graph.nodes[definers[v]];
    if (node.op == Op::broadcast) {
      v = n.graph.operands_of(node)[0];
      continue;
    }
    if (node.op != Op::constant) return {};
    const Literal& literal = n.graph.attrs_as<ConstantAttrs>(node).value;
    if (literal.type.size() != 1) return {};
    const auto read = [&]<class T>(T number) {
      std::memcpy(&number, literal.data(), sizeof number);
      return static_cast<std::int64_t>(number);
    };
    switch (literal.type.dtype()) {
      case i8: return read(std::int8_t{});
      case i16: return read(std::int16_t{});
      case i32: return read(std::int32_t{});
      case i64: return read(std::int64_t{});
      case u8: return read(std::uint8_t{});
      case u16: return read(std::uint16_t{});
      case u32: return read(std::uint32_t{});
      case u64: return read(std::uint64_t{});
      case bool_:
      case f16:
      case bf16:
      case f32:
      case f64:
      case c64:
      case c128: return {};
    }
  }
  return {};
}

void add_starts(const CheckNode& n, std::vector<IndexOperand>& all, std::size_t first, const Shape& sizes) {
  for (int axis = 0; axis < sizes.ndim(); ++axis) all.push_back({first + static_cast<std::size_t>(axis), axis, n.type(0).shape()[axis] - sizes[axis]});
}
void add_windows(const CheckNode& n, std::vector<IndexOperand>& all, std::size_t first, const WindowDims& dims, const Ints& sizes) {
  for (std::size_t k = 0; k < dims.start_index_map.size(); ++k) {
    const auto axis = dims.start_index_map[k];
    all.push_back({first + k, static_cast<int>(axis), n.type(0).shape()[static_cast<int>(axis)] - sizes[static_cast<std::size_t>(axis)]});
  }
}
Ints sizes_written(const CheckNode& n, const WindowDims& dims) { return window_sizes(dims, n.type(0).ndim(), n.type(1).shape()); }

}  // namespace

std::vector<IndexOperand> indices_of(const CheckNode& n, const std::vector<std::uint32_t>& definers) {
  std::vector<IndexOperand> all;
  if (n.node.op == Op::dynamic_slice) add_starts(n, all, 1, n.attrs<DynamicSliceAttrs>().sizes);
  if (n.node.op == Op::dynamic_update_slice) add_starts(n, all, 2, n.type(1).shape());
  if (n.node.op == Op::gather) add_windows(n, all, 1, n.attrs<GatherAttrs>(), n.attrs<GatherAttrs>().slice_sizes);
  if (n.node.op == Op::scatter) add_windows(n, all, 2, n.attrs<ScatterAttrs>(), sizes_written(n, n.attrs<ScatterAttrs>()));
  if (n.node.op == Op::scatter_reduce) add_windows(n, all, 2, n.attrs<ScatterReduceAttrs>(), sizes_written(n, n.attrs<ScatterReduceAttrs>()));
  std::erase_if(all, [&](const IndexOperand& index) {
    const auto number = constant_of(n, n.graph.operands_of(n.node)[index.operand], definers);
    return number && *number >= 0 && *number <= index.last;
  });
  return all;
}

Expr outside(const CheckNode& n, const IndexOperand& index) {
  const Expr place = convert(n.x(index.operand), i64);  // of u64 what i64 does not hold is negative
  return either(compare(place, Comparison::lt, integer_like(place, 0)), compare(place, Comparison::gt, integer_like(place, index.last)));
}

}  // namespace espalier::ir::checks
