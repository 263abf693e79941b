#include "noise.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>

#include "espalier/ir/builder.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/half.h"

namespace espalier::test {
namespace {

using namespace ir;

// How many times the spread of the samples a result may be away: they are few, and moved by less than functions may err.
constexpr double margin = 8;
constexpr double infinity = std::numeric_limits<double>::infinity();

// A complex array as the real one of its parts, which is the same memory.
Literal in_parts(const Literal& x) {
  if (!is_complex(x.type.dtype())) return x;
  Ints extents = x.type.shape().extents();
  extents.push_back(2);
  return {Type(part_of(x.type.dtype()), Shape(extents)), x.bytes};
}
std::vector<Literal> in_parts(std::vector<Literal> all) {
  for (Literal& x : all) x = in_parts(x);
  return all;
}

// An evaluator of its own for control flow, so that the bodies of loops and branches are moved too.
class Noisy {
 public:
  Noisy(std::uint64_t seed, int sample) : random_(seed + static_cast<std::uint64_t>(sample)), sample_(sample) {}

  // Nesting is as deep as the program's loops and branches, so recursion is bounded.
  std::vector<Literal> run(const Graph& graph, const std::vector<Literal>& inputs) {
    std::vector<Literal> values(graph.types.size());
    std::copy(inputs.begin(), inputs.end(), values.begin());
    for (const ir::Node& node : graph.nodes) {
      std::vector<Literal> operands;
      for (Value v : graph.operands_of(node)) operands.push_back(values[v]);
      auto results = computes_in_halves(graph, node) ? in_single(graph, node, operands) : apply(graph, node, operands);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = std::move(results[r]);
    }
    std::vector<Literal> outputs;
    for (Value v : graph.outputs) outputs.push_back(values[v]);
    return outputs;
  }

 private:
  std::vector<Literal> apply(const Graph& graph, const ir::Node& node, std::vector<Literal> operands) {
    const Attrs& attrs = graph.attrs_of(node);
    if (const auto* call = std::get_if<CallAttrs>(&attrs)) return run(*call->body, operands);
    if (const auto* checkpoint = std::get_if<CheckpointAttrs>(&attrs)) return run(*checkpoint->body, operands);
    if (node.op == Op::checkpoint_name || node.op == Op::barrier) return operands;
    if (const auto* cond = std::get_if<CondAttrs>(&attrs)) {
      const auto index = *static_cast<const std::int32_t*>(operands[0].data());
      const auto last = static_cast<std::int32_t>(cond->branches.size()) - 1;
      operands.erase(operands.begin());
      return run(*cond->branches[static_cast<std::size_t>(std::clamp(index, 0, last))], operands);
    }
    if (const auto* scan = std::get_if<ScanAttrs>(&attrs)) return loop(graph, node, *scan, operands);
    if (const auto* loop = std::get_if<WhileAttrs>(&attrs)) return turns(*loop, std::move(operands));
    if (has_pairs(operands) || is_complex(graph.type_of(node.first_result).dtype())) return of_pairs(graph, node, std::move(operands));
    // Near their zeros, or where they vanish, the error of these functions is relative to the argument, not to the result.
    constexpr Op by_argument[] = {Op::digamma, Op::lgamma, Op::polygamma, Op::igamma, Op::igammac, Op::igamma_grad_a, Op::random_gamma_grad, Op::betainc};
    if (std::find(std::begin(by_argument), std::end(by_argument), node.op) != std::end(by_argument))
      for (Literal& x : operands) x = moved(x, 2);
    // Sign and payload of a NaN are not defined: only its bits show them.
    if (node.op == Op::bitcast && is_floating(operands[0].type.dtype())) {
      operands[0] = with_other_nans(operands[0]);
    }
    const bool linear = is_sum(node.op, attrs), sums = linear || adds_up(node.op, attrs);
    const bool exact = sums && adds_up_exactly(node.op, operands);
    if (sums && !linear && !exact) {  // the order of its terms is free
      for (Literal& x : operands)
        if (is_floating(x.type.dtype())) x = moved(x, 4);
    }
    std::vector<Literal> results = computed(graph, node, operands);
    if (is_floating(results[0].type.dtype())) {
      if (is_arithmetic(node.op)) results[0] = moved_where_rounded(node.op, operands, results[0]);
      else if (sums && leaves_range(node.op, attrs, operands)) results[0] = changed(results[0], [&]<class T>(T v, std::int64_t) { return anything(v, v); });
      else if (linear && !exact) results[0] = moved_as_a_sum(graph, node, operands, results[0]);
      else if (is_function(node.op) || (sums && !exact)) results[0] = moved(results[0], 8);
      // A sum of one product may be that product, whose zero has a sign of its own.
      if (multiplies(node.op)) results[0] = changed(results[0], [&](auto v, std::int64_t) { return v == 0 && random_() % 2 == 0 ? -v : v; });
    }
    return results;
  }

