#include "espalier/jit/emit/values/body.h"

#include "espalier/ir/error.h"
#include "espalier/ir/op_sets.h"
#include "espalier/ir/windows.h"
#include "espalier/jit/emit/values/elementwise.h"
#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
using MValue = mlir::Value;

namespace {

AxisIndex shifted(CodeBuilder& b, const AxisIndex& i, std::int64_t offset) {
  if (i.lanes) return {{}, 0, index_offset(b, i.lanes, offset)};
  return {index_offset(b, i.base, offset), i.step, {}};
}
AxisIndex scaled(CodeBuilder& b, const AxisIndex& i, std::int64_t factor) {
  if (i.lanes) return {{}, 0, index_scale(b, i.lanes, factor)};
  return {index_scale(b, i.base, factor), i.step * factor, {}};
}
// The index moved by another, which may be one for each lane.
AxisIndex added(CodeBuilder& b, const AxisIndex& i, MValue by, std::int64_t width) {
  if (lanes(by) > 1 && !i.varies() && !i.base) return {{}, 0, by};
  if (i.lanes || lanes(by) > 1) return {{}, 0, arith::AddIOp::create(b, per_lane(b, i, width), splat(b, by, width))};
  return {index_add(b, i.base, by), i.step, {}};
}

AxisIndex sum(CodeBuilder& b, const AxisIndex& i, const AxisIndex& j, std::int64_t width) {
  if (i.lanes || j.lanes) return {{}, 0, arith::AddIOp::create(b, per_lane(b, i, width), per_lane(b, j, width))};
  return {index_add(b, i.base, j.base), i.step + j.step, {}};
}

// low <= i < high, for every lane or for all lanes at once.
Guard within(CodeBuilder& b, const AxisIndex& i, std::int64_t low, std::int64_t high, std::int64_t width) {
  // In 32 bits where they suffice: half the work of 64. An index far outside is clamped to one that fits 32 bits and is outside
  // too.
  constexpr std::int64_t near = std::int64_t{1} << 29;
  if (width > 1 && i.step != 0 && !i.lanes && high - low <= near && std::abs(i.step) * width <= near) {
    MValue first = i.base ? index_offset(b, i.base, -low) : constant_index(b, -low);
    first = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, first, constant_index(b, -2 * near)), constant_index(b, 2 * near));
    const MValue steps = index_scale(b, lane_numbers(b, b.getI32Type(), width), i.step);
    const MValue from_low = arith::AddIOp::create(b, splat(b, arith::IndexCastOp::create(b, b.getI32Type(), first), width), steps);
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, from_low, constant_int(b, from_low.getType(), std::max<std::int64_t>(high - low, 0)));
  }
  const MValue x = i.varies() ? per_lane(b, i, width) : (i.base ? i.base : constant_index(b, 0));
  const MValue from_low = index_offset(b, x, -low);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, from_low, constant_int(b, x.getType(), std::max<std::int64_t>(high - low, 0)));
}

}  // namespace

Body::Body(CodeBuilder& b, const Graph& graph, std::vector<Storage> inputs)
    : b_(b), graph_(graph), inputs_(std::move(inputs)), definer_(definers(graph)), known_(graph.types.size()) {}

MValue Body::emit(Value value, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  // Below an index shift only scalars have the value that they have at this point.
  if (known_[value] && (shift_depth_ == 0 || graph_.type_of(value).ndim() == 0)) return known_[value];
  const std::uint32_t definer = definer_[value];
  MValue result;
  if (definer == no_node) {
    result = emit_load(b_, inputs_[value], index, width, guard);
  } else {
    result = emit_node(graph_.nodes[definer], value, index, guard);
  }
  // A value below an index shift is needed at several indices, so only values at this point are remembered.
  if (guard == inside && shift_depth_ == 0) known_[value] = result;
  return result;
}

mlir::Location Body::location_of(Value value) const {
  const std::uint32_t definer = definer_[value];
  return definer == no_node ? mlir::UnknownLoc::get(b_.getContext()) : codegen::location_of(b_, graph_.nodes[definer]);
}

