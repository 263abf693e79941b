#include "espalier/dsl/transform/control.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/ir/effects.h"

namespace espalier::detail {
namespace {

// The graph with `before` unused inputs in front of its captures, and `after` behind them.
ir::Graph with_unused(const ir::Graph& graph, std::size_t n_operands, std::span<const ir::Type> before, std::span<const ir::Type> after) {
  ir::Builder b;
  std::vector<ir::Value> args;
  const auto inputs = graph.input_types();
  for (std::size_t i = 0; i < n_operands; ++i) args.push_back(b.input(inputs[i]));
  for (ir::Type type : before) b.input(type);
  for (std::size_t i = n_operands; i < inputs.size(); ++i) args.push_back(b.input(inputs[i]));
  for (ir::Type type : after) b.input(type);
  return b.finish(b.splice(graph, args));
}

std::vector<Array> apply_graph_op(ir::Op op, std::span<const Array> operands, ir::Attrs attrs, const char* name) {
  return apply_many(op, operands, std::move(attrs), operands.empty() ? Where{} : operands[0].where(), name);
}

// Weak operands enter as the physical scalars that bodies were traced with.
Array physical_array(const Array& a) {
  if (!a.weak()) return a;
  if (ArrayAccess::kind(a) != ArrayAccess::Kind::literal) return a;
  if (Trace* trace = Trace::current()) return trace->array_of(trace->value_of(a, "loop", a.where()), false, a.where());
  return ArrayAccess::of(ArrayAccess::literal(a), a.where());
}

}  // namespace

std::vector<Array> choose(const Array& index, std::vector<ir::Graph> branches, std::span<const Array> operands, std::span<const std::vector<Array>> captures, const char* op) {
  std::vector<Array> all{index};
  for (const Array& a : operands) all.push_back(physical_array(a));
  std::vector<std::vector<ir::Type>> types;
  for (const auto& list : captures) {
    types.emplace_back();
    for (const Array& a : list) {
      types.back().push_back(ArrayAccess::physical(a));
      all.push_back(physical_array(a));
    }
  }
  ir::CondAttrs attrs;
  for (std::size_t k = 0; k < branches.size(); ++k) {
    std::vector<ir::Type> before, after;
    for (std::size_t other = 0; other < types.size(); ++other) {
      if (other == k) continue;
      auto& to = other < k ? before : after;
      to.insert(to.end(), types[other].begin(), types[other].end());
    }
    attrs.branches.push_back(std::make_shared<const ir::Graph>(with_unused(branches[k], operands.size(), before, after)));
  }
  return apply_graph_op(ir::Op::cond, all, std::move(attrs), op);
}

Array branch_of(const Array& pred, Where where) {
  if (pred.is_nothing()) (void)materialise(pred, "cond", where);
  if (pred.ndim() != 0) {
    ShapeError error("cond", "the predicate is " + ArrayAccess::type(pred).str() + ", not a scalar", "reduce it with all or any; to choose element by element use where", where);
    error.shapes = {pred.shape()};
    throw error;
  }
  if (pred.dtype() != bool_) {
    DTypeError error("cond", "the predicate is " + ArrayAccess::type(pred).str() + ", not bool", "compare it with something: x != 0", where);
    error.dtypes = {pred.dtype()};
    throw error;
  }
  return located(where, "cond", [&] {
    const Array no[] = {pred.weak() ? pred.as(bool_) : pred};
    const Array negated = apply_many(ir::Op::not_, no, {}, where, "cond")[0];
    return apply(ir::Op::convert, {Operand(negated, where)}, ir::ConvertAttrs{i32}, where, "cond");
  });
}

Array branch_number(const Array& index, Where where) {
  if (index.is_nothing()) (void)materialise(index, "switch_", where);
  if (index.ndim() == 0 && ir::is_integer(index.dtype())) {
    // An index beyond i32 is beyond all branches: it clamps to the last one or the first.
    const DType own = index.dtype();
    const bool beyond = own == i64 || own == u64 || own == u32;
    return (beyond ? clip(Operand(index, where), 0, INT32_MAX) : index).as(i32, where);
  }
  const std::string message = "the index is " + ArrayAccess::type(index).str() + ", not an integer scalar";
  if (index.ndim() == 0) {
    DTypeError error("switch_", message, "convert it with .as(i32)", where);
    error.dtypes = {index.dtype()};
    throw error;
  }
  ShapeError error("switch_", message, "switch_ chooses once; vmap it to choose per element", where);
  error.shapes = {index.shape()};
  throw error;
}

std::vector<Array> loop(const ir::Graph& body, std::span<const Array> captures, std::span<const Array> init, std::span<const Array> xs, std::int64_t length, bool reverse,
                        const tree::LoopDraws& draws, Where where) {
  // The body was traced as (carries, xs, captures); the op wants (consts, carries, xs).
  ir::Builder b;
  const auto inputs = body.input_types();
  const std::size_t n = init.size() + xs.size();
  std::vector<ir::Value> values(captures.size(), ir::no_value), args;  // of the captures; of all inputs of the body
  for (const auto& [place, drawn] : draws.counts()) values[place] = b.add(ir::Op::constant, {}, ir::ConstantAttrs{ir::scalar_literal(u32, std::int64_t{drawn})});
  std::vector<Array> operands;
  for (std::size_t i = 0; i < captures.size(); ++i) {
    if (values[i] != ir::no_value || draws.turn() == i) continue;
    values[i] = b.input(inputs[n + i]);
    operands.push_back(physical_array(captures[i]));
  }
  const auto consts = static_cast<int>(operands.size());
  for (std::size_t i = 0; i < n; ++i) args.push_back(b.input(inputs[i]));
  operands.insert(operands.end(), init.begin(), init.end());
  operands.insert(operands.end(), xs.begin(), xs.end());
  if (draws.turn()) {
    values[*draws.turn()] = b.input(inputs[n + *draws.turn()]);
    operands.push_back(tree::LoopDraws::turns(length, reverse, where));
  }
  args.insert(args.end(), values.begin(), values.end());
  const auto outputs = b.splice(body, args);
  ir::ScanAttrs attrs;
  attrs.body = std::make_shared<const ir::Graph>(b.finish(outputs));
  attrs.consts = consts;
  attrs.carries = static_cast<int>(init.size());
  attrs.length = length;
  attrs.reverse = reverse;
  if (attrs.body->outputs.empty() && !ir::has_effects(*attrs.body)) return {};
  return apply_graph_op(ir::Op::scan, operands, std::move(attrs), "scan");
}

void require_same_carry(const std::string& difference, std::size_t entered, std::size_t left, const char* op, Where where) {
  if (difference.empty() && entered == left) return;
  StructureError error(op, "the carry enters and leaves with different structures: " + (difference.empty() ? "leaves become Nothing or appear" : difference), "the body must return a carry like the one it takes", where);
  error.path = difference;
  throw error;
}

namespace {

// The condition must be one bool scalar.
void require_predicate(const ir::Graph& condition, const char* op, Where where) {
  const ir::Type type = condition.output_types().at(0);
  const std::string message = "the predicate is " + type.str() + ", not a bool scalar";
  if (type.ndim() != 0) {
    ShapeError error(op, message, "reduce it with all or any; a loop for each element is vmap of the loop", where);
    error.shapes = {type.shape()};
    throw error;
  }
  if (type.dtype() == bool_) return;
  DTypeError error(op, message, "compare it with something: x != 0", where);
  error.dtypes = {type.dtype()};
  throw error;
}

}  // namespace

std::vector<Array> loop_while(const Closed& condition, const Closed& body, std::span<const Array> init, std::int64_t max_steps, tree::LoopDraws& draws, const char* op, Where where) {
  require_predicate(condition.graph, op, where);
  if (init.empty()) return {};
  // Both were traced as (carries, captures); the op wants (consts, carries) of both. The number of the iteration is carried last.
  ir::Builder runs, asks;
  const std::size_t n = init.size();
  const auto body_types = body.graph.input_types(), condition_types = condition.graph.input_types();
  std::vector<ir::Value> values(body.captures.size(), ir::no_value), asked, body_args, condition_args;
  std::vector<Array> operands;
  for (const auto& [place, drawn] : draws.counts()) values[place] = runs.add(ir::Op::constant, {}, ir::ConstantAttrs{ir::scalar_literal(u32, std::int64_t{drawn})});
  for (std::size_t i = 0; i < body.captures.size(); ++i) {
    if (values[i] != ir::no_value || draws.turn() == i) continue;
    values[i] = runs.input(body_types[n + i]);
    asks.input(body_types[n + i]);
    operands.push_back(physical_array(body.captures[i]));
  }
  for (std::size_t i = 0; i < condition.captures.size(); ++i) {
    runs.input(condition_types[n + i]);
    asked.push_back(asks.input(condition_types[n + i]));
    operands.push_back(physical_array(condition.captures[i]));
  }
  ir::WhileAttrs attrs{nullptr, nullptr, static_cast<int>(operands.size()), max_steps};
  for (std::size_t c = 0; c < n; ++c) {
    body_args.push_back(runs.input(body_types[c]));
    condition_args.push_back(asks.input(body_types[c]));
  }
  operands.insert(operands.end(), init.begin(), init.end());
  if (draws.turn()) {
    values[*draws.turn()] = runs.input(ir::Type(u32));
    asks.input(ir::Type(u32));
    operands.push_back(apply(ir::Op::constant, {}, ir::ConstantAttrs{ir::scalar_literal(u32, std::int64_t{0})}, where, op));
  }
  body_args.insert(body_args.end(), values.begin(), values.end());
  condition_args.insert(condition_args.end(), asked.begin(), asked.end());
  auto outputs = runs.splice(body.graph, body_args);
  if (draws.turn()) {
    const ir::Value one = runs.add(ir::Op::constant, {}, ir::ConstantAttrs{ir::scalar_literal(u32, std::int64_t{1})});
    outputs.push_back(runs.add(ir::Op::add, {values[*draws.turn()], one}));
  }
  attrs.body = std::make_shared<const ir::Graph>(runs.finish(outputs));
  attrs.condition = std::make_shared<const ir::Graph>(asks.finish(asks.splice(condition.graph, condition_args)));
  auto results = apply_many(ir::Op::while_, operands, std::move(attrs), where, op);
  results.resize(n);
  draws.finish_unknown();
  return results;
}

Array counter_bound(const Array& bound, const char* name, Where where) {
  if (bound.is_nothing()) (void)materialise(bound, "fori_loop", where);
  const std::string message = std::string("the ") + name + " bound is " + ArrayAccess::type(bound).str() + ", not an integer scalar";
  if (bound.ndim() != 0) {
    ShapeError error("fori_loop", message, "a loop for each element is vmap of the loop", where);
    error.shapes = {bound.shape()};
    throw error;
  }
  if (ir::is_integer(bound.dtype())) return bound;
  DTypeError error("fori_loop", message, "convert it with .as(i32)", where);
  error.dtypes = {bound.dtype()};
  throw error;
}

std::optional<std::int64_t> known_bound(const Array& bound) {
  return ArrayAccess::is_number(bound) ? std::optional(ArrayAccess::integer(bound)) : std::nullopt;
}

std::int64_t leading_extent(std::span<const Array> xs, std::optional<std::int64_t> length, const char* op, Where where) {
  std::optional<std::int64_t> extent = length;
  const Array* first = nullptr;
  for (const Array& x : xs) {
    if (x.ndim() == 0) {
      ShapeError error(op, ArrayAccess::type(x).str() + " has no axis to loop over", "capture what does not change, or give it a leading axis", where);
      error.shapes = {x.shape()};
      throw error;
    }
    if (extent && *extent != x.shape(0)) {
      ShapeError error(op, first ? "leading axes differ: " + ArrayAccess::type(*first).str() + " and " + ArrayAccess::type(x).str() : "length is " + std::to_string(*extent) + ", but " + ArrayAccess::type(x).str() + " has a leading axis of " + std::to_string(x.shape(0)), "all leaves of xs have one leading extent", where);
      if (first) error.shapes = {first->shape(), x.shape()};
      throw error;
    }
    extent = x.shape(0);
    first = &x;
  }
  if (!extent) throw ArgumentError(op, "the number of rounds is not known", "give xs or {.length = n}", where);
  if (*extent < 0) throw ArgumentError(op, "the length is " + std::to_string(*extent), "a loop has 0 rounds or more", where);
  return *extent;
}

std::vector<Input> slices_of(std::span<const Array> xs) {
  std::vector<Input> inputs;
  for (const Array& x : xs) {
    auto shape = x.shape().extents();
    shape.erase(shape.begin());
    inputs.push_back({ArrayAccess::type(x).with(Shape(shape)), false, x.where()});
  }
  return inputs;
}

std::vector<Input> inputs_for(std::span<const Array> leaves) {
  std::vector<Input> inputs;
  for (const Array& leaf : leaves) inputs.push_back(input_of(leaf));
  return inputs;
}

bool any_weak(std::span<const Array> leaves) {
  for (const Array& leaf : leaves) {
    if (leaf.weak()) return true;
  }
  return false;
}

bool settle_carries(std::vector<Array>& init, std::span<const ir::Type> results, const char* op, Where where) {
  bool changed = false;
  for (std::size_t i = 0; i < init.size(); ++i) {
    const ir::Type now = ArrayAccess::type(init[i]);
    if (init[i].weak()) {
      // A body that leaves it weak settles it as well: the loop's carry has one dtype.
      init[i] = settled_in(init[i], results[i].dtype(), op, where);
      changed = true;
    }
    if (ArrayAccess::type(init[i]) == results[i]) continue;
    if (now.shape() == results[i].shape() && changed) continue;
    StructureError error(op, "carry " + std::to_string(i) + " enters as " + now.str() + " and leaves as " + results[i].str(), "the body must return its carry with the same shape and dtype", where);
    error.expected = now.str();
    error.actual = results[i].str();
    throw error;
  }
  return changed;
}

}  // namespace espalier::detail
