// Compiled convolutions, and the gradients of their kernels, beside the evaluator: whole numbers, whose sums are exact in any order, in sizes
// around passes, blocks, runs and vectors; and that no array holds their windows.
#include <gtest/gtest.h>

#include <random>

#include "compiled.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/half.h"

namespace espalier::test {
namespace {

using namespace ir;

struct Sizes {
  const char* what;
  std::int64_t examples, size, channels, taps, features;
  std::int64_t stride = 1, padding = 0, spread = 1, dilation = 1, groups = 1;
  DType dtype = f32, sum = f32;
};
void PrintTo(const Sizes& s, std::ostream* out) { *out << s.what; }

ConvAttrs attrs_of(const Sizes& s) {
  ConvAttrs a;
  a.result = s.sum;
  const bool grouped = s.groups > 1;
  if (grouped) a.lhs_batch = {3}, a.rhs_batch = {3};
  a.lhs_contract = {grouped ? 4 : 3}, a.rhs_contract = {2};
  a.lhs_spatial = {1, 2}, a.rhs_spatial = {0, 1};
  a.strides = {s.stride, s.stride}, a.low = a.high = {s.padding, s.padding};
  a.lhs_dilation = {s.spread, s.spread}, a.rhs_dilation = {s.dilation, s.dilation};
  return a;
}
// [examples, size, size, channels] with a kernel of [taps, taps, channels, features], or both in groups.
Graph forwards(const Sizes& s) {
  Builder b;
  const bool grouped = s.groups > 1;
  const Value x = b.input(Type(s.dtype, grouped ? Shape{s.examples, s.size, s.size, s.groups, s.channels} : Shape{s.examples, s.size, s.size, s.channels}));
  const Value w = b.input(Type(s.dtype, grouped ? Shape{s.taps, s.taps, s.channels, s.groups, s.features} : Shape{s.taps, s.taps, s.channels, s.features}));
  const Value z = b.add(Op::conv, {x, w}, attrs_of(s));
  return b.finish({&z, 1});
}
// The kernel's gradient, of x and a cotangent of all places.
Graph of_kernel(const Sizes& s) {
  Builder b;
  const std::int64_t places = s.size - (s.taps - 1);
  const Value x = b.input(Type(s.dtype, {s.examples, s.size, s.size, s.channels}));
  const Value ct = b.input(Type(s.dtype, {s.examples, places, places, s.features}));
  ConvAttrs a;
  a.result = s.sum, a.lhs_contract = a.rhs_contract = {0}, a.lhs_spatial = a.rhs_spatial = {1, 2};
  a.strides = a.lhs_dilation = a.rhs_dilation = {1, 1}, a.low = a.high = {0, 0};
  const Value z = b.add(Op::conv, {x, ct}, a);
  return b.finish({&z, 1});
}

Literal whole_numbers(Type type, std::mt19937_64& random) {
  Literal out{type, nullptr};
  auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()));
  visit_real(type.dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < type.size(); ++i) {
      const int number = static_cast<int>(random() % 7) - 3;
      if constexpr (std::is_arithmetic_v<T>) reinterpret_cast<T*>(bytes->data())[i] = static_cast<T>(number);
      else reinterpret_cast<T*>(bytes->data())[i] = T(static_cast<float>(number));
    }
  });
  out.bytes = bytes;
  return out;
}
std::string difference(const Graph& graph, const char* target) {
  std::mt19937_64 random(3);
  std::vector<Literal> inputs;
  std::vector<View> views;
  for (Type type : graph.input_types()) inputs.push_back(whole_numbers(type, random));
  for (const Literal& x : inputs) views.push_back({x.type, x.data()});
  const Literal wanted = eval(graph, views)[0];
  const Compiled compiled(graph, {.target = target});
  const Literal got = compiled(inputs)[0];
  if (!compiled.damage.empty()) return compiled.damage;
  std::string text;
  visit_real(wanted.type.dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < wanted.type.size() && text.empty(); ++i) {
      const auto number = [i](const Literal& x) {
        const T value = static_cast<const T*>(x.data())[i];
        if constexpr (std::is_arithmetic_v<T>) return static_cast<double>(value);
        else return static_cast<double>(static_cast<float>(value));
      };
      if (number(wanted) != number(got)) text = "element " + std::to_string(i) + " is " + std::to_string(number(got)) + ", not " + std::to_string(number(wanted));
    }
  });
  return text;
}

