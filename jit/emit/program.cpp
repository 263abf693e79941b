#include "espalier/jit/emit/program.h"

#include "espalier/jit/emit/values/elementwise.h"
#include "espalier/jit/emit/values/function.h"
#include "espalier/jit/emit/values/location.h"
#include "espalier/jit/emit/kernel.h"

namespace espalier::codegen {
namespace {

namespace LLVM = mlir::LLVM;
namespace scf = mlir::scf;
namespace arith = mlir::arith;
using mlir::Value;

// Room for pointers on the stack, taken once at the entry and not in every round of a loop.
Value pointer_list(CodeBuilder& b, std::size_t size) {
  const auto ptr = LLVM::LLVMPointerType::get(b.getContext());
  mlir::OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&b.getInsertionBlock()->getParent()->getParentOfType<mlir::func::FuncOp>().front());
  const Value count = LLVM::ConstantOp::create(b, b.getI64Type(), b.getI64IntegerAttr(static_cast<std::int64_t>(size)));
  return LLVM::AllocaOp::create(b, ptr, ptr, count, 8);
}

class EntryEmitter {
 public:
  EntryEmitter(mlir::ModuleOp module, const Program& program, const EntryCode& code)
      : b_(mlir::UnknownLoc::get(module.getContext()), module.getContext()), module_(module), program_(program), code_(code),
        ptr_(LLVM::LLVMPointerType::get(module.getContext())) {}

  void run() {
    b_.setInsertionPointToEnd(module_.getBody());
    auto function = mlir::func::FuncOp::create(b_, entry_name, b_.getFunctionType({ptr_, ptr_, ptr_}, {}));
    function.setArgAttr(2, LLVM::LLVMDialect::getNoAliasAttrName(), b_.getUnitAttr());
    mlir::Block* block = function.addEntryBlock();
    b_.setInsertionPointToStart(block);
    Memory memory;
    const Schedule& s = program_.entry;
    memory.list(block->getArguments(), s.inputs.size(), s.outputs.size());
    steps(s, memory);
    mlir::func::ReturnOp::create(b_);
  }

 private:
  // Where the inputs, outputs and arena of one schedule are. Where there are lists of them, pointers are read from these when first
  // asked for: thousands that are all read at the start would all be kept. In a function that is a part of the schedule, constants
  // are those of `whole`.
  struct Memory {
    llvm::SmallVector<Value> inputs, outputs, constants;
    Value arena, input_list, output_list;
    const Memory* whole = nullptr;

    // As a function's arguments give them.
    void list(mlir::ValueRange lists_and_arena, std::size_t n_inputs, std::size_t n_outputs) {
      input_list = lists_and_arena[0];
      output_list = lists_and_arena[1];
      arena = lists_and_arena[2];
      inputs.resize(n_inputs);
      outputs.resize(n_outputs);
    }
  };

  Value number(std::int64_t n) { return LLVM::ConstantOp::create(b_, b_.getI64Type(), b_.getI64IntegerAttr(n)); }
  Value offset(Value pointer, std::int64_t bytes) {
    if (bytes == 0) return pointer;
    return LLVM::GEPOp::create(b_, ptr_, b_.getI8Type(), pointer, llvm::ArrayRef<LLVM::GEPArg>{static_cast<std::int32_t>(bytes)});
  }
  Value element(Value pointers, std::size_t i) {
    return LLVM::LoadOp::create(b_, ptr_, offset(pointers, static_cast<std::int64_t>(i) * 8));
  }

  Value at(const Schedule& s, Memory& memory, Ref ref) {
    switch (ref.kind) {
      case Ref::Kind::input: return listed(memory.inputs[ref.index], memory.input_list, ref.index);
      case Ref::Kind::output: return listed(memory.outputs[ref.index], memory.output_list, ref.index);
      case Ref::Kind::constant: {
        Value& pointer = memory.constants[ref.index];
        if (!pointer) pointer = b_.clone(*memory.whole->constants[ref.index].getDefiningOp())->getResult(0);
        return pointer;
      }
      case Ref::Kind::temp: {
        const std::int64_t bytes = s.temps[ref.index].offset;
        if (bytes <= INT32_MAX) return offset(memory.arena, bytes);
        return LLVM::GEPOp::create(b_, ptr_, b_.getI8Type(), memory.arena, llvm::ArrayRef<LLVM::GEPArg>{number(bytes)});
      }
    }
    return {};
  }

