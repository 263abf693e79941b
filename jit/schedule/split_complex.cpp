#include "espalier/jit/schedule/split_complex.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/error.h"
#include "espalier/ir/library.h"
#include "espalier/ir/op_sets.h"
#include "espalier/ir/simplify.h"
#include "espalier/jit/schedule/complex_pair.h"

namespace espalier::codegen {
namespace {

using namespace ir;

bool has_complex(const Graph& graph) {
  if (std::any_of(graph.types.begin(), graph.types.end(), [](Type t) { return is_complex(t.dtype()); })) return true;
  bool found = false;
  for (const Node& node : graph.nodes) for_each_body(graph.attrs_of(node), [&](const GraphRef& body) { found = found || has_complex(*body); });
  return found;
}

Type part_type(Type t) { return t.with(part_of(t.dtype())); }
Expr bits(Expr x, DType to) { return apply(Op::bitcast, {x}, ConvertAttrs{to}); }
Expr half(Expr word, bool upper) { return bits(convert(upper ? binary(Op::shift_right_logical, word, full_like(word, 32)) : word, u32), f32); }
Expr word_of(Pair z) {
  const Expr low = convert(bits(z.re, u32), u64), high = convert(bits(z.im, u32), u64);
  return apply(Op::or_, {low, binary(Op::shift_left, high, full_like(high, 32))});
}

// One part of a packed array: both parts of each element beside each other. Of c64 they are the halves of a u64, so that elements are
// loaded and stored side by side, and taken apart in registers.
Expr part_of_pairs(Expr pairs, std::int64_t part) {
  if (pairs.dtype() == u64) return half(pairs, part == 1);
  Ints start(pairs.ndim(), 0), limit = pairs.shape().extents(), shape = limit;
  start.back() = part, limit.back() = part + 1;
  shape.pop_back();
  return reshape(slice(pairs, start, limit), Shape(shape));
}
Expr pairs_of(Pair z) {
  if (z.re.dtype() == f32) return word_of(z);
  Ints shape = z.re.shape().extents();
  shape.push_back(1);
  const Expr parts[] = {reshape(z.re, Shape(shape)), reshape(z.im, Shape(shape))};
  return concatenate(parts, z.re.ndim());
}

// A real value, or both parts of a complex one; of what came in or goes out as pairs, the pairs too.
struct Value2 {
  Value re = no_value, im = no_value, pairs = no_value;
};

class Splitter {
 public:
  explicit Splitter(const Graph& graph) : graph_(graph), values_(graph.types.size()) {}

  // A program: its inputs and outputs are packed.
  Graph program() {
    for (Value i = 0; i < graph_.n_inputs; ++i) {
      const Type type = graph_.type_of(i);
      const Value in = b_.input(packed(type));
      if (!is_complex(type.dtype())) values_[i] = {in};
      else values_[i].pairs = in;
    }
    const std::vector<Loc> reads = first_reads();
    for (Value i = 0; i < graph_.n_inputs; ++i) {
      if (values_[i].pairs == no_value) continue;
      b_.loc = reads[i];
      const Expr pairs{&b_, values_[i].pairs};
      values_[i] = {part_of_pairs(pairs, 0).value, part_of_pairs(pairs, 1).value, pairs.value};
    }
    for (const Node& node : graph_.nodes) split(node);
    std::vector<Value> outputs;
    const auto definer = definers(graph_);
    for (Value v : graph_.outputs) {
      Value2& z = values_[v];
      b_.loc = definer[v] == no_node ? Loc() : graph_.nodes[definer[v]].loc;
      if (z.im != no_value && z.pairs == no_value) z.pairs = pairs_of(pair(v)).value;
      outputs.push_back(z.im == no_value ? z.re : z.pairs);
    }
    return b_.finish(outputs);
  }

