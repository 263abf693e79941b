// Complex numbers in compiled code: programs of several ops, loops, branches and derivatives beside the evaluator; the ends of
// what numbers may be; how many kernels there are. Every op alone is in the op table (../ops/).
#include <gtest/gtest.h>

#include <complex>

#include "../ops/numbers.h"
#include "compiled.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/print.h"
#include "targets.h"

namespace espalier::test {
namespace {

using namespace ir;
using Z = std::complex<double>;

constexpr double infinity = HUGE_VAL;

template <class T> Literal numbers(const std::vector<Z>& values) {
  std::vector<std::complex<T>> out;
  for (Z z : values) out.emplace_back(static_cast<T>(z.real()), static_cast<T>(z.imag()));
  return literal(Type(dtype_of<std::complex<T>>(), {static_cast<std::int64_t>(out.size())}), out.data());
}

// Results that are finite agree up to rounding, the others in which parts are infinite and which are NaN.
template <class T> void expect_alike(const Literal& got, const Literal& wanted, const std::string& what) {
  ASSERT_EQ(got.type, wanted.type) << what;
  const Numbers g = numbers_of(got), w = numbers_of(wanted);
  for (std::int64_t i = 0; i < g.size(); ++i) {
    const bool same = std::isnan(w[i]) ? std::isnan(g[i]) : (std::isinf(w[i]) ? g[i] == w[i] : std::isfinite(g[i]));
    EXPECT_TRUE(same) << what << " part " << i << " is " << static_cast<double>(g[i]) << ", not " << static_cast<double>(w[i]);
  }
  bool finite = true;
  for (std::int64_t i = 0; i < g.size(); ++i) finite = finite && std::isfinite(w[i]);
  if (!finite) return;
  EXPECT_EQ(further_than(12, got, w), "") << what;
}

Graph of_one(Op op, DType dtype) {
  Builder b;
  const Expr x{&b, b.input(Type(dtype, {1}))};
  const Value out = unary(op, x).value;
  return b.finish({&out, 1});
}
Graph of_two(Op op, DType dtype) {
  Builder b;
  const Expr x{&b, b.input(Type(dtype, {1}))}, y{&b, b.input(Type(dtype, {1}))};
  const Value out = binary(op, x, y).value;
  return b.finish({&out, 1});
}

template <class T> void expect_at_ends(Op op, const std::vector<Z>& points) {
  const DType dtype = dtype_of<std::complex<T>>();
  const Graph graph = of_one(op, dtype);
  const Compiled code(graph);
  for (Z z : points) {
    const std::vector<Literal> in{numbers<T>({z})};
    std::ostringstream what;
    what << name(op) << " of " << z << " in " << name(dtype);
    expect_alike<T>(code(in)[0], evaluated({graph, in})[0], what.str());
  }
}

// Where squares overflow or vanish, and where exponentials do, but the result does not; infinities where there is one answer.
TEST(ComplexKernels, EndsOfTheRange) {
  const std::vector<Z> wide{{1e308, 1e308}, {-1e308, 3}, {3, -1e308}, {1e-310, 1e-310}, {-1e-310, 1e-320}, {1e200, 1e-200}, {0, 0}, {-0.0, 0}, {0, -0.0}};
  const std::vector<Z> narrow{{2e38, 2e38}, {-3e38, 3}, {3, -3e38}, {1e-40, 1e-40}, {-1e-40, 1e-44}, {1e25, 1e-25}, {0, 0}, {-0.0, 0}, {0, -0.0}};
  for (Op op : {Op::abs, Op::sqrt, Op::sign, Op::log, Op::conj, Op::neg}) {
    expect_at_ends<double>(op, wide);
    expect_at_ends<float>(op, narrow);
  }
  expect_at_ends<double>(Op::exp, {{710, 1.5707963267948966}, {-infinity, 2}, {infinity, 0}, {-745, 1}});
  expect_at_ends<float>(Op::exp, {{89, 1.5707963}, {-infinity, 2}, {infinity, 0}, {-103, 1}});
  for (Op op : {Op::sinh, Op::cosh}) {
    expect_at_ends<double>(op, {{710.5, 1}, {-711, 1.5707963267948966}});
    expect_at_ends<float>(op, {{89, 1}, {-90, 1.5707963}});
  }
  for (Op op : {Op::tanh, Op::atanh}) expect_at_ends<double>(op, {{1e300, 1}, {-1e300, 2}, {1, 1e-200}, {-1, -1e-12}});
  for (Op op : {Op::asin, Op::acos, Op::asinh, Op::acosh}) expect_at_ends<double>(op, {{1e150, 1e150}, {1e-300, 1e-300}, {1, 0}, {-1, 0}, {1, -0.0}});
  expect_at_ends<double>(Op::abs, {{infinity, NAN}, {NAN, -infinity}, {NAN, 1}});
  expect_at_ends<double>(Op::sqrt, {{-infinity, 1}, {infinity, -1}, {1, infinity}});
  expect_at_ends<double>(Op::log, {{-infinity, 1}, {1, -infinity}});
}

TEST(ComplexKernels, Quotients) {
  const std::vector<std::pair<Z, Z>> pairs{{{1, 0}, {0, 0}}, {{1, 2}, {0, 0}}, {{1, 2}, {-0.0, -0.0}}, {{1, 1}, {infinity, infinity}}, {{1, 1}, {infinity, 0}}, {{1, 1}, {0, -infinity}}, {{1e308, 1e308}, {1e308, 1e307}}, {{1e-308, 2e-308}, {1e-308, -1e-308}}, {{1e300, 1}, {1e-8, 1e-8}}, {{0, 0}, {0, 0}}, {{1, 1}, {NAN, 0}}};
  const Graph graph = of_two(Op::div, c128);
  const Compiled code(graph);
  for (const auto& [x, y] : pairs) {
    const std::vector<Literal> in{numbers<double>({x}), numbers<double>({y})};
    std::ostringstream what;
    what << x << " / " << y;
    expect_alike<double>(code(in)[0], evaluated({graph, in})[0], what.str());
  }
}

// Elementwise work between a complex input and a complex output is one kernel, for vectors of each width.
TEST(ComplexKernels, FuseIntoOne) {
  const Graph graph = parse("graph(%0: c64[1000], %1: c64[1000]) {\n  %2 = mul %0, %1 : c64[1000]\n  %3 = exp %2 : c64[1000]\n  %4 = div %3, %1 : c64[1000]\n  return %4\n}\n");
  EXPECT_EQ(codegen::compiler().cost(simplify(graph), {}).kernels, 1);
  std::vector<Z> x, y;
  for (int i = 0; i < 1000; ++i) x.emplace_back(std::sin(i), std::cos(3 * i)), y.emplace_back(std::cos(2 * i), 1.5 + std::sin(5 * i));
  const Case program{graph, {numbers<float>(x), numbers<float>(y)}};
  const Numbers wanted = numbers_of(evaluated(program)[0]);
  for (const std::string& target : runnable_targets()) {
    const Compiled code(graph, {.target = target});
    EXPECT_EQ(further_than(40, code(program.inputs)[0], wanted), "") << target;
    EXPECT_EQ(code.damage, "");
  }
}

// Carries, operands and results of loops and branches; a body that a loop holds in a branch; products.
TEST(ComplexKernels, LoopsAndBranches) {
  const Graph graph = parse(
      "graph(%0: i32[], %1: c128[3,3], %2: c128[5,3]) {\n"
      "  %3, %4 = cond %0, %1, %2 {branches=[graph(%0: c128[3,3], %1: c128[5,3]) {\n"
      "    %2 = slice %1 {start=[0,0], limit=[1,3], stride=[1,1]} : c128[1,3]\n"
      "    %3 = reshape %2 {shape=[3]} : c128[3]\n"
      "    %4, %5 = scan %0, %3, %1 {consts=1, carries=1, length=5, reverse=true, body=graph(%0: c128[3,3], %1: c128[3], %2: c128[3]) {\n"
      "      %3 = dot %0, %1 {lhs_batch=[], rhs_batch=[], lhs_contract=[1], rhs_contract=[0], result=c128} : c128[3]\n"
      "      %4 = add %3, %2 : c128[3]\n"
      "      %5 = abs %4 : f64[3]\n"
      "      return %4, %5\n"
      "    }} : c128[3], f64[5,3]\n"
      "    return %4, %5\n"
      "  }, graph(%0: c128[3,3], %1: c128[5,3]) {\n"
      "    %2 = reduce %0 {kind=prod, axes=[0]} : c128[3]\n"
      "    %3 = cumulative %1 {kind=prod, axis=0, reverse=false} : c128[5,3]\n"
      "    %4 = real %3 : f64[5,3]\n"
      "    return %2, %4\n"
      "  }]} : c128[3], f64[5,3]\n"
      "  return %3, %4, %1\n"
      "}\n");
  std::vector<Z> a, x;
  for (int i = 0; i < 9; ++i) a.emplace_back(0.3 * std::sin(i), 0.3 * std::cos(2 * i));
  for (int i = 0; i < 15; ++i) x.emplace_back(std::cos(i), std::sin(i * i));
  const Compiled code(graph);
  for (std::int32_t index : {0, 1}) {
    const Case program{graph, {literal(Type(i32), &index), literal(Type(c128, {3, 3}), a.data()), literal(Type(c128, {5, 3}), x.data())}};
    const auto before = eval_count();
    const auto results = code(program.inputs);
    EXPECT_EQ(eval_count(), before);
    EXPECT_EQ(Expected(program, 3).difference(results), "") << index;
    EXPECT_EQ(code.damage, "");
  }
}

TEST(ComplexKernels, JittedTransforms) {
  const auto loss = [](Array z) { return sum(square(abs(exp(z) * conj(z)))); };
  const auto step = [&](Array z) { return z - 0.1 * conj(grad(loss)(z)); };
  const Array z = Array(std::vector<std::complex<double>>{{0.3, 0.4}, {-0.2, 0.1}, {0.5, -0.6}, {0.0, 0.25}}, {2, 2});
  const Array eager = vmap(step)(z), compiled = jit(vmap(step))(z);
  const auto wanted = eager.to_vector<Z>(), got = compiled.to_vector<Z>();
  EXPECT_EQ(compiled.dtype(), c128);
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_LE(std::abs(got[i] - wanted[i]), 1e-14 * (1 + std::abs(wanted[i])));
  const auto weak = jit([](Array x, Array w) { return x * w; });
  EXPECT_EQ(weak(Array{1., 2.}, std::complex<double>(0, 1)).to_vector<Z>(), (std::vector<Z>{{0, 1}, {0, 2}}));
  EXPECT_EQ(weak(Array{1., 2.}.as(f64), std::complex<double>(0, 3)).dtype(), c128);
}

// The memory of an operand that dies is the result's, as that of real numbers.
TEST(ComplexKernels, TakeOverMemory) {
  const Graph graph = parse("graph(%0: c64[64]) {\n  %1 = mul %0, %0 : c64[64]\n  return %1\n}\n");
  const Compiled code(graph, {.donated = {true}});
  std::vector<Z> x;
  for (int i = 0; i < 64; ++i) x.emplace_back(i, 1);
  const std::vector<Literal> in{numbers<float>(x)};
  EXPECT_EQ(further_than(4, code(in)[0], numbers_of(evaluated({graph, in})[0])), "");
}

}  // namespace
}  // namespace espalier::test