  Value listed(Value& pointer, Value list, std::size_t place) {
    if (!pointer) pointer = element(list, place);
    return pointer;
  }

  void steps(const Schedule& s, Memory& memory) {
    for (const ir::Literal& literal : s.constants) memory.constants.push_back(code_.constant(b_, n_constants_++, literal));
    if (part_end(s, 0) < s.steps.size()) return in_parts(s, memory);
    for (const Step& one : s.steps) step(s, memory, one);
  }

  static std::size_t pointers_of(const Copy&) { return 2; }
  static constexpr std::size_t pointers_of_group = 8;  // whatever its size: a loop fills its list
  std::size_t pointers_of(const Call& call) const { return is_group(call) ? pointers_of_group : call.operands.size() + call.results.size(); }
  bool is_group(const Call& call) const { return program_.kernels[call.kernel].kind() == KernelKind::group; }
  static std::size_t pointers_of(const Loop& loop) { return loop.operands.size() + loop.results.size() + loop.spares.size() + 2; }
  static std::size_t pointers_of(const Branch& branch) { return branch.operands.size() + branch.results.size() + 2; }
  static std::size_t pointers_of(const HostCall& call) { return call.operands.size() + call.results.size(); }
  // Behind the last step of the function that begins with step `first`.
  std::size_t part_end(const Schedule& s, std::size_t first) const {
    std::size_t end = first, pointers = 0;
    while (end < s.steps.size() && (end == first || pointers <= code_.pointers_per_function)) {
      pointers += std::visit([&](const auto& step) { return pointers_of(step); }, s.steps[end++]);
    }
    return pointers > code_.pointers_per_function && end - first > 1 ? end - 1 : end;
  }
  Value list_of(llvm::ArrayRef<Value> pointers) {
    const Value list = pointer_list(b_, std::max<std::size_t>(pointers.size(), 1));
    for (std::size_t i = 0; i < pointers.size(); ++i) LLVM::StoreOp::create(b_, pointers[i], offset(list, static_cast<std::int64_t>(i) * 8));
    return list;
  }

  // The steps as calls of functions, each of which is given lists of all pointers of the schedule.
  void in_parts(const Schedule& s, Memory& memory) {
    const Value lists[] = {memory.input_list ? memory.input_list : list_of(memory.inputs), memory.output_list ? memory.output_list : list_of(memory.outputs), memory.arena};
    for (std::size_t first = 0, end = 0; first < s.steps.size(); first = end) {
      end = part_end(s, first);
      const std::string name = "steps" + std::to_string(n_parts_++);
      mlir::func::CallOp::create(b_, name, mlir::TypeRange{}, mlir::ValueRange(lists));
      mlir::OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToEnd(module_.getBody());
      auto function = create_function(b_, name, {ptr_, ptr_, ptr_});
      mlir::Block* block = function.addEntryBlock();
      b_.setInsertionPointToStart(block);
      Memory part;
      part.list(block->getArguments(), memory.inputs.size(), memory.outputs.size());
      part.constants.resize(memory.constants.size());
      part.whole = &memory;
      for (std::size_t i = first; i < end; ++i) step(s, part, s.steps[i]);
      mlir::func::ReturnOp::create(b_);
    }
  }

  void step(const Schedule& s, Memory& memory, const Step& step) {
    std::visit([&](const auto& one) {
      const AtLocation at(b_, one.loc);
      emit(s, memory, one);
    }, step);
  }

  void copy(Value to, Value from, std::int64_t bytes) {
    if (bytes != 0) code_.copy(b_, to, from, bytes);
  }
  void emit(const Schedule& s, Memory& memory, const Copy& step) { copy(at(s, memory, step.to), at(s, memory, step.from), step.bytes); }

