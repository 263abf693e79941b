#include "espalier/jit/emit/loop_kernel.h"

#include <algorithm>
#include <bit>

#include "espalier/jit/emit/elementwise.h"
#include "espalier/jit/schedule/roles.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
namespace scf = mlir::scf;
using MValue = mlir::Value;

namespace {

std::int64_t floor_pow2(std::int64_t n) { return n < 1 ? 1 : static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(n))); }
std::int64_t ceil_pow2(std::int64_t n) { return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(n))); }

bool is_reduction(const Node& node) { return node.op == Op::reduce || node.op == Op::arg_reduce; }

// A running reduction: one accumulator, or two (the extremum and its index).
struct Accumulator {
  const Node* node;
  int first = 0;  // position among the loop's carried values
  bool arg() const { return node->op == Op::arg_reduce; }
};

class LoopEmitter {
 public:
  LoopEmitter(Builder& b, const Graph& graph, const LoopPlan& plan, const LoopShape& shape, std::vector<Array> arrays)
      : b_(b), graph_(graph), plan_(plan), shape_(shape), arrays_(std::move(arrays)),
        body_(b, graph, {arrays_.begin(), arrays_.begin() + graph.n_inputs}), counters_(plan.loops.size()) {
    n_parallel_ = static_cast<std::size_t>(std::count_if(plan.loops.begin(), plan.loops.end(), [](const auto& l) { return !l.reduced; }));
  }

  void run(MValue first, MValue last) {
    make_room();
    parallel(0, first, last);
  }

 private:
  bool is_vector(std::size_t loop) const { return static_cast<int>(loop) == plan_.vector_loop; }

  // ---- loops over points ------------------------------------------------------------------------------------------
  // Recursion is as deep as the domain has loops.
  void parallel(std::size_t level, MValue first, MValue last) {
    if (level == n_parallel_) return point();
    const std::int64_t extent = plan_.loops[level].extent;
    const bool outermost = level == 0;
    if (!is_vector(level)) {
      const MValue from = outermost ? first : constant_index(b_, 0), to = outermost ? last : constant_index(b_, extent);
      counted(from, to, 1, [&](MValue i) {
        counters_[level] = {i, 0, {}};
        parallel(level + 1, {}, {});
      });
      return;
    }
    vector_loop(level, outermost ? first : MValue(), outermost ? last : MValue(), [&] { parallel(level + 1, {}, {}); });
  }

  // Whole vectors, then what is left over in one narrower, masked vector. Bounds count vectors.
  template <class F> void vector_loop(std::size_t level, MValue first, MValue last, F&& inner) {
    const std::int64_t extent = plan_.loops[level].extent, whole = extent / shape_.width, rest = extent % shape_.width;
    if (whole > 0) {
      MValue to = constant_index(b_, whole);
      if (last) to = arith::MinSIOp::create(b_, last, to);
      counted(first ? first : constant_index(b_, 0), to, 1, [&](MValue i) {
        set_vector(level, index_scale(b_, i, shape_.width), shape_.width, {});
        inner();
      });
    }
    if (rest > 0) {
      auto tail = [&] {
        const std::int64_t width = ceil_pow2(rest);
        set_vector(level, constant_index(b_, whole * shape_.width), width, rest == width ? MValue() : mask(width, rest));
        inner();
      };
      if (!last) return tail();
      const MValue mine = arith::CmpIOp::create(b_, arith::CmpIPredicate::sgt, last, constant_index(b_, whole));
      auto branch = scf::IfOp::create(b_, mine, false);
      mlir::OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToStart(branch.thenBlock());
      tail();
    }
    set_vector(level, {}, 1, {});
  }
  void set_vector(std::size_t level, MValue base, std::int64_t width, MValue inside) {
    counters_[level] = {base, width > 1 ? 1 : 0, {}};
    body_.width = width;
    body_.inside = inside;
  }
  MValue mask(std::int64_t width, std::int64_t valid) {
    llvm::SmallVector<bool> bits(width);
    for (std::int64_t i = 0; i < width; ++i) bits[i] = i < valid;
    return arith::ConstantOp::create(b_, mlir::DenseElementsAttr::get(mlir::VectorType::get({width}, b_.getI1Type()), llvm::ArrayRef<bool>(bits)));
  }

