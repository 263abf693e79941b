#include "espalier/jit/emit/loop_kernel.h"

#include <algorithm>
#include <bit>

#include "espalier/jit/emit/point.h"
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

class LoopEmitter {
 public:
  LoopEmitter(Builder& b, const Graph& graph, const LoopPlan& plan, const LoopShape& shape, std::vector<Array> arrays)
      : b_(b), graph_(graph), plan_(plan), shape_(shape), point_(b, graph, plan, std::move(arrays)), body_(point_.body), counters_(point_.counters) {
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
      const MValue to = last ? smaller(last, whole) : constant_index(b_, whole);
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
      if (!last || mlir::getConstantIntValue(last) > whole) return tail();
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

  MValue smaller(MValue x, std::int64_t limit) {
    if (const auto known = mlir::getConstantIntValue(x)) return constant_index(b_, std::min(*known, limit));
    return arith::MinSIOp::create(b_, x, constant_index(b_, limit));
  }

  // One turn needs no loop: then indices are constants, and what guards compare is known.
  template <class F> void counted(MValue from, MValue to, std::int64_t step, F&& inner) {
    const auto first = mlir::getConstantIntValue(from), last = mlir::getConstantIntValue(to);
    if (first && last && *last - *first <= step) {
      if (*first >= *last) return;
      const Body::Scope scope(body_);
      return inner(from);
    }
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
      if (const auto output = point_.output_of(kept)) {
        rooms_.push_back({kept, point_.array_of(*output), true});
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
      const auto index = room.is_output ? point_.index_of(room.kept.value) : llvm::SmallVector<Index>{place()};
      body_.set(room.kept.value, emit_load(b_, room.array, index, body_.width, room.is_output ? body_.inside : MValue()));
    }
  }
  void write_kept(int phase) {
    for (const Room& room : rooms_) {
      if (room.kept.phase != phase || room.is_output) continue;
      const MValue value = splat(b_, point_.value(room.kept.value), body_.width);
      emit_store(b_, room.array, {place()}, value, {});
    }
  }

  // ---- one parallel point (or vector of points) ------------------------------------------------------------------
  void point() {
    const Body::Scope scope(body_);
    if (n_parallel_ == plan_.loops.size()) return point_.store([](Value) { return true; });
    for (int phase = 0; phase < plan_.n_phases; ++phase) {
      point_.row_values(phase);
      pass(phase);
    }
    point_.row_values(plan_.n_phases);
    point_.store([&](Value v) { return !plan_.is_reduced_value(v); });
  }

  // ---- passes over the reduced loops ------------------------------------------------------------------------------
  void pass(int phase) {
    const Pass made = pass_of(graph_, plan_, phase, b_.for_gpu);
    if (made.is_empty()) return;
    llvm::SmallVector<MValue> initial;
    for (const Accumulator& a : made.accumulators) a.start(b_, accumulator_width(), initial);
    auto inner = [&](llvm::ArrayRef<MValue> carried) {
      llvm::SmallVector<MValue> next(carried);
      const Body::Scope scope(body_);
      read_back(phase);
      point_.store([&](Value v) { return plan_.is_reduced_value(v) && plan_.phase[v] == phase; });
      for (const Accumulator& a : made.accumulators) {
        const auto own = llvm::MutableArrayRef<MValue>(next).slice(a.first(), a.count());
        const auto [x, at] = point_.element_of(a, lanes(own[0]));
        a.take(b_, own, x, at, body_.inside);
      }
      write_kept(phase);
      return next;
    };
    auto totals = reduced(n_parallel_, initial, inner);
    const bool across = plan_.vector_loop >= static_cast<int>(n_parallel_);
    for (const Accumulator& a : made.accumulators) {
      const auto own = llvm::MutableArrayRef<MValue>(totals).slice(a.first(), a.count());
      if (across) a.join_lanes(b_, own);
      body_.set(a.result(), a.finish(b_, own));
    }
  }

  std::int64_t accumulator_width() const {
    const bool along = plan_.vector_loop >= static_cast<int>(n_parallel_);
    return along ? std::min(shape_.width, ceil_pow2(plan_.loops[plan_.vector_loop].extent)) : body_.width;
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

  Builder& b_;
  const Graph& graph_;
  const LoopPlan& plan_;
  const LoopShape shape_;
  Point point_;
  Body& body_;
  std::vector<Index>& counters_;
  std::vector<Room> rooms_;
  std::size_t n_parallel_ = 0;
};

}  // namespace

LoopShape shape_loops(const Graph& body, const LoopPlan& plan, const Target& target) {
  LoopShape shape;
  std::int64_t element = 1;
  struct Work { int values = 0, expansions = 0; };
  std::vector<Work> work(1);  // of each pass
  for (const Node& node : body.nodes) {
    if (!is_elementwise(node.op) && node.op != Op::threefry2x32 && !is_reduction(node)) continue;
    element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(node.first_result).dtype())));
    for (Value operand : body.operands_of(node)) element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(operand).dtype())));
    const auto phase = static_cast<std::size_t>(plan.phase[node.first_result]);
    if (phase >= work.size()) work.resize(phase + 1);
    work[phase].expansions += !is_cheap(node.op) && !is_reduction(node) && node.op != Op::div && node.op != Op::sqrt;
    ++work[phase].values;
  }
  for (Value v : body.outputs) element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(v).dtype())));
  if (plan.vector_loop >= 0) {
    const std::int64_t native = target.vector_bits / 8 / element;
    // Several vectors in flight hide latency; in long passes and with functions that expand they would spill the registers.
    std::int64_t in_flight = 4;
    for (const Work& w : work) in_flight = std::min<std::int64_t>(in_flight, w.expansions > 1 || w.values > 24 ? 1 : w.values > 10 ? 2 : 4);
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