  // A body: complex inputs and outputs are two of each.
  GraphRef body() {
    for (Value i = 0; i < graph_.n_inputs; ++i) {
      const Type type = graph_.type_of(i);
      values_[i].re = b_.input(part_type(type));
      if (is_complex(type.dtype())) values_[i].im = b_.input(part_type(type));
    }
    for (const Node& node : graph_.nodes) split(node);
    return std::make_shared<const Graph>(b_.finish(both_parts(graph_.outputs)));
  }

 private:
  // Where each input is read first: that is what takes its parts.
  std::vector<Loc> first_reads() const {
    std::vector<Loc> reads(graph_.n_inputs);
    for (const Node& node : graph_.nodes) {
      for (Value v : graph_.operands_of(node)) {
        if (v < graph_.n_inputs && reads[v].line == 0) reads[v] = node.loc;
      }
    }
    return reads;
  }

  bool is_pair(Value v) const { return values_[v].im != no_value; }
  Expr real_value(Value v) { return {&b_, values_[v].re}; }
  Pair pair(Value v) { return {{&b_, values_[v].re}, {&b_, values_[v].im}}; }
  Value operand(const Node& node, std::size_t i) const { return graph_.operands_of(node)[i]; }
  Type result_type(const Node& node) const { return graph_.type_of(node.first_result); }

  std::vector<Value> both_parts(std::span<const Value> values) const {
    std::vector<Value> out;
    for (Value v : values) {
      out.push_back(values_[v].re);
      if (is_pair(v)) out.push_back(values_[v].im);
    }
    return out;
  }
  int parts_among(std::span<const Value> values) const {
    return static_cast<int>(std::count_if(values.begin(), values.end(), [&](Value v) { return is_pair(v); }));
  }

  void give(const Node& node, Expr x) { values_[node.first_result] = {x.value}; }
  void give(const Node& node, Pair z) { values_[node.first_result] = {z.re.value, z.im.value}; }

  void split(const Node& node) {
    b_.loc = node.loc;
    if (family(node.op) == Family::control) return control(node);
    const auto operands = graph_.operands_of(node);
    const bool complex = is_complex(result_type(node).dtype()) || std::any_of(operands.begin(), operands.end(), [&](Value v) { return is_pair(v); });
    if (!complex) {
      const Value first = b_.add(node.op, both_parts(operands), graph_.attrs_of(node), node.loc);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = {first + r};
      return;
    }
    visit(node.op,
          [&](Unary) { elementwise(node); },
          [&](Binary) { elementwise(node); },
          [&](Ternary) { elementwise(node); },
          [&](Source op) { source(op, node); },
          [&](Movement) { movement(node); },
          [&](Reducing op) { reducing(op, node); },
          [&](Contraction op) { contraction(op, node); },
          [&](Library) { library(node); },
          [&](Fourier) { library(node); },
          [&](Random op) { fail(op); },
          [&](Collective op) { fail(op); },
          [&](Control) {});
  }
  [[noreturn]] static void fail(Op op) { throw CompileError(std::string(name(op)), "takes no complex numbers"); }

  // ---- elementwise -----------------------------------------------------------------------------------------------------

  void elementwise(const Node& node) {
    const Value first = operand(node, 0);
    if (node.op == Op::complex) return give(node, Pair{real_value(first), real_value(operand(node, 1))});
    if (node.op == Op::bitcast) return reinterpretation(node, first, graph_.attrs_as<ConvertAttrs>(node).to);
    if (node.op == Op::convert) return conversion(node, first, graph_.attrs_as<ConvertAttrs>(node).to);
    if (node.op == Op::select) return give(node, select(real_value(first), pair(operand(node, 1)), pair(operand(node, 2))));
    const std::size_t n = graph_.operands_of(node).size();
    const Pair x = pair(first), y = n > 1 ? pair(operand(node, 1)) : x, z = n > 2 ? pair(operand(node, 2)) : x;
    if (info(node.op).moves) return give(node, x);
    switch (static_cast<OfComplex>(node.op.row())) {
      case OfComplex::neg: return give(node, -x);
      case OfComplex::abs: return give(node, abs(x));
      case OfComplex::sign: return give(node, sign(x));
      case OfComplex::real: return give(node, x.re);
      case OfComplex::imag: return give(node, x.im);
      case OfComplex::conj: return give(node, conj(x));
#define COMPLEX_FUNCTION(name) \
  case OfComplex::name: return give(node, name(x));
#include "espalier/ir/functions.def"
      case OfComplex::is_finite: return give(node, is_finite(x));
      case OfComplex::convert: break;  // above, of real numbers too

      case OfComplex::add: return give(node, x + y);
      case OfComplex::sub: return give(node, x - y);
      case OfComplex::mul: return give(node, x * y);
      case OfComplex::div: return give(node, x / y);
      case OfComplex::pow: return give(node, pow(x, y));
      case OfComplex::max: return give(node, max(x, y));
      case OfComplex::min: return give(node, min(x, y));
      case OfComplex::compare: return give(node, compare(graph_.attrs_as<CompareAttrs>(node).direction, x, y));

      case OfComplex::clamp: return give(node, min(max(y, x), z));
    }
    fail(node.op);
  }