  template <class F> void counted(MValue from, MValue to, std::int64_t step, F&& inner) {
    auto loop = scf::ForOp::create(b_, from, to, constant_index(b_, step));
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const Body::Scope scope(body_);
    inner(loop.getInductionVar());
  }

  // ---- values kept from pass to pass ------------------------------------------------------------------------------
  // A result is read back from where it was stored; other kept values take room on the stack, as long as it is small.
  struct Room {
    LoopPlan::Kept kept;
    Array array;        // of the output, or the room itself
    bool is_output;
  };
  void make_room() {
    constexpr std::int64_t most_bytes = 128 << 10;
    const bool across = plan_.vector_loop >= static_cast<int>(n_parallel_);
    const std::int64_t width = across ? 1 : shape_.width;
    std::int64_t taken = 0;
    for (const LoopPlan::Kept& kept : plan_.kept) {
      const auto output = std::find(graph_.outputs.begin(), graph_.outputs.end(), kept.value);
      if (output != graph_.outputs.end() && plan_.phase[kept.value] == kept.phase) {
        rooms_.push_back({kept, arrays_[graph_.n_inputs + (output - graph_.outputs.begin())], true});
        continue;
      }
      const DType dtype = graph_.type_of(kept.value).dtype();
      // Whole vectors are written, so the room has no need of masks.
      const Type type(dtype, {plan_.reduced_points() * width + shape_.width});
      if ((taken += type.nbytes()) > most_bytes) break;
      const auto memref = mlir::MemRefType::get({type.size()}, memory_type(b_.getContext(), dtype));
      rooms_.push_back({kept, {mlir::memref::AllocaOp::create(b_, memref, b_.getI64IntegerAttr(64)), type}, false});
    }
  }
  // The place in a room that belongs to the point in hand.
  Index place() {
    const bool across = plan_.vector_loop >= static_cast<int>(n_parallel_);
    MValue linear;
    std::int64_t stride = across ? 1 : shape_.width;
    for (std::size_t l = plan_.loops.size(); l-- > n_parallel_;) {
      linear = index_add(b_, linear, index_scale(b_, counters_[l].base, stride));
      stride *= plan_.loops[l].extent;
    }
    return {linear, body_.width > 1 ? 1 : 0, {}};
  }
  void read_back(int phase) {
    for (const Room& room : rooms_) {
      if (room.kept.phase >= phase) continue;
      const auto index = room.is_output ? index_of(room.kept.value) : llvm::SmallVector<Index>{place()};
      body_.set(room.kept.value, emit_load(b_, room.array, index, body_.width, room.is_output ? body_.inside : MValue()));
    }
  }
  void write_kept(int phase) {
    for (const Room& room : rooms_) {
      if (room.kept.phase != phase || room.is_output) continue;
      const MValue value = splat(b_, body_.emit(room.kept.value, index_of(room.kept.value)), body_.width);
      emit_store(b_, room.array, {place()}, value, {});
    }
  }

  // ---- one parallel point (or vector of points) ------------------------------------------------------------------
  void point() {
    const Body::Scope scope(body_);
    if (n_parallel_ == plan_.loops.size()) return store([](Value) { return true; });
    for (int phase = 0; phase < plan_.n_phases; ++phase) {
      row_values(phase);
      pass(phase);
    }
    row_values(plan_.n_phases);
    store([&](Value v) { return !plan_.is_reduced_value(v); });
  }

  // Values of this point that do not run along a reduced dimension are computed before the loops that use them.
  void row_values(int phase) {
    for (const Node& node : graph_.nodes) {
      const Value v = node.first_result;
      if (!(is_elementwise(node.op)) || plan_.phase[v] != phase || phase == 0) continue;
      if (plan_.mapped[v] && !plan_.is_reduced_value(v) && !body_.knows(v)) body_.emit(v, index_of(v));
    }
  }