  // Arithmetic on halves is that on f32, rounded; what is exact in the dtype itself is not moved.
  static bool computes_in_halves(const Graph& graph, const ir::Node& node) {
    if (info(node.op).moves || node.op == Op::convert || node.op == Op::nextafter || node.op == Op::reduce_precision || node.op == Op::iota) return false;
    const auto half = [&](Value v) { return is_half(graph.type_of(v).dtype()); };
    const auto operands = graph.operands_of(node);
    return half(node.first_result) || std::any_of(operands.begin(), operands.end(), half);
  }
  std::vector<Literal> in_single(const Graph& graph, const ir::Node& node, std::vector<Literal> operands) {
    Builder b;
    std::vector<Value> in;
    for (Literal& x : operands) {
      if (is_half(x.type.dtype())) x = converted(x, f32);
      in.push_back(b.input(x.type));
    }
    Attrs attrs = graph.attrs_of(node);
    if (DType* sums = accumulation(attrs); sums != nullptr && is_half(*sums)) *sums = f32;
    const Value result = b.add(node.op, in, attrs);
    const Graph single = b.finish({&result, 1});
    auto results = apply(single, single.nodes[0], operands);
    for (std::uint32_t r = 0; r < node.n_results; ++r) results[r] = converted(results[r], graph.type_of(node.first_result + r).dtype());
    return results;
  }
  static Literal converted(const Literal& x, DType to) {
    if (x.type.dtype() == to) return x;
    auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(x.type.with(to).nbytes()));
    void* out = bytes->data();
    const View view{x.type, x.data()};
    eval(Op::convert, ConvertAttrs{to}, {&view, 1}, {&out, 1});
    return {x.type.with(to), std::move(bytes)};
  }

  static bool has_pairs(const std::vector<Literal>& x) {
    return std::any_of(x.begin(), x.end(), [](const Literal& l) { return is_complex(l.type.dtype()); });
  }

