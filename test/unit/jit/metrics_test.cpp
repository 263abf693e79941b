// Metrics: values, and the laws that hold for each of them: merging is updating with both, aggregating is merging what is
// stacked, and all of it is the same inside jit and vmap.
#include "espalier/stdlib/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "says.h"

namespace ep = espalier;
namespace metrics = ep::metrics;

namespace {

using ep::Array;
using metrics::Accuracy, metrics::Average, metrics::Inputs;
using Doubles = std::vector<double>;

void expect_near(const Array& got, const Doubles& wanted) {
  const auto values = got.to_vector<double>();
  ASSERT_EQ(values.size(), wanted.size()) << got;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::isnan(wanted[i])) EXPECT_TRUE(std::isnan(values[i])) << got;
    else EXPECT_NEAR(values[i], wanted[i], 1e-6) << "at " << i;
  }
}

const Array scores{{0.1, 0.7, 0.2}, {0.5, 0.3, 0.2}, {0.3, 0.3, 0.4}, {0.9, 0.05, 0.05}};
const Array ids{1, 2, 0, 0};

// Counted by hand: before the targets stand 0, 2, 1 and 0 larger scores.
struct AccuracyCase {
  const char* name;
  Accuracy accuracy;
  Inputs inputs;
  Doubles wanted;
};
const AccuracyCase accuracy_cases[] = {
    {"ids", {}, {.target = ids, .preds = scores}, {0.5}},
    {"the two largest", {.top_k = 2}, {.target = ids, .preds = scores}, {0.75}},
    {"all of them", {.top_k = 3}, {.target = ids, .preds = scores}, {1}},
    {"weighted samples", {}, {.target = ids, .preds = scores, .sample_weight = {1., 0.5, 0.5, 0.}}, {0.5}},
    {"ignored target", {.ignore_index = 2}, {.target = ids, .preds = scores}, {2. / 3}},
    {"per class", {.average = Average::none, .num_classes = 4}, {.target = ids, .preds = scores}, {0.5, 1, 0, NAN}},
    {"mean of classes", {.average = Average::macro, .num_classes = 4}, {.target = ids, .preds = scores}, {0.5}},
    {"by support", {.average = Average::weighted, .num_classes = 4}, {.target = ids, .preds = scores}, {0.5}},
    {"predicted ids", {}, {.target = ids, .preds = {1, 1, 0, 0}}, {0.75}},
    {"yes and no", {}, {.target = {1, 0, 1, 0}, .preds = {0.9, 0.2, 0.4, 0.5}}, {0.5}},
    {"another threshold", {.threshold = 0.3}, {.target = {true, false, true, false}, .preds = {0.9, 0.2, 0.4, 0.5}}, {0.75}},
    {"several labels", {}, {.target = {{1, 0}, {1, 1}}, .preds = {{0.9, 0.2}, {0.1, 0.6}}}, {0.75}},
    {"pixels", {}, {.target = {{0, 1}}, .preds = {{{0.6, 0.4}, {0.9, 0.1}}}}, {0.5}},
    {"equal scores: the first", {}, {.target = {0, 1}, .preds = {{0.5, 0.5}, {0.5, 0.5}}}, {0.5}},
    {"no number is the largest", {}, {.target = {0, 1}, .preds = {{1., NAN}, {1., NAN}}}, {0.5}},
    {"a target that is no class", {}, {.target = {-1, 3}, .preds = {{0.1, 0.2}, {0.1, 0.2}}}, {0}},
};

TEST(Accuracy, Counts) {
  for (const AccuracyCase& c : accuracy_cases) {
    SCOPED_TRACE(c.name);
    expect_near(c.accuracy.update(c.inputs).compute(), c.wanted);
    const auto compiled = ep::jit([](Accuracy accuracy, Inputs inputs) { return accuracy.update(inputs); });
    expect_near(compiled(c.accuracy, c.inputs).compute(), c.wanted);
  }
}

TEST(Accuracy, KeepsItsStructure) {
  const auto update = ep::jit([](Accuracy accuracy, Inputs inputs) { return accuracy.update(inputs); });
  Accuracy accuracy{.average = Average::macro, .num_classes = 3};
  for (int i = 0; i < 3; ++i) accuracy = update(accuracy, Inputs{.target = ids, .preds = scores});
  EXPECT_EQ(update.cache_size(), 1u);
  expect_near(accuracy.total, {6, 3, 3});
}

