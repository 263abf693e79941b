// Metrics of values and of numbers: LastValue, Std, Reduce, R2; and what chooses their inputs: on, rename, slice.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/losses.h"
#include "metric_laws.h"
#include "says.h"

namespace ep = espalier;
namespace metrics = ep::metrics;

namespace {

using ep::Array;
using ep::test::expect_aggregates, ep::test::expect_laws, ep::test::expect_says;
using metrics::Inputs;

void expect_close(const Array& got, double wanted, double tolerance = 1e-6) {
  if (std::isnan(wanted)) EXPECT_TRUE(std::isnan(got.item<double>())) << got;
  else EXPECT_NEAR(got.item<double>(), wanted, tolerance * std::max(1.0, std::abs(wanted))) << got;
}

const Inputs a{.sample_weight = {1., 0.5}, .values = {{1., 2.}, {3., 7.}}}, b{.sample_weight = {2., 0.}, .values = {{5., 6.}, {NAN, 8.}}};

TEST(LastValue, IsTheMeanOfTheLastBatch) {
  metrics::LastValue last;
  expect_close(last.compute(), NAN);
  last = last.update({.values = 3.0});
  expect_close(last.compute(), 3);
  last = last.update(a);
  expect_close(last.compute(), (1 + 2 + 0.5 * 10) / 3);
  expect_close(last.update({.sample_weight = {0.}, .values = {9.}}).compute(), 8. / 3);  // counts for nothing
  expect_close(last.merge(metrics::LastValue{}.update(b)).compute(), 5.5);
  expect_close(last.merge(metrics::LastValue{}).compute(), 8. / 3);
  // Over devices they are averaged, over time the newest counts.
  const auto on_devices = ep::vmap([](Array x) { return metrics::LastValue{}.update({.values = x}); })(Array{{1., 2.}, {5., 6.}});
  expect_close(last.merge(on_devices.aggregate()).compute(), 3.5);
  expect_laws(metrics::LastValue{}, a, b);
}

TEST(Std, IsThatOfAllValues) {
  expect_close(metrics::Std{}.compute(), NAN);
  expect_close(metrics::Std{}.update({.values = 3.0}).compute(), 0);
  // By two passes in f64: values 1 2 (weight 1), 3 7 (0.5), 5 6 (2).
  const double values[] = {1, 2, 3, 7, 5, 6}, weights[] = {1, 1, 0.5, 0.5, 2, 2};
  double count = 0, mean = 0, squares = 0;
  for (int i = 0; i < 6; ++i) count += weights[i], mean += weights[i] * values[i];
  for (int i = 0; i < 6; ++i) squares += weights[i] * std::pow(values[i] - mean / count, 2);
  expect_close(metrics::Std{}.update(a).update(b).compute(), std::sqrt(squares / count));
  expect_aggregates(metrics::Std{}, a, b);
  // A mean a million times the spread costs no digits.
  const Array far = Array({1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3}, ep::f64);
  expect_close(metrics::Std{}.update({.values = far[ep::slice(0, 2)]}).update({.values = far[ep::slice(2, 4)]}).compute(), std::sqrt(1.25), 1e-7);
}

TEST(Reduce, ReducesAsLossesDo) {
  using metrics::Reduce, metrics::Reduction;
  const Inputs weighed{.sample_weight = {1., 1., 0., 0.}, .values = {1., 3., 5., 7.}};
  expect_close(Reduce{}.update(weighed).compute(), 1);
  expect_close(Reduce{.reduction = Reduction::sum}.update(weighed).compute(), 4);
  expect_close(Reduce{.reduction = Reduction::weighted_mean}.update(weighed).compute(), 2);
  expect_close(Reduce{}.update(weighed).update({.values = {10.}}).compute(), 14. / 5);
  expect_close(Reduce{.reduction = Reduction::sum}.compute(), 0);
  expect_close(Reduce{}.compute(), NAN);
  for (const Reduction r : {Reduction::sum, Reduction::sum_over_batch_size, Reduction::weighted_mean}) expect_aggregates(Reduce{.reduction = r}, a, b);
  expect_says<ep::ArgumentError>([] { (void)Reduce{.reduction = Reduction::none}.update({.values = {1.}}); }, {"value_metrics_test.cpp", "Reduce", "Reduction::none"});
}

// scikit-learn's r2_score by hand: two outputs, weights, the last batch smaller.
TEST(R2, IsWhatTheResidualLeaves) {
  const double t[5][2] = {{1, 0}, {2, 4}, {4, 1}, {3, 3}, {0, 2}}, p[5][2] = {{1.5, 0}, {2, 3}, {3, 1}, {3, 5}, {1, 2}}, w[5] = {1, 2, 0.5, 1, 1};
  const auto r2 = [&](std::initializer_list<int> outputs) {
    double count = 0, mean = 0, total = 0, residual = 0;
    for (int i = 0; i < 5; ++i)
      for (const int o : outputs) count += w[i], mean += w[i] * t[i][o];
    for (int i = 0; i < 5; ++i)
      for (const int o : outputs) total += w[i] * std::pow(t[i][o] - mean / count, 2), residual += w[i] * std::pow(t[i][o] - p[i][o], 2);
    return 1 - residual / total;
  };
  const auto rows = [](const double (&x)[5][2], int from, int to) { return Array(std::vector<double>(&x[from][0], &x[from][0] + 2 * (to - from)), {to - from, 2}); };
  const auto batch = [&](int from, int to) { return Inputs{.target = rows(t, from, to), .preds = rows(p, from, to), .sample_weight = Array(std::vector<double>(w + from, w + to))}; };
  expect_close(metrics::R2{}.update(batch(0, 3)).update(batch(3, 5)).compute(), r2({0, 1}));
  expect_close(metrics::R2{.num_outputs = 2}.update(batch(0, 3)).update(batch(3, 5)).compute(), (r2({0}) + r2({1})) / 2);
  expect_aggregates(metrics::R2{}, batch(0, 2), batch(2, 4));
  expect_aggregates(metrics::R2{.num_outputs = 2}, batch(0, 2), batch(2, 4));
  // A target that does not vary.
  expect_close(metrics::R2{}.update({.target = {2., 2.}, .preds = {2., 2.}}).compute(), 1);
  expect_close(metrics::R2{}.update({.target = {2., 2.}, .preds = {2., 3.}}).compute(), 0);
  expect_close(metrics::R2{}.compute(), NAN);
  expect_close(metrics::R2{}.update({.target = {1., 2., NAN}, .preds = {1., 2., 0.}, .sample_weight = {1., 1., 0.}}).compute(), 1);
  expect_says<ep::ShapeError>([] { (void)metrics::R2{.num_outputs = 3}.update({.target = ep::ones({2, 2}), .preds = ep::ones({2, 2})}); },
                              {"value_metrics_test.cpp", "R2", "[2,2]", "num_outputs 3"});
  expect_says<ep::ShapeError>([] { (void)metrics::R2{}.update({.target = {1.}, .preds = {1., 2.}}); }, {"value_metrics_test.cpp", "R2", "[1]", "[2]"});
}

// ---- on, rename, slice ----------------------------------------------------------------------------------------------

using metrics::Accuracy, metrics::Mean, metrics::MeanSquaredError, metrics::Metrics, metrics::named, metrics::on, metrics::rename;

struct Heads {
  Array near, far;
};
struct TwoHeads {
  Heads target, preds;
  Array sample_weight;
};
const TwoHeads heads{{{1., 2.}, {0., 0.}}, {{1., 3.}, {2., 4.}}, {1., 3.}};

TEST(On, ChoosesAPart) {
  expect_close(on<"near">(MeanSquaredError{}).update(heads).compute(), 3. / 4);
  expect_close(on<"far">(MeanSquaredError{}).update(heads).compute(), (4 + 3 * 16) / 4.);
  struct Lists {
    std::vector<std::map<std::string, Array>> target, preds;
  };
  const Lists lists{{{{"a", {1.}}}, {{"a", {2.}}}}, {{{"a", {1.}}}, {{"a", {5.}}}}};
  expect_close(on<1, "a">(MeanSquaredError{}).update(lists).compute(), 9);
  expect_close(on<-2, "a">(MeanSquaredError{}).update(lists).compute(), 0);
  struct Tuples {
    std::tuple<Array, Heads> target, preds;
  };
  expect_close(on<1, "far">(MeanSquaredError{}).update(Tuples{{0., {{}, {3., 8.}}}, {0., {{}, {3., 9.}}}}).compute(), 0.5);
}

TEST(On, TakesAnItemOfAnArray) {
  const Inputs pair{.target = {{1., 2.}, {3., 4.}}, .preds = {{1., 2.}, {3., 6.}}};
  expect_close(on<0>(MeanSquaredError{}).update(pair).compute(), 0);
  expect_close(on<-1>(MeanSquaredError{}).update(pair).compute(), 2);
  expect_close(on<1>(Mean{}).update({.values = {{1., 2.}, {3., 5.}}}).compute(), 4);
}

// What the path does not lead into is shared.
struct OneTarget {
  Array target;
  Heads preds;
};
TEST(On, LeavesWhatHasNoSuchPart) {
  const OneTarget inputs{{1., 2.}, {{1., 2.}, {2., 2.}}};
  const Metrics both(on<"near">(MeanSquaredError{}), on<"far">(named("far", MeanSquaredError{})), named("a", on<"far">(Metrics(MeanSquaredError{}))));
  const auto logs = both.update(inputs).compute();
  expect_close(logs.at("mean_squared_error"), 0);
  expect_close(logs.at("far"), 0.5);
  expect_close(logs.at("a/mean_squared_error"), 0.5);
  expect_laws(both, inputs, OneTarget{{0., 1.}, {{1., 2.}, {2., 2.}}});
}

TEST(On, ChoosesForLosses) {
  using metrics::Losses;
  const TwoHeads more{{{1.}, {0.}}, {{2.}, {1.}}, {1.}};
  const Losses losses(on<"near">(ep::losses::MeanAbsoluteError{}), named("far", on<"far">(ep::losses::MeanAbsoluteError{.reduction = metrics::Reduction::weighted_mean})));
  struct Column {
    Heads target, preds;
    Array sample_weight;
  };
  const Column first{{{{1.}, {2.}}, {{0.}, {0.}}}, {{{1.}, {3.}}, {{2.}, {4.}}}, {1., 3.}}, last{{{{1.}}, {{0.}}}, {{{3.}}, {{1.}}}, {1.}};
  const auto [loss, next] = losses.loss_and_update(first);
  expect_close(loss, 3. / 2 + 14. / 4);
  const auto logs = next.update(last).compute();
  expect_close(logs.at("mean_absolute_error"), (3 + 2) / 3.);
  expect_close(logs.at("far"), (14 + 1) / 5.);  // counts its weights
}

struct Made {
  Array loss, labels, logits, weights;
};
TEST(Rename, TakesAnotherMember) {
  const Made made{{1., 5.}, {1, 0}, {{0., 1.}, {2., 1.}}, {1., 0.}};
  expect_close(rename<"loss", "values">(Mean{}).update(made).compute(), 3);
  expect_close(rename<"weights", "sample_weight">(rename<"loss", "values">(Mean{})).update(made).compute(), 1);
  const auto accuracy = rename<"labels", "target">(rename<"logits", "preds">(Accuracy{}));
  expect_close(accuracy.update(made).compute(), 1);
  expect_laws(accuracy, made, made);
  expect_close(rename<"target", "preds">(MeanSquaredError{}).update({.target = {1., 2.}}).compute(), 0);
}

TEST(Slice, ChoosesFromOneMember) {
  const OneTarget inputs{{1., 2.}, {{1., 2.}, {2., 2.}}};
  expect_close(metrics::slice<"preds", "far">(MeanSquaredError{}).update(inputs).compute(), 0.5);
  expect_close((metrics::slice<"preds", 1>(metrics::slice<"target", 0>(MeanSquaredError{})).update({.target = {{1.}, {2.}}, .preds = {{0.}, {5.}}}).compute()), 16);
}

TEST(On, SaysWhereThePathEnds) {
  struct Maps {
    std::map<std::string, Array> target, preds;
  };
  expect_says<ep::MissingValue>([] { (void)on<"b">(MeanSquaredError{}).update(Maps{{{"a", {1.}}}, {{"a", {1.}}}}); }, {"value_metrics_test.cpp", "\"b\"", "map"});
  struct Lists {
    std::vector<Array> target, preds;
  };
  expect_says<ep::IndexError>([] { (void)on<2>(MeanSquaredError{}).update(Lists{{{1.}}, {{1.}}}); }, {"value_metrics_test.cpp", "item 2", "of 1"});
  expect_says<ep::IndexError>([] { (void)on<2>(MeanSquaredError{}).update({.target = {1.}, .preds = {1.}}); }, {"value_metrics_test.cpp", "2"});
  expect_says<ep::MissingValue>([] { (void)on<0>(MeanSquaredError{}).update({.target = {1.}}); }, {"value_metrics_test.cpp", "MeanSquaredError", "`preds`"});
}

}  // namespace
