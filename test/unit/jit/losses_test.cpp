// Losses: what the cases of family nn do not say: class ids, smoothing, probabilities, reductions, errors.
#include "espalier/stdlib/losses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace ep = espalier;
namespace losses = ep::losses;

namespace {

using ep::Array;
using Doubles = std::vector<double>;

void expect_near(const Array& got, const Doubles& wanted, double tolerance = 1e-6) {
  const auto values = got.to_vector<double>();
  ASSERT_EQ(values.size(), wanted.size()) << got;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::isnan(wanted[i])) EXPECT_TRUE(std::isnan(values[i])) << got;
    else EXPECT_NEAR(values[i], wanted[i], tolerance * std::max(1.0, std::abs(wanted[i]))) << "at " << i;
  }
}

const Array logits{{1., 2., 0.5}, {-1., 0., 3.}};
const Array probs{{0.2, 0.7, 0.1}, {0., 0.25, 0.75}};
const Array ids{1, 2};

// Each row computed outside, in double precision, from the formulas of jax_metrics' crossentropy.
struct CrossEntropyCase {
  const char* name;
  Array preds, target;
  losses::CrossEntropyOptions options;
  Doubles wanted;
};
const CrossEntropyCase cross_entropy_cases[] = {
    {"ids", logits, ids, {}, {0.464368784, 0.0658839038}},
    {"smoothed ids", logits, ids, {.label_smoothing = 0.3}, {0.714368784, 0.765883904}},
    {"ids of probabilities", probs, ids, {.from_logits = false}, {0.35667494, 0.28768207}},
    {"smoothed ids of probabilities",
     probs,
     ids,
     {.from_logits = false, .label_smoothing = 0.3},
     {0.676542256, 1.98058466}},
    {"probabilities", logits, probs, {}, {0.814368784, 0.815883904}},
    {"smoothed probabilities", logits, probs, {.label_smoothing = 0.3}, {0.959368784, 1.2908839}},
    {"probabilities of probabilities",
     probs,
     Array{{0., 1., 0.}, {0.5, 0.5, 0.}},
     {.from_logits = false},
     {0.356674944, 8.75219501}},
    {"binary", logits, Array{{1., 0., 1.}, {0., 0., 1.}}, {.binary = true}, {0.971422228, 0.351665407}},
    {"binary probabilities",
     Array{{0.2, 0.7}, {0., 1.}},
     Array{{1., 0.}, {0., 1.}},
     {.from_logits = false, .binary = true},
     {1.4067054, 1e-7}},
    {"smoothed binary",
     logits,
     Array{{1., 0., 1.}, {0., 0., 1.}},
     {.binary = true, .label_smoothing = 0.2},
     {0.99364445, 0.507220962}},
};

TEST(CrossEntropy, IsAsTheFormulaSays) {
  for (const CrossEntropyCase& c : cross_entropy_cases) {
    SCOPED_TRACE(c.name);
    expect_near(losses::cross_entropy(c.preds, c.target, c.options), c.wanted);
    const auto compiled = ep::jit([&](Array preds, Array target) { return losses::cross_entropy(preds, target, c.options); });
    expect_near(compiled(c.preds, c.target), c.wanted);
  }
}

TEST(CrossEntropy, TakesIdsOfEveryIntegerType) {
  for (ep::DType dtype : {ep::i8, ep::i16, ep::i32, ep::i64, ep::u8, ep::u16, ep::u32, ep::u64}) {
    expect_near(losses::cross_entropy(logits, ids.as(dtype)), cross_entropy_cases[0].wanted);
  }
  expect_near(losses::cross_entropy(logits[0], 1), {0.464368784});
  expect_near(losses::cross_entropy(reshape(logits, {1, 2, 3}), reshape(ids, {1, 2})), cross_entropy_cases[0].wanted);
  EXPECT_EQ(losses::cross_entropy(ep::zeros({0, 3}), ep::zeros({0}, ep::i32)).shape(), ep::Shape(0));
}

TEST(CrossEntropy, IsNanForAnIdThatIsNoClass) {
  expect_near(losses::cross_entropy(logits, Array{3, -1}), {NAN, NAN});
}

TEST(CrossEntropy, StaysFiniteForLargeLogits) {
  expect_near(losses::cross_entropy(Array{{1e30, 0., -1e30}, {5e3, 5e3, 0.}}, Array{0, 1}), {0, std::log(2.0)});
}