MValue Body::emit_node(const Node& node, Value value, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  const AtLocation at(b_, node);
  return visit(node.op,
               [&](Unary) { return emit_map(node, index, guard); },
               [&](Binary) { return emit_map(node, index, guard); },
               [&](Ternary) { return emit_map(node, index, guard); },
               [&](Source source) { return emit_source(source, node, index); },
               [&](Movement movement) { return emit_movement(movement, node, index, guard); },
               [&](Reducing reducing) { return emit_reducing(reducing, node, index, guard); },
               [&](ir::Contraction) -> MValue { throw CompileError(std::string(name(node.op)), "its result was used before it was computed"); },
               [&](ir::Fourier) -> MValue { throw CompileError(std::string(name(node.op)), "is not part of a loop kernel"); },
               [&](ir::Library) -> MValue { throw CompileError(std::string(name(node.op)), "is not part of a loop kernel"); },
               [&](Random random) { return emit_random(random, node, index, guard)[value - node.first_result]; },
               [&](Collective) -> MValue { throw CompileError(std::string(name(node.op)), "its axis is not one of arrays"); },
               [&](Control) -> MValue { throw CompileError(std::string(name(node.op)), "is not part of a loop kernel"); });
}

MValue Body::emit_map(const Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  llvm::SmallVector<MValue> values;
  std::int64_t n = 1;
  const auto operands = graph_.operands_of(node);
  for (Value operand : operands) {
    values.push_back(emit(operand, index, guard));
    n = std::max(n, lanes(values.back()));
  }
  for (MValue& v : values) v = splat(b_, v, n);
  const DType dtype = graph_.type_of(operands[node.op == Op::select ? 1 : 0]).dtype();
  return emit_elementwise(b_, node.op, graph_.attrs_of(node), dtype, values);
}

MValue Body::emit_source(Source op, const Node& node, llvm::ArrayRef<AxisIndex> index) {
  switch (op) {
    case Source::constant: return constant_of(b_, graph_.attrs_as<ConstantAttrs>(node).value);
    case Source::iota: {
      const auto& a = graph_.attrs_as<IotaAttrs>(node);
      const AxisIndex& i = index[a.axis];
      const DType dtype = a.type.dtype();
      // Counted in 32 bits where they suffice: twice the lanes of an index.
      const bool narrow = a.type.shape()[a.axis] < (std::int64_t{1} << 31) && !i.lanes;
      const mlir::Type count = narrow ? b_.getI32Type() : b_.getI64Type();
      const MValue base = i.lanes ? i.lanes : (i.base ? i.base : constant_index(b_, 0));
      MValue number = arith::IndexCastOp::create(b_, like(base.getType(), count), base);
      if (i.step != 0 && width > 1) {
        const MValue steps = index_scale(b_, lane_numbers(b_, count, width), i.step);
        number = arith::AddIOp::create(b_, splat(b_, number, width), steps);
      }
      return emit_convert(b_, number, narrow ? i32 : i64, dtype);
    }
  }
  __builtin_unreachable();
}

MValue Body::emit_movement(Movement op, const Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  const auto operands = graph_.operands_of(node);
  const Shape& from = graph_.type_of(operands[0]).shape();
  llvm::SmallVector<AxisIndex> at(from.ndim());
  auto below_shift = [&] {
    ++shift_depth_;
    const MValue result = emit(operands[0], at, guard);
    --shift_depth_;
    return result;
  };
  switch (static_cast<IndexView>(Op(op).row())) {
    case IndexView::broadcast: {
      const auto& a = graph_.attrs_as<BroadcastAttrs>(node);
      for (int i = 0; i < from.ndim(); ++i) at[i] = from[i] == 1 ? AxisIndex{} : index[a.dims[i]];
      return emit(operands[0], at, guard);
    }
    case IndexView::reshape: {  // only axes of extent 1 come or go
      const Shape& to = graph_.type_of(node.first_result).shape();
      for (int i = 0, j = 0; i < from.ndim(); ++i) {
        if (from[i] == 1) continue;
        while (to[j] == 1) ++j;
        at[i] = index[j++];
      }
      return emit(operands[0], at, guard);
    }
    case IndexView::transpose: {
      const auto& a = graph_.attrs_as<TransposeAttrs>(node);
      for (int i = 0; i < from.ndim(); ++i) at[a.permutation[i]] = index[i];
      return emit(operands[0], at, guard);
    }
    case IndexView::slice: {
      const auto& a = graph_.attrs_as<SliceAttrs>(node);
      for (int i = 0; i < from.ndim(); ++i) at[i] = shifted(b_, scaled(b_, index[i], a.stride[i]), a.start[i]);
      return below_shift();
    }
    case IndexView::reverse: {
      for (int i = 0; i < from.ndim(); ++i) at[i] = index[i];
      for (auto axis : graph_.attrs_as<ReverseAttrs>(node).axes) {
        at[axis] = shifted(b_, scaled(b_, index[axis], -1), from[static_cast<int>(axis)] - 1);
      }
      return below_shift();
    }
    case IndexView::dynamic_slice: {
      const Shape& sizes = graph_.attrs_as<DynamicSliceAttrs>(node).sizes;
      for (int i = 0; i < from.ndim(); ++i) {
        at[i] = added(b_, index[i], clamped_start(operands[i + 1], from[i] - sizes[i]), width);
      }
      return below_shift();
    }
    case IndexView::windows: {
      const auto& a = graph_.attrs_as<WindowsAttrs>(node);
      for (int i = 0; i < from.ndim(); ++i) at[i] = index[i];
      for (std::size_t j = 0; j < a.axes.size(); ++j) {
        at[a.axes[j]] = sum(b_, scaled(b_, index[a.axes[j]], a.strides[j]), scaled(b_, index[from.ndim() + j], a.dilations[j]), width);
      }
      return below_shift();
    }
    case IndexView::gather: return emit_gather(node, index, guard);
    case IndexView::pad: return emit_pad(node, index, guard);
    case IndexView::concatenate: return emit_concatenate(node, index, guard);
  }
  throw CompileError(std::string(name(op)), "is not part of a loop kernel");
}

