#include "espalier/jit/emit/loops/point.h"
#include "espalier/jit/gpu/kernel.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
namespace gpu = mlir::gpu;
namespace scf = mlir::scf;
using MValue = mlir::Value;

namespace {

MValue quotient(CodeBuilder& b, MValue x, std::int64_t by) { return arith::DivUIOp::create(b, x, constant_index(b, by)); }
MValue rest(CodeBuilder& b, MValue x, std::int64_t by) { return arith::RemUIOp::create(b, x, constant_index(b, by)); }
MValue below(CodeBuilder& b, MValue x, std::int64_t limit) { return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, x, constant_index(b, limit)); }

// The value that the thread `offset` lanes away holds. Words of 32 bits are what threads exchange.
MValue exchange(CodeBuilder& b, MValue x, std::int64_t offset) {
  const mlir::Type type = x.getType();
  const unsigned bits = type.getIntOrFloatBitWidth();
  const auto word = b.getI32Type();
  auto shuffle = [&](MValue w) -> MValue {
    return gpu::ShuffleOp::create(b, w, static_cast<std::int32_t>(offset), static_cast<std::int32_t>(warp), gpu::ShuffleMode::XOR).getShuffleResult();
  };
  if (bits == 32) return shuffle(x);
  if (bits < 32) return arith::TruncIOp::create(b, type, shuffle(arith::ExtUIOp::create(b, word, x)));
  const MValue whole = type.isF64() ? MValue(arith::BitcastOp::create(b, b.getI64Type(), x)) : x;
  const MValue half = constant_int(b, b.getI64Type(), 32);
  auto wide = [&](MValue w) -> MValue { return arith::ExtUIOp::create(b, b.getI64Type(), shuffle(w)); };
  const MValue low = wide(arith::TruncIOp::create(b, word, whole));
  const MValue high = wide(arith::TruncIOp::create(b, word, arith::ShRUIOp::create(b, whole, half)));
  const MValue joined = arith::OrIOp::create(b, low, arith::ShLIOp::create(b, high, half));
  return type.isF64() ? MValue(arith::BitcastOp::create(b, type, joined)) : joined;
}

// The points of a plan.
class LoopEmitter {
 public:
  LoopEmitter(GpuFunction& function, const Graph& graph, const LoopKernel& kernel, std::vector<Storage> arrays)
      : f_(function), b_(function.b), graph_(graph), kernel_(kernel), plan_(kernel.loops), launch_(std::get<PointLaunch>(kernel.mapping)), point_(b_, graph, plan_, std::move(arrays)) {}

  void run() {
    const std::int64_t points = plan_.parallel_points();
    if (points == 0) return;
    part_ = f_.thread;
    if (launch_.workers > 1) {
      part_ = launch_.adjacent ? quotient(b_, f_.thread, launch_.workers) : rest(b_, f_.thread, launch_.points);
      worker_ = launch_.adjacent ? rest(b_, f_.thread, launch_.workers) : quotient(b_, f_.thread, launch_.points);
    }
    MValue number = index_add(b_, index_scale(b_, f_.block, launch_.points), part_);
    if (points % launch_.points != 0) inside_ = below(b_, number, points);
    mlir::OpBuilder::InsertionGuard guard(b_);
    if (launch_.workers == 1) {
      if (inside_) b_.setInsertionPointToStart(scf::IfOp::create(b_, inside_, false).thenBlock());
      inside_ = {};
    } else if (inside_) {  // threads beyond the last point help with it, for all of a block meet at its barriers
      number = arith::MinUIOp::create(b_, number, constant_index(b_, points - 1));
    }
    count(false, number);
    point();
  }

 private:
  // Sets the counters of the parallel or the reduced loops; neighbours run along the loop that memory runs along.
  void count(bool reduced, MValue number) {
    std::vector<std::size_t> order;
    for (std::size_t l = 0; l < plan_.loops.size(); ++l) {
      if (plan_.loops[l].reduced == reduced && static_cast<int>(l) != plan_.vector_loop) order.push_back(l);
    }
    if (plan_.vector_loop >= 0 && plan_.loops[plan_.vector_loop].reduced == reduced) order.push_back(plan_.vector_loop);
    llvm::SmallVector<std::int64_t> extents;
    for (std::size_t l : order) extents.push_back(plan_.loops[l].extent);
    const auto digits = split_index(b_, {number, 0, {}}, extents, 1);
    for (std::size_t i = 0; i < order.size(); ++i) point_.counters[order[i]] = digits[i];
  }

  void point() {
    const Body::Scope scope(point_.body);
    if (!has_reduced_loops()) return point_.store([](Value) { return true; });
    for (int phase = 0; phase < plan_.n_phases; ++phase) {
      point_.row_values(phase);
      pass(phase);
    }
    point_.row_values(plan_.n_phases);
    MValue mine = inside_;
    if (worker_) mine = both(b_, mine, arith::CmpIOp::create(b_, arith::CmpIPredicate::eq, worker_, constant_index(b_, 0)));
    point_.store([&](Value v) { return !plan_.is_reduced_value(v); }, mine);
  }
  bool has_reduced_loops() const {
    return std::any_of(plan_.loops.begin(), plan_.loops.end(), [](const auto& l) { return l.reduced; });
  }

  // One pass over the reduced points. A thread meets the same ones in every pass, so it may read back what it stored;
  // other costly values are computed again.
  void pass(int phase) {
    const ReductionPass made = reduction_pass(graph_, plan_, phase, b_.has);
    if (made.is_empty()) return;
    llvm::SmallVector<MValue> totals;
    for (const Accumulator& a : made.accumulators) a.start(b_, 1, totals);
    if (plan_.reduced_points() > 0) totals = over_reduced_points(made, phase, totals);
    for (const Accumulator& a : made.accumulators) {
      const auto own = llvm::MutableArrayRef<MValue>(totals).slice(a.first(), a.count());
      if (launch_.workers > 1) join_workers(a, own);
      point_.body.set(a.result(), a.finish(b_, own));
    }
  }