  // From a complex number all but another complex one take the real part.
  void conversion(const Node& node, Value x, DType to) {
    if (!is_pair(x)) return give(node, Pair{convert(real_value(x), part_of(to)), full(b_, part_type(result_type(node)), 0)});
    const Pair z = pair(x);
    if (is_complex(to)) return give(node, Pair{convert(z.re, part_of(to)), convert(z.im, part_of(to))});
    give(node, convert(z.re, to));
  }

  // The bits of a c64 are those of its real part and, above them, of its imaginary part.
  void reinterpretation(const Node& node, Value x, DType to) {
    if (is_pair(x) && is_complex(to)) return give(node, pair(x));
    if (is_pair(x)) return give(node, bits(word_of(pair(x)), to));
    const Expr word = bits(real_value(x), u64);
    give(node, Pair{half(word, false), half(word, true)});
  }

  // ---- arrays ----------------------------------------------------------------------------------------------------------

  void source(Source op, const Node& node) {
    const Type part = part_type(result_type(node));
    switch (op) {
      case Source::iota: return give(node, Pair{iota(b_, part, graph_.attrs_as<IotaAttrs>(node).axis), full(b_, part, 0)});
      case Source::constant: {
        const Literal& value = graph_.attrs_as<ConstantAttrs>(node).value;
        const std::size_t width = byte_size(part.dtype());
        const auto every_second = [&](std::size_t first) {
          std::vector<std::byte> bytes(static_cast<std::size_t>(part.nbytes()));
          for (std::size_t at = 0; at < bytes.size(); at += width) std::memcpy(bytes.data() + at, value.bytes->data() + 2 * at + first, width);
          return Expr{&b_, b_.add(Op::constant, {}, ConstantAttrs{literal(part, bytes.data())})};
        };
        return give(node, Pair{every_second(0), every_second(width)});
      }
    }
  }

  // Both parts are moved, to the same places.
  void movement(const Node& node) {
    const auto moved = [&](bool imaginary) {
      std::vector<Expr> operands;
      for (Value v : graph_.operands_of(node)) operands.push_back({&b_, imaginary && is_pair(v) ? values_[v].im : values_[v].re});
      return apply(node.op, operands, graph_.attrs_of(node));
    };
    give(node, Pair{moved(false), moved(true)});
  }

  void reducing(Reducing op, const Node& node) {
    const Pair z = pair(operand(node, 0));
    switch (op) {
      case Reducing::reduce: return reduction(node, z, graph_.attrs_as<ReduceAttrs>(node));
      case Reducing::cumulative: {
        const auto& a = graph_.attrs_as<CumulativeAttrs>(node);
        if (a.kind == Cumulation::sum) return give(node, Pair{apply(node.op, {z.re}, a), apply(node.op, {z.im}, a)});
        if (a.kind == Cumulation::prod) return give(node, running_product(z, a));
        fail(op);
      }
      case Reducing::overlap_add:
      case Reducing::scatter_reduce: return movement(node);  // sums: each part by itself
      case Reducing::arg_reduce: fail(op);
    }
  }