  // Complex numbers round in units of their magnitude, and the signs of their zeros are free where they are computed. Where parts
  // leave the range, or are infinite or NaN, results may be anything: what they should be is told by lists (complex_test.cpp).
  std::vector<Literal> of_pairs(const Graph& graph, const ir::Node& node, std::vector<Literal> operands) {
    const Attrs& attrs = graph.attrs_of(node);
    const Op op = node.op;
    if (op == Op::bitcast) {
      for (Literal& x : operands) x = with_any_nan(x);
    }
    const bool exact = info(op).moves || op == Op::neg || op == Op::conj || op == Op::real || op == Op::imag || op == Op::complex || op == Op::compare || op == Op::max || op == Op::min || op == Op::clamp || op == Op::convert || op == Op::is_finite || op == Op::iota || op == Op::constant;
    const bool sums = adds_up(op, attrs);
    if (exact || (op == Op::reduce && !sums)) return computed(graph, node, operands);
    bool wild = false;
    for (const Literal& x : operands) wild = wild || leaves_range_of_pairs(x);
    if (sums || op == Op::pow)
      for (Literal& x : operands) x = pairs_moved(x, 4, false);
    std::vector<Literal> results = computed(graph, node, operands);
    const bool arithmetic = is_arithmetic(op);
    if (is_sum(op, attrs) && !wild) results[0] = pairs_moved_as_a_sum(graph, node, operands, results[0]);
    if (is_complex(results[0].type.dtype())) results[0] = pairs_moved(results[0], arithmetic ? 3 : 10, wild);
    else if (is_floating(results[0].type.dtype())) results[0] = moved(results[0], 4);
    return results;
  }
  static bool leaves_range_of_pairs(const Literal& x) {
    const auto wild = [](double v, double most) { return !std::isfinite(v) || std::abs(v) > most || (v != 0 && std::abs(v) < 1 / most); };
    bool found = false;
    each(in_parts(x), [&]<class T>(T v) { found = found || wild(static_cast<double>(v), sizeof(T) == 4 ? 1e15 : 1e140); });
    return found;
  }
  // What an element may be of which nothing is known. Most of a sample's are of one kind, so that lines that are sorted or added up
  // have few of another.
  template <class T> T anything(T value, T moved) {
    using L = std::numeric_limits<T>;
    const std::array<T, 7> kinds{value, moved, T{0}, L::min(), L::infinity(), -L::infinity(), L::quiet_NaN()};
    return kinds[random_() % 3 == 0 ? random_() % kinds.size() : static_cast<std::size_t>(sample_) % kinds.size()];
  }
  Literal pairs_moved(const Literal& x, int most, bool wild) {
    if (!is_complex(x.type.dtype())) return x;
    Literal parts = in_parts(x);
    auto bytes = std::make_shared<std::vector<std::byte>>(*x.bytes);
    const auto over = [&]<class T>(T* data) {
      for (std::int64_t i = 0; i < parts.type.size(); i += 2) {
        const T size = std::hypot(data[i], data[i + 1]);
        for (std::int64_t k = i; k < i + 2; ++k) {
          const double either = static_cast<double>(random_() % 2001) / 1000 - 1;
          const T moved = data[k] + static_cast<T>(either * most) * size * std::numeric_limits<T>::epsilon();
          if (wild || !std::isfinite(size)) {
            data[k] = anything(data[k], moved);
          } else {
            data[k] = sample_ % 3 == 0 && data[k] == 0 ? (random_() % 2 == 0 ? T{0} : -T{0}) : moved;
          }
        }
      }
    };
    if (x.type.dtype() == c64) over(reinterpret_cast<float*>(bytes->data()));
    else over(reinterpret_cast<double*>(bytes->data()));
    return {x.type, std::move(bytes)};
  }
  Literal with_any_nan(const Literal& x) {
    if (!is_inexact(x.type.dtype()) || !has_arithmetic(x.type.dtype())) return x;
    return {x.type, changed(in_parts(x), [&]<class T>(T v, std::int64_t) { return std::isnan(v) && random_() % 2 == 0 ? any_nan<T>() : v; }).bytes};
  }

