// The named programs of family control, as their definitions say.
#include <cmath>
#include <limits>

#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random.h"

namespace espalier::conformance {
namespace {

using P = const Arrays&;
using Pair = std::pair<Array, Array>;

std::int64_t integer(const Json& a, const char* name) { return a.at(name).get<std::int64_t>(); }
Array zero_like(const Array& x) { return zeros({}, x.dtype()); }

// ---- branches -------------------------------------------------------------------------------------------------------

Arrays cond_basic(const Json&, P x) {
  return {cond(x[0], [](Array x) { return 2 * x + 1; }, [](Array x) { return sin(x); }, x[1])};
}

Arrays cond_data(const Json&, P x) {
  const auto [a, b] = cond(sum(x[0]) > 0, [](Array x, Array y) { return Pair{x * y, sum(x)}; }, [](Array x, Array y) { return Pair{x - y, prod(y)}; }, x[0], x[1]);
  return {a, b};
}

Arrays cond_vmapped(const Json&, P x) {
  auto row = [](Array x) { return cond(x[0] > 0, [](Array x) { return cumsum(x); }, [](Array x) { return flip(x) * 3; }, x); };
  return {vmap(row)(x[0])};
}

Arrays cond_nested(const Json&, P x) {
  auto above = [](Array x) { return cond(x > 1, [](Array x) { return x * x; }, [](Array x) { return sqrt(x); }, x); };
  auto below = [](Array x) { return cond(x < -1, [](Array x) { return -x; }, [](Array x) { return x * x * x; }, x); };
  return {cond(x[0] > 0, above, below, x[0])};
}

Arrays cond_safe_grad(const Json&, P x) {
  return {vmap([](Array x) { return cond(x > 0, [](Array x) { return log(x); }, [](Array x) { return 0 * x - 1; }, x); })(x[0])};
}

Array choose(Array i, Array x) {
  return switch_(i, std::tuple{[](Array x) { return x + 1; }, [](Array x) { return x * x; }, [](Array x) { return cos(x); }, [](Array x) { return -x; }}, x);
}
Arrays switch_basic(const Json&, P x) { return {choose(x[0], x[1])}; }
Arrays switch_vmapped(const Json&, P x) { return {vmap(choose)(x[0], x[1])}; }

Arrays switch_captured(const Json&, P x) {
  const Array& w = x[2];
  return {switch_(x[0], std::tuple{[&](Array x) { return matmul(w, x); }, [&](Array x) { return matmul(w.T(), x); }, [](Array x) { return x; }}, x[1])};
}

// ---- loops that count -----------------------------------------------------------------------------------------------

Arrays fori_power(const Json& a, P x) {
  return {fori_loop(0, integer(a, "n"), [&](Array, Array y) { return y * x[0] + 1; }, zeros_like(x[0]))};
}

Arrays fori_index(const Json&, P x) {
  auto step = [&](Array i, Array y) { return y.at(i).set(y[i - 1] * 0.5 + x[0][i]); };
  return {fori_loop(1, x[0].size(), step, x[0])};
}

Arrays matrix_power(const Json& a, P x) {
  const Array one = eye(x[0].shape(0), {.dtype = x[0].dtype()});
  return {fori_loop(0, integer(a, "p"), [&](Array, Array y) { return matmul(y, x[0]); }, one)};
}

Arrays bubble_pass(const Json&, P x) {
  auto step = [](Array i, Array x) {
    const Array a = x[i], b = x[i + 1], swap = a > b;
    return x.at(i).set(where(swap, b, a)).at(i + 1).set(where(swap, a, b));
  };
  return {fori_loop(0, x[0].size() - 1, step, x[0])};
}

Arrays sieve(const Json& a, P) {
  const std::int64_t n = integer(a, "n");
  const Array j = iota({n}, 0);
  auto step = [&](Array i, Array flags) { return flags & ~(flags[i] & (j % i == 0) & (j >= i * i)); };
  return {fori_loop(2, n, step, j >= 2)};
}

Arrays euler_pendulum(const Json& a, P x) {
  const double h = number_at(a, "h");
  auto step = [&](Array, Array y) {
    const Array omega = y[1] - h * sin(y[0]);
    return stack({y[0] + h * omega, omega});
  };
  return {fori_loop(0, integer(a, "steps"), step, x[0])};
}

Arrays gradient_descent(const Json& a, P x) {
  auto f = [&](Array p) { return 0.5 * dot(p, matmul(x[1], p)) - dot(x[2], p); };
  const double rate = number_at(a, "lr");
  return {fori_loop(0, integer(a, "steps"), [&](Array, Array p) { return p - rate * grad(f)(p); }, x[0])};
}

Arrays fori_dynamic(const Json&, P x) {
  return {fori_loop(0, x[0], [](Array i, Array y) { return y * 1.1 + i.as(y.dtype()); }, x[1])};
}

// ---- loops that run until a condition fails --------------------------------------------------------------------------

// So many iterations, and what came of them.
Pair halve(Array x) {
  auto goes_on = [](Pair c) { return c.second > 1; };
  return while_loop(goes_on, [](Pair c) { return Pair{c.first + 1, c.second / 2}; }, Pair{Array(0).as(i32), x});
}
Arrays while_halve(const Json&, P x) {
  const auto [n, last] = halve(x[0]);
  return {n, last};
}
Arrays while_masked_vmap(const Json&, P x) {
  const auto [n, last] = vmap(halve)(x[0]);
  return {n, last};
}

Arrays while_never(const Json&, P x) {
  return {while_loop([](Array x) { return sum(x) < -std::numeric_limits<double>::infinity(); }, [](Array x) { return x * std::numeric_limits<double>::quiet_NaN(); }, x[0])};
}

Pair newton(Array a) {
  auto goes_on = [&](Pair c) { return (abs(c.first * c.first - a) > 1e-10 * a) & (c.second < 50); };
  return while_loop(goes_on, [&](Pair c) { return Pair{(c.first + a / c.first) / 2, c.second + 1}; }, Pair{a, Array(0).as(i32)});
}
Arrays newton_sqrt(const Json&, P x) {
  const auto [y, k] = newton(x[0]);
  return {y, k};
}
Arrays newton_vmapped(const Json&, P x) {
  const auto [y, k] = vmap(newton)(x[0]);
  return {y, k};
}

Arrays collatz(const Json&, P x) {
  auto steps = [](Array n) {
    auto step = [](Pair c) { return Pair{where(c.first % 2 == 0, floor_divide(c.first, 2), 3 * c.first + 1), c.second + 1}; };
    return while_loop([](Pair c) { return c.first != 1; }, step, Pair{n, Array(0).as(i32)}).second;
  };
  return {vmap(steps)(x[0])};
}

Arrays gcd_euclid(const Json&, P x) {
  auto gcd = [](Array a, Array b) {
    return while_loop([](Pair c) { return c.second != 0; }, [](Pair c) { return Pair{c.second, c.first % c.second}; }, Pair{a, b}).first;
  };
  return {vmap(gcd)(x[0], x[1])};
}

Arrays logistic_map_until(const Json&, P x) {
  auto goes_on = [](Pair c) { return (c.second < 100) & (c.first < 0.95); };
  const auto [last, k] = while_loop(goes_on, [](Pair c) { return Pair{3.9 * c.first * (1 - c.first), c.second + 1}; }, Pair{x[0], Array(0).as(i32)});
  return {last, k};
}

Arrays power_iteration(const Json&, P x) {
  using State = std::tuple<Array, Array, Array>;
  const Array& a = x[0];
  auto goes_on = [](State s) { return (std::get<2>(s) < 200) & (std::get<1>(s) > 1e-9); };
  auto step = [&](State s) {
    const Array w = matmul(a, std::get<0>(s)), next = w / sqrt(sum(w * w));
    return State{next, max(abs(next - std::get<0>(s))), std::get<2>(s) + 1};
  };
  const Array start = x[1] / sqrt(sum(x[1] * x[1])), infinity = Array(std::numeric_limits<double>::infinity()).as(a.dtype());
  const auto [v, change, k] = while_loop(goes_on, step, State{start, infinity, Array(0).as(i32)});
  return {dot(v, matmul(a, v)), k};
}

Arrays scan_of_while(const Json&, P x) {
  auto step = [](Array total, Array v) {
    const Array last = while_loop([](Array v) { return v > 1; }, [](Array v) { return v / 3; }, v);
    return Pair{total + last, last};
  };
  const auto [total, all] = scan(step, zero_like(x[0]), x[0]);
  return {total, all};
}

Arrays while_jvp_of_vmap(const Json&, P x) {
  auto shrink = [](Array x) { return while_loop([](Array x) { return abs(x) > 0.5; }, [](Array x) { return x * 0.6 + 0.01; }, x); };
  const auto [y, dy] = jvp([&](Array x) { return vmap(shrink)(x); }, std::tuple{x[0]}, std::tuple{x[1]});
  return {y, dy};
}

// ---- prefixes -------------------------------------------------------------------------------------------------------

Arrays associative_scan_ops(const Json& a, P x) {
  const AssociativeScanOptions options{.axis = a.value("axis", 0), .reverse = a.value("reverse", false)};
  const std::string fn = a.at("fn").get<std::string>();
  if (fn == "add") return {associative_scan([](Array a, Array b) { return a + b; }, x[0], options)};
  if (fn == "mul") return {associative_scan([](Array a, Array b) { return a * b; }, x[0], options)};
  if (fn == "max") return {associative_scan([](Array a, Array b) { return maximum(a, b); }, x[0], options)};
  if (fn != "affine") throw Unsupported("associative_scan of " + fn);
  // a x + b, then c x + d; both lie in the last axis.
  const Pair maps{x[0][{ellipsis, 0}], x[0][{ellipsis, 1}]};
  const auto [factors, terms] = associative_scan([](Pair a, Pair b) { return Pair{a.first * b.first, b.first * a.second + b.second}; }, maps, options);
  return {stack({factors, terms}, -1)};
}
Arrays associative_scan_matrix(const Json&, P x) {
  return {associative_scan([](Array a, Array b) { return matmul(a, b); }, x[0])};
}

// ---- scans ----------------------------------------------------------------------------------------------------------

Arrays scan_cumsum(const Json& a, P x) {
  auto step = [](Array c, Array x) { return Pair{c + x, square(c + x)}; };
  const auto [c, ys] = scan(step, zeros_like(x[0][0]), x[0], {.reverse = a.value("reverse", false), .unroll = a.value("unroll", 1)});
  return {c, ys};
}

Arrays scan_xs_none(const Json& a, P x) {
  auto step = [](Array x) {
    const Array next = x * 0.9 + 0.1;
    return Pair{next, sum(next)};
  };
  const auto [last, ys] = scan(step, x[0], none, {.length = integer(a, "length")});
  return {last, ys};
}

Arrays scan_multi(const Json&, P x) {
  auto step = [](Pair carry, Pair in) {
    const Array s = carry.first + in.first, v = carry.second * in.first + in.second;
    return std::pair{Pair{s, v}, Pair{s, sum(v)}};
  };
  const auto [carry, ys] = scan(step, Pair{x[0], x[1]}, Pair{x[2], x[3]});
  return {carry.first, carry.second, ys.first, ys.second};
}

Arrays scan_int_carry(const Json&, P x) {
  auto step = [](Pair carry, Array x) { return std::pair{Pair{carry.first + 1, carry.second + x * carry.first}, nothing}; };
  const Pair carry = scan(step, Pair{Array(0).as(i32), zero_like(x[0])}, x[0]).first;
  return {carry.first, carry.second};
}

Arrays rnn(const Json&, P x) {
  auto step = [&](Array h, Array in) {
    const Array next = tanh(matmul(x[0], h) + matmul(x[1], in) + x[2]);
    return Pair{next, next};
  };
  const auto [h, hs] = scan(step, x[4], x[3]);
  return {h, hs};
}

Arrays lstm(const Json&, P x) {
  auto step = [&](Pair carry, Array in) {
    const auto z = split(matmul(x[0], in) + matmul(x[1], carry.first) + x[2], 4);
    const Array c = sigmoid(z[1]) * carry.second + sigmoid(z[0]) * tanh(z[2]), h = sigmoid(z[3]) * tanh(c);
    return std::pair{Pair{h, c}, h};
  };
  const Array start = zeros({x[1].shape(1)}, x[1].dtype());
  const auto [carry, hs] = scan(step, Pair{start, start}, x[3]);
  return {carry.first, carry.second, hs};
}

Arrays gru(const Json&, P x) {
  auto step = [&](Array h, Array in) {
    const auto w = split(matmul(x[0], in) + x[2], 3), u = split(matmul(x[1], h), 3);
    const Array r = sigmoid(w[0] + u[0]), z = sigmoid(w[1] + u[1]), n = tanh(w[2] + r * u[2]);
    const Array next = (1 - z) * n + z * h;
    return Pair{next, next};
  };
  return {scan(step, zeros({x[1].shape(1)}, x[1].dtype()), x[3]).second};
}

Arrays rk4_lorenz(const Json& a, P x) {
  const double h = number_at(a, "h");
  auto slope = [&](Array y) {
    const Array& p = x[0];
    return stack({p[0] * (y[1] - y[0]), y[0] * (p[1] - y[2]) - y[1], y[0] * y[1] - p[2] * y[2]});
  };
  auto step = [&](Array y) {
    const Array k1 = slope(y), k2 = slope(y + h / 2 * k1), k3 = slope(y + h / 2 * k2), k4 = slope(y + h * k3);
    const Array next = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    return Pair{next, next};
  };
  return {scan(step, x[1], none, {.length = integer(a, "steps")}).second};
}

Arrays logistic_map(const Json& a, P x) {
  auto step = [&](Array v) {
    const Array next = x[0] * v * (1 - v);
    return Pair{next, next};
  };
  return {scan(step, x[1], none, {.length = integer(a, "steps")}).second};
}

Arrays nested_scan(const Json&, P x) {
  auto inner = [](Array s, Array x) {
    const Array next = tanh(s + x);
    return Pair{next, sum(next)};
  };
  auto outer = [&](Array s, Array rows) { return scan(inner, s, rows); };
  const auto [s, ys] = scan(outer, zeros_like(x[0][0][0]), x[0]);
  return {s, ys};
}

Arrays scan_of_cond(const Json&, P x) {
  auto step = [](Array c, Array x) {
    const Array next = cond(x > 0, [](Array c, Array x) { return c + x * x; }, [](Array c, Array) { return c * 0.5; }, c, x);
    return Pair{next, next};
  };
  const auto [c, ys] = scan(step, zero_like(x[0]), x[0]);
  return {c, ys};
}

Arrays cond_of_scan(const Json&, P x) {
  auto forward = [](Array x) { return scan([](Array c, Array v) { return std::pair{sin(c) + v, nothing}; }, x[0], x).first; };
  auto backward = [](Array x) { return 2 * scan([](Array c, Array v) { return std::pair{cos(c) * v, nothing}; }, x[0], x, {.reverse = true}).first; };
  return {cond(x[0], forward, backward, x[1])};
}

Arrays scan_captured(const Json&, P x) {
  auto step = [&](Array c, Array in) {
    const Array next = tanh(matmul(x[0], c)) + in;
    return Pair{next, sum(square(next))};
  };
  return {sum(scan(step, zeros_like(x[1][0]), x[1]).second)};
}

Arrays scan_remat(const Json&, P x) {
  const auto turn = checkpoint([&](Array c, Array in) {
    const Array next = tanh(matmul(x[0], c)) + in;
    return Pair{next, sum(square(next))};
  });
  return {sum(scan([&](Array c, Array in) { return turn(c, in); }, zeros_like(x[1][0]), x[1]).second)};
}

Arrays scan_vmapped(const Json&, P x) {
  auto row = [&](Array row) {
    return scan([&](Array c, Array x_i) {
      const Array next = c * x[1] + x_i;
      return Pair{next, next};
    }, zero_like(row), row);
  };
  const auto [c, ys] = vmap(row)(x[0]);
  return {c, ys};
}

Arrays map_fn(const Json&, P x) {
  return {sequential_map([](Array row) { return sum(sin(row)) / (1 + square(max(row))); }, x[0])};
}

Arrays fibonacci(const Json& a, P) {
  auto step = [](Pair c) { return std::pair{Pair{c.second, c.first + c.second}, c.first}; };
  return {scan(step, Pair{Array(0).as(u64), Array(1).as(u64)}, none, {.length = integer(a, "n")}).second};
}

Arrays xorshift(const Json& a, P x) {
  auto step = [](Array s) {
    s = s ^ (s << 13);
    s = s ^ (s >> 17);
    s = s ^ (s << 5);
    return Pair{s, s};
  };
  return {scan(step, x[0], none, {.length = integer(a, "n")}).second};
}

Arrays horner(const Json&, P x) {
  return {scan([&](Array y, Array c) { return std::pair{y * x[1] + c, nothing}; }, zeros_like(x[1]), x[0]).first};
}

Arrays ema_reverse(const Json&, P x) {
  auto step = [&](Array g, Array in) {
    const Array next = in + x[1] * g;
    return Pair{next, next};
  };
  return {scan(step, zero_like(x[0]), x[0], {.reverse = true}).second};
}

Arrays kalman1d(const Json&, P x) {
  auto step = [&](Pair carry, Array z) {
    const Array p = carry.second + x[1], k = p / (p + x[2]), m = carry.first + k * (z - carry.first);
    const Pair next{m, (1 - k) * p};
    return std::pair{next, next};
  };
  const auto [m, p] = scan(step, Pair{zero_like(x[0]), ones({}, x[0].dtype())}, x[0]).second;
  return {m, p};
}

Arrays hmm_forward(const Json&, P x) {
  auto step = [&](Array a, Array emitted) { return std::pair{emitted + logsumexp(expand_dims(a, 1) + x[0], 0), nothing}; };
  return {logsumexp(scan(step, x[2] + x[1][0], x[1][slice(1, none)]).first)};
}

// Levenshtein's distance: row by row of the table, along each row from the left.
Arrays edit_distance(const Json&, P x) {
  const Array &a = x[0], &b = x[1];
  auto row = [&](Array above, Array a_i) {
    auto cell = [&](Array left, std::tuple<Array, Array, Array> in) {
      const auto [diagonal, up, b_j] = in;
      const Array here = minimum(minimum(up, left) + 1, diagonal + (a_i != b_j).as(i32));
      return Pair{here, here};
    };
    const Array first = above[0] + 1;
    const Array rest = scan(cell, first, std::tuple{above[slice(-1)], above[slice(1, none)], b}).second;
    return std::pair{concatenate({expand_dims(first, 0), rest}), nothing};
  };
  return {scan(row, iota({b.size() + 1}, 0), a).first[-1]};
}

// ---- derivatives that are given -------------------------------------------------------------------------------------

Arrays custom_root_implicit(const Json&, P x) {
  const auto root = [](Array a) { return fori_loop(0, 30, [&](Array, Array x) { return (x + a / x) / 2; }, 1 + a); };
  return {custom_jvp(root, [=](Array a, Array t) {
    const Array x = root(a);
    return Pair{x, t / (2 * x)};
  })(x[0])};
}

Arrays custom_vjp_clip(const Json&, P x) {
  return {custom_vjp([](Array x) { return sin(x); }, [](Array x) { return Pair{sin(x), x}; }, [](Array x, Array ct) { return clip(ct * cos(x), -0.1, 0.1); })(x[0])};
}

Arrays straight_through(const Json&, P x) { return {x[0] + stop_gradient(round(x[0]) - x[0])}; }

// ---- derivatives and randomness inside ------------------------------------------------------------------------------

Arrays grad_of_grad_scan(const Json& a, P x) {
  auto f = [n = integer(a, "n")](Array x) {
    return scan([&](Array c) { return std::pair{sin(c) * x, nothing}; }, x, none, {.length = n}).first;
  };
  return {f(x[0]), grad(f)(x[0]), grad(grad(f))(x[0]), grad(grad(grad(f)))(x[0])};
}

Arrays vmap_of_grad_scan(const Json&, P x) {
  auto total = [](Array row) {
    auto step = [](Array c, Array x) {
      const Array next = c * x + sin(x);
      return Pair{next, next};
    };
    return sum(scan(step, ones({}, row.dtype()), row).second);
  };
  return {vmap(grad(total))(x[0])};
}

Arrays random_walk(const Json& a, P x) {
  auto step = [](std::pair<Key, Array> carry) {
    const auto [key, sub] = random::split(carry.first);
    const Array next = carry.second + random::normal(sub);
    return std::pair{std::pair{key, next}, next};
  };
  return {scan(step, std::pair{Key(x[0]), zeros({})}, none, {.length = integer(a, "n")}).second};
}

}  // namespace

const Rules& control_rules() {
  static const Rules rules = {
      {"cond_basic", cond_basic},
      {"cond_data", cond_data},
      {"cond_vmapped", cond_vmapped},
      {"cond_nested", cond_nested},
      {"cond_safe_grad", cond_safe_grad},
      {"switch_basic", switch_basic},
      {"switch_vmapped", switch_vmapped},
      {"switch_captured", switch_captured},
      {"fori_power", fori_power},
      {"fori_index", fori_index},
      {"fori_dynamic", fori_dynamic},
      {"while_halve", while_halve},
      {"while_masked_vmap", while_masked_vmap},
      {"while_never", while_never},
      {"newton_sqrt", newton_sqrt},
      {"newton_vmapped", newton_vmapped},
      {"collatz", collatz},
      {"gcd_euclid", gcd_euclid},
      {"logistic_map_until", logistic_map_until},
      {"power_iteration", power_iteration},
      {"scan_of_while", scan_of_while},
      {"while_jvp_of_vmap", while_jvp_of_vmap},
      {"associative_scan_ops", associative_scan_ops},
      {"associative_scan_matrix", associative_scan_matrix},
      {"matrix_power", matrix_power},
      {"bubble_pass", bubble_pass},
      {"sieve", sieve},
      {"euler_pendulum", euler_pendulum},
      {"gradient_descent", gradient_descent},
      {"scan_cumsum", scan_cumsum},
      {"scan_xs_none", scan_xs_none},
      {"scan_multi", scan_multi},
      {"scan_int_carry", scan_int_carry},
      {"rnn", rnn},
      {"lstm", lstm},
      {"gru", gru},
      {"rk4_lorenz", rk4_lorenz},
      {"logistic_map", logistic_map},
      {"nested_scan", nested_scan},
      {"scan_of_cond", scan_of_cond},
      {"cond_of_scan", cond_of_scan},
      {"scan_captured", scan_captured},
      {"scan_remat", scan_remat},
      {"scan_vmapped", scan_vmapped},
      {"map_fn", map_fn},
      {"fibonacci", fibonacci},
      {"xorshift", xorshift},
      {"horner", horner},
      {"ema_reverse", ema_reverse},
      {"kalman1d", kalman1d},
      {"hmm_forward", hmm_forward},
      {"edit_distance", edit_distance},
      {"custom_root_implicit", custom_root_implicit},
      {"custom_vjp_clip", custom_vjp_clip},
      {"straight_through", straight_through},
      {"grad_of_grad_scan", grad_of_grad_scan},
      {"vmap_of_grad_scan", vmap_of_grad_scan},
      {"random_walk", random_walk},
  };
  return rules;
}

}  // namespace espalier::conformance