// softmax(x) - one_hot(target): the derivative of what is not computed by that formula.
TEST(CrossEntropy, HasTheDerivativeOfSoftmax) {
  const auto loss = [](Array x) { return sum(losses::cross_entropy(x, ids)); };
  const Array wanted = softmax(logits) - ep::one_hot(ids, 3);
  EXPECT_TRUE(ep::allclose(ep::grad(loss)(logits), wanted, {.atol = 1e-6}));
  EXPECT_TRUE(ep::allclose(ep::jit(ep::grad(loss))(logits), wanted, {.atol = 1e-6}));
  const auto per_sample = ep::vmap(ep::grad([](Array x, Array id) { return losses::cross_entropy(x, id); }));
  EXPECT_TRUE(ep::allclose(per_sample(logits, ids), wanted, {.atol = 1e-6}));
}

// Computed outside, from the formulas of jax_metrics.
TEST(Regression, ReducesTheLastAxis) {
  const Array p{{1., 2.}, {0., -4.}}, t{{1.5, 1.}, {2., 0.}};
  expect_near(losses::mean_squared_error(p, t), {0.625, 10});
  expect_near(losses::mean_absolute_error(p, t), {0.75, 3});
  expect_near(losses::mean_absolute_percentage_error(Array{{1., 2.}}, Array{{1.5, 1.}}), {66.6666667});
  expect_near(losses::mean_squared_logarithmic_error(p, t), {0.107097499, 0.603474371});
  expect_near(losses::huber(p, t, {.delta = 0.75}), {0.296875, 1.96875});
  expect_near(losses::cosine_similarity(p, t), {0.868243142, 0});
  expect_near(losses::cosine_similarity(p, t, {.axis = 0}), {0.6, 0.447213595});
  expect_near(losses::cosine_similarity(Array{0., 0.}, Array{1., 2.}), {0});
  expect_near(losses::mean_squared_error(3.0, 1.0), {4});
}

TEST(Regression, CountsInFloatingPoint) {
  expect_near(losses::mean_squared_error(Array({1, 2}, ep::u8), Array({3, 1}, ep::u8)), {2.5});
  EXPECT_EQ(losses::mean_squared_error(ep::zeros({2}, ep::f64), ep::zeros({2}, ep::f64)).dtype(), ep::f64);
}

struct Batch {
  Array preds, target, sample_weight;
};

// Per sample 1, 9, 25: weights 1, 1, 0.5.
TEST(Reduction, Reduces) {
  const Batch plain{{{1.}, {3.}, {5.}}, ep::zeros({3, 1}), {}};
  const Batch weighed{plain.preds, plain.target, {1., 1., 0.5}};
  using losses::MeanSquaredError, losses::Reduction;
  expect_near(MeanSquaredError{}(plain), {35. / 3});
  expect_near(MeanSquaredError{}(weighed), {22.5 / 3});
  expect_near(MeanSquaredError{.reduction = Reduction::sum}(weighed), {22.5});
  expect_near(MeanSquaredError{.reduction = Reduction::weighted_mean}(weighed), {22.5 / 2.5});
  expect_near(MeanSquaredError{.reduction = Reduction::weighted_mean}(plain), {35. / 3});
  expect_near(MeanSquaredError{.reduction = Reduction::none, .weight = 2}(weighed), {2, 18, 25});
  expect_near(losses::CrossEntropy{.label_smoothing = 0.3}(ep::metrics::Inputs{.target = ids, .preds = logits}),
              {(0.714368784 + 0.765883904) / 2});
  expect_near(losses::CosineSimilarity{}(Batch{Array{{1., 0.}}, Array{{2., 0.}}, {}}), {-1});
}

// A weight per image of a batch of masks: its axes are the leading ones.
TEST(Reduction, AlignsWeightsOnTheLeadingAxes) {
  const Batch batch{ep::ones({2, 3, 4}), ep::zeros({2, 3, 4}), {1., 0.}};
  expect_near(losses::MeanSquaredError{}(batch), {0.5});
}