MValue Body::emit_reducing(Reducing op, const Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  const Value operand = graph_.operands_of(node)[0];
  const Type from = graph_.type_of(operand), to = graph_.type_of(node.first_result);
  // A reduction over axes of extent 1 is the operand itself. All other reductions were declared by the loops that compute them.
  if (reduces(op) && from.size() != to.size()) throw CompileError(std::string(name(op)), "its result was used before it was computed");
  switch (op) {
    case Reducing::reduce: {
      llvm::SmallVector<AxisIndex> at(from.ndim());
      const auto& axes = graph_.attrs_as<ReduceAttrs>(node).axes;
      for (int i = 0, j = 0; i < from.ndim(); ++i) {
        if (std::find(axes.begin(), axes.end(), i) == axes.end()) at[i] = index[j++];
      }
      return emit(operand, at, guard);
    }
    case Reducing::arg_reduce: return constant_int(b_, register_type(b_.getContext(), to.dtype()), 0);
    case Reducing::cumulative:
    case Reducing::overlap_add:
    case Reducing::scatter_reduce: throw CompileError(std::string(name(op)), "is not part of a loop kernel");
  }
  __builtin_unreachable();
}

std::array<MValue, 2> Body::emit_random(Random op, const Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  switch (op) {
    case Random::threefry2x32: {
      llvm::SmallVector<MValue> words;
      std::int64_t n = 1;
      for (Value operand : graph_.operands_of(node)) {
        words.push_back(emit(operand, index, guard));
        n = std::max(n, lanes(words.back()));
      }
      for (MValue& word : words) word = splat(b_, word, n);
      const auto [first, second] = emit_threefry(b_, words);
      if (guard == inside && shift_depth_ == 0) {
        known_[node.first_result] = first;
        known_[node.first_result + 1] = second;
      }
      return {first, second};
    }
  }
  __builtin_unreachable();
}

MValue Body::emit_pad(const Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  const auto& a = graph_.attrs_as<PadAttrs>(node);
  const auto operands = graph_.operands_of(node);
  const Shape& from = graph_.type_of(operands[0]).shape();
  const MValue filler = emit(operands[1], {}, inside);
  if (from.size() == 0) return filler;
  llvm::SmallVector<AxisIndex> at(from.ndim());
  Guard here;
  for (int i = 0; i < from.ndim(); ++i) {
    at[i] = shifted(b_, index[i], -a.low[i]);
    const std::int64_t spread = a.interior[i] + 1, reach = (from[i] - 1) * spread + 1;
    const Shape& to = graph_.type_of(node.first_result).shape();
    if (a.low[i] != 0 || reach != to[i]) here = both(b_, here, within(b_, at[i], 0, reach, width));
    if (spread == 1) continue;
    const MValue x = at[i].varies() ? per_lane(b_, at[i], width) : (at[i].base ? at[i].base : constant_index(b_, 0));
    const MValue divisor = constant_int(b_, x.getType(), spread);
    const MValue rest = arith::RemUIOp::create(b_, x, divisor);
    here = both(b_, here, arith::CmpIOp::create(b_, arith::CmpIPredicate::eq, rest, constant_int(b_, x.getType(), 0)));
    const MValue quotient = arith::DivUIOp::create(b_, x, divisor);
    at[i] = lanes(x) > 1 ? AxisIndex{{}, 0, quotient} : AxisIndex{quotient, 0, {}};
  }
  ++shift_depth_;
  MValue loaded = emit(operands[0], at, here ? both(b_, guard, here) : guard);
  --shift_depth_;
  if (!here) return loaded;
  const std::int64_t n = std::max({lanes(loaded), lanes(here), lanes(filler)});
  return arith::SelectOp::create(b_, splat(b_, here, n), splat(b_, loaded, n), splat(b_, filler, n));
}

