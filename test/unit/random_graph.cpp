#include "random_graph.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"

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
    // What nobody uses yet is returned first, the last of it before all.
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
    // Half of the rows are functions of one number; those that move, reduce and nest come as often.
    auto op = static_cast<Op>(below(op_count));
    while (is_elementwise(op) && chance(40)) op = static_cast<Op>(below(op_count));
    if (!allowed(op) || (family(op) == Family::control && options_.nesting == 0)) return false;
    const Draft draft = this->draft(op);
    try {
      std::vector<Type> types;
      for (Value v : draft.operands) types.push_back(builder_->type(v));
      const auto results = infer(op, draft.attrs, types);
      for (Type t : results) {
        if (t.size() > options_.max_size) return false;
      }
      add(op, draft.operands, draft.attrs);
      return true;
    } catch (const Error&) {
      return false;
    }
  }
  bool allowed(Op op) const { return options_.allow == nullptr || options_.allow(op); }
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
  // Rather a recent value than an old one, so that programs grow deep.
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
      else if (has.shape() == t.shape()) converts.push_back(v);
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
    for (int i = 1; i <= part.ndim(); ++i) if (part[-i] != whole[-i] && part[-i] != 1) return false;
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
  Attrs pad(int n) {
    PadAttrs a;
    for (int i = 0; i < n; ++i) {
      a.low.push_back(chance(40) ? 0 : below(4) - 1);
      a.high.push_back(chance(40) ? 0 : below(4) - 1);
      a.interior.push_back(chance(80) ? 0 : below(3));
    }
    return a;
  }
  DType dtype() { return options_.dtypes[below(static_cast<std::int64_t>(options_.dtypes.size()))]; }

  // -- one op ------------------------------------------------------------------------------------------------------
  Draft elementwise(Op op) {
    const Value x = any();
    Draft d{op, {x}, blank_attrs(op)};
    for (int i = 1; i < info(op).operands; ++i) d.operands.push_back(like(type_of(x)));
    if (op == Op::select) d.operands[0] = like(type_of(x).with(bool_));
    if (op == Op::compare) d.attrs = CompareAttrs{static_cast<Comparison>(below(6))};
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

  Draft draft(Op op) {
    switch (op) {
      case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even:
      case Op::round_away: case Op::exp: case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt:
      case Op::rsqrt: case Op::cbrt: case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos:
      case Op::atan: case Op::sinh: case Op::cosh: case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh:
      case Op::logistic: case Op::erf: case Op::erfc: case Op::erf_inv: case Op::lgamma: case Op::digamma:
      case Op::is_finite: case Op::not_: case Op::popcount: case Op::clz: case Op::convert: case Op::bitcast:
      case Op::add: case Op::sub: case Op::mul: case Op::div: case Op::rem: case Op::pow: case Op::max: case Op::min:
      case Op::atan2: case Op::nextafter: case Op::polygamma: case Op::and_: case Op::or_: case Op::xor_:
      case Op::shift_left: case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::compare:
      case Op::select: case Op::clamp:
        return elementwise(op);
      case Op::constant: return {op, {}, ConstantAttrs{random_literal(random_, type())}};
      case Op::iota: {
        const Type t = type();
        return {op, {}, IotaAttrs{t, below(t.ndim())}};
      }
      case Op::broadcast: {
        const Value x = any();
        return {op, {x}, broadcast(shape_of(x))};
      }
      case Op::reshape: {
        const Value x = any();
        return {op, {x}, ReshapeAttrs{regrouped(shape_of(x))}};
      }
      case Op::transpose: {
        const Value x = any();
        return {op, {x}, TransposeAttrs{permutation(type_of(x).ndim())}};
      }
      case Op::slice: {
        const Value x = any();
        return {op, {x}, slice(shape_of(x))};
      }
      case Op::pad: {
        const Value x = any();
        return {op, {x, like(Type(type_of(x).dtype()))}, pad(type_of(x).ndim())};
      }
      case Op::concatenate: return concatenation();
      case Op::reverse: {
        const Value x = any();
        return {op, {x}, ReverseAttrs{some_axes(type_of(x).ndim())}};
      }
      case Op::dynamic_slice: case Op::dynamic_update_slice: return dynamic(op);
      case Op::reduce: {
        const Value x = any();
        const int kind = is_bool(type_of(x).dtype()) ? 2 + below(5) : below(is_floating(type_of(x).dtype()) ? 4 : 7);
        Ints axes = some_axes(type_of(x).ndim());
        if (axes.empty() && type_of(x).ndim() > 0 && chance(90)) axes = {below(type_of(x).ndim())};
        return {op, {x}, ReduceAttrs{static_cast<Reduction>(kind), axes}};
      }
      case Op::arg_reduce: {
        const Value x = any();
        return {op, {x}, ArgReduceAttrs{static_cast<ArgReduction>(below(2)), below(type_of(x).ndim()), i32}};
      }
      case Op::cumulative: {
        const Value x = any();
        return {op, {x}, CumulativeAttrs{static_cast<Cumulation>(below(5)), below(type_of(x).ndim()), chance(50)}};
      }
      case Op::dot: return dot();
      case Op::threefry2x32: {
        const Type t = type().with(u32);
        return {op, {like(t), like(t), like(t), like(t)}, {}};
      }
      case Op::call: return call();
      case Op::cond: return cond();
      case Op::scan: return scan();
    }
    return {};
  }

  std::mt19937_64 random_;
  RandomGraphOptions options_;
  Builder* builder_ = nullptr;
  std::vector<Value> pool_;
  int bodies_ = 0, body_ = 0;  // how many were begun, and the one in hand
  std::set<std::pair<int, Value>> used_;
  std::vector<Shape> shapes_;
};

template <class T> T random_element(std::mt19937_64& random, bool special) {
  const auto draw = random();
  if constexpr (std::is_same_v<T, bool>) {
    return draw & 1;
  } else if constexpr (std::is_integral_v<T>) {
    if (special && draw % 16 == 0) return static_cast<T>(random());
    return static_cast<T>(static_cast<std::int64_t>(draw >> 8) % 5 + (std::is_signed_v<T> ? 0 : 4));
  } else {
    constexpr T inf = std::numeric_limits<T>::infinity();
    constexpr T specials[] = {0, -T{0}, inf, -inf, std::numeric_limits<T>::quiet_NaN(), 1, -1, 2,
                              std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::max()};
    if (special && draw % 8 == 0) return specials[(draw >> 8) % std::size(specials)];
    return static_cast<T>(static_cast<double>(draw >> 11) * 0x1p-53 * 4 - 2);
  }
}

}  // namespace

Literal random_literal(std::mt19937_64& random, Type type, bool special) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(type.nbytes()));
  const bool done = visit_dtype(type.dtype(), [&]<class T>() {
    const bool uniform = random() % 4 == 0;
    T value = random_element<T>(random, special);
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
      if (!uniform) value = random_element<T>(random, special);
      std::memcpy(bytes.data() + at, &value, sizeof(T));
    }
  });
  if (!done) {  // formats that C++ cannot compute in: any bits are a value
    for (auto& b : bytes) b = static_cast<std::byte>(random());
  }
  return literal(type, bytes.data());
}

std::vector<Literal> random_inputs(const Graph& graph, std::uint64_t seed, bool special) {
  std::mt19937_64 random(seed);
  std::vector<Literal> inputs;
  for (Type t : graph.input_types()) inputs.push_back(random_literal(random, t, special));
  return inputs;
}

Graph random_graph(std::uint64_t seed, const RandomGraphOptions& options) { return Generator(seed, options).top_level(); }

}  // namespace espalier::test
