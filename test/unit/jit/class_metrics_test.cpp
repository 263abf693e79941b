// Metrics of classes beside Accuracy: precision, recall, F1, the confusion matrix, the area under the ROC curve, perplexity. Each is
// compared with loops in f64 over the samples, written as the definition says.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "espalier/dsl/ops.h"
#include "metric_laws.h"
#include "says.h"

namespace ep = espalier;
namespace metrics = ep::metrics;

namespace {

using ep::Array;
using ep::test::expect_aggregates, ep::test::expect_says;
using metrics::Accuracy, metrics::AUC, metrics::Average, metrics::ConfusionMatrix, metrics::F1, metrics::Inputs, metrics::Perplexity, metrics::Precision, metrics::Recall;
using Doubles = std::vector<double>;

void expect_near(const Array& got, const Doubles& wanted) {
  const auto values = got.to_vector<double>();
  ASSERT_EQ(values.size(), wanted.size()) << got;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::isnan(wanted[i])) EXPECT_TRUE(std::isnan(values[i])) << got;
    else EXPECT_NEAR(values[i], wanted[i], 1e-6) << "at " << i << " of " << got;
  }
}

// Samples of 5 classes, of which the last does not occur, and class 3 is only predicted; ids, weights and scores whose largest are the predictions.
struct Samples {
  std::vector<int> target, predicted;
  Doubles weight;
  Inputs of_ids, of_scores;
};
Samples samples(int n, unsigned seed) {
  std::mt19937 random(seed);
  Samples s;
  Doubles scores;
  for (int i = 0; i < n; ++i) {
    s.target.push_back(static_cast<int>(random() % 3));
    s.predicted.push_back(static_cast<int>(random() % 4));
    s.weight.push_back(static_cast<double>(random() % 5) / 4);
    for (int c = 0; c < 5; ++c) scores.push_back(c == s.predicted.back() ? 1 : static_cast<double>(random() % 8) / 16 - (c == 4 ? 2 : 0));
  }
  const Array weight(s.weight), target(s.target);
  s.of_ids = {.target = target, .preds = Array(s.predicted), .sample_weight = weight};
  s.of_scores = {.target = target, .preds = Array(scores, {n, 5}).as(ep::f32), .sample_weight = weight};
  return s;
}

// Per class true positives, false positives, false negatives.
struct Counts {
  Doubles tp, fp, fn;
};
Counts counts_of(const Samples& s) {
  Counts c{Doubles(5), Doubles(5), Doubles(5)};
  for (std::size_t i = 0; i < s.target.size(); ++i) {
    if (s.target[i] == s.predicted[i]) c.tp[s.target[i]] += s.weight[i];
    else c.fn[s.target[i]] += s.weight[i], c.fp[s.predicted[i]] += s.weight[i];
  }
  return c;
}
double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }
double precision(double tp, double fp, double) { return ratio(tp, tp + fp); }
double recall(double tp, double, double fn) { return ratio(tp, tp + fn); }
double f1(double tp, double fp, double fn) { return ratio(2 * tp, 2 * tp + fp + fn); }

Doubles averaged(double (*f)(double, double, double), const Counts& c, Average average) {
  Doubles each(5);
  double tp = 0, fp = 0, fn = 0, mean = 0, occurred = 0, by_support = 0, support = 0;
  for (int i = 0; i < 5; ++i) {
    each[i] = f(c.tp[i], c.fp[i], c.fn[i]);
    tp += c.tp[i], fp += c.fp[i], fn += c.fn[i];
    by_support += each[i] * (c.tp[i] + c.fn[i]), support += c.tp[i] + c.fn[i];
    if (c.tp[i] + c.fp[i] + c.fn[i] > 0) mean += each[i], occurred += 1;
  }
  if (average == Average::none) return each;
  return {average == Average::micro ? f(tp, fp, fn) : average == Average::macro ? mean / occurred
                                                                                : by_support / support};
}

template <class M> void expect_averages(double (*f)(double, double, double)) {
  const Samples s = samples(40, 1), t = samples(40, 2);
  for (const Average average : {Average::micro, Average::macro, Average::weighted, Average::none}) {
    SCOPED_TRACE(static_cast<int>(average));
    const M metric{.num_classes = 5, .average = average};
    expect_near(metric.update(s.of_ids).compute(), averaged(f, counts_of(s), average));
    expect_near(ep::jit([&](Inputs i) { return metric.update(i).compute(); })(s.of_scores), averaged(f, counts_of(s), average));
    expect_aggregates(metric, s.of_scores, t.of_scores);
  }
  expect_near(M{}.update(s.of_scores).compute(), averaged(f, counts_of(s), Average::micro));
  expect_near(M{}.update(s.of_ids).compute(), averaged(f, counts_of(s), Average::micro));
}
TEST(Precision, Averages) { expect_averages<Precision>(precision); }
TEST(Recall, Averages) { expect_averages<Recall>(recall); }
TEST(F1, Averages) { expect_averages<F1>(f1); }