TEST(Accuracy, CountsBeyondWhatF32Holds) {
  Accuracy accuracy;
  accuracy.correct = accuracy.total = Array(16777216.0).as(ep::f64);
  const Accuracy next = accuracy.update(Inputs{.target = {1}, .preds = {1}});
  EXPECT_EQ(next.total.item<double>(), 16777217);
}

TEST(Mean, WeighsEverySampleAlike) {
  metrics::Mean mean;
  EXPECT_TRUE(std::isnan(mean.compute().item<double>()));
  mean = mean.update(Inputs{.values = {1., 2., 3.}}).update(Inputs{.values = {10.}});  // a last, smaller batch
  expect_near(mean.compute(), {4});
  mean = mean.update(Inputs{.sample_weight = {0.25, 0.25}, .values = {100., 100.}});
  expect_near(mean.compute(), {(16 + 50) / 4.5});
  expect_near(metrics::Mean().update(Inputs{.values = {true, false}}).compute(), {0.5});
  expect_near(metrics::Mean().update(Inputs{.values = 3.0}).compute(), {3});
}

TEST(Mean, AlignsWeightsOnTheLeadingAxis) {
  const Array values{{1., 2.}, {3., 4.}};
  expect_near(metrics::Mean().update(Inputs{.sample_weight = {1., 0.}, .values = values}).compute(), {1.5});
  expect_near(metrics::Sum().update(Inputs{.sample_weight = {1., 0.}, .values = values}).compute(), {3});
}

struct Mine {
  Array preds, target;
};  // an aggregate with the names that a metric needs
TEST(Metrics, TakeAnyAggregateWithTheNames) {
  expect_near(metrics::MeanSquaredError().update(Mine{{1., 2.}, {0., 0.}}).compute(), {2.5});
  expect_near(metrics::MeanAbsoluteError().update(Mine{{1., -2.}, {0., 0.}}).compute(), {1.5});
  expect_near(Accuracy().update(Mine{scores, ids}).compute(), {0.5});
}

// ---- laws -----------------------------------------------------------------------------------------------------------

template <class M> void expect_laws(const M& metric, const Inputs& a, const Inputs& b) {
  static_assert(metrics::Metric<M>);
  const M both = metric.update(a).update(b);
  EXPECT_TRUE(ep::equal(metric.batch_updates(a).merge(metric.batch_updates(b)), both));
  EXPECT_TRUE(ep::equal(both.reset(), metric.reset()));
  EXPECT_TRUE(ep::equal(metric.update(a), metric.update(a)));  // the metric itself is unchanged
  const M stacked = ep::map(
      [](const Array& x, const Array& y) {
    return ep::stack({x, y});
  },
      metric.batch_updates(a), metric.batch_updates(b));
  EXPECT_TRUE(ep::equal(stacked.aggregate(), both));
  const auto pairs = ep::map([](const Array& x, const Array& y) { return ep::stack({x, y}); }, a, b);
  const M mapped = ep::vmap([&](Inputs inputs) { return metric.batch_updates(inputs); })(pairs);
  EXPECT_TRUE(ep::allclose(mapped.aggregate(), both));
  EXPECT_TRUE(ep::equal(ep::jit([&](Inputs x, Inputs y) { return metric.update(x).update(y); })(a, b), both));
}

TEST(Metrics, KeepTheLaws) {
  const Inputs a{.target = ids, .preds = scores, .sample_weight = {1., 0.5, 2., 0.}};
  const Inputs b{.target = {0, 0, 2, 1}, .preds = scores, .sample_weight = {1., 1., 0.25, 4.}};
  expect_laws(Accuracy{}, a, b);
  expect_laws(Accuracy{.top_k = 2, .average = Average::macro, .num_classes = 3}, a, b);
  expect_laws(Accuracy{.average = Average::none, .num_classes = 5, .ignore_index = 0}, a, b);
  const Inputs p{.sample_weight = {1., 0.5}, .values = {{1., 2.}, {3., 4.}}}, q{.sample_weight = {2., 0.}, .values = {{5., 6.}, {7., 8.}}};
  expect_laws(metrics::Mean{}, p, q);
  expect_laws(metrics::Sum{}, p, q);
  const Inputs s{.target = {1., 2.}, .preds = {2., 4.}}, t{.target = {0., 2.}, .preds = {0.5, 1.}};
  expect_laws(metrics::MeanSquaredError{}, s, t);
  expect_laws(metrics::MeanAbsoluteError{}, s, t);
}