  void reduction(const Node& node, Pair z, const ReduceAttrs& a) {
    switch (a.kind) {
      case Reduction::sum: return give(node, Pair{reduce(z.re, a.kind, a.axes), reduce(z.im, a.kind, a.axes)});
      case Reduction::prod: return give(node, product(z, a.axes));
      case Reduction::max:
      case Reduction::min: return give(node, extremum(z, a));
      case Reduction::and_:
      case Reduction::or_:
      case Reduction::xor_: fail(node.op);
    }
  }

  // The extremum of the real parts, and of the imaginary ones where that is.
  Pair extremum(Pair z, const ReduceAttrs& a) {
    if (a.axes.empty()) return z;
    Ints dims;
    for (int i = 0; i < z.re.ndim(); ++i)
      if (std::find(a.axes.begin(), a.axes.end(), i) == a.axes.end()) dims.push_back(i);
    const double worst = a.kind == Reduction::max ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    const Expr re = reduce(z.re, a.kind, a.axes), there = ir::compare(z.re, Comparison::eq, broadcast(re, z.re.shape(), dims));
    const Expr im = reduce(ir::select(there, z.im, full_like(z.im, worst)), a.kind, a.axes);
    const Expr nan = full_like(re, std::numeric_limits<double>::quiet_NaN());
    return select(reduce(is_nan(z), Reduction::or_, a.axes), {nan, nan}, {re, im});
  }

  static Expr piece(Expr x, std::int64_t first, std::int64_t last) {
    Ints start(x.ndim(), 0), limit = x.shape().extents();
    start.back() = first, limit.back() = last;
    return slice(x, start, limit);
  }

  // Halves are multiplied until one factor is left.
  Pair product(Pair z, const Ints& axes) {
    if (axes.empty()) return z;
    Pair x{axes_last(z.re, axes), axes_last(z.im, axes)};
    Ints shape = x.re.shape().extents();
    shape.pop_back();
    std::int64_t n = x.re.shape()[x.re.ndim() - 1];
    if (n == 0) return {full(b_, x.re.type().with(Shape(shape)), 1), full(b_, x.re.type().with(Shape(shape)), 0)};
    while (n > 1) {
      const std::int64_t half = n / 2;
      const auto pieces = [&](std::int64_t first, std::int64_t last) { return Pair{piece(x.re, first, last), piece(x.im, first, last)}; };
      Pair next = pieces(0, half) * pieces(half, 2 * half);
      if (n % 2 == 1) {
        const Pair rest = pieces(2 * half, n);
        const Expr re[] = {next.re, rest.re}, im[] = {next.im, rest.im};
        next = {concatenate(re, x.re.ndim() - 1), concatenate(im, x.re.ndim() - 1)};
      }
      x = next;
      n = half + n % 2;
    }
    return {reshape(x.re, Shape(shape)), reshape(x.im, Shape(shape))};
  }

  // A loop along the axis, whose carry is the product so far.
  Pair running_product(Pair z, const CumulativeAttrs& a) {
    Ints to_front{a.axis}, back;
    for (int i = 0; i < z.re.ndim(); ++i)
      if (i != a.axis) to_front.push_back(i);
    for (int i = 0; i < z.re.ndim(); ++i) back.push_back(i == a.axis ? 0 : (i < a.axis ? i + 1 : i));
    const Expr re = transpose(z.re, to_front), im = transpose(z.im, to_front);
    const Type row = re.type().with(Shape(std::vector<std::int64_t>(re.shape().begin() + 1, re.shape().end())));
    ir::Builder body;
    body.loc = b_.loc;
    const Value in[] = {body.input(row), body.input(row), body.input(row), body.input(row)};
    const Pair next = Pair{{&body, in[0]}, {&body, in[1]}} * Pair{{&body, in[2]}, {&body, in[3]}};
    const Value out[] = {next.re.value, next.im.value, next.re.value, next.im.value};
    const Value operands[] = {full(b_, row, 1).value, full(b_, row, 0).value, re.value, im.value};
    ScanAttrs loop{nullptr, 0, 2, re.shape()[0], a.reverse};
    loop.body = std::make_shared<const Graph>(body.finish(out));
    const Value first = b_.add(Op::scan, operands, std::move(loop), b_.loc);
    return {transpose({&b_, first + 2}, back), transpose({&b_, first + 3}, back)};
  }