// Every index is moved inside before an address is made of it.
MValue Body::emit_gather(const Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  const auto& a = graph_.attrs_as<GatherAttrs>(node);
  const auto operands = graph_.operands_of(node);
  const Shape &from = graph_.type_of(operands[0]).shape(), &batch = graph_.type_of(operands[1]).shape();
  llvm::SmallVector<AxisIndex> point;
  for (auto axis : batch_axes(a, static_cast<int>(index.size()))) point.push_back(batch[static_cast<int>(point.size())] == 1 ? AxisIndex{} : index[axis]);
  llvm::SmallVector<AxisIndex> at;
  Guard all_inside;
  for (const WindowAxis& axis : axes_of_windows(a, a.slice_sizes, static_cast<int>(index.size()))) {
    const std::int64_t most = from[static_cast<int>(at.size())] - axis.size;
    at.push_back(axis.array < 0 || from[static_cast<int>(at.size())] == 1 ? AxisIndex{} : index[axis.array]);
    if (axis.operand < 0 || (most == 0 && a.outside == Outside::clip)) continue;
    const Value operand = operands[1 + axis.operand];
    const auto [start, inside] = clamp_index(b_, emit(operand, point, guard), graph_.type_of(operand).dtype(), most);
    if (a.outside == Outside::drop) all_inside = both(b_, all_inside, inside);
    if (most > 0) at.back() = added(b_, at.back(), start, width);
  }
  ++shift_depth_;
  const MValue loaded = emit(operands[0], at, guard);
  --shift_depth_;
  if (!all_inside) return loaded;
  const std::int64_t n = std::max(lanes(loaded), lanes(all_inside));
  const MValue value = splat(b_, loaded, n);
  const MValue zero = mlir::isa<mlir::FloatType>(element_of(value.getType())) ? constant_float(b_, value.getType(), 0) : constant_int(b_, value.getType(), 0);
  return arith::SelectOp::create(b_, splat(b_, all_inside, n), value, zero);
}

MValue Body::emit_concatenate(const Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard) {
  const int axis = graph_.attrs_as<ConcatenateAttrs>(node).axis;
  MValue result;
  std::int64_t start = 0;
  for (Value operand : graph_.operands_of(node)) {
    const std::int64_t extent = graph_.type_of(operand).shape()[axis];
    if (graph_.type_of(operand).size() == 0) continue;
    llvm::SmallVector<AxisIndex> at(index.begin(), index.end());
    at[axis] = shifted(b_, index[axis], -start);
    const Guard here = within(b_, at[axis], 0, extent, width);
    ++shift_depth_;
    const MValue piece = emit(operand, at, both(b_, guard, here));
    --shift_depth_;
    start += extent;
    if (!result) {
      result = piece;
      continue;
    }
    const std::int64_t n = std::max({lanes(result), lanes(piece), lanes(here)});
    result = arith::SelectOp::create(b_, splat(b_, here, n), splat(b_, piece, n), splat(b_, result, n));
  }
  if (result) return result;
  const mlir::Type type = register_type(b_.getContext(), graph_.type_of(node.first_result).dtype());  // of nothing: never reached
  return mlir::isa<mlir::FloatType>(type) ? constant_float(b_, type, 0) : constant_int(b_, type, 0);
}

MValue Body::clamped_start(Value start, std::int64_t limit) {
  const DType dtype = graph_.type_of(start).dtype();
  ++shift_depth_;  // a scalar has one value, but it may have been emitted under another guard
  const MValue x = emit(start, {}, Guard{});
  --shift_depth_;
  return clamp_index(b_, x, dtype, limit).index;
}

}  // namespace espalier::codegen