// One class: yes or no. scikit-learn's precision_score([1,0,1,1,0], [1,1,0,1,0]): 2/3, recall 2/3.
TEST(Precision, OfYesAndNo) {
  const Inputs scores{.target = {1, 0, 1, 1, 0}, .preds = {0.9, 0.7, 0.2, 0.5, 0.1}};
  for (const Inputs& inputs : {scores, Inputs{.target = {true, false, true, true, false}, .preds = {true, true, false, true, false}}}) {
    expect_near(Precision{}.update(inputs).compute(), {2. / 3});
    expect_near(Recall{}.update(inputs).compute(), {2. / 3});
    expect_near(F1{}.update(inputs).compute(), {2. / 3});
  }
  expect_near(Precision{.threshold = 0.8}.update(scores).compute(), {1});
  expect_near(Recall{.threshold = 0.8}.update(scores).compute(), {1. / 3});
  // 0/0 is 0: nothing was predicted, nothing was there, nothing was seen.
  const Inputs never{.target = {0, 0}, .preds = {0.1, 0.2}};
  for (const Array& zero : {Precision{}.update(never).compute(), Recall{}.update(never).compute(), F1{}.update(never).compute(), F1{}.compute(),
                            F1{.num_classes = 3, .average = Average::macro}.compute(), Recall{.num_classes = 3, .average = Average::weighted}.compute()}) {
    expect_near(zero, {0});
  }
}

// Several labels per sample: tp 2 1 0, predicted 2 2 1, actual 2 1 1.
TEST(Precision, OfSeveralLabels) {
  const Inputs labels{.target = {{1, 1, 0}, {1, 0, 1}}, .preds = {{0.9, 0.9, 0.6}, {0.9, 0.7, 0.2}}};
  expect_near(Precision{.num_classes = 3, .average = Average::none}.update(labels).compute(), {1, 0.5, 0});
  expect_near(Recall{.num_classes = 3, .average = Average::macro}.update(labels).compute(), {2. / 3});
  expect_near(Precision{.num_classes = 3}.update(labels).compute(), {3. / 5});
  expect_near(Precision{}.update(labels).compute(), {3. / 5});
  expect_near(F1{.num_classes = 3, .average = Average::weighted}.update(labels).compute(), {(2 * 1 + 2. / 3 + 0) / 4});
  expect_near(Accuracy{.average = Average::none, .num_classes = 3}.update(labels).compute(), {1, 0.5, 0});
  expect_near(Accuracy{.average = Average::macro, .num_classes = 3}.update(labels).compute(), {0.5});
  expect_aggregates(Recall{.num_classes = 3, .average = Average::none}, labels, labels);
  expect_aggregates(Accuracy{.average = Average::macro, .num_classes = 3}, labels, labels);
}

// The 2 largest of each: {1, 2}, {0, 1}, {2, 0}; targets 2, 1, 1.
TEST(Precision, OfTheLargest) {
  const Inputs inputs{.target = {2, 1, 1}, .preds = {{0.1, 0.5, 0.4}, {0.5, 0.3, 0.2}, {0.3, 0.1, 0.6}}};
  expect_near(Precision{.num_classes = 3, .average = Average::none, .top_k = 2}.update(inputs).compute(), {0, 0.5, 0.5});
  expect_near(Recall{.num_classes = 3, .average = Average::none, .top_k = 2}.update(inputs).compute(), {0, 0.5, 1});
  expect_near(Precision{.top_k = 2}.update(inputs).compute(), {2. / 6});
  expect_near(Recall{.top_k = 2}.update(inputs).compute(), {2. / 3});
}

TEST(Precision, IgnoresATarget) {
  const Inputs inputs{.target = {0, 1, -1, -1}, .preds = {0, 0, 0, 1}};
  expect_near(Precision{.num_classes = 2, .average = Average::none, .ignore_index = -1}.update(inputs).compute(), {0.5, 0});
  expect_near(Recall{.ignore_index = -1}.update(inputs).compute(), {0.5});
  expect_near(ConfusionMatrix{.num_classes = 2, .ignore_index = -1}.update(inputs).compute(), {1, 0, 1, 0});
}