// What stands where the weight is 0 is nobody's business: it may be NaN, and an id may be no class.
template <class L> void expect_masked(const L& loss, const Batch& batch) {
  const Batch kept{batch.preds[ep::slice(0, 2)], batch.target[ep::slice(0, 2)], batch.sample_weight[ep::slice(0, 2)]};
  const auto value = [&](Array preds, Batch b) { return sum(loss(Batch{preds, b.target, b.sample_weight})); };
  const double share = loss.reduction == losses::Reduction::sum_over_batch_size ? 2. / 3 : 1;
  for (const auto& [got, slope] : {ep::value_and_grad(value)(batch.preds, batch), ep::jit(ep::value_and_grad(value))(batch.preds, batch)}) {
    const auto [wanted, own] = ep::value_and_grad(value)(kept.preds, kept);
    EXPECT_NEAR(got.template item<double>(), share * wanted.template item<double>(), 1e-6);
    EXPECT_TRUE(ep::allclose(slope[ep::slice(0, 2)], share * own, {.atol = 1e-6}));
    EXPECT_TRUE(ep::equal(slope[2], ep::zeros_like(slope[2])));
  }
}
TEST(Reduction, MasksWhereTheWeightIsZero) {
  const Array p{{0.5, 0.25}, {-1., 2.}, {NAN, INFINITY}}, t{{1., 0.}, {2., 0.5}, {NAN, -3.}}, w{1., 2., 0.};
  for (losses::Reduction r : {losses::Reduction::none, losses::Reduction::sum, losses::Reduction::sum_over_batch_size, losses::Reduction::weighted_mean}) {
    expect_masked(losses::MeanSquaredError{.reduction = r}, {p, t, w});
    expect_masked(losses::MeanAbsoluteError{.reduction = r}, {p, t, w});
    expect_masked(losses::MeanAbsolutePercentageError{.reduction = r}, {p, t, w});
    expect_masked(losses::MeanSquaredLogarithmicError{.reduction = r}, {abs(p), abs(t), w});
    expect_masked(losses::Huber{.reduction = r}, {p, t, w});
    expect_masked(losses::CosineSimilarity{.reduction = r}, {p, t, w});
    expect_masked(losses::CrossEntropy{.reduction = r}, {p, t, w});
    expect_masked(losses::CrossEntropy{.binary = true, .reduction = r}, {p, t, w});
    expect_masked(losses::CrossEntropy{.from_logits = false, .reduction = r}, {abs(p), t, w});
    expect_masked(losses::CrossEntropy{.reduction = r}, {p, Array{1, 0, -100}, w});
  }
  expect_near(losses::MeanSquaredError{.reduction = losses::Reduction::weighted_mean}(Batch{p, t, ep::zeros({3})}), {0});
}

// PyTorch's ignore_index: no loss, no gradient, not counted.
TEST(CrossEntropy, IgnoresAnIndex) {
  const Array x{{1., 2., 0.5}, {NAN, INFINITY, 0.}, {-1., 0., 3.}}, target{1, -100, 2};
  const double a = 0.464368784, b = 0.0658839038;
  expect_near(losses::cross_entropy(x, target, {.ignore_index = -100}), {a, 0, b});
  const losses::CrossEntropy loss{.ignore_index = -100};
  expect_near(loss(Batch{x, target, {}}), {(a + b) / 2});
  expect_near(loss(Batch{x, target, {3., 1., 1.}}), {(3 * a + b) / 2});
  expect_near(losses::CrossEntropy{.ignore_index = -100, .reduction = losses::Reduction::weighted_mean}(Batch{x, target, {3., 1., 1.}}), {(3 * a + b) / 4});
  expect_near(loss(Batch{x, Array{-100, -100, -100}, {}}), {0});
  expect_near(losses::CrossEntropy{.ignore_index = 255}(Batch{x, Array({1, 255, 2}, ep::u8), {}}), {(a + b) / 2});
  const Array slope = ep::jit(ep::grad([&](Array v) { return loss(Batch{v, target, {}}); }))(x);
  EXPECT_TRUE(ep::equal(slope[1], ep::zeros({3})));
  EXPECT_TRUE(ep::allclose(slope[0], (softmax(x[0]) - ep::one_hot(1, 3)) / 2, {.atol = 1e-6}));
}

// A class may be beyond what the ids' dtype holds.
TEST(CrossEntropy, CountsClassesBeyondTheIds) {
  expect_near(losses::cross_entropy(ep::zeros({2, 300}), Array({7, 100}, ep::i8)), {std::log(300.0), std::log(300.0)});
  expect_near(losses::cross_entropy(ep::zeros({1, 300}), Array({-1}, ep::i8)), {NAN});
}

