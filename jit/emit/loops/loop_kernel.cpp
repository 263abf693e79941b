#include "espalier/jit/emit/loops/loop_kernel.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "espalier/jit/emit/loops/partial_results.h"
#include "espalier/jit/emit/loops/point.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
namespace scf = mlir::scf;
using MValue = mlir::Value;

namespace {

class LoopEmitter {
 public:
  LoopEmitter(CodeBuilder& b, const Graph& graph, const LoopKernel& kernel, std::vector<Storage> arrays)
      : b_(b), graph_(graph), kernel_(kernel), plan_(kernel.loops), shape_(std::get<LoopShape>(kernel.mapping)), point_(b, graph, plan_, std::move(arrays)), body_(point_.body), counters_(point_.counters) {
    n_parallel_ = plan_.n_parallel();
  }

  void run(MValue first, MValue last) {
    make_room();
    parallel(0, first, last);
  }
  // Every point's reductions over one part of the outermost reduced loop, for each of the parts.
  void run_parts(MValue memory, MValue first, MValue last) {
    partials_.emplace(b_, graph_, plan_, shape_, memory);
    counted(first, last, 1, [&](MValue part) {
      part_ = part;
      run(constant_index(b_, 0), constant_index(b_, shape_.tasks));
    });
  }
  // What follows at every point when the reductions of all parts are there.
  void join_parts(MValue memory) {
    partials_.emplace(b_, graph_, plan_, shape_, memory);
    run(constant_index(b_, 0), constant_index(b_, shape_.tasks));
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
        const auto width = static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(rest)));
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

  MValue smaller(MValue x, MValue limit) {
    if (const auto known = mlir::getConstantIntValue(limit)) return smaller(x, *known);
    return arith::MinSIOp::create(b_, x, limit);
  }
  MValue smaller(MValue x, std::int64_t limit) {
    if (const auto known = mlir::getConstantIntValue(x)) return constant_index(b_, std::min(*known, limit));
    return arith::MinSIOp::create(b_, x, constant_index(b_, limit));
  }

  static std::optional<std::int64_t> known_distance(MValue from, MValue to) {
    const auto first = mlir::getConstantIntValue(from), last = mlir::getConstantIntValue(to);
    if (!first || !last) return {};
    return *last - *first;
  }