TEST(ConfusionMatrix, CountsPairs) {
  const Samples s = samples(40, 3), t = samples(40, 4);
  Doubles wanted(25);
  for (std::size_t i = 0; i < 40; ++i) wanted[s.target[i] * 5 + s.predicted[i]] += s.weight[i];
  const ConfusionMatrix matrix{.num_classes = 5};
  EXPECT_EQ(matrix.update(s.of_ids).compute().shape(), (ep::Shape{5, 5}));
  expect_near(matrix.update(s.of_ids).compute(), wanted);
  expect_near(matrix.update(s.of_scores).compute(), wanted);
  expect_aggregates(matrix, s.of_scores, t.of_scores);
  expect_near(ConfusionMatrix{.num_classes = 2}.update({.target = {1, 0, 1}, .preds = {0.9, 0.7, 0.2}}).compute(), {0, 1, 1, 1});
  expect_near(ConfusionMatrix{.num_classes = 2}.update({.target = {true, false}, .preds = {true, true}}).compute(), {0, 1, 0, 1});
  expect_near(ConfusionMatrix{.num_classes = 2}.update({.target = {0, 2, -1, 1}, .preds = {0, 1, 1, 7}}).compute(), {1, 0, 0, 0});  // what is no class
}

// Keras' definition: rates at each threshold, joined by trapezoids.
double area(const Doubles& scores, const std::vector<int>& target, const Doubles& weight, int thresholds) {
  double before_tpr = 1, before_fpr = 1, total = 0;
  for (int k = 1; k < thresholds; ++k) {
    const double threshold = k == thresholds - 1 ? 1.0000001 : static_cast<double>(k) / (thresholds - 1);
    double tp = 0, fp = 0, yes = 0, no = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      (target[i] ? yes : no) += weight[i];
      if (static_cast<float>(scores[i]) > threshold) (target[i] ? tp : fp) += weight[i];
    }
    total += (before_fpr - fp / no) * (before_tpr + tp / yes) / 2;
    before_tpr = tp / yes, before_fpr = fp / no;
  }
  return total;
}
TEST(AUC, IsTheAreaUnderTheCurve) {
  std::mt19937 random(7);
  Doubles scores, weight;
  std::vector<int> target;
  for (int i = 0; i < 60; ++i) {
    target.push_back(static_cast<int>(random() % 2));
    scores.push_back(i == 0 ? 0 : i == 1 ? 1
                                         : std::min(1.0, static_cast<double>(random() % 1000) / 1400 + 0.3 * target.back()));
    weight.push_back(static_cast<double>(1 + random() % 4) / 2);
  }
  const Inputs inputs{.target = Array(target), .preds = Array(scores).as(ep::f32), .sample_weight = Array(weight)};
  for (const int thresholds : {2, 3, 10, 200, 1001}) {
    SCOPED_TRACE(thresholds);
    const AUC auc{.thresholds = thresholds};
    expect_near(auc.update(inputs).compute(), {area(scores, target, weight, thresholds)});
    expect_near(ep::jit([&](Inputs i) { return auc.update(i).compute(); })(inputs), {area(scores, target, weight, thresholds)});
  }
  // Of many thresholds it is the share of pairs that are in order, ties by halves.
  double ordered = 0, pairs = 0;
  for (int i = 0; i < 60; ++i)
    for (int j = 0; j < 60; ++j)
      if (target[i] && !target[j]) pairs += weight[i] * weight[j], ordered += weight[i] * weight[j] * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5
                                                                                                                                                          : 0);
  EXPECT_NEAR(AUC{.thresholds = 100001}.update(inputs).compute().item<double>(), ordered / pairs, 1e-6);
  expect_aggregates(AUC{.thresholds = 20}, inputs, inputs);
}

TEST(AUC, AtItsEnds) {
  expect_near(AUC{}.update({.target = {0, 1}, .preds = {0.1, 0.9}}).compute(), {1});
  expect_near(AUC{}.update({.target = {1, 0}, .preds = {0.1, 0.9}}).compute(), {0});
  expect_near(AUC{}.update({.target = {true, false}, .preds = {0.5, 0.5}}).compute(), {0.5});
  expect_near(AUC{}.update({.target = {1, 1}, .preds = {0.1, 0.9}}).compute(), {NAN});  // no curve
  expect_near(AUC{}.compute(), {NAN});
  expect_near(AUC{}.update({.target = {0, 1, 0, 1}, .preds = {-3., 7., NAN, 1.}}).compute(), {1});  // beyond the ends; no number
  expect_near(AUC{}.update({.target = {0, 1, 1}, .preds = {0, 1, 0}, .sample_weight = {1., 1., 0.}}).compute(), {1});
}