  // The pointers of a group, copied from the caller's lists as a table says: code for each would take longer to compile than the kernel.
  Value list_of_group(const Schedule& s, Memory& memory, const Call& call) {
    std::vector<Ref> refs = call.operands;
    refs.insert(refs.end(), call.results.begin(), call.results.end());
    const Value list = pointer_list(b_, refs.size());
    std::vector<std::int64_t> inputs, outputs, temps;  // rows: the place in the list, and that in the caller's or in the arena
    for (std::size_t i = 0; i < refs.size(); ++i) {
      const auto place = static_cast<std::int64_t>(i);
      switch (refs[i].kind) {
        case Ref::Kind::input: inputs.insert(inputs.end(), {place, refs[i].index}); break;
        case Ref::Kind::output: outputs.insert(outputs.end(), {place, refs[i].index}); break;
        case Ref::Kind::temp: temps.insert(temps.end(), {place, s.temps[refs[i].index].offset}); break;
        case Ref::Kind::constant: LLVM::StoreOp::create(b_, at(s, memory, refs[i]), offset(list, place * 8)); break;
      }
    }
    const auto listed = [&](Value pointers) { return [this, pointers](Value i) { return LLVM::LoadOp::create(b_, ptr_, element(pointers, i, ptr_)).getResult(); }; };
    fill(list, inputs, listed(memory.input_list));
    fill(list, outputs, listed(memory.output_list));
    fill(list, temps, [&](Value bytes) { return element(memory.arena, bytes, b_.getI8Type()); });
    return list;
  }
  Value element(Value base, Value i, mlir::Type type) { return LLVM::GEPOp::create(b_, ptr_, type, base, llvm::ArrayRef<LLVM::GEPArg>{i}); }
  template <class F> void fill(Value list, const std::vector<std::int64_t>& rows, F&& pointer_of) {
    if (rows.empty()) return;
    const std::string name = "places" + std::to_string(n_tables_++);
    {
      mlir::OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToStart(module_.getBody());
      emit_constant(b_, name, ir::literal(ir::Type(i64, {static_cast<std::int64_t>(rows.size())}), rows.data()), LLVM::Linkage::Internal);
    }
    const Value table = LLVM::AddressOfOp::create(b_, ptr_, name);
    auto loop = scf::ForOp::create(b_, number(0), number(static_cast<std::int64_t>(rows.size())), number(2));
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const auto entry = [&](Value i) { return LLVM::LoadOp::create(b_, b_.getI64Type(), element(table, i, b_.getI64Type())).getResult(); };
    const Value row = loop.getInductionVar(), place = entry(row), from = entry(arith::AddIOp::create(b_, row, number(1)));
    LLVM::StoreOp::create(b_, pointer_of(from), element(list, place, ptr_));
  }

  void emit(const Schedule& s, Memory& memory, const Call& call) {
    if (is_group(call)) return code_.call_group(b_, call.kernel, list_of_group(s, memory, call));
    llvm::SmallVector<Value> pointers;
    for (Ref r : call.operands) pointers.push_back(at(s, memory, r));
    for (Ref r : call.results) pointers.push_back(at(s, memory, r));
    if (updates(program_.kernels[call.kernel].kind()) && call.operands[0] != call.results[0]) {
      // The array to update is copied, unless the caller gave its memory for the result.
      const ir::Graph& body = program_.kernels[call.kernel].body;
      const Value elsewhere = LLVM::ICmpOp::create(b_, LLVM::ICmpPredicate::ne, pointers[0], pointers.back());
      auto branch = scf::IfOp::create(b_, elsewhere, false);
      mlir::OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToStart(branch.thenBlock());
      copy(pointers.back(), pointers[0], body.type_of(0).nbytes());
    }
    code_.call(b_, call.kernel, pointers);
  }

