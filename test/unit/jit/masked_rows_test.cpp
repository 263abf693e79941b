// Results made of nothing but broadcasts, beside a reduction of one of them: means under a mask of columns, with their gradients.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f32;

// x: [6,4], k: a number for each column, w: one for each row, mask: of columns.
struct Row {
  const char* name;
  Array (*f)(Array x, Array k, Array w, Array mask);
};
Array loss_of_mean(Array x, Array mask) { return sum(square(mean(x, {.axis = 1, .where = mask}))); }
Array by_hand(Array x, Array mask) {
  const Array f = mask.as(f32);
  return sum(square(sum(x * f, 1) / sum(broadcast_to(f, x.shape()), 1)));
}
Array loss_of_average(Array x, Array k) { return sum(square(average(x, {.axis = 1, .weights = k}))); }
ep::MomentOptions rows_under(Array mask) {
  ep::MomentOptions o;
  o.axis = ep::Axes(1);
  o.where = mask;
  return o;
}
ep::SoftmaxOptions softmax_under(Array mask) {
  ep::SoftmaxOptions o;
  o.axis = ep::Axes(1);
  o.where = mask;
  return o;
}
Array as_column(Array s) { return s[{ep::slice(), ep::newaxis}]; }

const Row rows[] = {
    {"grad_of_mean", [](Array x, Array, Array, Array m) { return ep::grad([&](Array x) { return loss_of_mean(x, m); })(x); }},
    {"grad_of_mean_by_hand", [](Array x, Array, Array, Array m) { return ep::grad([&](Array x) { return by_hand(x, m); })(x); }},
    {"grad_of_mean_over_rows", [](Array x, Array, Array, Array m) { return ep::grad([&](Array x) { return sum(square(mean(transpose(x), {.axis = 0, .where = as_column(m)}))); })(x); }},
    {"grad_of_mean_by_example", [](Array x, Array, Array, Array m) { return ep::vmap([&](Array r) { return ep::grad([&](Array r) { return square(mean(r, {.where = m})); })(r); })(x); }},
    {"grad_of_var", [](Array x, Array, Array, Array m) { return ep::grad([&](Array x) { return sum(var(x, rows_under(m))); })(x); }},
    {"grad_of_sum", [](Array x, Array, Array, Array m) { return ep::grad([&](Array x) { return sum(square(sum(x, {.axis = 1, .where = m}))); })(x); }},
    {"softmax", [](Array x, Array, Array, Array m) { return softmax(x, softmax_under(m)); }},
    {"grad_of_softmax", [](Array x, Array, Array, Array m) { return ep::grad([&](Array x) { return sum(square(softmax(x, softmax_under(m)))); })(x); }},
    {"grad_of_average", [](Array x, Array k, Array, Array) { return ep::grad([&](Array x) { return loss_of_average(x, k); })(x); }},
    {"grad_of_average_by_weights", [](Array x, Array k, Array, Array) { return ep::grad([&](Array k) { return loss_of_average(x, k); })(k); }},
    {"weights_over_their_sum", [](Array x, Array k, Array, Array) { const Array b = broadcast_to(k, x.shape()); return -b / (as_column(sum(b, 1)) + x[{ep::slice(), ep::slice(0, 1)}]); }},
    {"outer_difference_of_a_sum", [](Array x, Array k, Array w, Array) { const Array b = broadcast_to(k, x.shape()); return as_column(sum(b, 1) * w) - (-b); }},
    {"outer_product_of_sums", [](Array x, Array k, Array w, Array) { const Array b = broadcast_to(k, x.shape()); return as_column(sum(b, 1) + w) * exp(b) + as_column(max(b, 1)); }},
    {"over_columns", [](Array x, Array, Array w, Array) { const Array b = broadcast_to(as_column(w), x.shape()); return b / (1 + sum(square(b), 0)) + sum(b, 0); }},
};

class MaskedRows : public testing::TestWithParam<Row> {};

TEST_P(MaskedRows, AgreeWithTheEvaluator) {
  const Row& row = GetParam();
  const auto jitted = ep::jit(row.f);
  for (const std::int64_t n : {2, 6, 33}) {
    const Array x = sin(ep::iota({n, 4}, 0, f32) * 1.7 + ep::iota({n, 4}, 1, f32)), k = ep::iota({4}, 0, f32) + 1., w = cos(ep::iota({n}, 0, f32)), mask({true, false, true, true});
    EXPECT_TRUE(ep::allclose(jitted(x, k, w, mask), row.f(x, k, w, mask), {.rtol = 1e-5, .atol = 1e-6})) << "n = " << n << "\n"
                                                                                                         << jitted(x, k, w, mask) << "\n"
                                                                                                         << row.f(x, k, w, mask);
  }
}

INSTANTIATE_TEST_SUITE_P(All, MaskedRows, testing::ValuesIn(rows), [](const auto& test) { return std::string(test.param.name); });

}  // namespace
