// Loops whose end depends on what they compute, and one that updates a table in place.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

// Newton's method on (x² - 2)³, which converges by a third in each step.
ep::Array newton(ep::Array x) {
  struct State {
    ep::Array x, step;
  };
  const auto next = [](State s) {
    const auto step = (s.x * s.x - 2) / (6 * s.x);
    return State{s.x - step, step};
  };
  return ep::while_loop([](State s) { return abs(s.step) > 1e-14; }, next, State{x, ep::ones({}, ep::f64)}).x;
}

constexpr int side = 1024, most = 256;

// How often z² + c stays within 2, of each point of the plane.
ep::Array escape(ep::Array a, ep::Array b) {
  struct Orbit {
    ep::Array x, y, count;
  };
  const auto goes_on = [](Orbit z) { return (z.x * z.x + z.y * z.y <= 4) & (z.count < most); };
  const auto next = [&](Orbit z) { return Orbit{z.x * z.x - z.y * z.y + a, 2 * z.x * z.y + b, z.count + 1}; };
  return ep::while_loop(goes_on, next, Orbit{ep::zeros({}), ep::zeros({}), ep::zeros({}, ep::i32)}).count;
}
ep::Array mandelbrot(ep::Array a, ep::Array b) { return ep::vmap(ep::vmap(escape))(a, b); }
ep::Array plane(int axis) {
  const double low[] = {-1.3, -2.0};
  const auto steps = ep::iota({side, side}, axis).as(ep::f32) * (2.6 / (side - 1));
  return steps + low[axis];
}

constexpr int rows = 100'000, columns = 16;

ep::Array updated(ep::Array table, ep::Array places) {
  return ep::scan([](ep::Array t, ep::Array i) { return std::pair{t.at(i).set(t[i] * 0.5 + 1), ep::nothing}; }, table, places).first;
}

}  // namespace

Workloads control() {
  return {jitted("while_newton", "f64 scalar", newton, [] { return std::tuple{ep::Array(30.0).as(ep::f64)}; }),
          jitted("mandelbrot", "1024 max256", mandelbrot, [] { return std::tuple{plane(1), plane(0)}; }),
          jitted("loop_update", "100000 rows of 16", updated, [] { return std::tuple{uniform(1, {rows, columns}), integers(2, {rows}, rows)}; })};
}

}  // namespace bench