  // A loop's memory as its iterations see it.
  struct Carried {
    llvm::SmallVector<Value> consts, xs, ys;
    llvm::SmallVector<Value> results;   // per carry
    llvm::SmallVector<Value> rotating;  // of the carries that change places: where they are now, where they go next, the other place
    llvm::SmallVector<std::size_t> which;  // the carry that each of them is
    Value arena;
  };
  // Each carry that changes places rotates (now, next, other): iteration 1 reads init and writes A, iteration 2 reads A and writes B,
  // and so on. A and B are the result and its spare; of a loop of known length named so that the last iteration writes the result.
  Carried begin(const Schedule& s, Memory& memory, const Loop& loop) {
    Carried in;
    const std::size_t carries = static_cast<std::size_t>(loop.carries), first_carry = static_cast<std::size_t>(loop.consts);
    const bool swapped = !loop.condition && loop.length % 2 == 0;
    for (std::size_t i = 0; i < first_carry; ++i) in.consts.push_back(at(s, memory, loop.operands[i]));
    llvm::SmallVector<Value> now, next, other;
    for (std::size_t c = 0; c < carries; ++c) {
      Value init = at(s, memory, loop.operands[first_carry + c]);
      in.results.push_back(at(s, memory, loop.results[c]));
      const std::int64_t bytes = loop.body->outputs[c].nbytes();
      if (loop.places[c] == CarryPlace::in_place) {
        if (!(loop.operands[first_carry + c] == loop.results[c])) copy_elsewhere(in.results[c], init, bytes);
        continue;
      }
      const Value spare = at(s, memory, loop.spares[c]);
      in.which.push_back(c);
      next.push_back(swapped ? spare : in.results[c]);
      other.push_back(swapped ? in.results[c] : spare);
      if (loop.places[c] == CarryPlace::copied) {
        copy(other.back(), init, bytes);
        init = other.back();
      }
      now.push_back(init);
    }
    for (const auto& part : {now, next, other}) in.rotating.append(part.begin(), part.end());
    for (std::size_t i = first_carry + carries; i < loop.operands.size(); ++i) in.xs.push_back(at(s, memory, loop.operands[i]));
    for (std::size_t i = carries; i < loop.results.size(); ++i) in.ys.push_back(at(s, memory, loop.results[i]));
    in.arena = at(s, memory, loop.arena);
    return in;
  }
  // The carries of an iteration: where they are (part 0), or where they go (1).
  static llvm::SmallVector<Value> carries_at(const Carried& in, mlir::ValueRange rotating, std::size_t part) {
    llvm::SmallVector<Value> places = in.results;
    for (std::size_t k = 0; k < in.which.size(); ++k) places[in.which[k]] = rotating[part * in.which.size() + k];
    return places;
  }
  static llvm::SmallVector<Value> rotated(const Carried& in, mlir::ValueRange rotating) {
    llvm::SmallVector<Value> next;
    for (std::size_t part : {1, 2, 1})
      for (std::size_t k = 0; k < in.which.size(); ++k) next.push_back(rotating[part * in.which.size() + k]);
    return next;
  }
  void copy_elsewhere(Value to, Value from, std::int64_t bytes) {
    const Value elsewhere = LLVM::ICmpOp::create(b_, LLVM::ICmpPredicate::ne, to, from);
    auto branch = scf::IfOp::create(b_, elsewhere, false);
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(branch.thenBlock());
    copy(to, from, bytes);
  }

  void emit(const Schedule& s, Memory& memory, const Loop& loop) {
    const Carried in = begin(s, memory, loop);
    if (loop.condition) return run_while(s, memory, loop, in);
    if (loop.length == 0) {
      for (std::size_t k = 0; k < in.which.size(); ++k) copy_elsewhere(in.results[in.which[k]], in.rotating[k], loop.body->outputs[in.which[k]].nbytes());
      return;
    }
    auto iteration = scf::ForOp::create(b_, number(0), number(loop.length), number(1), in.rotating);
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(iteration.getBody());
    Value i = iteration.getInductionVar();
    if (loop.reverse) i = arith::SubIOp::create(b_, number(loop.length - 1), i);
    run_body(loop, in, iteration.getRegionIterArgs(), i);
    if (!in.rotating.empty()) scf::YieldOp::create(b_, rotated(in, iteration.getRegionIterArgs()));  // else the loop was made with its yield
  }

  void run_body(const Loop& loop, const Carried& in, mlir::ValueRange rotating, Value i) {
    const auto& body = *loop.body;
    auto slice = [&](Value base, std::int64_t bytes) {
      return LLVM::GEPOp::create(b_, ptr_, b_.getI8Type(), base, llvm::ArrayRef<LLVM::GEPArg>{Value(arith::MulIOp::create(b_, i, number(bytes)))}).getResult();
    };
    Memory inner;
    inner.inputs = in.consts;
    inner.inputs.append(carries_at(in, rotating, 0));
    inner.outputs = carries_at(in, rotating, 1);
    for (Value x : in.xs) inner.inputs.push_back(slice(x, body.inputs[inner.inputs.size()].nbytes()));
    for (Value y : in.ys) inner.outputs.push_back(slice(y, body.outputs[inner.outputs.size()].nbytes()));
    inner.arena = in.arena;
    steps(body, inner);
  }