// cos does not depend on lengths: computed outside, in double precision.
TEST(Regression, CosinesOfVectorsOfAnyLength) {
  const Array p{{3., 4.}, {1., 1.}}, t{{4., 3.}, {1., 0.}};
  for (float by : {1e-38f, 1e-25f, 1e-5f, 1.f, 1e18f, 3e37f}) {
    expect_near(losses::cosine_similarity(p * by, t), {0.96, std::sqrt(0.5)});
    expect_near(ep::jit([](Array x, Array y) { return losses::cosine_similarity(x, y); })(p * by, t * by), {0.96, std::sqrt(0.5)});
    // Its derivative by p is (t / |t| - cos p / |p|) / |p|.
    const Array slope = ep::grad([&](Array x) { return losses::cosine_similarity(x, t)[0]; })(p * std::max(by, 1e-5f)) * std::max(by, 1e-5f);
    expect_near(slope[0], {(0.8 - 0.96 * 0.6) / 5, (0.6 - 0.96 * 0.8) / 5});
  }
  expect_near(losses::cosine_similarity((p * 1e-25f).as(ep::f64) * 1e-250, t.as(ep::f64)), {0.96, std::sqrt(0.5)});
  expect_near(ep::grad([](Array x) { return losses::cosine_similarity(x, Array{0., 0.}); })(Array{1., 2.}), {0, 0});
}

TEST(Losses, TakeInputsInBraces) {
  expect_near(losses::MeanSquaredError{}({.target = {1., 2.}, .preds = {2., 4.}}), {2.5});
  expect_near(losses::CrossEntropy{}({.target = ids, .preds = logits}), {(0.464368784 + 0.0658839038) / 2});
}

struct Net {
  ep::Parameter weight, bias;
  ep::BatchStat mean;
};
TEST(Regularizers, CountParametersOnly) {
  const Net net{{{1., -2.}}, {3.}, {100.}};
  expect_near(losses::L1{.l = 0.5}(net), {3});
  expect_near(losses::L2{}(net), {0.14});
  expect_near(losses::L1L2{.l1 = 1, .l2 = 2}(net), {34});
  expect_near(losses::L2{}(std::vector<Array>{Array{1.}}), {0});
}

template <class E, class F> std::string said(F f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing";
}
void expect_says(const std::string& text, std::initializer_list<const char*> parts) {
  for (const char* part : parts) EXPECT_NE(text.find(part), std::string::npos) << "no '" << part << "' in: " << text;
}

TEST(Losses, NameTheMemberThatIsMissing) {
  const std::string text = said<ep::MissingValue>([] { (void)losses::Huber{}({.preds = {1., 2.}}); });
  expect_says(text, {"losses_test.cpp", "Huber", "`target`", ".target = "});
  expect_says(said<ep::ArgumentError>([] { (void)losses::cross_entropy(logits, probs, {.ignore_index = 1}); }), {"losses_test.cpp", "ignore_index", "[2,3]"});
}

TEST(Losses, NameBothShapesAndThePlace) {
  expect_says(said<ep::ShapeError>([] {
    losses::mean_squared_error(ep::zeros({2, 2}), ep::zeros({3}));
  }),
              {"losses_test.cpp", "mean_squared_error", "[2,2]", "[3]"});
  expect_says(said<ep::ShapeError>([] {
    losses::cross_entropy(logits, Array{1, 2, 0});
  }),
              {"losses_test.cpp", "cross_entropy", "[2,3]", "[3]", "ids"});
  expect_says(said<ep::ShapeError>([] { losses::cross_entropy(logits, ids, {.binary = true}); }), {"cross_entropy", "[2,3]", "[2]"});
  expect_says(said<ep::DTypeError>([] { losses::cross_entropy(logits, Array{1., 2.}); }), {"cross_entropy", "f32", ".as(ep::i32)"});
  expect_says(said<ep::ShapeError>([] { losses::cross_entropy(1.0, 1.0); }), {"cross_entropy", "scalar"});
  expect_says(said<ep::ShapeError>([] {
    losses::MeanSquaredError{}(Batch{ep::zeros({2, 1}), ep::zeros({2, 1}), {1., 2., 3.}});
  }),
              {"losses_test.cpp", "MeanSquaredError", "sample_weight", "[3]", "[2]"});
  expect_says(
      said<ep::ShapeError>([] { ep::jit([](Array x) { return losses::huber(x, ep::zeros({3})); })(ep::zeros({2})); }),
      {"losses_test.cpp", "huber", "[2]", "[3]"});
}