// A weight of 0 leaves its sample out, whatever stands there.
TEST(Metrics, MaskWhereTheWeightIsZero) {
  const Inputs values{.sample_weight = {1., 0., 2.}, .values = {3., NAN, 6.}};
  expect_near(metrics::Mean{}.update(values).compute(), {5});
  expect_near(metrics::Sum{}.update(values).compute(), {15});
  const Inputs pairs{.target = {1., INFINITY, 2.}, .preds = {2., NAN, 5.}, .sample_weight = {1., 0., 1.}};
  expect_near(metrics::MeanSquaredError{}.update(pairs).compute(), {5});
  expect_near(ep::jit([](Inputs i) { return metrics::MeanAbsoluteError{}.update(i).compute(); })(pairs), {2});
  expect_near(Accuracy{}.update(Inputs{.target = ids, .preds = {{0.1, 0.7, 0.2}, {NAN, NAN, NAN}, {0.3, 0.3, 0.4}, {0.9, 0.05, 0.05}}, .sample_weight = {1., 0., 1., 1.}}).compute(), {2. / 3});
}

TEST(Accuracy, CountsClassesBeyondTheIds) {
  const Array preds = ep::one_hot(Array{7, 100}, 300);
  expect_near(Accuracy{}.update(Inputs{.target = Array({7, 100}, ep::i8), .preds = preds}).compute(), {1});
  expect_near(Accuracy{.ignore_index = -1}.update(Inputs{.target = Array({7, 100}, ep::u8), .preds = preds}).compute(), {1});
}

TEST(Metrics, TakeInputsInBraces) {
  expect_near(metrics::Mean{}.update({.values = {1., 3.}}).compute(), {2});
  expect_near(metrics::Sum{}.batch_updates({.values = {1., 3.}}).compute(), {4});
  expect_near(Accuracy{}.update({.target = ids, .preds = scores}).compute(), {0.5});
  expect_near(metrics::Metrics(Accuracy{}).update({.target = ids, .preds = scores}).compute().at("accuracy"), {0.5});
}

// What a user writes: update of Inputs and compute, the rest from SumState; or all of it, of any inputs.
struct Hits : metrics::SumState<Hits> {
  ep::MetricState n = 0.0, of = 0.0;
  int at_least = 1;
  Hits update(const Inputs& inputs) const {
    Hits next = *this;
    next.n = n + sum(inputs.values >= at_least);
    next.of = of + static_cast<double>(inputs.values.size());
    return next;
  }
  Array compute() const { return n / of; }
};
struct Last {
  ep::MetricState value = 0.0;
  template <class I> Last update(const I& inputs) const { return {inputs.values[-1]}; }
  Last reset() const { return {}; }
  Last batch_updates(const Inputs& inputs) const { return reset().update(inputs); }
  Last merge(const Last& newer) const { return newer; }
  Last aggregate() const { return {mean(value)}; }
  Array compute() const { return value; }
};
struct Values {
  Array values, weights;
};

TEST(Metrics, OfUsersJoinTheGroup) {
  const Inputs a{.values = {0., 1., 2.}}, b{.values = {3., 0., 0.}};
  expect_laws(Hits{}, a, b);
  Hits two;
  two.at_least = 2;
  expect_near(two.update(a).merge(two.update(b)).compute(), {2. / 6});
  EXPECT_EQ(two.update(a).reset().at_least, 2);
  const metrics::Metrics group(Hits{}, Last{}, metrics::Mean{}, metrics::named("two", two));
  for (const auto& logs : {group.update(a).compute(), group.update(Values{a.values, {}}).compute(), group.batch_updates({.values = {0., 1., 2.}}).compute(),
                           ep::jit([](metrics::Metrics<Hits, Last, metrics::Mean, metrics::NamedMetric<Hits>> g, Inputs i) { return g.update(i); })(group, a).compute()}) {
    expect_near(logs.at("hits"), {2. / 3});
    expect_near(logs.at("last"), {2});
    expect_near(logs.at("mean"), {1});
    expect_near(logs.at("two"), {1. / 3});
  }
  expect_near(group.update(a).merge(group.update(b)).compute().at("hits"), {0.5});
}