  llvm::SmallVector<MValue> over_reduced_points(const ReductionPass& made, int phase, llvm::ArrayRef<MValue> initial) {
    return in_blocks(made, phase, made.blocks(launch_.sum_blocks), worker_ ? worker_ : constant_index(b_, 0), constant_index(b_, plan_.reduced_points()), initial);
  }
  // A thread's iterations up to `end`, in blocks of blocks of so many each.
  llvm::SmallVector<MValue> in_blocks(const ReductionPass& made, int phase, llvm::ArrayRef<std::int64_t> sizes, MValue first, MValue end, llvm::ArrayRef<MValue> initial) {
    const std::int64_t step = launch_.workers * (sizes.empty() ? 1 : sizes.front());
    auto loop = scf::ForOp::create(b_, first, end, constant_index(b_, step), initial);
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const MValue number = loop.getInductionVar();
    const llvm::SmallVector<MValue> now(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
    llvm::SmallVector<MValue> next;
    if (sizes.empty()) {
      next = at_reduced_point(made, phase, number, now);
    } else {
      const MValue block_end = arith::MinUIOp::create(b_, index_offset(b_, number, step), end);
      next = made.after_block(b_, now, in_blocks(made, phase, sizes.drop_front(), number, block_end, made.at_block_start(b_, now)));
    }
    if (!next.empty()) scf::YieldOp::create(b_, next);
    return llvm::SmallVector<MValue>(loop.getResults().begin(), loop.getResults().end());
  }
  llvm::SmallVector<MValue> at_reduced_point(const ReductionPass& made, int phase, MValue number, llvm::ArrayRef<MValue> now) {
    const Body::Scope scope(point_.body);
    count(true, number);
    for (const LoopKernel::Kept& kept : kernel_.kept) {
      if (kept.phase < phase) point_.body.set(kept.value, emit_load(b_, point_.array_of(*kept.output), point_.index_of(kept.value), 1, {}));
    }
    point_.store([&](Value v) { return plan_.is_reduced_value(v) && plan_.phase[v] == phase; }, inside_);
    llvm::SmallVector<MValue> next(now);
    for (const Accumulator& a : made.accumulators) {
      const auto [x, at] = point_.element_of(a, 1);
      a.take(b_, llvm::MutableArrayRef<MValue>(next).slice(a.first(), a.count()), x, at, {});
    }
    return next;
  }

  // ---- the workers' results become one, the same for each of them, in an order that never changes -------------------
  void join_workers(const Accumulator& a, llvm::MutableArrayRef<MValue> own) {
    std::int64_t parts = launch_.workers;
    MValue group = worker_, lane;
    if (launch_.adjacent) {
      butterfly(a, own, warp);
      parts /= warp;
      if (parts == 1) return;
      group = quotient(b_, f_.thread, warp);
      lane = rest(b_, f_.thread, warp);
    }
    const std::int64_t size = parts * launch_.points;
    auto place = [&](MValue part) { return index_add(b_, index_scale(b_, part, launch_.points), launch_.adjacent ? MValue() : part_); };
    auto read = [&](MValue at) {
      llvm::SmallVector<MValue> found;
      for (std::size_t i = 0; i < a.count(); ++i) found.push_back(emit_load(b_, slots(a.carried(i), i, size), {AxisIndex{at, 0, {}}}, 1, {}));
      return found;
    };
    {
      mlir::OpBuilder::InsertionGuard guard(b_);
      if (lane) b_.setInsertionPointToStart(scf::IfOp::create(b_, below(b_, lane, 1), false).thenBlock());
      for (std::size_t i = 0; i < a.count(); ++i) emit_store(b_, slots(a.carried(i), i, size), {AxisIndex{place(group), 0, {}}}, own[i], {});
    }
    f_.barrier();
    if (lane) {
      llvm::copy(read(rest(b_, lane, parts)), own.begin());
      butterfly(a, own, parts);
    } else {
      llvm::copy(read(part_), own.begin());
      for (std::int64_t p = 1; p < parts; ++p) a.join(b_, own, read(place(constant_index(b_, p))));
    }
    f_.barrier();  // all have read: the slots are free again
  }
  void butterfly(const Accumulator& a, llvm::MutableArrayRef<MValue> own, std::int64_t lanes) {
    for (std::int64_t offset = lanes / 2; offset > 0; offset /= 2) {
      llvm::SmallVector<MValue> other;
      for (MValue x : own) other.push_back(exchange(b_, x, offset));
      a.join(b_, own, other);
    }
  }
  // Shared memory for one carried value of each part; reductions use it one after the other.
  Storage slots(DType dtype, std::size_t which, std::int64_t size) {
    for (const auto& [array, index] : slots_)
      if (index == which && array.type.dtype() == dtype) return array;
    slots_.emplace_back(f_.shared(dtype, size), which);
    return slots_.back().first;
  }

  GpuFunction& f_;
  CodeBuilder& b_;
  const Graph& graph_;
  const LoopKernel& kernel_;
  const LoopPlan& plan_;
  const PointLaunch& launch_;
  Point point_;
  MValue part_;    // the point within the block
  MValue worker_;  // null: a thread has a point for itself
  MValue inside_;  // null: always
  std::vector<std::pair<Storage, std::size_t>> slots_;
};

}  // namespace

void emit_gpu_loop_kernel(GpuFunction& function, const Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays) {
  LoopEmitter(function, body, kernel, std::move(arrays)).run();
}

}  // namespace espalier::codegen