// The probability of labels, over all paths of frames that become them when repeats are merged and blanks taken out.
double brute_ctc(const std::vector<Doubles>& logits, const std::vector<int>& labels) {
  const std::size_t classes = logits[0].size();
  std::vector<std::size_t> path(logits.size());
  double total = 0;
  for (;;) {
    std::vector<int> seen;
    double p = 1;
    for (std::size_t t = 0; t < path.size(); ++t) {
      double sum = 0;
      for (const double x : logits[t]) sum += std::exp(x);
      p *= std::exp(logits[t][path[t]]) / sum;
      if (path[t] != 0 && (t == 0 || path[t] != path[t - 1])) seen.push_back(static_cast<int>(path[t]));
    }
    if (seen == labels) total += p;
    std::size_t t = 0;
    while (t < path.size() && ++path[t] == classes) path[t++] = 0;
    if (t == path.size()) return -std::log(total);
  }
}
TEST(CtcLoss, AddsUpAllPaths) {
  const std::vector<Doubles> x{{0.5, 1, -1}, {0, 2, 0.5}, {1, 0, 0.3}, {-0.5, 0.2, 1}, {0.1, 0.4, -2}};
  Doubles flat;
  for (int b = 0; b < 4; ++b)
    for (const Doubles& frame : x) flat.insert(flat.end(), frame.begin(), frame.end());
  const Array logits(flat, {4, 5, 3});
  const Array ids{{1, 2, 1}, {1, 1, 2}, {2, 7, 7}, {7, 7, 7}}, pads{{0., 0., 0.}, {0., 0., 0.}, {0., 1., 1.}, {1., 1., 1.}};
  const Doubles wanted{brute_ctc(x, {1, 2, 1}), brute_ctc(x, {1, 1, 2}), brute_ctc(x, {2}), brute_ctc(x, {})};
  expect_near(losses::ctc_loss(logits, ids, {.label_paddings = pads}), wanted, 1e-9);
  const auto loss = [&](Array l) { return losses::ctc_loss(l, ids, {.label_paddings = pads}); };
  expect_near(ep::jit(loss)(logits.as(ep::f32)), wanted, 1e-5);
  // Frames that are none do not count, whatever is in them.
  const std::vector<Doubles> three(x.begin(), x.begin() + 3);
  const Array frames{{0., 0., 0., 1., 1.}, {0., 0., 0., 0., 0.}, {0., 0., 0., 1., 1.}, {0., 0., 0., 1., 1.}};
  expect_near(losses::ctc_loss(logits, ids, {.logit_paddings = frames, .label_paddings = pads}), {brute_ctc(three, {1, 2, 1}), wanted[1], brute_ctc(three, {2}), brute_ctc(three, {})}, 1e-9);
  // Another blank: classes 0 and 2 exchanged.
  expect_near(losses::ctc_loss(flip(logits[ep::slice(0, 1)], {.axis = 2}), Array{{1, 0, 1}}, {.blank = 2}), {wanted[0]}, 1e-9);
  // A derivative beside a difference quotient.
  const auto total = [&](Array l) { return sum(loss(l)); };
  const Array slope = ep::jit(ep::grad(total))(logits), step = ep::zeros({4, 5, 3}, ep::f64).at(1, 2, 1).set(1e-5);
  EXPECT_NEAR((slope[{1, 2, 1}].item<double>()), ((total(logits + step) - total(logits - step)) / 2e-5).item<double>(), 1e-7);
  // Labels that no path leads to: far away, with a derivative.
  const Array none = losses::ctc_loss(logits[{ep::slice(0, 1), ep::slice(0, 2)}], Array{{1, 1, 2}});
  EXPECT_GT(none.item<double>(), 9e4);
  EXPECT_TRUE(all(isfinite(ep::grad([](Array l) { return losses::ctc_loss(l, Array{{1, 1, 2}})[0]; })(logits[{ep::slice(0, 1), ep::slice(0, 2)}]))).item<bool>());
}

