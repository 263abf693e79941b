#include "espalier/jit/emit/loops/group.h"

#include "espalier/jit/emit/loops/point.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
namespace scf = mlir::scf;
namespace LLVM = mlir::LLVM;
using MValue = mlir::Value;

namespace {

constexpr std::int64_t columns = 4;

class GroupEmitter {
 public:
  GroupEmitter(CodeBuilder& b, const GroupKernel& kernel, MValue list, MValue table)
      : b_(b), kernel_(kernel), member_(kernel.member), list_(list), table_(table), ptr_(LLVM::LLVMPointerType::get(b.getContext())) {}

  void run(MValue first, MValue last) {
    read_shared();
    auto tasks = scf::ForOp::create(b_, first, last, constant_index(b_, 1));
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(tasks.getBody());
    task(tasks.getInductionVar());
  }

 private:
  // Numbers that all members read are read, and what follows from them alone is computed, before the tasks: within them, every store
  // could have changed them.
  void read_shared() {
    std::vector<Storage> arrays(member_.n_inputs + member_.outputs.size());
    known_.resize(member_.types.size());
    std::int64_t place = 0;
    for (Value i = 0; i < member_.n_inputs; ++i)
      if (kernel_.shared[i]) arrays[i] = storage_at(b_, pointer(constant_index(b_, place++)), member_.type_of(i));
    Point point(b_, member_, kernel_.loops.loops, std::move(arrays));
    std::vector<bool> common(kernel_.shared);
    common.resize(member_.types.size(), false);
    for (Value i = 0; i < member_.n_inputs; ++i)
      if (common[i]) known_[i] = point.body.emit(i, {});
    for (const Node& node : member_.nodes) {
      if (!is_elementwise(node.op) || member_.type_of(node.first_result).ndim() != 0) {
        for (std::uint32_t r = 0; r < node.n_results; ++r) common[node.first_result + r] = node.op == Op::constant;
        continue;
      }
      const auto operands = member_.operands_of(node);
      const bool is_common = std::all_of(operands.begin(), operands.end(), [&](Value v) { return common[v]; });
      for (std::uint32_t r = 0; r < node.n_results; ++r) {
        common[node.first_result + r] = is_common;
        if (is_common) known_[node.first_result + r] = point.body.emit(node.first_result + r, {});
      }
    }
  }

  void task(MValue number) {
    const MValue from = entry(number, 0), to = entry(number, 1), operands = entry(number, 2), results = entry(number, 3);
    std::vector<Storage> arrays;
    std::int64_t own = 0;
    for (Value i = 0; i < member_.n_inputs; ++i) {
      if (kernel_.shared[i]) arrays.emplace_back();
      else arrays.push_back(storage_at(b_, pointer(index_offset(b_, operands, own++)), member_.type_of(i)));
    }
    for (std::size_t o = 0; o < member_.outputs.size(); ++o) arrays.push_back(storage_at(b_, pointer(index_offset(b_, results, static_cast<std::int64_t>(o))), member_.type_of(member_.outputs[o])));

    const std::int64_t width = kernel_.width();
    const MValue rest = arith::RemUIOp::create(b_, arith::SubIOp::create(b_, to, from), constant_index(b_, width)), whole = arith::SubIOp::create(b_, to, rest);
    {
      auto vectors = scf::ForOp::create(b_, from, whole, constant_index(b_, width));
      mlir::OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToStart(vectors.getBody());
      elements(arrays, vectors.getInductionVar(), {});
    }
    const MValue is_left = arith::CmpIOp::create(b_, arith::CmpIPredicate::ne, rest, constant_index(b_, 0));
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(scf::IfOp::create(b_, is_left, false).thenBlock());
    elements(arrays, whole, first_lanes(rest, width));
  }
  // A vector of elements, from `first` on.
  void elements(const std::vector<Storage>& arrays, MValue first, Guard inside) {
    Point point(b_, member_, kernel_.loops.loops, arrays);
    point.counters[0] = {first, 1, {}};
    point.body.width = kernel_.width();
    point.body.inside = inside;
    for (Value v = 0; v < known_.size(); ++v)
      if (known_[v]) point.body.set(v, known_[v]);
    point.store([](Value) { return true; });
  }
  Guard first_lanes(MValue count, std::int64_t width) {
    const auto i32 = b_.getI32Type();
    llvm::SmallVector<std::int32_t> numbers(static_cast<std::size_t>(width));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int32_t>(i);
    const auto type = mlir::VectorType::get({width}, i32);
    const MValue lane = arith::ConstantOp::create(b_, mlir::DenseElementsAttr::get(type, llvm::ArrayRef<std::int32_t>(numbers)));
    return arith::CmpIOp::create(b_, arith::CmpIPredicate::slt, lane, splat(b_, arith::IndexCastOp::create(b_, i32, count), width));
  }

  MValue entry(MValue row, std::int64_t column) {
    const auto i64 = b_.getI64Type();
    const MValue at = arith::IndexCastOp::create(b_, i64, index_offset(b_, index_scale(b_, row, columns), column));
    const MValue place = LLVM::GEPOp::create(b_, ptr_, i64, table_, llvm::ArrayRef<LLVM::GEPArg>{at});
    return arith::IndexCastOp::create(b_, b_.getIndexType(), LLVM::LoadOp::create(b_, i64, place));
  }
  MValue pointer(MValue place) {
    const MValue at = arith::IndexCastOp::create(b_, b_.getI64Type(), place);
    return LLVM::LoadOp::create(b_, ptr_, LLVM::GEPOp::create(b_, ptr_, ptr_, list_, llvm::ArrayRef<LLVM::GEPArg>{at}));
  }

  CodeBuilder& b_;
  const GroupKernel& kernel_;
  const Graph& member_;
  const MValue list_, table_;
  const mlir::Type ptr_;
  std::vector<MValue> known_;  // per value of a member: what it is in all of them
};

}  // namespace

void emit_group(CodeBuilder& b, const GroupKernel& kernel, MValue list, MValue table, MValue first, MValue last) { GroupEmitter(b, kernel, list, table).run(first, last); }

Literal group_table(const GroupKernel& kernel) {
  const std::size_t n_shared = kernel.n_shared(), n_own = kernel.n_own(), n_results = kernel.member.outputs.size();
  const std::size_t first_result = n_shared + kernel.lengths.size() * n_own;
  std::vector<std::int64_t> rows;
  for (const GroupKernel::Task& task : kernel.tasks()) {
    rows.insert(rows.end(), {task.first, task.last, static_cast<std::int64_t>(n_shared + task.member * n_own), static_cast<std::int64_t>(first_result + task.member * n_results)});
  }
  return literal(Type(i64, {static_cast<std::int64_t>(rows.size())}), rows.data());
}

}  // namespace espalier::codegen