  // While the condition holds, and at most `length` times if that is known; then carries that lie in their spares, or where they
  // began, are copied.
  void run_while(const Schedule& s, Memory& memory, const Loop& loop, const Carried& in) {
    const bool counted = loop.length >= 0;
    llvm::SmallVector<Value> first = in.rotating;
    if (counted) first.push_back(number(0));
    llvm::SmallVector<mlir::Type> types;
    for (Value v : first) types.push_back(v.getType());
    const llvm::SmallVector<mlir::Location> locations(types.size(), b_.getLoc());
    const Value holds = at(s, memory, loop.holds);
    auto round = scf::WhileOp::create(b_, types, first);
    {
      mlir::OpBuilder::InsertionGuard guard(b_);
      mlir::Block* before = b_.createBlock(&round.getBefore(), {}, types, locations);
      const auto ask = [&] {
        Memory inner;
        inner.inputs = in.consts;
        inner.inputs.append(carries_at(in, before->getArguments(), 0));
        inner.outputs.push_back(holds);
        inner.arena = in.arena;
        steps(*loop.condition, inner);
        return arith::CmpIOp::create(b_, arith::CmpIPredicate::ne, code_.read_index(b_, holds), arith::ConstantIntOp::create(b_, 0, 32)).getResult();
      };
      Value goes_on;
      if (counted) {
        const Value more = arith::CmpIOp::create(b_, arith::CmpIPredicate::slt, before->getArguments().back(), number(loop.length));
        auto choice = scf::IfOp::create(b_, mlir::TypeRange{b_.getI1Type()}, more, true);
        b_.setInsertionPointToStart(choice.thenBlock());
        scf::YieldOp::create(b_, mlir::ValueRange{ask()});
        b_.setInsertionPointToStart(choice.elseBlock());
        scf::YieldOp::create(b_, mlir::ValueRange{more});
        b_.setInsertionPointToEnd(before);
        goes_on = choice.getResult(0);
      } else {
        goes_on = ask();
      }
      scf::ConditionOp::create(b_, goes_on, before->getArguments());
      mlir::Block* after = b_.createBlock(&round.getAfter(), {}, types, locations);
      const auto now = after->getArguments();
      run_body(loop, in, now, {});
      llvm::SmallVector<Value> next = rotated(in, now);
      if (counted) next.push_back(arith::AddIOp::create(b_, now.back(), number(1)));
      scf::YieldOp::create(b_, next);
    }
    for (std::size_t k = 0; k < in.which.size(); ++k) copy_elsewhere(in.results[in.which[k]], round.getResult(static_cast<unsigned>(k)), loop.body->outputs[in.which[k]].nbytes());
  }

  void emit(const Schedule& s, Memory& memory, const HostCall& call) {
    llvm::SmallVector<Value> results, operands;
    for (Ref r : call.results) results.push_back(at(s, memory, r));
    for (Ref r : call.operands) operands.push_back(at(s, memory, r));
    const Value list = list_of(results);
    code_.call_host(b_, call.callee, list, list_of(operands));
  }

  void emit(const Schedule& s, Memory& memory, const Branch& branch) {
    Memory inner;
    for (Ref r : branch.operands) inner.inputs.push_back(at(s, memory, r));
    for (Ref r : branch.results) inner.outputs.push_back(at(s, memory, r));
    inner.arena = at(s, memory, branch.arena);
    const Value index = code_.read_index(b_, at(s, memory, branch.index));
    mlir::OpBuilder::InsertionGuard guard(b_);
    // An index below 0 takes the first branch, one beyond the end the last.
    for (std::size_t i = 0; i < branch.branches.size(); ++i) {
      Memory own = inner;
      if (i + 1 == branch.branches.size()) {
        steps(*branch.branches[i], own);
        break;
      }
      const Value here = arith::CmpIOp::create(b_, arith::CmpIPredicate::sle, index, arith::ConstantIntOp::create(b_, static_cast<std::int64_t>(i), 32));
      auto choice = scf::IfOp::create(b_, here, true);
      b_.setInsertionPointToStart(choice.thenBlock());
      steps(*branch.branches[i], own);
      b_.setInsertionPointToStart(choice.elseBlock());
    }
  }

