#include "espalier/ir/error.h"
#include "espalier/jit/emit/values/elementwise.h"
#include "espalier/jit/emit/values/location.h"
#include "espalier/jit/emit/products/epilogue.h"
#include "espalier/jit/gpu/kernel.h"

namespace espalier::codegen {
namespace {

namespace arith = mlir::arith;
namespace scf = mlir::scf;
using mlir::Value;
using Values = llvm::SmallVector<Value>;

class ContractionEmitter {
 public:
  ContractionEmitter(GpuFunction& function, const ir::Graph& body, const ContractionKernel& kernel, std::vector<Storage> arrays)
      : f_(function), b_(function.b), product_(kernel.product), c_(product_.contraction), launch_(std::get<TileLaunch>(kernel.mapping)),
        a_(arrays[product_.a]), b_array_(arrays[product_.b]), epilogue_(b_, body, kernel, std::move(arrays)) {}

  void run() {
    const auto tile = split_index(b_, {f_.block, 0, {}}, {launch_.batch, launch_.row_tiles, launch_.col_tiles}, 1);
    const auto own = split_index(b_, {f_.thread, 0, {}}, {TileLaunch::side, TileLaunch::side}, 1);
    batch_ = or_zero(tile[0].base);
    row_ = or_zero(index_scale(b_, tile[1].base, launch_.tile_rows()));
    col_ = or_zero(index_scale(b_, tile[2].base, launch_.tile_cols()));
    thread_row_ = own[0].base;
    thread_col_ = own[1].base;
    store(sums());
  }

 private:
  static constexpr std::int64_t threads = TileLaunch::side * TileLaunch::side;
  Value or_zero(Value x) { return x ? x : constant_index(b_, 0); }
  Value below(Value x, std::int64_t limit) { return arith::CmpIOp::create(b_, arith::CmpIPredicate::ult, x, constant_index(b_, limit)); }
  Value zero() {
    const mlir::Type type = register_type(b_.getContext(), product_.dtype);
    return ir::is_floating(product_.dtype) ? constant_float(b_, type, 0) : constant_int(b_, type, 0);
  }

  // A part of an operand in shared memory, [depth][line]: lines are rows of A or columns of B. One element of padding
  // keeps threads that write along the depth out of each other's banks.
  struct Part {
    const Storage& from;
    Contraction::Steps batch, line, depth;  // distances in memory
    std::int64_t first_extent;        // lines of the product
    Value first;                      // line of the tile
    std::int64_t lines;               // of the tile
    Storage room;
    std::int64_t pitch() const { return lines + 1; }
  };
  Part part(const Storage& from, Contraction::Steps batch, Contraction::Steps line, Contraction::Steps depth, std::int64_t extent, Value first, std::int64_t lines) {
    return {from, std::move(batch), std::move(line), std::move(depth), extent, first, lines, f_.shared(product_.dtype, launch_.depth * (lines + 1))};
  }

  // Where a number that counts through steps leads, in elements.
  Value place_of(Value number, const Contraction::Steps& steps) {
    llvm::SmallVector<std::int64_t> extents;
    for (const auto& step : steps) extents.push_back(step.extent);
    const auto digits = split_index(b_, {number, 0, {}}, extents, 1);
    Value place;
    for (std::size_t i = 0; i < steps.size(); ++i) place = index_add(b_, place, index_scale(b_, digits[i].base, steps[i].stride));
    return place;
  }

  // Neighbouring threads read along memory; what lies beyond the product counts as zero.
  void fill(const Part& part, Value from_depth) {
    const auto lies_along = [](const Contraction::Steps& steps) { return !steps.empty() && steps.back().stride == 1; };
    const bool along_depth = lies_along(part.depth) && !lies_along(part.line);
    const std::int64_t size = part.lines * launch_.depth;
    for (std::int64_t first = 0; first < size; first += threads) {
      const Value number = index_offset(b_, f_.thread, first);
      const auto digits = along_depth ? split_index(b_, {number, 0, {}}, {part.lines, launch_.depth}, 1) : split_index(b_, {number, 0, {}}, {launch_.depth, part.lines}, 1);
      const Value line = digits[along_depth ? 0 : 1].base, depth = digits[along_depth ? 1 : 0].base;
      mlir::OpBuilder::InsertionGuard guard(b_);
      if (first + threads > size) b_.setInsertionPointToStart(scf::IfOp::create(b_, below(number, size), false).thenBlock());
      const Value at_line = index_add(b_, part.first, line), at_depth = index_add(b_, from_depth, depth);
      Guard inside;
      if (part.first_extent % part.lines != 0) inside = below(at_line, part.first_extent);
      if (c_.k % launch_.depth != 0) inside = both(b_, inside, below(at_depth, c_.k));
      const Value place = index_add(b_, index_add(b_, place_of(batch_, part.batch), place_of(at_line, part.line)), place_of(at_depth, part.depth));
      const Storage flat{part.from.memory, ir::Type(part.from.type.dtype(), {part.from.type.size()})};
      Value x = emit_convert(b_, emit_load(b_, flat, {AxisIndex{place, 0, {}}}, 1, inside), part.from.type.dtype(), product_.dtype);
      if (inside) x = arith::SelectOp::create(b_, inside, x, zero());
      emit_store(b_, part.room, {AxisIndex{index_add(b_, index_scale(b_, depth, part.pitch()), line), 0, {}}}, x, {});
    }
  }

  Value multiply_add(Value x, Value y, Value sum) {
    const ir::Attrs none;
    if (ir::is_floating(product_.dtype)) return mlir::math::FmaOp::create(b_, x, y, sum);
    if (ir::is_bool(product_.dtype)) return arith::OrIOp::create(b_, sum, arith::AndIOp::create(b_, x, y));
    return arith::AddIOp::create(b_, sum, arith::MulIOp::create(b_, x, y));
  }