  // One iteration needs no loop: then indices are constants, and what guards compare is known.
  template <class F> void counted(MValue from, MValue to, std::int64_t step, F&& inner) {
    const auto iterations = known_distance(from, to);
    if (iterations && *iterations <= step) {
      if (*iterations <= 0) return;
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
  struct Room {
    LoopKernel::Kept kept;
    Storage array;  // of the output, or the room itself
  };
  void make_room() {
    for (const LoopKernel::Kept& kept : kernel_.kept) {
      if (kept.output) {
        rooms_.push_back({kept, point_.array_of(*kept.output)});
        continue;
      }
      const Type type(graph_.type_of(kept.value).dtype(), {kept.elements});
      const auto memref = mlir::MemRefType::get({type.size()}, memory_type(b_.getContext(), type.dtype()));
      rooms_.push_back({kept, {mlir::memref::AllocaOp::create(b_, memref, b_.getI64IntegerAttr(64)), type}});
    }
  }
  // The place in a room that belongs to the point in hand.
  AxisIndex place() {
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
      const auto index = room.kept.output ? point_.index_of(room.kept.value) : llvm::SmallVector<AxisIndex>{place()};
      body_.set(room.kept.value, emit_load(b_, room.array, index, body_.width, room.kept.output ? body_.inside : MValue()));
    }
  }
  void write_kept(int phase) {
    for (const Room& room : rooms_) {
      if (room.kept.phase != phase || room.kept.output) continue;
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
    if (part_) return;
    point_.row_values(plan_.n_phases);
    point_.store([&](Value v) { return !plan_.is_reduced_value(v); });
  }

  // ---- passes over the reduced loops ------------------------------------------------------------------------------
  void pass(int phase) {
    const ReductionPass made = reduction_pass(graph_, plan_, phase, b_.has);
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
    if (part_) return partials_->store(part_, counters_, part_iterations(made, initial, inner));
    auto totals = !partials_ ? reduced(made, n_parallel_, initial, inner) : rest(made, n_parallel_, joined(made, initial), inner);
    const bool across = plan_.vector_loop >= static_cast<int>(n_parallel_);
    for (const Accumulator& a : made.accumulators) {
      const auto own = llvm::MutableArrayRef<MValue>(totals).slice(a.first(), a.count());
      if (across) a.join_lanes(b_, own);
      body_.set(a.result(), a.finish(b_, own));
    }
  }

  std::int64_t accumulator_width() const {
    const bool along = plan_.vector_loop >= static_cast<int>(n_parallel_);
    return along ? reduction_width(plan_, shape_) : body_.width;
  }

  // Iterations of a loop: `most`, or fewer, unless they are `exact`.
  struct Range {
    MValue from, to;
    std::int64_t most;
    bool exact;
  };
  Range whole(std::int64_t iterations) { return {constant_index(b_, 0), constant_index(b_, iterations), iterations, true}; }
  Range part_of(const Range& range, MValue from, std::int64_t iterations) {
    const bool exact = range.exact && range.most % iterations == 0;
    const MValue end = index_offset(b_, from, iterations);
    return {from, exact ? end : smaller(end, range.to), iterations, exact};
  }

  // The loops [level, …) around `inner`, which maps carried values to their next.
  template <class F> llvm::SmallVector<MValue> reduced(const ReductionPass& made, std::size_t level, llvm::ArrayRef<MValue> carried, F&& inner) {
    if (level == plan_.loops.size()) return inner(carried);
    const std::int64_t all = whole_iterations(plan_, shape_, level);
    return rest(made, level, iterations(made, level, whole(all), carried, inner), inner);
  }
  // Iterations of one of them, with those inside it: of whole vectors, if it is the vector loop.
  template <class F> llvm::SmallVector<MValue> iterations(const ReductionPass& made, std::size_t level, const Range& range, llvm::ArrayRef<MValue> carried, F&& inner) {
    const std::int64_t width = is_vector(level) ? accumulator_width() : 1;
    auto values = in_blocks(made, blocks_of(made, level), range, carried, [&](MValue i, llvm::ArrayRef<MValue> now) {
      if (is_vector(level)) set_vector(level, index_scale(b_, i, width), width, {});
      else counters_[level] = {i, 0, {}};
      return reduced(made, level + 1, now, inner);
    });
    if (is_vector(level)) set_vector(level, {}, 1, {});
    return values;
  }
  // What the vector loop's whole vectors leave over, masked.
  template <class F> llvm::SmallVector<MValue> rest(const ReductionPass& made, std::size_t level, llvm::ArrayRef<MValue> carried, F&& inner) {
    const std::int64_t extent = plan_.loops[level].extent, width = is_vector(level) ? accumulator_width() : 1;
    if (extent % width == 0) return llvm::SmallVector<MValue>(carried);
    set_vector(level, constant_index(b_, extent - extent % width), width, mask(width, extent % width));
    auto values = reduced(made, level + 1, carried, inner);
    set_vector(level, {}, 1, {});
    return values;
  }
  llvm::ArrayRef<std::int64_t> blocks_of(const ReductionPass& made, std::size_t level) const {
    if (shape_.sum_blocks.empty()) return {};
    return made.blocks(shape_.sum_blocks[level - n_parallel_]);
  }

  // The same in blocks of blocks of so many iterations each.
  template <class F> llvm::SmallVector<MValue> in_blocks(const ReductionPass& made, llvm::ArrayRef<std::int64_t> sizes, const Range& range, llvm::ArrayRef<MValue> carried, F&& iteration) {
    if (sizes.empty()) return carrying(range.from, range.to, 1, carried, iteration);
    const std::int64_t size = sizes.front();
    return carrying(range.from, range.to, size, carried, [&](MValue first, llvm::ArrayRef<MValue> now) {
      const auto start = made.at_block_start(b_, now);
      const auto block = size == 1 ? iteration(first, start) : in_blocks(made, sizes.drop_front(), part_of(range, first, size), start, iteration);
      return made.after_block(b_, now, block);
    });
  }
  template <class F> llvm::SmallVector<MValue> carrying(MValue from, MValue to, std::int64_t step, llvm::ArrayRef<MValue> carried, F&& inner) {
    if (known_distance(from, to) == 0) return llvm::SmallVector<MValue>(carried);
    auto loop = scf::ForOp::create(b_, from, to, constant_index(b_, step), carried);
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

  // ---- reductions in parts ----------------------------------------------------------------------------------------
  template <class F> llvm::SmallVector<MValue> part_iterations(const ReductionPass& made, llvm::ArrayRef<MValue> initial, F&& inner) {
    const std::int64_t all = whole_iterations(plan_, shape_, n_parallel_), each = (all + shape_.parts - 1) / shape_.parts;
    return iterations(made, n_parallel_, part_of(whole(all), index_scale(b_, part_, each), each), initial, inner);
  }
  llvm::SmallVector<MValue> joined(const ReductionPass& made, llvm::ArrayRef<MValue> initial) {
    return in_blocks(made, made.blocks(shape_.join_blocks), whole(shape_.parts), initial, [&](MValue part, llvm::ArrayRef<MValue> now) {
      llvm::SmallVector<MValue> next(now);
      const auto other = partials_->load(part, counters_, now);
      for (const Accumulator& a : made.accumulators) {
        a.join(b_, llvm::MutableArrayRef<MValue>(next).slice(a.first(), a.count()), llvm::ArrayRef<MValue>(other).slice(a.first(), a.count()));
      }
      return next;
    });
  }

  CodeBuilder& b_;
  const Graph& graph_;
  const LoopKernel& kernel_;
  const LoopPlan& plan_;
  const LoopShape& shape_;
  Point point_;
  Body& body_;
  std::vector<AxisIndex>& counters_;
  std::vector<Room> rooms_;
  std::optional<PartialResults> partials_;  // if the kernel runs in parts
  MValue part_;                       // the part being run, if any
  std::size_t n_parallel_ = 0;
};

// What `run` emits of a kernel's loops. Stores past the caches are not ordered with others: another thread that is told that they are
// done must see them.
template <class F> void emitted(CodeBuilder& b, const Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays, F&& run) {
  for (const std::size_t o : kernel.streamed) arrays[body.n_inputs + o].streamed = true;
  LoopEmitter loops(b, body, kernel, std::move(arrays));
  run(loops);
  if (!kernel.streamed.empty()) mlir::LLVM::FenceOp::create(b, mlir::LLVM::AtomicOrdering::seq_cst);
}

}  // namespace

void emit_loop_kernel(CodeBuilder& b, const Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays, MValue first, MValue last) {
  emitted(b, body, kernel, std::move(arrays), [&](LoopEmitter& loops) { loops.run(first, last); });
}
void emit_loop_parts(CodeBuilder& b, const Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays, MValue partials, MValue first, MValue last) {
  emitted(b, body, kernel, std::move(arrays), [&](LoopEmitter& loops) { loops.run_parts(partials, first, last); });
}
void emit_loop_join(CodeBuilder& b, const Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays, MValue partials) {
  emitted(b, body, kernel, std::move(arrays), [&](LoopEmitter& loops) { loops.join_parts(partials); });
}

}  // namespace espalier::codegen