  // The results that `chosen` names: all are computed before one is stored, for a result may lie in an operand's memory.
  template <class F> void store(F&& chosen) {
    for (Value v : graph_.outputs) if (chosen(v)) body_.emit(v, index_of(v));
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      const Value v = graph_.outputs[o];
      if (!chosen(v)) continue;
      const auto index = index_of(v);
      MValue value = body_.emit(v, index);
      const bool varies = std::any_of(index.begin(), index.end(), [](const Index& i) { return i.varies(); });
      if (varies) value = splat(b_, value, body_.width);
      emit_store(b_, arrays_[graph_.n_inputs + o], index, value, varies ? body_.inside : MValue());
    }
  }

  llvm::SmallVector<Index> index_of(Value v) const {
    llvm::SmallVector<Index> index;
    for (int d : plan_.dims[v]) {
      // Of dimensions that share a loop only the innermost counts: the others' strides are multiples of its own.
      index.push_back(d >= 0 && plan_.is_innermost(d) ? counters_[plan_.loop_of(d)] : Index{});
    }
    return index;
  }

  // ---- passes over the reduced loops ------------------------------------------------------------------------------
  void pass(int phase) {
    std::vector<Accumulator> accumulators;
    llvm::SmallVector<MValue> initial;
    for (const Node& node : graph_.nodes) {
      if (!is_reduction(node) || plan_.phase[node.first_result] != phase + 1) continue;
      if (graph_.type_of(graph_.operands_of(node)[0]).size() == graph_.type_of(node.first_result).size()) continue;
      accumulators.push_back({&node, static_cast<int>(initial.size())});
      start(node, initial);
    }
    auto stored_here = [&](Value v) { return plan_.is_reduced_value(v) && plan_.phase[v] == phase; };
    if (accumulators.empty() && std::none_of(graph_.outputs.begin(), graph_.outputs.end(), stored_here)) return;
    auto inner = [&](llvm::ArrayRef<MValue> carried) {
      llvm::SmallVector<MValue> next(carried);
      const Body::Scope scope(body_);
      read_back(phase);
      store(stored_here);
      for (const Accumulator& a : accumulators) accumulate(a, next);
      write_kept(phase);
      return next;
    };
    const auto totals = reduced(n_parallel_, initial, inner);
    for (const Accumulator& a : accumulators) finish(a, totals);
  }

  std::int64_t accumulator_width() const {
    const bool along = plan_.vector_loop >= static_cast<int>(n_parallel_);
    return along ? std::min(shape_.width, ceil_pow2(plan_.loops[plan_.vector_loop].extent)) : body_.width;
  }

  void start(const Node& node, llvm::SmallVector<MValue>& initial) {
    const DType dtype = graph_.type_of(graph_.operands_of(node)[0]).dtype();
    const std::int64_t width = accumulator_width();
    if (node.op == Op::reduce) {
      initial.push_back(splat(b_, reduction_identity(b_, graph_.attrs_as<ReduceAttrs>(node).kind, dtype), width));
      return;
    }
    // No element has been seen yet: the index is -1, and the first one seen wins whatever it is.
    const mlir::Type type = register_type(b_.getContext(), dtype);
    const MValue any = mlir::isa<mlir::FloatType>(type) ? constant_float(b_, type, 0) : constant_int(b_, type, 0);
    initial.push_back(splat(b_, any, width));
    initial.push_back(splat(b_, constant_int(b_, b_.getI64Type(), -1), width));
  }

  // The loops [level, …) around `inner`, which maps carried values to their next.
  template <class F> llvm::SmallVector<MValue> reduced(std::size_t level, llvm::ArrayRef<MValue> carried, F&& inner) {
    if (level == plan_.loops.size()) return inner(carried);
    const std::int64_t extent = plan_.loops[level].extent;
    if (!is_vector(level)) {
      return carrying(0, extent, carried, [&](MValue i, llvm::ArrayRef<MValue> values) {
        counters_[level] = {i, 0, {}};
        return reduced(level + 1, values, inner);
      });
    }
    const std::int64_t width = accumulator_width(), whole = extent / width, rest = extent % width;
    llvm::SmallVector<MValue> values(carried);
    if (whole > 0) {
      values = carrying(0, whole, values, [&](MValue i, llvm::ArrayRef<MValue> now) {
        set_vector(level, index_scale(b_, i, width), width, {});
        return reduced(level + 1, now, inner);
      });
    }
    if (rest > 0) {
      set_vector(level, constant_index(b_, whole * width), width, mask(width, rest));
      values = reduced(level + 1, values, inner);
    }
    set_vector(level, {}, 1, {});
    return values;
  }

  template <class F> llvm::SmallVector<MValue> carrying(std::int64_t from, std::int64_t to, llvm::ArrayRef<MValue> carried, F&& inner) {
    auto loop = scf::ForOp::create(b_, constant_index(b_, from), constant_index(b_, to), constant_index(b_, 1), carried);
    {
      mlir::OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToStart(loop.getBody());
      const Body::Scope scope(body_);
      llvm::SmallVector<MValue> now(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
      const auto next = inner(loop.getInductionVar(), now);
      if (!carried.empty()) scf::YieldOp::create(b_, next);
    }
    return llvm::SmallVector<MValue>(loop.getResults().begin(), loop.getResults().end());
  }

  void accumulate(const Accumulator& a, llvm::SmallVector<MValue>& values) {
    const Value operand = graph_.operands_of(*a.node)[0];
    const DType dtype = graph_.type_of(operand).dtype();
    const std::int64_t width = lanes(values[a.first]);
    const MValue x = splat(b_, body_.emit(operand, index_of(operand)), width);
    if (!a.arg()) {
      const MValue sum = emit_combine(b_, graph_.attrs_as<ReduceAttrs>(*a.node).kind, dtype, values[a.first], x);
      values[a.first] = keep_inside(sum, values[a.first]);
      return;
    }
    const auto& attrs = graph_.attrs_as<ArgReduceAttrs>(*a.node);
    const int dim = plan_.dims[operand][attrs.axis];
    const MValue number = splat(b_, per_lane(b_, counters_[plan_.loop_of(dim)], width), width);
    const MValue at = arith::IndexCastOp::create(b_, like(number.getType(), b_.getI64Type()), number);
    MValue wins = beats(attrs.kind, dtype, x, values[a.first]);
    const MValue none = arith::CmpIOp::create(b_, arith::CmpIPredicate::slt, values[a.first + 1], constant_int(b_, at.getType(), 0));
    wins = arith::OrIOp::create(b_, wins, none);
    if (body_.inside) wins = arith::AndIOp::create(b_, wins, splat(b_, body_.inside, width));
    values[a.first] = arith::SelectOp::create(b_, wins, x, values[a.first]);
    values[a.first + 1] = arith::SelectOp::create(b_, wins, at, values[a.first + 1]);
  }
  MValue keep_inside(MValue next, MValue before) {
    if (!body_.inside || lanes(next) != lanes(body_.inside)) return next;
    return arith::SelectOp::create(b_, body_.inside, next, before);
  }

  // Whether x takes the place of the extremum so far: strictly beyond it, or the first NaN.
  MValue beats(ArgReduction kind, DType dtype, MValue x, MValue best) {
    const auto direction = kind == ArgReduction::max ? Comparison::gt : Comparison::lt;
    const Attrs attrs = CompareAttrs{direction};
    MValue wins = emit_elementwise(b_, Op::compare, attrs, dtype, {x, best});
    if (!is_floating(dtype)) return wins;
    const MValue x_nan = arith::CmpFOp::create(b_, arith::CmpFPredicate::UNO, x, x);
    const MValue best_number = arith::CmpFOp::create(b_, arith::CmpFPredicate::ORD, best, best);
    return arith::OrIOp::create(b_, wins, arith::AndIOp::create(b_, x_nan, best_number));
  }

  void finish(const Accumulator& a, llvm::ArrayRef<MValue> totals) {
    const Value result = a.node->first_result;
    MValue total = totals[a.first];
    const bool across = plan_.vector_loop >= static_cast<int>(n_parallel_);
    if (!a.arg()) {
      const DType dtype = graph_.type_of(result).dtype();
      if (across) total = emit_horizontal(b_, graph_.attrs_as<ReduceAttrs>(*a.node).kind, dtype, total);
      body_.set(result, total);
      return;
    }
    const auto& attrs = graph_.attrs_as<ArgReduceAttrs>(*a.node);
    const DType dtype = graph_.type_of(graph_.operands_of(*a.node)[0]).dtype();
    MValue best = total, at = totals[a.first + 1];
    if (across && lanes(best) > 1) {
      const std::int64_t width = lanes(best);
      const MValue all = best, all_at = at;
      best = mlir::vector::ExtractOp::create(b_, all, std::int64_t{0});
      at = mlir::vector::ExtractOp::create(b_, all_at, std::int64_t{0});
      for (std::int64_t i = 1; i < width; ++i) {  // lanes hold interleaved elements: of equals the smaller index wins
        const MValue x = mlir::vector::ExtractOp::create(b_, all, i), x_at = mlir::vector::ExtractOp::create(b_, all_at, i);
        const MValue beyond = beats(attrs.kind, dtype, x, best), below = beats(attrs.kind, dtype, best, x);
        const MValue tie = arith::XOrIOp::create(b_, arith::OrIOp::create(b_, beyond, below), constant_int(b_, b_.getI1Type(), -1));
        const MValue earlier = arith::CmpIOp::create(b_, arith::CmpIPredicate::ult, x_at, at);
        const MValue seen = arith::CmpIOp::create(b_, arith::CmpIPredicate::sge, x_at, constant_int(b_, b_.getI64Type(), 0));
        const MValue unseen = arith::CmpIOp::create(b_, arith::CmpIPredicate::slt, at, constant_int(b_, b_.getI64Type(), 0));
        MValue wins = arith::OrIOp::create(b_, beyond, arith::AndIOp::create(b_, tie, earlier));
        wins = arith::AndIOp::create(b_, arith::OrIOp::create(b_, wins, unseen), seen);
        best = arith::SelectOp::create(b_, wins, x, best);
        at = arith::SelectOp::create(b_, wins, x_at, at);
      }
    }
    body_.set(result, emit_convert(b_, at, i64, attrs.index));
  }

  Builder& b_;
  const Graph& graph_;
  const LoopPlan& plan_;
  const LoopShape shape_;
  std::vector<Array> arrays_;
  Body body_;
  std::vector<Index> counters_;  // per loop
  std::vector<Room> rooms_;
  std::size_t n_parallel_ = 0;
};

}  // namespace