  static std::vector<Literal> computed(const Graph& graph, const ir::Node& node, const std::vector<Literal>& operands) {
    std::vector<Literal> results;
    std::vector<void*> out;
    std::vector<View> in;
    for (const Literal& x : operands) in.push_back({x.type, x.data()});
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      const Type type = graph.type_of(node.first_result + r);
      auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()));
      out.push_back(bytes->data());
      results.push_back({type, std::move(bytes)});
    }
    eval(node.op, graph.attrs_of(node), in, out);
    return results;
  }

  // How many terms are added up for an element.
  static double terms_of(const Graph& graph, const ir::Node& node, const std::vector<Literal>& operands, const Literal& result) {
    if (node.op == Op::cumulative) return static_cast<double>(operands[0].type.shape()[graph.attrs_as<CumulativeAttrs>(node).axis]);
    if (!multiplies(node.op)) return static_cast<double>(operands[0].type.size()) / static_cast<double>(std::max<std::int64_t>(result.type.size(), 1));
    double terms = 1;
    const auto* conv = std::get_if<ConvAttrs>(&graph.attrs_of(node));
    const DotAttrs& dot = conv == nullptr ? graph.attrs_as<DotAttrs>(node) : *conv;
    for (auto axis : dot.lhs_contract) terms *= static_cast<double>(operands[0].type.shape()[static_cast<int>(axis)]);
    for (auto axis : conv == nullptr ? Ints() : conv->rhs_spatial) terms *= static_cast<double>(operands[1].type.shape()[static_cast<int>(axis)]);
    return terms;
  }

  // In any order of its terms a sum lies within the root of their number, in units of roundoff of the sum of their magnitudes (times a
  // small factor, which `margin` is: Higham and Mary, "A new approach to probabilistic rounding error analysis", 2019, theorem 2.4).
  // Each sample is that far off, up or down. A product that underflows may lose half of the smallest number, whatever its magnitude.
  Literal moved_as_a_sum(const Graph& graph, const ir::Node& node, std::vector<Literal> operands, const Literal& result) {
    const double terms = terms_of(graph, node, operands, result);
    const double underflows = multiplies(node.op) ? terms : 0;
    for (Literal& x : operands) x = changed(x, [](auto v, std::int64_t) { return std::abs(v); });
    const Literal total = computed(graph, node, operands)[0];
    return changed(result, [&]<class T>(T v, std::int64_t i) {
      const T off = static_cast<T>(std::sqrt(terms)) * std::numeric_limits<T>::epsilon() / 2 * static_cast<const T*>(total.data())[i] + static_cast<T>(underflows) * std::numeric_limits<T>::denorm_min();
      if (!std::isfinite(v) || !std::isfinite(off)) return v;
      return random_() % 2 == 0 ? v + off : v - off;
    });
  }

  // The same of both parts, which are sums of twice as many terms; their magnitudes are those of the numbers.
  Literal pairs_moved_as_a_sum(const Graph& graph, const ir::Node& node, const std::vector<Literal>& operands, const Literal& result) {
    Builder b;
    std::vector<Value> in;
    std::vector<Literal> sizes;
    for (const Literal& x : operands) {
      sizes.push_back(is_complex(x.type.dtype()) ? size_of(x) : x);
      in.push_back(b.input(sizes.back().type));
    }
    Attrs attrs = graph.attrs_of(node);
    if (auto* dot = std::get_if<DotAttrs>(&attrs)) dot->result = part_of(dot->result);
    const Value sum = b.add(node.op, in, attrs);
    const Graph real = b.finish({&sum, 1});
    const Literal total = computed(real, real.nodes[0], sizes)[0];
    const double off = std::sqrt(2 * terms_of(graph, node, operands, result)) * (total.type.dtype() == f32 ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon()) / 2;
    return {result.type, changed(in_parts(result), [&]<class T>(T v, std::int64_t i) {
      const T error = static_cast<T>(off) * static_cast<const T*>(total.data())[i / 2];
      return std::isfinite(v) && std::isfinite(error) ? (random_() % 2 == 0 ? v + error : v - error) : v;
    }).bytes};
  }
  static Literal size_of(const Literal& x) {
    Literal size{x.type.with(part_of(x.type.dtype())), std::make_shared<std::vector<std::byte>>(x.bytes->size() / 2)};
    void* out = const_cast<std::byte*>(size.bytes->data());
    const View view{x.type, x.data()};
    eval(Op::abs, {}, {&view, 1}, {&out, 1});
    return size;
  }

  // Turn by turn; the condition may be as noisy as what it is asked of.
  std::vector<Literal> turns(const WhileAttrs& loop, std::vector<Literal> values) {
    for (std::int64_t turn = 0; loop.max_steps < 0 || turn < loop.max_steps; ++turn) {
      const Literal holds = run(*loop.condition, values)[0];
      if (*static_cast<const bool*>(holds.data()) == false) break;
      auto next = run(*loop.body, values);
      std::move(next.begin(), next.end(), values.begin() + loop.consts);
    }
    values.erase(values.begin(), values.begin() + loop.consts);
    return values;
  }
  std::vector<Literal> loop(const Graph& graph, const ir::Node& node, const ScanAttrs& scan, const std::vector<Literal>& operands) {
    const auto fixed = static_cast<std::size_t>(scan.consts) + static_cast<std::size_t>(scan.carries);
    const auto carries = static_cast<std::size_t>(scan.carries);
    const auto types = scan.body->input_types();
    std::vector<Literal> args = operands;
    std::vector<std::vector<std::byte>> stacked;
    for (std::size_t r = carries; r < node.n_results; ++r) stacked.emplace_back(static_cast<std::size_t>(graph.type_of(node.first_result + static_cast<Value>(r)).nbytes()));
    for (std::int64_t round = 0; round < scan.length; ++round) {
      const auto at = static_cast<std::size_t>(scan.reverse ? scan.length - 1 - round : round);
      for (std::size_t x = fixed; x < args.size(); ++x) args[x] = literal(types[x], operands[x].bytes->data() + at * static_cast<std::size_t>(types[x].nbytes()));
      const auto results = run(*scan.body, args);
      for (std::size_t c = 0; c < carries; ++c) args[static_cast<std::size_t>(scan.consts) + c] = results[c];
      for (std::size_t y = 0; y < stacked.size(); ++y) {
        const auto& bytes = *results[carries + y].bytes;
        std::copy(bytes.begin(), bytes.end(), stacked[y].begin() + static_cast<std::ptrdiff_t>(at * bytes.size()));
      }
    }
    std::vector<Literal> results(args.begin() + scan.consts, args.begin() + static_cast<std::ptrdiff_t>(fixed));
    for (std::size_t y = 0; y < stacked.size(); ++y) results.push_back(literal(graph.type_of(node.first_result + static_cast<Value>(carries + y)), stacked[y].data()));
    return results;
  }

  Literal with_other_nans(const Literal& x) {
    auto bytes = std::make_shared<std::vector<std::byte>>(*x.bytes);
    visit_real(x.type.dtype(), [&]<class T>() {
      if constexpr (is_real<T>) {
        auto* data = reinterpret_cast<T*>(bytes->data());
        for (std::int64_t i = 0; i < x.type.size(); ++i)
          if (std::isnan(data[i]) && random_() % 2 == 0) data[i] = any_nan<T>();
      }
    });
    return {x.type, std::move(bytes)};
  }
  template <class T> T any_nan() {
    using Bits = std::conditional_t<sizeof(T) == 2, std::uint16_t, std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>;
    const Bits quiet = std::bit_cast<Bits>(std::numeric_limits<T>::quiet_NaN());
    return std::bit_cast<T>(static_cast<Bits>(quiet | (random_() % 3 == 0 ? ~Bits{0} : static_cast<Bits>(random_()))));
  }

  static bool multiplies(Op op) { return family(op) == Family::contraction; }
  static bool is_arithmetic(Op op) { return op == Op::add || op == Op::sub || op == Op::mul || op == Op::div; }
  static bool is_function(Op op) {
    const bool exact = op == Op::neg || op == Op::abs || op == Op::sign || op == Op::floor || op == Op::ceil || op == Op::round_even ||
                       op == Op::round_away || op == Op::rem || op == Op::max || op == Op::min || op == Op::nextafter || op == Op::select ||
                       op == Op::clamp || op == Op::reduce_precision || op == Op::convert || op == Op::bitcast || op == Op::stop_gradient || op == Op::sqrt;
    return is_elementwise(op) && !exact;
  }
  static bool adds_up(Op op, const Attrs& attrs) {
    if (const auto* a = std::get_if<ReduceAttrs>(&attrs)) return a->kind == Reduction::sum || a->kind == Reduction::prod;
    if (const auto* a = std::get_if<CumulativeAttrs>(&attrs)) return a->kind != Cumulation::max && a->kind != Cumulation::min;
    return multiplies(op) || op == Op::overlap_add;
  }
  static bool is_sum(Op op, const Attrs& attrs) {
    if (const auto* a = std::get_if<ReduceAttrs>(&attrs)) return a->kind == Reduction::sum;
    if (const auto* a = std::get_if<CumulativeAttrs>(&attrs)) return a->kind == Cumulation::sum;
    return multiplies(op) || op == Op::overlap_add;
  }
  // Sums of small whole numbers have one value in any order.
  static bool adds_up_exactly(Op op, const std::vector<Literal>& operands) {
    double most = 1, count = 1;
    bool whole = true;
    for (const Literal& x : operands) {
      double largest = 0;
      each(x, [&](auto v) {
        whole = whole && v == std::trunc(v) && std::abs(v) < 4096;
        largest = std::max(largest, std::abs(static_cast<double>(v)));
      });
      most *= largest;
      count = std::max(count, static_cast<double>(x.type.size()));
    }
    return whole && op != Op::cumulative && most * count < 16e6;
  }

  // Whether partial results may overflow or vanish in some order of the terms: then the order decides.
  static bool leaves_range(Op op, const Attrs& attrs, const std::vector<Literal>& operands) {
    const auto* reduce = std::get_if<ReduceAttrs>(&attrs);
    const auto* running = std::get_if<CumulativeAttrs>(&attrs);
    const bool product = (reduce && reduce->kind == Reduction::prod) || (running && running->kind == Cumulation::prod);
    const bool single = operands[0].type.dtype() == f32;
    double up = 0, down = 0, total = multiplies(op) ? 1 : 0;
    for (const Literal& x : operands) {
      double sum = 0;
      each(x, [&](auto v) {
        if (!std::isfinite(v) || v == 0) return;
        const double log = std::log2(std::abs(static_cast<double>(v)));
        (log > 0 ? up : down) += std::abs(log);
        sum += std::abs(static_cast<double>(v));
      });
      total = multiplies(op) ? total * sum : total + sum;
    }
    return product ? up > (single ? 127 : 1023) || down > (single ? 126 : 1022) : total > (single ? 1e38 : 1e308);
  }

  template <class F> static void each(const Literal& x, F&& f) {
    if (x.type.dtype() == f32)
      for (std::int64_t i = 0; i < x.type.size(); ++i) f(static_cast<const float*>(x.data())[i]);
    if (x.type.dtype() == f64)
      for (std::int64_t i = 0; i < x.type.size(); ++i) f(static_cast<const double*>(x.data())[i]);
  }
  template <class T> T stepped(T value, int most) {
    if (value == 0 || !std::isfinite(value)) return value;
    // Functions turn at whole numbers, and some vanish there.
    const T whole = std::nearbyint(value);
    const bool near = std::abs(value - whole) <= std::max(std::abs(value) * std::numeric_limits<T>::epsilon() * most, std::numeric_limits<T>::min());
    if (near && sample_ % 4 == 0) return std::copysign(whole, value);
    const auto draw = random_();
    const int steps = (1 + static_cast<int>((draw >> 1) % static_cast<std::uint64_t>(most))) * (draw % 2 == 0 ? 1 : -1);
    for (int s = 0; s < std::abs(steps); ++s) value = std::nextafter(value, steps < 0 ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity());
    return value;
  }
  template <class F> Literal changed(const Literal& x, F&& f) {
    auto bytes = std::make_shared<std::vector<std::byte>>(*x.bytes);
    auto over = [&]<class T>(T* data) {
      for (std::int64_t i = 0; i < x.type.size(); ++i) data[i] = f(data[i], i);
    };
    if (x.type.dtype() == f32) over(reinterpret_cast<float*>(bytes->data()));
    if (x.type.dtype() == f64) over(reinterpret_cast<double*>(bytes->data()));
    return {x.type, std::move(bytes)};
  }
  Literal moved(const Literal& x, int most) {
    return changed(x, [&](auto v, std::int64_t) { return stepped(v, most); });
  }
  Literal moved_where_rounded(Op op, const std::vector<Literal>& operands, const Literal& result) {
    return changed(result, [&]<class T>(T z, std::int64_t i) {
      const T x = static_cast<const T*>(operands[0].data())[i], y = static_cast<const T*>(operands[1].data())[i];
      // A product that is added up need not be rounded, so it may be in range when it is.
      if (op == Op::mul && std::isinf(z) && std::isfinite(x) && std::isfinite(y)) return anything(z, std::copysign(std::numeric_limits<T>::max(), z));
      return is_exact(op, x, y, z) ? z : stepped(z, 2);
    });
  }
  template <class T> static bool is_exact(Op op, T x, T y, T z) {
    if (!std::isfinite(z)) return true;
    if (op == Op::mul) return std::fma(x, y, -z) == 0 && (z != 0 || x == 0 || y == 0);
    if (op == Op::div) return std::fma(z, y, -x) == 0;
    const long double sum = op == Op::add ? static_cast<long double>(x) + y : static_cast<long double>(x) - y;
    const long double back = op == Op::add ? sum - y : sum + y;
    return sum == z && back == x;
  }

  std::mt19937_64 random_;
  int sample_;
};