// 1 - (i + s) / (i + a (p - i) + b (t - i) + s), class by class.
TEST(DiceLoss, IsWhatDoesNotOverlap) {
  const double x[2][3][2] = {{{1, 0}, {0.5, 2}, {-1, 1}}, {{0, 0}, {3, -1}, {1, 1}}};
  const int ids[2][3] = {{0, 1, 0}, {1, 0, 0}};
  const auto dice = [&](int sample, int c, double smooth, double alpha, double beta) {
    double i = 0, p = 0, t = 0;
    for (int n = 0; n < 3; ++n) {
      const double q = std::exp(x[sample][n][c]) / (std::exp(x[sample][n][0]) + std::exp(x[sample][n][1])), is = ids[sample][n] == c;
      i += q * is, p += q, t += is;
    }
    return 1 - (i + smooth) / (i + alpha * (p - i) + beta * (t - i) + smooth);
  };
  const Array logits(Doubles(&x[0][0][0], &x[0][0][0] + 12), {2, 3, 2}), target(std::vector<int>(&ids[0][0], &ids[0][0] + 6), {2, 3});
  const auto mean_of = [&](int s, double smooth, double alpha, double beta) { return (dice(s, 0, smooth, alpha, beta) + dice(s, 1, smooth, alpha, beta)) / 2; };
  const Doubles plain{mean_of(0, 1, 0.5, 0.5), mean_of(1, 1, 0.5, 0.5)};
  expect_near(losses::dice_loss(logits, target), plain);
  expect_near(losses::dice_loss(logits, ep::one_hot(target, 2)), plain);
  expect_near(ep::jit([](Array l, Array t) { return losses::dice_loss(l, t); })(logits, target), plain);
  expect_near(losses::dice_loss(softmax(logits), target, {.apply_softmax = false}), plain);
  expect_near(losses::dice_loss(reshape(logits, {2, 3, 1, 2}), reshape(target, {2, 3, 1})), plain);
  expect_near(losses::dice_loss(logits, target, {.smooth = 0.1, .alpha = 0.3, .beta = 0.7}), {mean_of(0, 0.1, 0.3, 0.7), mean_of(1, 0.1, 0.3, 0.7)});
  expect_near(losses::dice_loss(logits, target, {.class_weights = {2., 0.}}), {dice(0, 0, 1, 0.5, 0.5), dice(1, 0, 1, 0.5, 0.5)});
  expect_near(losses::dice_loss(logits, target, {.ignore_background = true}), {dice(0, 1, 1, 0.5, 0.5), dice(1, 1, 1, 0.5, 0.5)});
  // One class: the sigmoid, of which the other class is the rest.
  expect_near(losses::dice_loss(logits[{ep::ellipsis, ep::slice(1, 2)}] - logits[{ep::ellipsis, ep::slice(0, 1)}], target), {dice(0, 1, 1, 0.5, 0.5), dice(1, 1, 1, 0.5, 0.5)});
}

TEST(Losses, OfSequencesAndAreasSayWhatIsWrong) {
  const Array logits3 = ep::zeros({2, 5, 4});
  expect_says(said<ep::ShapeError>([&] { (void)losses::ctc_loss(logits3, Array{1, 2}); }), {"losses_test.cpp", "ctc_loss", "[2,5,4]", "[2]"});
  expect_says(said<ep::DTypeError>([&] { (void)losses::ctc_loss(logits3, ep::ones({2, 1})); }), {"losses_test.cpp", "ctc_loss", "f32"});
  expect_says(said<ep::ArgumentError>([&] { (void)losses::ctc_loss(logits3, ep::ones({2, 1}, ep::i32), {.blank = 4}); }), {"losses_test.cpp", "blank is 4", "4 classes"});
  expect_says(said<ep::ShapeError>([&] { (void)losses::ctc_loss(logits3, ep::ones({2, 1}, ep::i32), {.logit_paddings = ep::zeros({2, 4})}); }), {"logit_paddings", "[2,4]"});
  expect_says(said<ep::ShapeError>([&] { (void)losses::ctc_loss(logits3, ep::ones({2, 1}, ep::i32), {.label_paddings = ep::zeros({2, 4})}); }), {"label_paddings", "[2,4]"});
  expect_says(said<ep::ShapeError>([&] { (void)losses::dice_loss(logits3, ep::zeros({2, 5, 3})); }), {"losses_test.cpp", "dice_loss", "[2,5,4]", "[2,5,3]"});
  expect_says(said<ep::ShapeError>([&] { (void)losses::dice_loss(logits3, logits3, {.class_weights = {1.}}); }), {"class_weights", "[1]"});
  expect_says(said<ep::ShapeError>([] { (void)losses::dice_loss(1.0, 1.0); }), {"dice_loss", "scalar"});
}

}  // namespace