  // A thread's sums over all of k, rows × cols of them. Long ones run in blocks of blocks; what the outer blocks
  // have so far is not touched within a block, so its registers may be spilled at no cost.
  Values sums() {
    const auto& w = c_.a_windows;
    const auto line = [](std::int64_t extent, std::int64_t stride) { return Contraction::Steps{{extent, stride}}; };
    const Part a = part(a_, w ? w->batch : line(c_.batch, c_.a.batch), w ? w->row : line(c_.m, c_.a.row), w ? w->col : line(c_.k, c_.a.col), c_.m, row_, launch_.tile_rows());
    const Part b = part(b_array_, line(c_.batch, c_.b.batch), line(c_.n, c_.b.col), line(c_.k, c_.b.row), c_.n, col_, launch_.tile_cols());
    return in_blocks(a, b, launch_.sum_blocks, constant_index(b_, 0), constant_index(b_, c_.k));
  }
  // Over depths [from, to), in blocks of so many steps each.
  Values in_blocks(const Part& a, const Part& b, llvm::ArrayRef<std::int64_t> sizes, Value from, Value to) {
    const std::int64_t length = launch_.depth * (sizes.empty() ? 1 : sizes.front());
    auto loop = scf::ForOp::create(b_, from, to, constant_index(b_, length), Values(launch_.rows * launch_.cols, zero()));
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const Value depth = loop.getInductionVar();
    Values sums(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
    if (sizes.empty()) {
      add_step(a, b, depth, sums);
    } else {
      const Value end = arith::MinUIOp::create(b_, index_offset(b_, depth, length), to);
      const Values block = in_blocks(a, b, sizes.drop_front(), depth, end);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = arith::AddFOp::create(b_, sums[i], block[i]);
    }
    scf::YieldOp::create(b_, sums);
    return Values(loop.getResults().begin(), loop.getResults().end());
  }
  // One part of each operand by way of shared memory. All threads of a block come by here together: they wait for each other.
  void add_step(const Part& a, const Part& b, Value from_depth, Values& sums) {
    fill(a, from_depth);
    fill(b, from_depth);
    f_.barrier();
    for (std::int64_t depth = 0; depth < launch_.depth; ++depth) {
      auto elements = [&](const Part& part, Value thread, std::int64_t count) {
        Values found;
        for (std::int64_t i = 0; i < count; ++i) {
          const Value place = index_offset(b_, thread, depth * part.pitch() + i * TileLaunch::side);
          found.push_back(emit_load(b_, part.room, {AxisIndex{place, 0, {}}}, 1, {}));
        }
        return found;
      };
      const Values x = elements(a, thread_row_, launch_.rows), y = elements(b, thread_col_, launch_.cols);
      for (std::int64_t i = 0; i < launch_.rows; ++i) {
        for (std::int64_t j = 0; j < launch_.cols; ++j) sums[i * launch_.cols + j] = multiply_add(x[i], y[j], sums[i * launch_.cols + j]);
      }
    }
    f_.barrier();
  }

  // The epilogue, whose code may be long, is emitted once and loops over the sums; a thread's own come by way of shared
  // memory, because registers have no index.
  void store(const Values& sums) {
    const std::int64_t count = launch_.rows * launch_.cols;
    if (count == 1) return store_one(thread_row_, thread_col_, sums[0]);
    const Storage room = f_.shared(product_.dtype, count * threads);
    for (std::int64_t i = 0; i < count; ++i) emit_store(b_, room, {AxisIndex{index_offset(b_, f_.thread, i * threads), 0, {}}}, sums[i], {});
    auto loop = scf::ForOp::create(b_, constant_index(b_, 0), constant_index(b_, count), constant_index(b_, 1));
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const Value i = loop.getInductionVar();
    const auto at = split_index(b_, {i, 0, {}}, {launch_.rows, launch_.cols}, 1);
    const Value sum = emit_load(b_, room, {AxisIndex{index_add(b_, index_scale(b_, i, threads), f_.thread), 0, {}}}, 1, {});
    store_one(index_add(b_, thread_row_, index_scale(b_, at[0].base, TileLaunch::side)), index_add(b_, thread_col_, index_scale(b_, at[1].base, TileLaunch::side)), sum);
  }
  void store_one(Value tile_row, Value tile_col, Value sum) {
    const Value row = index_add(b_, row_, tile_row), col = index_add(b_, col_, tile_col);
    Guard inside;
    if (c_.m % launch_.tile_rows() != 0) inside = below(row, c_.m);
    if (c_.n % launch_.tile_cols() != 0) inside = both(b_, inside, below(col, c_.n));
    mlir::OpBuilder::InsertionGuard guard(b_);
    if (inside) b_.setInsertionPointToStart(scf::IfOp::create(b_, inside, false).thenBlock());
    epilogue_.emit(batch_, row, col, sum);
  }

  GpuFunction& f_;
  CodeBuilder& b_;
  const Product& product_;
  const Contraction& c_;
  const TileLaunch& launch_;
  const Storage a_, b_array_;
  ProductEpilogue epilogue_;
  Value batch_, row_, col_;          // where the block's tile begins
  Value thread_row_, thread_col_;    // of the thread in its block
};

}  // namespace

void emit_gpu_contraction(GpuFunction& function, const ir::Graph& body, const ContractionKernel& kernel, std::vector<Storage> arrays) {
  const AtLocation at(function.b, dot_of(body));
  ContractionEmitter(function, body, kernel, std::move(arrays)).run();
}

}  // namespace espalier::codegen