TEST(Metrics, GroupUnderNames) {
  using metrics::Metrics, metrics::named;
  const Metrics group(Accuracy{}, metrics::Mean{}, Accuracy{.top_k = 2}, named("best_2", Accuracy{.top_k = 2}),
                      named("each", Metrics(Accuracy{.average = Average::none, .num_classes = 3}, metrics::Mean{})), Metrics(metrics::Sum{}));
  const Inputs a{.target = ids, .preds = scores, .values = {1., 2., 3.}};
  const auto logs = group.update(a).update(Inputs{.target = {1, 0, 2, 0}, .preds = scores, .values = {10.}}).compute();
  std::vector<std::string> names;
  for (const auto& [name, value] : logs) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"accuracy", "accuracy2", "best_2", "each/accuracy", "each/mean", "mean", "sum"}));
  expect_near(logs.at("accuracy"), {0.75});
  expect_near(logs.at("accuracy2"), {0.875});
  expect_near(logs.at("best_2"), {0.875});
  expect_near(logs.at("each/accuracy"), {0.75, 1, 0.5});
  expect_near(logs.at("mean"), {4});
  expect_near(logs.at("sum"), {16});
  expect_laws(group, a, a);
  EXPECT_TRUE(Metrics().update(a).compute().empty());
  EXPECT_EQ(metrics::detail::lower_snake_case("F1"), "f1");
  EXPECT_EQ(metrics::detail::lower_snake_case("MeanSquaredError"), "mean_squared_error");
}

// ---- errors ---------------------------------------------------------------------------------------------------------

using espalier::test::expect_says;

TEST(Metrics, NameTheMemberThatIsMissing) {
  expect_says<ep::MissingValue>([] { (void)metrics::Mean{}.update({.target = {1.}}); }, {"metrics_test.cpp", "Mean", "`values`", ".values = "});
  expect_says<ep::MissingValue>([] { (void)Accuracy{}.update({.preds = scores}); }, {"metrics_test.cpp", "Accuracy", "`target`"});
  expect_says<ep::MissingValue>([] { (void)metrics::Metrics(metrics::MeanSquaredError{}).update({.target = {1.}}); }, {"metrics_test.cpp", "MeanSquaredError", "`preds`"});
}

TEST(Metrics, RefuseAStackOfStates) {
  const metrics::Mean mean = metrics::Mean{}.update({.values = {1., 3.}});
  const auto stacked = ep::map([](const Array& x) { return ep::stack({x, x, x}); }, mean);
  expect_says<ep::ShapeError>([&] { (void)mean.merge(stacked); }, {"merge", "[]", "[3]", "aggregate"});
  expect_near(mean.merge(stacked.aggregate()).compute(), {2});
}

TEST(Accuracy, RefusesToCountAmongNone) {
  expect_says<ep::ArgumentError>([] { (void)Accuracy{.top_k = 0}.update({.target = ids, .preds = scores}); }, {"metrics_test.cpp", "Accuracy", "top_k is 0"});
}

TEST(Metrics, NameBothShapesAndThePlace) {
  expect_says<ep::ShapeError>(
      [] {
    Accuracy().update(Inputs{.target = {1, 2}, .preds = scores});
  },
      {"metrics_test.cpp", "Accuracy", "[4,3]", "[2]"});
  expect_says<ep::ShapeError>(
      [] {
    Accuracy().update(Inputs{.target = ids, .preds = scores, .sample_weight = {1., 2.}});
  },
      {"metrics_test.cpp", "Accuracy", "sample_weight", "[2]", "[4]"});
  expect_says<ep::DTypeError>(
      [] {
    Accuracy().update(Inputs{.target = {1., 2., 0., 0.}, .preds = scores});
  },
      {"metrics_test.cpp", "Accuracy", "f32"});
  expect_says<ep::ArgumentError>(
      [] { Accuracy{.average = Average::macro}.update(Inputs{.target = ids, .preds = scores}); },
      {"metrics_test.cpp", "num_classes"});
  expect_says<ep::ShapeError>(
      [] {
    metrics::MeanSquaredError().update(Mine{{1., 2.}, {1.}});
  },
      {"metrics_test.cpp", "MeanSquaredError", "[2]", "[1]"});
  expect_says<ep::StructureError>([] { (void)Accuracy{}.merge(Accuracy{.top_k = 2}); }, {"top_k", "1", "2"});
}

}  // namespace