// The element as a number; what has no arithmetic is shown by its first bits.
double element(const Literal& x, std::int64_t i) {
  const auto size = byte_size(x.type.dtype());
  std::uint64_t bits = 0;
  std::memcpy(&bits, x.bytes->data() + static_cast<std::size_t>(i) * size, std::min(size, sizeof bits));
  auto value = static_cast<double>(bits);
  visit_real(x.type.dtype(), [&]<class T>() {
    T v;
    std::memcpy(&v, x.bytes->data() + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
    value = static_cast<double>(v);
  });
  return value;
}
bool same_element(const Literal& x, const Literal& y, std::int64_t i) {
  const auto size = byte_size(x.type.dtype());
  if (std::memcmp(x.bytes->data() + static_cast<std::size_t>(i) * size, y.bytes->data() + static_cast<std::size_t>(i) * size, size) == 0) return true;
  return has_arithmetic(x.type.dtype()) && std::isnan(element(x, i)) && std::isnan(element(y, i));
}
std::string place(std::size_t output, const Literal& x, std::int64_t i) {
  return "output " + std::to_string(output) + " (" + x.type.str() + ") element " + std::to_string(i);
}
std::string number(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

}  // namespace

bool has_arithmetic(DType) { return true; }

std::vector<Literal> evaluated(const Case& program) {
  std::vector<View> views;
  for (const Literal& x : program.inputs) views.push_back({x.type, x.data()});
  return eval(program.graph, views);
}

Expected::Expected(const Case& program, std::uint64_t seed, int samples) : results_(evaluated(program)), values_(in_parts(results_)) {
  std::vector<std::vector<Literal>> noisy;
  for (int s = 0; s < samples; ++s) noisy.push_back(in_parts(Noisy(seed, s).run(program.graph, program.inputs)));
  for (std::size_t o = 0; o < values_.size(); ++o) {
    std::vector<double> slack(static_cast<std::size_t>(values_[o].type.size()), 0.0);
    for (std::size_t i = 0; i < slack.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      for (const auto& sample : noisy) {
        if (same_element(sample[o], values_[o], at)) continue;
        const double off = std::abs(element(sample[o], at) - element(values_[o], at));
        const DType dtype = values_[o].type.dtype();
        const bool decided = is_floating(dtype) && has_arithmetic(dtype) && std::isfinite(off);
        slack[i] = decided ? std::max(slack[i], off * margin) : infinity;
      }
      firm_ += slack[i] != infinity;
    }
    slack_.push_back(std::move(slack));
  }
}

std::string Expected::difference(const std::vector<Literal>& given) const {
  const std::vector<Literal> results = in_parts(given);
  if (results.size() != values_.size()) return std::to_string(results.size()) + " outputs, not " + std::to_string(values_.size());
  for (std::size_t o = 0; o < values_.size(); ++o) {
    if (results[o].type != values_[o].type) return "output " + std::to_string(o) + " is " + results[o].type.str() + ", not " + values_[o].type.str();
    for (std::int64_t i = 0; i < values_[o].type.size(); ++i) {
      const double slack = slack_[o][static_cast<std::size_t>(i)], x = element(results[o], i), want = element(values_[o], i);
      if (slack == infinity || same_element(results[o], values_[o], i) || (has_arithmetic(values_[o].type.dtype()) && std::abs(x - want) <= slack)) continue;
      return place(o, values_[o], i) + " is " + number(x) + ", not " + number(want) + " ± " + number(slack);
    }
  }
  return "";
}

std::string bits_differ(const std::vector<Literal>& left, const std::vector<Literal>& right) {
  const std::vector<Literal> results = in_parts(left), others = in_parts(right);
  if (results.size() != others.size()) return "the numbers of outputs differ";
  for (std::size_t o = 0; o < results.size(); ++o) {
    if (results[o].type != others[o].type) return "output " + std::to_string(o) + " is " + results[o].type.str() + " and " + others[o].type.str();
    for (std::int64_t i = 0; i < results[o].type.size(); ++i) {
      if (!same_element(results[o], others[o], i)) return place(o, results[o], i) + " is " + number(element(results[o], i)) + " and " + number(element(others[o], i));
    }
  }
  return "";
}

}  // namespace espalier::test