const Sizes sizes[] = {
    {"channels_fill_vectors", 2, 9, 64, 3, 64, 1, 1},
    {"one_channel", 3, 12, 1, 5, 6},
    {"three_channels", 2, 14, 3, 7, 32, 2, 3},
    {"few_features", 2, 8, 5, 3, 4},
    {"odd_sizes", 3, 7, 13, 2, 19},
    {"several_passes", 1, 6, 200, 3, 24, 1, 1},
    {"runs_longer_than_a_pass", 1, 5, 700, 2, 16},
    {"runs_of_a_prime", 1, 5, 1031, 2, 8},
    {"many_features", 1, 8, 16, 3, 300},
    {"several_blocks_of_rows", 2, 40, 32, 3, 20},
    {"spread", 2, 6, 16, 3, 16, 1, 2, 2},
    {"dilated", 2, 11, 16, 3, 16, 2, 0, 1, 2},
    {"grouped", 2, 8, 16, 3, 8, 1, 1, 1, 1, 3},
    {"by_channel", 2, 8, 1, 3, 1, 1, 1, 1, 1, 40},
    {"by_channel_with_long_kernels", 1, 12, 1, 7, 1, 1, 3, 1, 1, 9},
    {"halves", 2, 8, 24, 3, 16, 1, 1, 1, 1, 1, f16, f32},
    {"bytes", 2, 8, 24, 3, 16, 1, 1, 1, 1, 1, i8, i8},
    {"doubles", 2, 8, 24, 3, 16, 1, 1, 1, 1, 1, f64, f64},
};

class Convolutions : public testing::TestWithParam<Sizes> {};
TEST_P(Convolutions, AreThoseOfTheEvaluator) {
  for (const char* target : {"", "avx2"}) EXPECT_EQ(difference(forwards(GetParam()), target), "") << target;
}
// Of the kernel; groups are a batch as any other.
class KernelGradients : public testing::TestWithParam<Sizes> {};
TEST_P(KernelGradients, AreThoseOfTheEvaluator) {
  for (const char* target : {"", "avx2"}) EXPECT_EQ(difference(of_kernel(GetParam()), target), "") << target;
}
std::vector<Sizes> ungrouped() {
  std::vector<Sizes> all(std::begin(sizes), std::end(sizes));
  std::erase_if(all, [](const Sizes& s) { return s.groups > 1; });
  return all;
}
INSTANTIATE_TEST_SUITE_P(All, Convolutions, testing::ValuesIn(sizes), [](const auto& test) { return std::string(test.param.what); });
INSTANTIATE_TEST_SUITE_P(All, KernelGradients, testing::ValuesIn(ungrouped()), [](const auto& test) { return std::string(test.param.what); });

// Nine windows of each element would take nine times the memory of x; what is padded takes little more than x.
TEST(ConvolutionMemory, HoldsNoWindows) {
  const Sizes s{"", 4, 56, 64, 3, 64, 1, 1};
  const Type x(f32, {s.examples, s.size, s.size, s.channels});
  const auto arena = [](const Graph& graph) { return codegen::compiler().cost(simplify(graph), {}).arena_bytes; };
  EXPECT_LT(arena(forwards(s)), 2 * x.nbytes());
  EXPECT_LT(arena(of_kernel(s)), x.nbytes() / 4);
}

}  // namespace
}  // namespace espalier::test
