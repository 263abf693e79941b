#include "random_graph.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/convolution.h"
#include "espalier/ir/error.h"
#include "noise.h"
#include "ops/table.h"

namespace espalier::test {
namespace {

using namespace ir;

// Draws nodes into a builder. A draw that infers no type (integers into `exp`) or grows too large is dropped.
class Generator {
 public:
  Generator(std::uint64_t seed, const RandomGraphOptions& options) : random_(seed), options_(options) {}

  Graph top_level() {
    for (int n = 2 + below(2); n > 0; --n) shapes_.push_back(shape());
    std::vector<Type> inputs;
    for (int n = below(4); n >= 0; --n) inputs.push_back(type());
    Graph graph = body(inputs, {}, 1 + below(5), options_.nodes);
    return graph;
  }

 private:
  struct Draft {
    Op op;
    std::vector<Value> operands;
    Attrs attrs;
  };

  int below(std::int64_t n) { return n <= 1 ? 0 : static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  std::int64_t extent() { return options_.extents[static_cast<std::size_t>(below(static_cast<std::int64_t>(options_.extents.size())))]; }
  Shape shape() {
    Ints extents;
    for (int n = below(5); n > 0; --n) extents.push_back(chance(3) ? 0 : extent());
    while (Shape(extents).size() > options_.max_size) extents.pop_back();
    return Shape(extents);
  }
  // Shapes recur, so that values meet.
  Type type() { return Type(dtype(), chance(75) ? shapes_[static_cast<std::size_t>(below(static_cast<std::int64_t>(shapes_.size())))] : shape()); }

  // A program from `inputs` to outputs of the types in `wanted`, which must be among them, and `extra` random ones.
  Graph body(const std::vector<Type>& inputs, const std::vector<Type>& wanted, int extra, int nodes) {
    Builder builder;
    Builder* outer = std::exchange(builder_, &builder);
    auto outer_pool = std::exchange(pool_, {});
    const int outer_body = std::exchange(body_, ++bodies_);
    for (Type t : inputs) pool_.push_back(builder.input(t));
    for (int i = 0; i < nodes; ++i) {
      for (int tries = 0; tries < 8 && !step(); ++tries) {}
    }
    std::vector<Value> outputs;
    for (Type t : wanted) outputs.push_back(like(t));
    // Values that nothing uses yet are returned first, the latest before the others.
    for (std::size_t i = pool_.size(); i-- > 0 && extra > 0;) {
      if (is_used(pool_[i]) || chance(20)) continue;
      outputs.push_back(pool_[i]);
      --extra;
    }
    for (int i = 0; i < extra; ++i) outputs.push_back(any());
    Graph graph = builder.finish(outputs);
    builder_ = outer;
    pool_ = std::move(outer_pool);
    body_ = outer_body;
    return graph;
  }

  bool step() {
    if (options_.host && chance(15)) return act();
    if (options_.figures > 0 && chance(options_.figures)) return figure();
    // Half of the rows are functions of one number; those that move, reduce and nest come as often.
    auto op = static_cast<Op>(below(op_count));
    while (is_elementwise(op) && chance(40)) op = static_cast<Op>(below(op_count));
    if (!allowed(op) || (family(op) == Family::control && options_.nesting == 0)) return false;
    const Draft draft = this->draft(op);
    return put(draft.op, draft.operands, draft.attrs).has_value();
  }
  // An effect: of some values, or of none.
  bool act() {
    const std::vector<Value> operands = some_values();
    const std::string name = "effect" + std::to_string(effects_++);
    add(Op::host_call, operands, HostCallAttrs{name, false, options_.host(name, types_of(operands))});
    return true;
  }
  // Adds the node if its operands fit and its results are not too large; returns its first result.
  std::optional<Value> put(Op op, const std::vector<Value>& operands, const Attrs& attrs) {
    if (!allowed(op)) return {};
    try {
      std::vector<Type> types;
      for (Value v : operands) types.push_back(builder_->type(v));
      const std::vector<Type> results = infer(op, attrs, types);
      if (std::any_of(results.begin(), results.end(), [&](Type t) { return t.size() > options_.max_size; })) return {};
      types.insert(types.end(), results.begin(), results.end());
      if (!options_.any_dtype && !has_values(op, types)) return {};
      return add(op, operands, attrs);
    } catch (const Error&) {
      return {};
    }
  }
  bool allowed(Op op) const { return options_.allow == nullptr || options_.allow(op); }
  // Whether the op is evaluated in the dtypes of its operands and results.
  static bool has_values(Op op, const std::vector<Type>& types) {
    if (info(op).moves) return true;
    return std::all_of(types.begin(), types.end(), [](Type t) { return has_arithmetic(t.dtype()); });
  }
  Value add(Op op, const std::vector<Value>& operands, const Attrs& attrs) {
    const Value first = builder_->add(op, operands, attrs, Loc("random.cpp", static_cast<std::uint32_t>(1 + below(99))));
    for (Value v = first; v < builder_->value_count(); ++v) pool_.push_back(v);
    for (Value v : operands) used_.insert({body_, v});
    return first;
  }
  bool is_used(Value v) const { return used_.count({body_, v}) != 0; }

  // -- operands --------------------------------------------------------------------------------------------------
  Value constant(Type t) {
    const bool fill = t.size() > 1 && chance(50) && allowed(Op::broadcast);
    const Value v = builder_->add(Op::constant, {}, ConstantAttrs{random_literal(random_, fill ? Type(t.dtype()) : t)});
    pool_.push_back(v);
    return fill ? add(Op::broadcast, {v}, BroadcastAttrs{t.shape(), {}}) : v;
  }
  // Prefers recent values, so that programs grow deep.
  Value any() {
    const auto n = static_cast<std::int64_t>(pool_.size());
    if (n == 0 || chance(4)) return constant(type());
    Value v = pool_[static_cast<std::size_t>(std::max(below(n), below(n)))];
    for (int tries = 0; tries < 3 && is_used(v); ++tries) v = pool_[static_cast<std::size_t>(std::max(below(n), below(n)))];
    return v;
  }
  // A value of the type: one that is there, one made from what is there, or a constant.
  Value like(Type t) {
    std::vector<Value> fits, converts, broadcasts;
    for (Value v : pool_) {
      const Type has = type_of(v);
      if (has == t) fits.push_back(v);
      else if (has.shape() == t.shape() && (options_.any_dtype || has_values(Op::convert, {has, t}))) converts.push_back(v);
      else if (has.dtype() == t.dtype() && is_suffix(has.shape(), t.shape())) broadcasts.push_back(v);
    }
    auto one_of = [&](const std::vector<Value>& values) { return values[static_cast<std::size_t>(std::max(below(static_cast<std::int64_t>(values.size())), below(static_cast<std::int64_t>(values.size()))))]; };
    if (!fits.empty() && !chance(10)) return one_of(fits);
    if (!broadcasts.empty() && allowed(Op::broadcast) && chance(60)) {
      const Value v = one_of(broadcasts);
      Ints dims(static_cast<std::size_t>(type_of(v).ndim()));
      std::iota(dims.begin(), dims.end(), t.ndim() - type_of(v).ndim());
      return add(Op::broadcast, {v}, BroadcastAttrs{t.shape(), dims});
    }
    if (!converts.empty() && allowed(Op::convert) && chance(70)) return add(Op::convert, {one_of(converts)}, ConvertAttrs{t.dtype()});
    return constant(t);
  }
  static bool is_suffix(const Shape& part, const Shape& whole) {
    if (part.ndim() > whole.ndim()) return false;
    for (int i = 1; i <= part.ndim(); ++i)
      if (part[-i] != whole[-i] && part[-i] != 1) return false;
    return true;
  }
  Type type_of(Value v) const { return builder_->type(v); }
  const Shape& shape_of(Value v) const { return builder_->type(v).shape(); }

  // -- pieces of attributes ----------------------------------------------------------------------------------------
  Ints permutation(int n) {
    Ints p(n);
    std::iota(p.begin(), p.end(), 0);
    std::shuffle(p.begin(), p.end(), random_);
    return p;
  }
  Ints some_axes(int n) {
    Ints axes;
    for (int i = 0; i < n; ++i) {
      if (chance(50)) axes.push_back(i);
    }
    return axes;
  }
  // The extents of a shape with unit axes added or taken, or two neighbours joined: of the same size.
  Shape regrouped(const Shape& shape) {
    Ints e = shape.extents();
    if (e.size() >= 2 && chance(40)) {
      const int at = below(static_cast<std::int64_t>(e.size()) - 1);
      e[at] *= e[at + 1];
      e.erase(e.begin() + at + 1);
    } else if (chance(50)) {
      std::erase(e, 1);
    }
    if (e.size() < 4 && chance(50)) e.insert(e.begin() + below(static_cast<std::int64_t>(e.size()) + 1), 1);
    return Shape(e);
  }
  Attrs broadcast(const Shape& from) {
    Ints shape, dims;
    for (int i = 0; i < from.ndim(); ++i) {
      if (chance(30)) shape.push_back(1 + below(3));
      dims.push_back(static_cast<std::int64_t>(shape.size()));
      shape.push_back(from[i] == 1 && chance(60) ? extent() : from[i]);
    }
    if (chance(30)) shape.push_back(1 + below(3));
    return BroadcastAttrs{Shape(shape), dims};
  }
  Attrs slice(const Shape& from) {
    SliceAttrs a;
    for (auto e : from) {
      const int start = chance(40) ? 0 : below(e + 1);
      a.start.push_back(start);
      a.limit.push_back(chance(40) ? e : start + below(e - start + 1));
      a.stride.push_back(1 + below(chance(70) ? 1 : 3));
    }
    return a;
  }
  PadAttrs pad(int n) {
    PadAttrs a;
    for (int i = 0; i < n; ++i) {
      a.low.push_back(chance(40) ? 0 : below(4) - 1);
      a.high.push_back(chance(40) ? 0 : below(4) - 1);
      a.interior.push_back(chance(80) ? 0 : below(3));
    }
    return a;
  }
  // Vectors lie in such a border as a whole, or by half.
  PadAttrs wide_pad(int n) {
    PadAttrs a = pad(n);
    for (int i = 0; i < n; ++i) {
      if (chance(50)) a.low[i] = below(40);
      if (chance(50)) a.high[i] = below(40);
    }
    return a;
  }
  DType dtype() { return options_.dtypes[below(static_cast<std::int64_t>(options_.dtypes.size()))]; }

  // -- one op ------------------------------------------------------------------------------------------------------
  // Whether the derivative of an elementwise op has one by this operand: the order of a function has none.
  static bool has_second_derivative(Op op, std::size_t operand) {
    const Row& row = row_of(op);
    if (info(op).operands.number < 2 || row.uses.empty()) return true;
    const Domain& domain = row.uses[0].domains[operand];
    return domain.differentiable && domain.twice;
  }

  Draft elementwise(Op op) {
    const Value x = any();
    Draft d{op, {x}, blank_attrs(op)};
    for (int i = 1; i < info(op).operands.number; ++i) d.operands.push_back(like(type_of(x)));
    for (std::size_t i = 0; i < d.operands.size(); ++i) {
      if (!has_second_derivative(op, i)) d.operands[i] = add(Op::stop_gradient, {d.operands[i]}, {});
    }
    if (op == Op::select) d.operands[0] = like(type_of(x).with(bool_));
    if (op == Op::compare) d.attrs = CompareAttrs{static_cast<Comparison>(below(6))};
    if (op == Op::reduce_precision) d.attrs = PrecisionAttrs{1 + below(9), below(12)};
    if (op == Op::convert || op == Op::bitcast) d.attrs = ConvertAttrs{dtype()};
    if (op == Op::bitcast && byte_size(std::get<ConvertAttrs>(d.attrs).to) != byte_size(type_of(x).dtype())) {
      d.attrs = ConvertAttrs{type_of(x).dtype()};
    }
    return d;
  }

  Draft concatenation() {
    const Value x = any();
    Draft d{Op::concatenate, {x}, ConcatenateAttrs{below(type_of(x).ndim())}};
    for (int n = below(3); n > 0; --n) d.operands.push_back(like(type_of(x)));
    return d;
  }

  Draft dot() {
    const Value x = any();
    const Shape& l = shape_of(x);
    DotAttrs a;
    Ints other;  // the shape of the right operand: some axes of the left, in some order, and some of its own
    for (std::int64_t axis : permutation(l.ndim())) {
      if (chance(40)) continue;
      const bool batch = chance(40);
      (batch ? a.lhs_batch : a.lhs_contract).push_back(axis);
      (batch ? a.rhs_batch : a.rhs_contract).push_back(static_cast<std::int64_t>(other.size()));
      other.push_back(l[static_cast<int>(axis)]);
      if (chance(30)) other.push_back(1 + below(3));
    }
    a.result = type_of(x).dtype();
    return {Op::dot, {x, like(Type(type_of(x).dtype(), Shape(other)))}, a};
  }

  // Windows along some axes, mostly such as lie within them.
  WindowsAttrs moving_windows(const Shape& shape) {
    WindowsAttrs a;
    for (std::int64_t axis : some_axes(shape.ndim())) {
      a.axes.push_back(axis), a.sizes.push_back(1 + below(3)), a.strides.push_back(1 + below(3)), a.dilations.push_back(1 + below(2));
      if (window_reach(a.sizes.back(), a.dilations.back()) > shape[static_cast<int>(axis)] && chance(80)) a.sizes.back() = 1;
    }
    return a;
  }
  // Axes of the left operand as dot has them; those that are left slide, or not.
  Draft conv() {
    const Value x = any();
    const Shape& l = shape_of(x);
    ConvAttrs a;
    Ints other;
    for (std::int64_t axis : permutation(l.ndim())) {
      const int role = below(4);
      if (role == 3) continue;
      const auto place = static_cast<std::int64_t>(other.size());
      other.push_back(role == 2 ? 1 + below(3) : l[static_cast<int>(axis)]);
      if (role == 0) a.lhs_batch.push_back(axis), a.rhs_batch.push_back(place);
      if (role == 1) a.lhs_contract.push_back(axis), a.rhs_contract.push_back(place);
      if (role == 2) {
        a.lhs_spatial.push_back(axis), a.rhs_spatial.push_back(place);
        a.strides.push_back(1 + below(2)), a.lhs_dilation.push_back(1 + below(2)), a.rhs_dilation.push_back(1 + below(2));
        a.low.push_back(below(3)), a.high.push_back(below(3));
      }
      if (chance(30)) other.push_back(1 + below(5));
    }
    a.result = type_of(x).dtype();
    return {Op::conv, {x, like(Type(type_of(x).dtype(), Shape(other)))}, a};
  }

  Draft dynamic(Op op) {
    const Value x = any();
    Ints sizes;
    for (auto e : shape_of(x)) sizes.push_back(below(e + 1));
    Draft d{op, {x}, blank_attrs(op)};
    if (op == Op::dynamic_slice) d.attrs = DynamicSliceAttrs{Shape(sizes)};
    else d.operands.push_back(like(type_of(x).with(Shape(sizes))));
    for (std::size_t i = 0; i < sizes.size(); ++i) d.operands.push_back(like(Type(i32)));
    return d;
  }

  // x, and windows of it at index arrays; those of a scatter are of another array.
  Draft windows(Op op) {
    const Value x = any();
    const Shape& from = shape_of(x);
    if (from.ndim() == 0) return {};
    GatherAttrs a;
    Ints batch, inner;
    for (int i = 0; i < from.ndim(); ++i) {
      a.slice_sizes.push_back(1);
      if (from[i] > 0 && chance(15)) {  // runs along with the index arrays
        a.operand_batching_dims.push_back(i);
        a.start_indices_batching_dims.push_back(static_cast<std::int64_t>(batch.size()));
        batch.push_back(from[i]);
        continue;
      }
      if (from[i] > 0 && chance(50)) a.collapsed_slice_dims.push_back(i);
      else inner.push_back(a.slice_sizes.back() = chance(60) ? from[i] : below(from[i] + 1));
      if (chance(50)) a.start_index_map.push_back(i);
    }
    if (a.start_index_map.empty()) return {};
    for (int n = below(3); n > 0; --n) batch.push_back(extent());
    const auto ndim = static_cast<int>(batch.size() + inner.size());
    Ints places = permutation(ndim), shape(static_cast<std::size_t>(ndim));
    places.resize(inner.size());
    std::sort(places.begin(), places.end());
    a.offset_dims = places;
    for (int i = 0, w = 0, b = 0; i < ndim; ++i) {
      const bool window = w < static_cast<int>(places.size()) && places[static_cast<std::size_t>(w)] == i;
      shape[static_cast<std::size_t>(i)] = window ? inner[static_cast<std::size_t>(w++)] : batch[static_cast<std::size_t>(b++)];
    }
    if (std::max(Shape(shape).size(), Shape(batch).size()) > options_.max_size) return {};  // before an operand is made of them
    a.outside = static_cast<Outside>(below(2));
    Draft d{op, {x}, a};
    const ScatterAttrs scatter{a, a.outside, false};
    if (op == Op::scatter) d.attrs = scatter;
    if (op == Op::scatter_reduce) d.attrs = ScatterReduceAttrs{scatter, reduction(type_of(x).dtype(), {}).kind};
    if (op != Op::gather) d.operands.push_back(like(type_of(x).with(Shape(shape))));
    for (std::size_t k = 0; k < a.start_index_map.size(); ++k) d.operands.push_back(like(Type(chance(80) ? i32 : i64, Shape(batch))));
    return d;
  }

  std::vector<Value> some_values() {
    std::vector<Value> values;
    for (int n = below(4); n > 0; --n) values.push_back(any());
    return values;
  }
  std::vector<Type> types_of(const std::vector<Value>& values) const {
    std::vector<Type> types;
    for (Value v : values) types.push_back(type_of(v));
    return types;
  }
  GraphRef nested(const std::vector<Type>& inputs, const std::vector<Type>& wanted, int extra) {
    --options_.nesting;
    auto graph = std::make_shared<const Graph>(body(inputs, wanted, extra, 1 + below(8)));
    ++options_.nesting;
    return graph;
  }
  Draft call() {
    const auto operands = some_values();
    return {Op::call, operands, CallAttrs{nested(types_of(operands), {}, 1 + below(2)), "callee"}};
  }
  Draft checkpoint() {
    const auto operands = some_values();
    return {Op::checkpoint, operands, CheckpointAttrs{nested(types_of(operands), {}, 1 + below(2)), static_cast<Saved>(below(5)), {"a"}, chance(30)}};
  }
  Draft cond() {
    auto operands = some_values();
    const auto types = types_of(operands);
    std::vector<Type> wanted = types;
    if (wanted.empty() || chance(50)) wanted.push_back(type());
    CondAttrs a;
    for (int n = 1 + below(3); n > 0; --n) a.branches.push_back(nested(types, wanted, 0));
    operands.insert(operands.begin(), like(Type(i32)));
    return {Op::cond, operands, a};
  }
  Draft scan() {
    ScanAttrs a;
    std::vector<Value> operands = some_values(), carries = some_values();
    a.consts = static_cast<int>(operands.size());
    a.carries = static_cast<int>(carries.size());
    a.reverse = chance(50);
    a.length = below(4);
    const auto carried = types_of(carries);
    operands.insert(operands.end(), carries.begin(), carries.end());
    auto types = types_of(operands);
    bool first = true;
    for (int n = below(3); n > 0; --n) {
      const Value x = any();
      if (type_of(x).ndim() == 0 || (!first && shape_of(x)[0] != a.length)) continue;
      a.length = shape_of(x)[0];
      first = false;
      const auto& e = shape_of(x).extents();
      operands.push_back(x);
      types.push_back(type_of(x).with(Shape(Ints(e.begin() + 1, e.end()))));
    }
    a.body = nested(types, carried, 1 + below(2));
    return {Op::scan, operands, a};
  }

  // It counts to what it is given, which may be anything, but runs a few times at most.
  Draft while_() {
    WhileAttrs a;
    std::vector<Value> operands = some_values(), carries = some_values();
    a.consts = static_cast<int>(operands.size());
    a.max_steps = below(4);
    carries.insert(carries.begin(), like(Type(i32)));
    operands.insert(operands.end(), carries.begin(), carries.end());
    const auto types = types_of(operands);
    a.body = nested(types, types_of(carries), 0);
    a.condition = nested(types, {Type(bool_)}, 0);
    return {Op::while_, operands, a};
  }

  // -- figures: several nodes that belong together ----------------------------------------------------------------
  bool figure() {
    switch (below(3)) {
      case 0: return table();
      case 1: return outer();
      default: return pieces();
    }
  }
  // An op of two values of one type; where numbers are only moved, a choice between the first and another.
  std::optional<Value> joined(Value x, Value y) {
    constexpr Op of_numbers[] = {Op::add, Op::sub, Op::mul, Op::max, Op::min, Op::add, Op::sub, Op::mul, Op::div};
    constexpr Op of_truths[] = {Op::and_, Op::or_, Op::xor_};
    if (!has_arithmetic(type_of(x).dtype())) return put(Op::select, {like(type_of(x).with(bool_)), x, like(type_of(x))}, {});
    if (type_of(y).dtype() != type_of(x).dtype()) {
      const auto converted = put(Op::convert, {y}, ConvertAttrs{type_of(x).dtype()});
      if (!converted) return {};
      y = *converted;
    }
    return put(is_bool(type_of(x).dtype()) ? of_truths[below(3)] : of_numbers[below(9)], {x, y}, {});
  }
  // A function of one value, or the value.
  Value turned(Value x) {
    constexpr Op of_one[] = {Op::neg, Op::abs, Op::exp, Op::tanh, Op::sign, Op::not_};
    if (chance(40)) return x;
    if (chance(20)) return put(Op::convert, {x}, ConvertAttrs{dtype()}).value_or(x);
    return put(of_one[below(6)], {x}, {}).value_or(x);
  }
  std::optional<Value> spread(Value x, const Shape& shape, const Ints& dims) { return put(Op::broadcast, {x}, BroadcastAttrs{shape, dims}); }
  ReduceAttrs reduction(DType t, const Ints& axes) { return {static_cast<Reduction>(is_bool(t) ? 2 + below(5) : below(is_floating(t) ? 4 : 7)), axes}; }

  // One array along some axes of a table, a reduction of the table broadcast along its other axes, and both combined again:
  // once, as in a mean, or again with the result, as in a softmax or a normalisation.
  bool table() {
    const Value v = any();
    Ints extents = shape_of(v).extents(), dims(extents.size());
    if (extents.empty() || extents.size() > 3) return false;
    std::iota(dims.begin(), dims.end(), 0);
    const int at = below(static_cast<std::int64_t>(extents.size()) + 1);
    extents.insert(extents.begin() + at, extent());
    for (auto& d : dims) d += d >= at;
    const Shape shape(extents);
    const Ints removed = chance(60) ? Ints{dims[static_cast<std::size_t>(below(static_cast<std::int64_t>(dims.size())))]} : some_axes(shape.ndim());
    Ints left;
    for (int i = 0; i < shape.ndim(); ++i)
      if (std::find(removed.begin(), removed.end(), i) == removed.end()) left.push_back(i);
    auto met = spread(turned(v), shape, dims);
    for (int rounds = 1 + below(3); rounds > 0 && met; --rounds) {
      const Value summed = turned(*met);
      auto sum = put(Op::reduce, {summed}, reduction(type_of(summed).dtype(), removed));
      if (sum && chance(40)) sum = joined(*sum, like(type_of(*sum)));
      const auto rows = sum ? spread(turned(*sum), shape, left) : std::nullopt;
      if (!rows) return false;
      const auto again = chance(30) ? spread(turned(v), shape, dims) : (chance(50) ? std::optional(summed) : met);  // of the array, or of the table
      met = again ? joined(turned(*again), turned(*rows)) : again;
    }
    return met.has_value();
  }
  // Two or three arrays, each along some axes of a shape and none along all of them.
  bool outer() {
    const Shape whole = shape();
    std::optional<Value> met;
    for (int n = 2 + below(2); n > 0; --n) {
      Ints dims, extents;
      for (int i = 0; i < whole.ndim(); ++i) {
        if (!chance(50)) continue;
        dims.push_back(i);
        extents.push_back(chance(15) ? 1 : whole[i]);
      }
      const DType t = met ? type_of(*met).dtype() : dtype();
      const auto one = spread(turned(like(Type(t, Shape(extents)))), whole, dims);
      if (!one) return false;
      met = met ? joined(*met, *one) : one;
      if (!met) return false;
    }
    return true;
  }
  // Pads, slices, reversals and concatenations on top of each other, beside something of the same type.
  bool pieces() {
    Value x = any();
    if (type_of(x).ndim() == 0) return false;
    for (int n = 1 + below(4); n > 0; --n) {
      const int ndim = type_of(x).ndim();
      std::optional<Value> next;
      switch (below(4)) {
        case 0: next = put(Op::pad, {x, like(Type(type_of(x).dtype()))}, chance(50) ? pad(ndim) : wide_pad(ndim)); break;
        case 1: next = put(Op::slice, {x}, slice(shape_of(x))); break;
        case 2: next = put(Op::reverse, {x}, ReverseAttrs{some_axes(ndim)}); break;
        case 3: next = put(Op::concatenate, {x, like(type_of(x))}, ConcatenateAttrs{below(ndim)}); break;
      }
      x = next.value_or(x);
    }
    return joined(x, like(type_of(x))).has_value();
  }

  Draft draft(Op op) {
    return visit(op,
                 [&](Unary) { return elementwise(op); },
                 [&](Binary) { return elementwise(op); },
                 [&](Ternary) { return elementwise(op); },
                 [&](Source source) { return this->source(source); },
                 [&](Movement movement) { return this->movement(movement); },
                 [&](Reducing reducing) { return this->reducing(reducing); },
                 [&](Contraction contraction) {
      switch (contraction) {
        case Contraction::dot: return dot();
        case Contraction::conv: return conv();
      }
      return Draft{};
    },
                 [&](Fourier) { return Draft{}; },
                 [&](Library) { return Draft{}; },  // whose results rounding decides
                 [&](Random random) {
      switch (random) {
        case Random::threefry2x32: {
          const Type t = type().with(u32);
          return Draft{op, {like(t), like(t), like(t), like(t)}, {}};
        }
      }
      return Draft{};
    },
                 [&](Collective) { return Draft{}; },  // of no value outside of vmap
                 [&](Control control) {
      switch (control) {
        case Control::call: return call();
        case Control::cond: return cond();
        case Control::scan: return scan();
        case Control::custom_jvp:
        case Control::custom_vjp:
        case Control::custom_linear:
        case Control::custom_root:
        case Control::custom_linear_solve:
        case Control::custom_call:
        case Control::host_call: return Draft{};  // calls, but for rules that need not be derivatives
        case Control::checkpoint: return checkpoint();
        case Control::checkpoint_name: return Draft{Op::checkpoint_name, some_values(), NameAttrs{"a"}};
        case Control::barrier: return Draft{Op::barrier, some_values(), {}};
        case Control::while_: return while_();
      }
      return Draft{};
    });
  }
  Draft source(Source op) {
    switch (op) {
      case Source::constant: return {op, {}, ConstantAttrs{random_literal(random_, type())}};
      case Source::iota: {
        const Type t = type();
        return {op, {}, IotaAttrs{t, below(t.ndim())}};
      }
    }
    return {};
  }
  Draft movement(Movement op) {
    switch (op) {
      case Movement::broadcast: {
        const Value x = any();
        return {op, {x}, broadcast(shape_of(x))};
      }
      case Movement::reshape: {
        const Value x = any();
        return {op, {x}, ReshapeAttrs{regrouped(shape_of(x))}};
      }
      case Movement::transpose: {
        const Value x = any();
        return {op, {x}, TransposeAttrs{permutation(type_of(x).ndim())}};
      }
      case Movement::slice: {
        const Value x = any();
        return {op, {x}, slice(shape_of(x))};
      }
      case Movement::pad: {
        const Value x = any();
        return {op, {x, like(Type(type_of(x).dtype()))}, pad(type_of(x).ndim())};
      }
      case Movement::concatenate: return concatenation();
      case Movement::reverse: {
        const Value x = any();
        return {op, {x}, ReverseAttrs{some_axes(type_of(x).ndim())}};
      }
      case Movement::sort: {  // mostly by integers, which rounding does not bring out of order
        const Value x = any();
        const Type type = type_of(x);
        if (type.ndim() == 0) return {};
        return {op, {x, like(chance(70) ? type.with(i32) : type)}, SortAttrs{below(type.ndim()), chance(50)}};
      }
      case Movement::windows: {
        const Value x = any();
        return {op, {x}, moving_windows(shape_of(x))};
      }
      case Movement::gather:
      case Movement::scatter: return windows(op);
      case Movement::dynamic_slice:
      case Movement::dynamic_update_slice: return dynamic(op);
    }
    return {};
  }
  Draft reducing(Reducing op) {
    switch (op) {
      case Reducing::reduce: {
        const Value x = any();
        ReduceAttrs a = reduction(type_of(x).dtype(), {});
        a.axes = some_axes(type_of(x).ndim());
        if (a.axes.empty() && type_of(x).ndim() > 0 && chance(90)) a.axes = {below(type_of(x).ndim())};
        return {op, {x}, a};
      }
      case Reducing::arg_reduce: {
        const Value x = any();
        return {op, {x}, ArgReduceAttrs{static_cast<ArgReduction>(below(2)), below(type_of(x).ndim()), i32}};
      }
      case Reducing::cumulative: {
        const Value x = any();
        return {op, {x}, CumulativeAttrs{static_cast<Cumulation>(below(5)), below(type_of(x).ndim()), chance(50)}};
      }
      case Reducing::overlap_add: {
        const Shape whole = type().shape();
        const OverlapAddAttrs a{moving_windows(whole), whole};
        return {op, {like(Type(type_of(any()).dtype(), windows_shape(a, whole)))}, a};
      }
      case Reducing::scatter_reduce: return windows(op);
    }
    return {};
  }

  std::mt19937_64 random_;
  RandomGraphOptions options_;
  Builder* builder_ = nullptr;
  std::vector<Value> pool_;
  int bodies_ = 0, body_ = 0;  // how many were begun, and the one in hand
  int effects_ = 0;
  std::set<std::pair<int, Value>> used_;
  std::vector<Shape> shapes_;
};

}  // namespace

Graph random_graph(std::uint64_t seed, const RandomGraphOptions& options) { return Generator(seed, options).top_level(); }

}  // namespace espalier::test