  // Four real products; of real operands there is one.
  void contraction(Contraction op, const Node& node) {
    const Value x = operand(node, 0), y = operand(node, 1);
    switch (op) {
      case Contraction::dot:
      case Contraction::conv: {
        Attrs a = graph_.attrs_of(node);
        *accumulation(a) = part_of(*accumulation(a));
        const auto product = [&](Expr p, Expr q) { return apply(op, {p, q}, a); };
        if (!is_pair(x)) return give(node, Pair{product(real_value(x), real_value(y)), full(b_, part_type(result_type(node)), 0)});
        const Pair l = pair(x), r = pair(y);
        return give(node, Pair{product(l.re, r.re) - product(l.im, r.im), product(l.re, r.im) + product(l.im, r.re)});
      }
    }
  }

  // The library takes complex arrays as they lie in memory.
  void library(const Node& node) {
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) {
      if (is_pair(v) && values_[v].pairs == no_value) values_[v].pairs = pairs_of(pair(v)).value;
      operands.push_back(is_pair(v) ? values_[v].pairs : values_[v].re);
    }
    const Value first = b_.add(node.op, operands, packed(graph_.attrs_of(node)), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      Value2& result = values_[node.first_result + r];
      const Expr given{&b_, first + r};
      if (is_complex(graph_.type_of(node.first_result + r).dtype())) result = {part_of_pairs(given, 0).value, part_of_pairs(given, 1).value, given.value};
      else result = {given.value};
    }
  }

  // ---- control ---------------------------------------------------------------------------------------------------------

  void control(const Node& node) {
    const auto operands = graph_.operands_of(node);
    Attrs attrs = graph_.attrs_of(node);
    if (auto* scan = std::get_if<ScanAttrs>(&attrs)) {
      const auto consts = static_cast<std::size_t>(scan->consts), carries = static_cast<std::size_t>(scan->carries);
      scan->consts += parts_among(operands.subspan(0, consts));
      scan->carries += parts_among(operands.subspan(consts, carries));
    }
    if (auto* loop = std::get_if<WhileAttrs>(&attrs)) loop->consts += parts_among(operands.subspan(0, static_cast<std::size_t>(loop->consts)));
    for_each_body(attrs, [](GraphRef& body) {
      if (has_complex(*body)) body = Splitter(*body).body();
    });
    if (node.op == Op::custom_call || node.op == Op::host_call) return host(node, std::move(attrs));
    Value next = b_.add(node.op, both_parts(operands), std::move(attrs), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      Value2& result = values_[node.first_result + r];
      result.re = next++;
      if (is_complex(graph_.type_of(node.first_result + r).dtype())) result.im = next++;
    }
  }

  // The host reads and writes pairs.
  void host(const Node& node, Attrs attrs) {
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(is_pair(v) ? pairs_of(pair(v)).value : values_[v].re);
    if (auto* call = std::get_if<CustomCallAttrs>(&attrs))
      for (Type& type : call->results) type = packed(type);
    const Value first = b_.add(node.op, operands, std::move(attrs), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      const Expr made{&b_, first + r};
      if (!is_complex(graph_.type_of(node.first_result + r).dtype())) values_[node.first_result + r] = {made.value};
      else values_[node.first_result + r] = {part_of_pairs(made, 0).value, part_of_pairs(made, 1).value};
    }
  }

  const Graph& graph_;
  ir::Builder b_;
  std::vector<Value2> values_;
};

}  // namespace

Graph split_complex(const Graph& graph) { return has_complex(graph) ? simplify(Splitter(graph).program()) : graph; }

}  // namespace espalier::codegen