  CodeBuilder b_;
  mlir::ModuleOp module_;
  const Program& program_;
  const EntryCode& code_;
  mlir::Type ptr_;
  std::size_t n_constants_ = 0, n_parts_ = 0, n_tables_ = 0;
};

// The CPU's own ways: kernels are called, large ones through the thread pool; memory is the process's.
class Calls {
 public:
  Calls(mlir::ModuleOp module, const Program& program, std::vector<KernelFunction> kernels)
      : b_(mlir::UnknownLoc::get(module.getContext()), module.getContext()), program_(program), kernels_(std::move(kernels)),
        ptr_(LLVM::LLVMPointerType::get(module.getContext())) {
    b_.setInsertionPointToEnd(module.getBody());
    for (std::uint32_t k = 0; k < kernels_.size(); ++k)
      if (kernels_[k].parallel && !kernels_[k].takes_list) task(k);
  }

  void call_group(CodeBuilder& b, std::uint32_t index, Value list) const { run(b, kernels_[index], kernels_[index].name, list); }
  void call(CodeBuilder& b, std::uint32_t index, llvm::ArrayRef<Value> arrays) const {
    const KernelFunction& kernel = kernels_[index];
    if (kernel.partial_bytes == 0) return run(b, kernel, arrays);
    llvm::SmallVector<Value> pointers(arrays);
    pointers.push_back(mlir::func::CallOp::create(b, scratch_name, mlir::TypeRange{ptr_}, mlir::ValueRange{number(b, kernel.partial_bytes)}).getResult(0));
    run(b, kernel, pointers);
    mlir::func::CallOp::create(b, kernel.name + "_join", mlir::TypeRange{}, pointers);
  }

 private:
  void run(CodeBuilder& b, const KernelFunction& kernel, llvm::ArrayRef<Value> pointers) const {
    if (!kernel.parallel) {
      mlir::func::CallOp::create(b, kernel.name, mlir::TypeRange{}, pointers);
      return;
    }
    const Value list = pointer_list(b, pointers.size());
    for (std::size_t i = 0; i < pointers.size(); ++i) LLVM::StoreOp::create(b, pointers[i], element_at(b, list, i));
    run(b, kernel, "task_" + kernel.name, list);
  }
  // All tasks of a function that takes a list of pointers and a range of tasks.
  void run(CodeBuilder& b, const KernelFunction& kernel, const std::string& task, Value list) const {
    if (kernel.parallel) {
      mlir::func::CallOp::create(b, parallel_name, mlir::TypeRange{}, mlir::ValueRange{LLVM::AddressOfOp::create(b, ptr_, task), list, number(b, kernel.tasks)});
    } else {
      mlir::func::CallOp::create(b, task, mlir::TypeRange{}, mlir::ValueRange{list, number(b, 0), number(b, kernel.tasks)});
    }
  }

  static Value number(CodeBuilder& b, std::int64_t n) { return LLVM::ConstantOp::create(b, b.getI64Type(), b.getI64IntegerAttr(n)); }
  Value element_at(CodeBuilder& b, Value list, std::size_t i) const {
    if (i == 0) return list;
    return LLVM::GEPOp::create(b, ptr_, b.getI8Type(), list, llvm::ArrayRef<LLVM::GEPArg>{static_cast<std::int32_t>(i * 8)});
  }

  // What the thread pool calls: pointers in a list, and a range of tasks.
  void task(std::uint32_t k) {
    const KernelFunction& kernel = kernels_[k];
    const ir::Graph& body = program_.kernels[k].body;
    const AtLocation at(b_, root_location(b_, body));
    auto function = create_function(b_, "task_" + kernel.name, {ptr_, b_.getI64Type(), b_.getI64Type()});
    mlir::OpBuilder::InsertionGuard guard(b_);
    mlir::Block* block = function.addEntryBlock();
    b_.setInsertionPointToStart(block);
    llvm::SmallVector<Value> args;
    const std::size_t pointers = body.n_inputs + body.outputs.size() + (kernel.partial_bytes > 0 ? 1 : 0);
    for (std::size_t i = 0; i < pointers; ++i) {
      args.push_back(LLVM::LoadOp::create(b_, ptr_, element_at(b_, block->getArgument(0), i)));
    }
    args.push_back(block->getArgument(1));
    args.push_back(block->getArgument(2));
    mlir::func::CallOp::create(b_, kernel.name, mlir::TypeRange{}, args);
    mlir::func::ReturnOp::create(b_);
  }