LoopShape shape_loops(const Graph& body, const LoopPlan& plan, const Target& target) {
  LoopShape shape;
  std::int64_t element = 1;
  int costly = 0, live = 0;
  for (const Node& node : body.nodes) {
    if (!is_elementwise(node.op) && node.op != Op::threefry2x32 && !is_reduction(node)) continue;
    element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(node.first_result).dtype())));
    for (Value operand : body.operands_of(node)) element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(operand).dtype())));
    costly += !is_cheap(node.op) && !is_reduction(node);
    ++live;
  }
  for (Value v : body.outputs) element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(v).dtype())));
  if (plan.vector_loop >= 0) {
    const std::int64_t native = target.vector_bits / 8 / element;
    // Several vectors in flight hide latency; long bodies and wide expansions would spill the registers.
    const std::int64_t in_flight = costly > 1 || live > 24 ? 1 : costly == 1 || live > 10 ? 2 : 4;
    const std::int64_t extent = plan.loops[plan.vector_loop].extent;
    shape.width = std::min(native * in_flight, std::max(ceil_pow2(extent) <= native ? ceil_pow2(extent) : floor_pow2(extent), std::int64_t{1}));
  }
  if (!plan.loops.empty() && !plan.loops[0].reduced) {
    const std::int64_t extent = plan.loops[0].extent;
    shape.tasks = plan.vector_loop == 0 ? (extent + shape.width - 1) / shape.width : extent;
  }
  return shape;
}

void emit_loop_kernel(Builder& b, const Graph& body, const LoopPlan& plan, const LoopShape& shape, std::vector<Array> arrays, MValue first, MValue last) {
  LoopEmitter(b, body, plan, shape, std::move(arrays)).run(first, last);
}

}  // namespace espalier::codegen