TEST(Perplexity, IsTheExponentOfTheEntropy) {
  const double logits[2][3][4] = {{{1, 2, 0.5, 0}, {-1, 0, 3, 1}, {0, 0, 0, 0}}, {{2, 1, 0, 0}, {0, 1, 0, 5}, {1, 1, 1, -1}}};
  const int target[2][3] = {{1, 2, 0}, {0, -100, 3}};
  double entropy = 0, count = 0;
  for (int i = 0; i < 2; ++i) {
    for (int t = 0; t < 3; ++t) {
      if (target[i][t] < 0) continue;
      double total = 0;
      for (const double x : logits[i][t]) total += std::exp(x);
      entropy += std::log(total) - logits[i][t][target[i][t]], count += 1;
    }
  }
  const Array x(std::vector<double>(&logits[0][0][0], &logits[0][0][0] + 24), {2, 3, 4}), ids(std::vector<int>(&target[0][0], &target[0][0] + 6), {2, 3});
  const Perplexity perplexity{.ignore_index = -100};
  expect_near(perplexity.update({.target = ids, .preds = x}).compute(), {std::exp(entropy / count)});
  expect_near(perplexity.update({.target = ids[0], .preds = x[0]}).update({.target = ids[1], .preds = x[1]}).compute(), {std::exp(entropy / count)});
  expect_near(Perplexity{.from_logits = false, .ignore_index = -100}.update({.target = ids, .preds = softmax(x)}).compute(), {std::exp(entropy / count)});
  expect_near(Perplexity{}.update({.target = {0, 9}, .preds = ep::zeros({2, 4}), .sample_weight = {1., 0.}}).compute(), {4});
  expect_near(Perplexity{}.update({.target = {9}, .preds = ep::zeros({1, 4})}).compute(), {NAN});  // no class
  expect_near(Perplexity{}.compute(), {NAN});
  expect_aggregates(perplexity, Inputs{.target = ids[0], .preds = x[0]}, Inputs{.target = ids[1], .preds = x[1]});
}

TEST(ClassMetrics, SayWhatIsWrong) {
  const Array scores = ep::ones({2, 4});
  const char* here = "class_metrics_test.cpp";
  expect_says<ep::ArgumentError>([] { (void)F1{.average = Average::macro}.update({.target = {1}, .preds = {1}}); }, {here, "F1", "num_classes", "F1{.num_classes"});
  expect_says<ep::ShapeError>([&] { (void)Recall{.num_classes = 3, .average = Average::none}.update({.target = {1, 2}, .preds = scores}); }, {here, "Recall", "[2,4]", "num_classes is 3"});
  expect_says<ep::ShapeError>([&] { (void)Precision{}.update({.target = {1, 2, 3}, .preds = scores}); }, {here, "Precision", "[2,4]", "[3]"});
  expect_says<ep::ShapeError>([&] { (void)Precision{.num_classes = 3}.update({.target = ep::ones({2, 4}, ep::i32), .preds = scores}); }, {here, "Precision", "yes or no", "num_classes is 3"});
  expect_says<ep::DTypeError>([&] { (void)Precision{}.update({.target = {1., 2.}, .preds = scores}); }, {here, "Precision", "f32"});
  expect_says<ep::ArgumentError>([&] { (void)Precision{.top_k = 5}.update({.target = {1, 2}, .preds = scores}); }, {here, "Precision", "top_k is 5"});
  expect_says<ep::ShapeError>([&] { (void)Precision{}.update({.target = {1, 2}, .preds = scores, .sample_weight = {1., 2., 3.}}); }, {here, "Precision", "sample_weight", "[3]"});
  expect_says<ep::MissingValue>([&] { (void)Recall{}.update({.preds = scores}); }, {here, "Recall", "`target`"});
  expect_says<ep::ArgumentError>([] { (void)ConfusionMatrix{}.update({.target = {1}, .preds = {1}}); }, {here, "ConfusionMatrix", "num_classes is 0"});
  expect_says<ep::ShapeError>([&] { (void)ConfusionMatrix{.num_classes = 3}.update({.target = {1, 2}, .preds = scores}); }, {here, "ConfusionMatrix", "[2,4]"});
  expect_says<ep::ArgumentError>([] { (void)AUC{.thresholds = 1}.update({.target = {1}, .preds = {1.}}); }, {here, "AUC", "thresholds is 1"});
  expect_says<ep::ShapeError>([&] { (void)AUC{}.update({.target = {1, 2}, .preds = scores}); }, {here, "AUC", "[2,4]", "[2]"});
  expect_says<ep::ShapeError>([&] { (void)Perplexity{}.update({.target = {1, 2, 0}, .preds = scores}); }, {here, "Perplexity", "[2,4]", "[3]"});
  expect_says<ep::StructureError>([] { (void)AUC{}.merge(AUC{.thresholds = 10}); }, {here, "thresholds", "200", "10"});
  const Precision stacked = ep::map([](const Array& x) { return ep::stack({x, x}); }, Precision{});
  expect_says<ep::ShapeError>([&] { (void)Precision{}.merge(stacked); }, {here, "merge", "aggregate"});
}

}  // namespace