  CodeBuilder b_;
  const Program& program_;
  std::vector<KernelFunction> kernels_;
  mlir::Type ptr_;
};

}  // namespace

LLVM::GlobalOp emit_constant(CodeBuilder& b, llvm::StringRef name, const ir::Literal& literal, LLVM::Linkage linkage) {
  const llvm::StringRef bytes(static_cast<const char*>(literal.data()), literal.bytes->size());
  const auto type = LLVM::LLVMArrayType::get(b.getI8Type(), std::max<std::size_t>(bytes.size(), 1));
  return LLVM::GlobalOp::create(b, type, true, linkage, name, b.getStringAttr(bytes.empty() ? llvm::StringRef("\0", 1) : bytes), 64);
}

void emit_entry(mlir::ModuleOp module, const Program& program, const EntryCode& code) { EntryEmitter(module, program, code).run(); }

EmittedProgram emit_program(mlir::MLIRContext& context, const Program& program, const EmitOptions& options) {
  const auto loc = mlir::UnknownLoc::get(&context);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(loc);
  CodeBuilder b(loc, &context);
  b.setInsertionPointToEnd(module->getBody());
  const auto ptr = LLVM::LLVMPointerType::get(&context);
  mlir::func::FuncOp::create(b, parallel_name, b.getFunctionType({ptr, ptr, b.getI64Type()}, {})).setPrivate();
  mlir::func::FuncOp::create(b, scratch_name, b.getFunctionType({b.getI64Type()}, {ptr})).setPrivate();
  if (!program.callees.empty()) mlir::func::FuncOp::create(b, host_call_name, b.getFunctionType({b.getI64Type(), ptr, ptr}, {})).setPrivate();
  declare_library(*module);
  std::vector<KernelFunction> kernels;
  for (std::uint32_t k = 0; k < program.kernels.size(); ++k) {
    kernels.push_back(emit_kernel(*module, program.kernels[k], k, options.parallel));
  }
  std::int64_t scratch_bytes = 0;
  for (const KernelFunction& kernel : kernels) scratch_bytes = std::max({scratch_bytes, kernel.partial_bytes, kernel.scratch_bytes});
  const Calls calls(*module, program, std::move(kernels));
  EntryCode code;
  code.pointers_per_function = 512;
  code.call = [&](CodeBuilder& at, std::uint32_t kernel, llvm::ArrayRef<Value> pointers) { calls.call(at, kernel, pointers); };
  code.call_group = [&](CodeBuilder& at, std::uint32_t kernel, Value list) { calls.call_group(at, kernel, list); };
  code.copy = [](CodeBuilder& at, Value to, Value from, std::int64_t bytes) {
    LLVM::MemcpyOp::create(at, to, from, LLVM::ConstantOp::create(at, at.getI64Type(), at.getI64IntegerAttr(bytes)), false);
  };
  code.call_host = [](CodeBuilder& at, std::uint32_t callee, Value results, Value operands) {
    const Value number = LLVM::ConstantOp::create(at, at.getI64Type(), at.getI64IntegerAttr(callee));
    mlir::func::CallOp::create(at, host_call_name, mlir::TypeRange{}, mlir::ValueRange{number, results, operands});
  };
  code.read_index = [](CodeBuilder& at, Value index) { return LLVM::LoadOp::create(at, at.getI32Type(), index).getResult(); };
  code.constant = [&](CodeBuilder& at, std::size_t n, const ir::Literal& literal) {
    const std::string name = "constant" + std::to_string(n);
    mlir::OpBuilder::InsertionGuard guard(at);
    const auto place = at.saveInsertionPoint();
    at.setInsertionPointToStart(module->getBody());
    emit_constant(at, name, literal, LLVM::Linkage::Internal);
    at.restoreInsertionPoint(place);
    return LLVM::AddressOfOp::create(at, ptr, name).getResult();
  };
  emit_entry(*module, program, code);
  return {std::move(module), scratch_bytes};
}

}  // namespace espalier::codegen
