// The optimizers that are a rule in a chain, put together from their parts; what they compute is told by the oracle (../conformance).
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/optim.h"

namespace espalier::optim {
namespace {

const Array parameters(std::vector<float>{1, -2, 0.5f}), gradients[] = {Array(std::vector<float>{0.1f, -0.3f, 2}), Array(std::vector<float>{-1, 0.2f, 0})};

template <class T> Array after_two_steps(const T& optimizer) {
  auto [first, next] = optimizer.init(parameters).update(gradients[0], parameters);
  return next.update(gradients[1], first).params;
}
template <class Rule, class T> void expect_parts(PerLeaf<Rule> parts, const T& whole) {
  const Array got = after_two_steps(chain(parts, scale_by_learning_rate(0.1)));
  EXPECT_TRUE(equal(got, after_two_steps(whole))) << Rule::name;
  EXPECT_FALSE(equal(got, parameters)) << Rule::name;
}

TEST(Rules, AreTheFirstLinkOfTheirOptimizer) {
  expect_parts(scale_by_adamax(), adamax(0.1));
  expect_parts(scale_by_amsgrad(), amsgrad(0.1));
  expect_parts(scale_by_yogi(), yogi(0.1));
  expect_parts(scale_by_adabelief(), adabelief(0.1));
  expect_parts(scale_by_radam(), radam(0.1));
  expect_parts(scale_by_adan(), adan(0.1));
  expect_parts(scale_by_lion(), lion(0.1, {}, {.weight_decay = 0}));
  expect_parts(scale_by_novograd(), novograd(0.1));
  expect_parts(scale_by_rss(), adagrad(0.1));
  expect_parts(scale_by_adadelta(), adadelta(0.1));
  expect_parts(scale_by_rms(), rmsprop(0.1));
  expect_parts(scale_by_sm3(), sm3(0.1));
  expect_parts(scale_by_sign(), sign_sgd(0.1));
  expect_parts(scale_by_adafactor(), adafactor(0.1));
  expect_parts(scale_by_optimistic_gradient(), optimistic_gradient_descent(0.1));
}

TEST(Rules, TakeTheirStepFromTheGradientBefore) {
  EXPECT_TRUE(equal(after_two_steps(rprop(0.1)), after_two_steps(chain(scale_by_rprop({.learning_rate = 0.1}), scale(-1)))));
}

TEST(Rules, NeedTheirState) {
  try {
    (void)scale_by_yogi().transform(gradients[0], parameters);
    FAIL();
  } catch (const ArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find("scale_by_yogi"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("optim_rules_test.cpp:"), std::string::npos) << error.what();
  }
}

// A schedule of nodes, and those that are made of it; the errors of what is no cycle.
TEST(Schedules, RefuseWhatIsNoCycle) {
  using namespace schedules;
  EXPECT_EQ(piecewise_interpolate(1, {{4, 0.5}})(2).item<float>(), 0.75f);
  EXPECT_THROW((void)piecewise_interpolate(1, {{4, 0.5}, {4, 0.1}}), ArgumentError);
  EXPECT_THROW((void)cosine_onecycle(0, 1), ArgumentError);
  EXPECT_THROW((void)linear_onecycle(0, 1), ArgumentError);
  EXPECT_THROW((void)sgdr({}), ArgumentError);
}

}  // namespace
}  // namespace espalier::optim
