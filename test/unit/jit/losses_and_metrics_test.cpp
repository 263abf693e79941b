// Groups of losses and metrics: the loss of a batch, running means that weigh every sample alike, names, and the training step that
// they are for.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/espalier.h"
#include "metric_laws.h"
#include "says.h"

namespace ep = espalier;
namespace metrics = ep::metrics;
namespace losses = ep::losses;

namespace {

using ep::Array;
using ep::test::expect_says;
using metrics::AuxLosses, metrics::AuxMetrics, metrics::Inputs, metrics::Logs, metrics::Losses, metrics::LossesAndMetrics, metrics::Metrics, metrics::named;
using Doubles = std::vector<double>;

std::vector<std::string> names_of(const Logs& logs) {
  std::vector<std::string> names;
  for (const auto& [name, value] : logs) names.push_back(name);
  return names;
}
using Names = std::vector<std::string>;

void expect_close(const Array& got, double wanted) { EXPECT_NEAR(got.item<double>(), wanted, 1e-6 * std::max(1.0, std::abs(wanted))) << got; }

// Per sample (p - t)²: 1, 9, 25; then 49.
const Inputs three{.target = ep::zeros({3, 1}), .preds = {{1.}, {3.}, {5.}}};
const Inputs one{.target = ep::zeros({1, 1}), .preds = {{7.}}};

TEST(Losses, GiveTheBatchAndKeepTheMean) {
  const Losses group(losses::MeanSquaredError{}, losses::MeanAbsoluteError{.weight = 0.5});
  const auto [loss, next] = group.loss_and_update(three);
  expect_close(loss, 35. / 3 + 1.5);
  const auto [last, both] = next.loss_and_update(one);
  expect_close(last, 49 + 3.5);
  expect_close(both.compute().at("mean_squared_error"), (35. + 49) / 4);  // a last, smaller batch weighs by its size
  expect_close(both.compute().at("mean_absolute_error"), 0.5 * 16 / 4);
  expect_close(both.total_loss(), 84. / 4 + 2);
  EXPECT_TRUE(std::isnan(group.total_loss().item<double>()));
}

// What a batch counts for is what the loss divides by.
TEST(Losses, CountAsTheyDivide) {
  using losses::Reduction;
  Inputs weighed = three;
  weighed.sample_weight = {1., 1., 0.5};
  const Losses group(named("mean", losses::MeanSquaredError{}), named("weighed", losses::MeanSquaredError{.reduction = Reduction::weighted_mean}),
                     named("sum", losses::MeanSquaredError{.reduction = Reduction::sum}));
  const Logs logs = group.update(weighed).update(one).compute();
  expect_close(logs.at("mean"), (22.5 + 49) / 4);
  expect_close(logs.at("weighed"), (22.5 + 49) / 3.5);
  expect_close(logs.at("sum"), (22.5 + 49) / 2);  // of a sum the mean over batches

  // Ignored samples are not counted: of three ids one.
  const Array logits{{1., 2., 0.5}, {-1., 0., 3.}, {0., 0., 0.}};
  const Losses ignoring(losses::CrossEntropy{.ignore_index = -1});
  const auto twice = ignoring.update({.target = {-1, -1, 2}, .preds = logits}).update({.target = {1, 2, -1}, .preds = logits});
  expect_close(twice.compute().at("cross_entropy"), (std::log(3.0) + 0.464368784 + 0.0658839038) / 3);
  const auto none = ignoring.update({.target = {-1, -1, -1}, .preds = logits});
  EXPECT_TRUE(std::isnan(none.total_loss().item<double>()));  // nothing was counted
}

// A loss of the user's: any callable of the inputs; it counts by the samples that they are.
struct Distance {
  double by = 1;
  template <class I> Array operator()(const I& inputs) const { return by * mean(abs(inputs.preds - inputs.target)); }
};
struct OfInputs {
  Array operator()(const Inputs& inputs) const { return mean(inputs.preds); }
};
struct Wide {
  Array target, preds, more;
};
TEST(Losses, OfUsersJoinTheGroup) {
  const Losses group(Distance{}, OfInputs{}, named("doubled", Distance{2}), named("lambda", [](const auto& inputs) { return max(inputs.preds); }));
  const auto logs = group.update(Wide{three.target, three.preds, {}}).update(Wide{one.target, one.preds, {}}).compute();
  EXPECT_EQ(names_of(logs), (Names{"distance", "doubled", "lambda", "of_inputs"}));
  expect_close(logs.at("distance"), 16. / 4);
  expect_close(logs.at("doubled"), 8);
  expect_close(logs.at("of_inputs"), 4);
  expect_close(logs.at("lambda"), (3 * 5 + 7) / 4.);
}

TEST(Losses, NestUnderNames) {
  const Losses group(losses::MeanSquaredError{}, losses::MeanSquaredError{.weight = 2}, named("a", Losses(losses::MeanAbsoluteError{})), Losses(losses::Huber{}));
  const auto [loss, next] = group.loss_and_update(three);
  EXPECT_EQ(names_of(next.compute()), (Names{"a/mean_absolute_error", "huber", "mean_squared_error", "mean_squared_error2"}));
  expect_close(loss, 35 + 3 + (0.5 + 2.5 + 4.5) / 3);
  expect_close(next.total_loss(), loss.item<double>());
}

TEST(LossesAndMetrics, KeepTheLaws) {
  const Inputs a{.target = ep::zeros({2, 2}), .preds = {{1., 2.}, {3., 5.}}, .sample_weight = {1., 0.5}};
  const Inputs b{.target = ep::ones({2, 2}), .preds = {{4., 0.}, {2., 1.}}, .sample_weight = {2., 0.}};
  ep::test::expect_aggregates(Losses(losses::MeanSquaredError{.reduction = losses::Reduction::weighted_mean}, named("b", Losses(losses::Huber{}))), a, b);
  ep::test::expect_aggregates(LossesAndMetrics(Losses(losses::MeanSquaredError{}), Metrics(metrics::MeanAbsoluteError{}, metrics::MeanSquaredError{})), a, b);
}

TEST(LossesAndMetrics, ReportTheLossAndEachByName) {
  const LossesAndMetrics group(Losses(losses::MeanSquaredError{}, named("loss", losses::MeanAbsoluteError{})),
                               Metrics(metrics::MeanSquaredError{}, named("a", Metrics(metrics::MeanAbsoluteError{}))));
  const auto [loss, next] = group.loss_and_update(three);
  const Logs logs = next.update(one).compute();
  EXPECT_EQ(names_of(logs), (Names{"a/mean_absolute_error", "loss", "loss2", "mean_squared_error", "mean_squared_error2"}));
  expect_close(loss, 35. / 3 + 3);
  expect_close(logs.at("loss"), 21 + 4);
  expect_close(logs.at("loss2"), 4);
  expect_close(logs.at("mean_squared_error2"), 21);
  expect_close(next.update(one).total_loss(), 25);
}

TEST(LossesAndMetrics, MayBeEmpty) {
  const LossesAndMetrics nothing_to_learn(Losses{}, Metrics(metrics::MeanSquaredError{}));
  const auto [loss, next] = nothing_to_learn.loss_and_update(three);
  EXPECT_EQ(loss.item<float>(), 0);
  EXPECT_EQ(loss.dtype(), ep::f32);
  expect_close(next.compute().at("loss"), 0);
  expect_close(next.compute().at("mean_squared_error"), 35. / 3);
  const LossesAndMetrics only_losses(Losses(losses::MeanSquaredError{}), Metrics{});
  EXPECT_EQ(names_of(only_losses.update(three).compute()), (Names{"loss", "mean_squared_error"}));
  EXPECT_EQ(names_of(LossesAndMetrics(Losses(), Metrics()).update(three).compute()), (Names{"loss"}));
  // The gradient of no loss.
  const auto slope = ep::grad([&](Array p) { return nothing_to_learn.loss_and_update({.target = three.target, .preds = p}).first; })(three.preds);
  EXPECT_TRUE(ep::equal(slope, ep::zeros({3, 1})));
}

// ---- values that a model makes beside its output --------------------------------------------------------------------

struct WithAux {
  Array target, preds;
  Logs aux_values;
};
TEST(AuxGroups, AreRunningMeansByName) {
  const LossesAndMetrics group(Losses(losses::MeanSquaredError{}), Metrics(), AuxLosses{{"kl"}}, AuxMetrics{{"depth", "kl"}});
  const auto [loss, next] = group.loss_and_update(WithAux{three.target, three.preds, {{"kl", 2.}, {"depth", {1., 2.}}, {"unread", 1.}}});
  expect_close(loss, 35. / 3 + 2);
  const auto end = next.update(WithAux{one.target, one.preds, {{"kl", 10.}, {"depth", {6.}}}});
  const Logs logs = end.compute();
  EXPECT_EQ(names_of(logs), (Names{"depth", "kl", "kl2", "loss", "mean_squared_error"}));
  expect_close(logs.at("kl"), (3 * 2 + 10) / 4.);  // a scalar is of all samples of its batch
  expect_close(logs.at("depth"), 3);               // of an array each element counts
  expect_close(end.total_loss(), 21 + 4);
  EXPECT_TRUE(ep::equal(group.batch_updates(WithAux{one.target, one.preds, {{"kl", 10.}, {"depth", {6.}}}}).reset(), group));
  EXPECT_TRUE(ep::equal(next.merge(next.reset()), next));

  const AuxMetrics alone = AuxMetrics{{"a"}}.update(WithAux{{}, {}, {{"a", 3}}});
  expect_close(alone.merge(alone.batch_updates(WithAux{{}, {}, {{"a", 5}}})).compute().at("a"), 4);
  expect_close(AuxLosses{}.total_loss(), 0);
  const AuxLosses stacked = ep::vmap([](Array x) { return AuxLosses{{"a"}}.update(WithAux{{}, {}, {{"a", x}}}); })(Array{1., 3.});
  expect_close(stacked.aggregate().total_loss(), 2);
}

struct Layer {
  ep::Parameter weight;
  ep::LossLog penalty;
  ep::MetricLog norm;
};
struct Model {
  std::vector<Layer> layers;
  std::map<std::string, ep::LossLog> more;
};
TEST(AuxGroups, TakeTheLogsOfATree) {
  const Model model{{{{1., 2.}, 0.5, 3.}, {{4.}, 0.25, {}}}, {{"kl", 1.}}};
  EXPECT_EQ(names_of(metrics::logs_of<ep::LossLog>(model)), (Names{"kl", "penalty", "penalty2"}));
  EXPECT_EQ(names_of(metrics::logs_of<ep::MetricLog>(model)), (Names{"norm"}));  // Nothing is not reported
  EXPECT_EQ(names_of(metrics::logs_of<ep::Log>(model)).size(), 4u);
  expect_close(metrics::logs_of<ep::LossLog>(model).at("penalty2"), 0.25);
  const auto [loss, next] = AuxLosses{{"kl", "penalty", "penalty2"}}.loss_and_update(WithAux{{}, {}, metrics::logs_of<ep::LossLog>(model)});
  expect_close(loss, 1.75);
}

// ---- the training step that all this is for -------------------------------------------------------------------------

struct Step {
  ep::nn::Linear net;
  ep::optim::Adam optimizer;
  LossesAndMetrics<Losses<losses::CrossEntropy>, Metrics<metrics::Accuracy>> logs;
};
Step train(Step state, Array x, Array y) {
  const auto loss_of = [&](ep::nn::Linear net) { return state.logs.loss_and_update({.target = y, .preds = net(x)}); };
  auto [loss, logs, grads] = ep::value_and_grad(loss_of, ep::has_aux)(state.net);
  auto [net, optimizer] = state.optimizer.update(grads, state.net);
  return {net, optimizer, logs};
}

TEST(LossesAndMetrics, TrainInAScan) {
  const ep::Key key = ep::random::key(3);
  const Array x = ep::random::normal(key, {5, 8, 2}), y = (x[{ep::ellipsis, 0}] > x[{ep::ellipsis, 1}]).as(ep::i32);
  const auto net = ep::nn::Linear::init(key, 2, 2);
  const Step start{net, ep::optim::adam(0.1).init(net), LossesAndMetrics(Losses(losses::CrossEntropy{}), Metrics(metrics::Accuracy{}))};
  // Step by step, with the means kept by hand.
  Step state = start;
  double loss = 0, right = 0;
  for (int i = 0; i < 5; ++i) {
    const Array logits = state.net(x[i]);
    loss += mean(losses::cross_entropy(logits, y[i])).item<double>() / 5;
    right += mean((argmax(logits, 1) == y[i]).as(ep::f32)).item<double>() / 5;
    state = train(state, x[i], y[i]);
  }
  const auto epoch = ep::jit([](Step s, Array xs, Array ys) {
    return ep::scan([](Step carry, std::pair<Array, Array> batch) { return std::pair{train(carry, batch.first, batch.second), carry.logs.total_loss()}; }, s, std::pair{xs, ys});
  });
  const auto [end, seen] = epoch(start, x, y);
  EXPECT_NEAR(end.logs.compute().at("loss").item<double>(), loss, 1e-5);
  EXPECT_NEAR(end.logs.compute().at("accuracy").item<double>(), right, 1e-6);
  EXPECT_TRUE(ep::allclose(end.net, state.net, {.rtol = 1e-4, .atol = 1e-5}));
  const auto first = ep::mean(losses::cross_entropy(start.net(x[0]), y[0])), last = ep::mean(losses::cross_entropy(end.net(x[0]), y[0]));
  EXPECT_LT(last.item<double>(), first.item<double>());
  EXPECT_NEAR(seen[1].item<double>(), first.item<double>(), 1e-5);
  (void)epoch(end, x, y);
  EXPECT_EQ(epoch.cache_size(), 1u);  // the structure stays
}

// ---- errors ---------------------------------------------------------------------------------------------------------

TEST(LossesAndMetrics, SayWhatIsWrong) {
  expect_says<ep::ShapeError>([] { (void)Losses(losses::MeanSquaredError{.reduction = losses::Reduction::none}).update(three); },
                              {"losses_and_metrics_test.cpp", "mean_squared_error", "[3]", "Reduction::none"});
  expect_says<ep::MissingValue>([] { (void)Losses(losses::Huber{}).update({.preds = {1.}}); }, {"losses_and_metrics_test.cpp", "Huber", "`target`"});
  expect_says<ep::MissingValue>([] { (void)AuxLosses{{"kl"}}.update(WithAux{}); }, {"losses_and_metrics_test.cpp", "AuxLosses", "`kl`", "aux_values"});
  expect_says<ep::MissingValue>([] { (void)LossesAndMetrics(Losses(), Metrics(), AuxLosses{{"kl"}}).update(three); }, {"losses_and_metrics_test.cpp", "`kl`"});
  const Losses group(losses::MeanSquaredError{});
  const auto stacked = ep::map([](const Array& x) { return ep::stack({x, x}); }, group.update(three));
  expect_says<ep::ShapeError>([&] { (void)group.merge(stacked); }, {"losses_and_metrics_test.cpp", "merge", "[2]", "aggregate"});
  expect_says<ep::StructureError>([] { (void)AuxMetrics{{"a"}}.merge(AuxMetrics{{"b"}}); }, {"losses_and_metrics_test.cpp", "merge", "names"});
}

}  // namespace
