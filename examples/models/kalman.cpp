// A Kalman filter in logarithmic depth (Särkkä & García-Fernández 2021, arXiv:1905.13002): what each measurement says is an element of
// an associative operation, so that associative_scan gives all estimates at once. The filter as everybody writes it is a scan.
#include "program.h"

namespace ep = espalier;

// A body moves in the plane, pushed at random; its place is measured, badly. State: place and velocity, [4]; measurement: [2].
struct Model {
  ep::Array motion, push, seen, error;  // x' = motion x + noise of covariance push; y = seen x + noise of covariance error
  ep::Array mean, covariance;           // of the state before the first measurement
};
Model tracking() {
  const ep::Array one = ep::eye(2, {.dtype = ep::f64});
  const double dt = 0.1;
  return {.motion = kron(ep::Array({{1., dt}, {0., 1.}}, ep::f64), one),
          .push = kron(ep::Array({{dt * dt * dt / 3, dt * dt / 2}, {dt * dt / 2, dt}}, ep::f64), one),
          .seen = kron(ep::Array({{1., 0.}}, ep::f64), one),
          .error = 0.25 * one,
          .mean = ep::zeros({4}, ep::f64),
          .covariance = ep::eye(4, {.dtype = ep::f64})};
}

// What is known of the state at each time.
struct Estimate {
  ep::Array mean, covariance;
};

ep::Array gain(const Model& m, ep::Array covariance) {  // P H^T (H P H^T + R)^-1
  const ep::Array spread = matmul(matmul(m.seen, covariance), m.seen.T()) + m.error;
  return ep::linalg::solve(spread, matmul(m.seen, covariance)).T();
}

Estimate filter_in_turn(Model m, ep::Array ys) {
  return ep::scan([&](Estimate before, ep::Array y) {
    const ep::Array mean = matmul(m.motion, before.mean), covariance = matmul(matmul(m.motion, before.covariance), m.motion.T()) + m.push;
    const ep::Array k = gain(m, covariance);
    const Estimate now{mean + matmul(k, y - matmul(m.seen, mean)), covariance - matmul(matmul(k, m.seen), covariance)};
    return std::pair{now, now};
  }, Estimate{m.mean, m.covariance}, ys)
      .second;
}

// Of some measurements in a row: the state after them is normal, of mean a x + b and covariance c for a state x before them, of which
// they say exp(eta x - x j x / 2).
struct Element {
  ep::Array a, b, c, eta, j;
};
Element joined(Element first, Element second) {
  const ep::Array one = ep::eye(4, {.dtype = ep::f64});
  const ep::Array forth = ep::linalg::solve((one + matmul(first.c, second.j)).T(), second.a.T()).T();  // a2 (1 + c1 j2)^-1
  const ep::Array back = ep::linalg::solve(one + matmul(first.c, second.j), first.a).T();              // ((1 + c1 j2)^-1 a1)^T
  return {.a = matmul(forth, first.a),
          .b = matmul(forth, first.b + matmul(first.c, second.eta)) + second.b,
          .c = matmul(matmul(forth, first.c), second.a.T()) + second.c,
          .eta = matmul(back, second.eta - matmul(second.j, first.b)) + first.eta,
          .j = matmul(matmul(back, second.j), first.a) + first.j};
}

Estimate filter_at_once(Model m, ep::Array ys) {
  const ep::Array k = gain(m, m.push), seen_motion = matmul(m.seen, m.motion);
  const ep::Array spread = matmul(matmul(m.seen, m.push), m.seen.T()) + m.error;
  const auto element = [&](ep::Array y) {
    return Element{.a = m.motion - matmul(k, seen_motion),
                   .b = matmul(k, y),
                   .c = m.push - matmul(matmul(k, m.seen), m.push),
                   .eta = matmul(seen_motion.T(), ep::linalg::solve(spread, y)),
                   .j = matmul(seen_motion.T(), ep::linalg::solve(spread, seen_motion))};
  };
  // The first one also knows what was known before it: its state does not depend on one before.
  const Estimate first = filter_in_turn(m, ys[ep::slice(1)]);
  Element all = ep::vmap(element)(ys);
  all.a = all.a.at(0).set(0);
  all.b = all.b.at(0).set(first.mean[0]);
  all.c = all.c.at(0).set(first.covariance[0]);
  const Element done = ep::associative_scan(ep::vmap(&joined), all);
  return {done.b, done.c};
}

// A motion and its measurements: states [n, 4] and ys [n, 2].
std::pair<ep::Array, ep::Array> simulated(const Model& m, ep::Key key, std::int64_t n) {
  auto [push_key, error_key] = ep::random::split(key);
  const ep::Array pushes = matmul(ep::random::normal(push_key, {n, 4}, {.dtype = ep::f64}), ep::linalg::cholesky(m.push).T());
  const ep::Array errors = matmul(ep::random::normal(error_key, {n, 2}, {.dtype = ep::f64}), ep::linalg::cholesky(m.error).T());
  const ep::Array states = ep::scan([&](ep::Array x, ep::Array push) {
    const ep::Array next = matmul(m.motion, x) + push;
    return std::pair{next, next};
  }, m.mean, pushes)
                               .second;
  return {states, matmul(states, m.seen.T()) + errors};
}

void program(const Options& options) {
  const Model model = tracking();
  const auto [states, ys] = simulated(model, ep::random::key(options.seed), options.quick ? 1000 : 100000);
  const Estimate in_turn = ep::jit(&filter_in_turn)(model, ys), at_once = ep::jit(&filter_at_once)(model, ys);

  const auto distance = [&](ep::Array places) { return sqrt(mean(square(places - matmul(states, model.seen.T())))).item<double>(); };
  const double measured = distance(ys), filtered = distance(matmul(at_once.mean, model.seen.T()));
  // Relative to the greatest number: the body gets far, and numbers of 64 bits have 16 digits.
  const auto difference = [](ep::Array a, ep::Array b) { return (max(abs(a - b)) / max(abs(a))).item<double>(); };
  const double apart = std::max(difference(in_turn.mean, at_once.mean), difference(in_turn.covariance, at_once.covariance));
  const double said = std::sqrt(at_once.covariance[{-1, 0, 0}].item<double>());
  report("measurements", double(ys.shape(0)));
  report("error of a measured place", measured);
  report("error of a filtered place", filtered);
  report("  as the filter itself says", said);
  report("relative difference from the filter that goes in turn", apart);
  require(apart < 1e-12, "the filter by associative_scan is the one that goes in turn");
  require(filtered < 0.6 * measured, "the filter is better than its measurements");
  require(std::abs(filtered / said - 1) < 0.2, "the filter knows how good it is");
}

int main(int argc, char** argv) { return run(argc, argv, "Filters noisy measurements of a moving body, all at once by associative_scan.", &program); }
