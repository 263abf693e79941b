#include "espalier/stdlib/random/counts.h"

#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/error.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random/uniform.h"

namespace espalier::random {
namespace {

using detail::meet;
using espalier::detail::called_at;

// Draws under way: a key, what was found, and where the search has ended.
struct Search {
  Key key;
  Array found, ended;
};
Array still_searching(Search s) { return any(~s.ended); }

// Knuth, "The Art of Computer Programming", vol. 2: how many uniform draws have a product above e^-lam.
Array poisson_by_products(const Key& key, const Array& lam) {
  struct Product {
    Key key;
    Array count, logarithm;
  };
  const auto next = [=](Product last) {
    const auto [rest, own] = split(last.key);
    return Product{rest, where(last.logarithm > -lam, last.count + 1, last.count), last.logarithm + log(uniform(own, lam.shape()))};
  };
  const Array zero = zeros(lam.shape(), f32);
  return while_loop([=](Product last) { return any(last.logarithm > -lam); }, next, Product{key, zero, zero}).count - 1;
}

// Hörmann, "The transformed rejection method for generating Poisson random variables", 1993.
Array poisson_by_rejection(const Key& key, const Array& lam) {
  const Array b = 0.931 + 2.53 * sqrt(lam), a = -0.059 + 0.02483 * b, inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), bound = 0.9277 - 3.6224 / (b - 2);
  const auto next = [=](Search last) {
    const auto [rest, u_key, v_key] = split<3>(last.key);
    const Array u = uniform(u_key, lam.shape()) - 0.5, v = uniform(v_key, lam.shape()), us = 0.5 - abs(u);
    const Array k = floor((2 * a / us + b) * u + lam + 0.43);
    const Array inside = (us >= 0.07) & (v <= bound), outside = (k < 0) | ((us < 0.013) & (v > us));
    const Array below = log(v * inverse_alpha / (a / (us * us) + b)) <= -lam + k * log(lam) - lgamma(k + 1);
    const Array accepted = inside | (~outside & below);
    return Search{rest, where(accepted, k, last.found), last.ended | accepted};
  };
  return while_loop(still_searching, next, Search{key, full_like(lam, -1), zeros(lam.shape(), bool_)}).found;
}

// How many lengths of runs of failures, each with its success, fit into n trials.
Array binomial_by_runs(const Key& key, const Array& n, const Array& p) {
  struct Runs {
    Key key;
    Array count, trials;
  };
  const Array log_failure = log1p(-p);
  const auto next = [=](Runs last) {
    const auto [own, rest] = split(last.key);
    const Array length = ceil(log(uniform(own, p.shape(), {.dtype = p.dtype()})) / log_failure);
    return Runs{rest, where(last.trials <= n, last.count + 1, last.count), last.trials + length};
  };
  const Array zero = zeros_like(p);
  return while_loop([=](Runs last) { return any(last.trials <= n); }, next, Runs{key, zero, zero}).count - 1;
}

// log(k!) above Stirling's formula for it, of whole k: a table, or the series.
Array stirling_rest(const Array& k) {
  const Array table = Array{0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287};
  const Array square = (k + 1) * (k + 1), series = (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
  return where(k <= 9, take(table.as(k.dtype()), clip(k, 0, 9).as(i32)), series);
}

// Hörmann, "The generation of binomial random variates", 1993 (BTRS).
Array binomial_by_rejection(const Key& key, const Array& n, const Array& p) {
  const Array deviation = sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p, c = n * p + 0.5;
  const Array bound = 0.92 - 4.2 / b, odds = p / (1 - p), alpha = (2.83 + 5.1 / b) * deviation, m = floor((n + 1) * p);
  const auto next = [=](Search last) {
    const auto [rest, u_key, v_key] = split<3>(last.key);
    const Array u = uniform(u_key, p.shape(), {.dtype = p.dtype()}) - 0.5, v = uniform(v_key, p.shape(), {.dtype = p.dtype()}), us = 0.5 - abs(u);
    const Array k = floor((2 * a / us + b) * u + c);
    const Array inside = (us >= 0.07) & (v <= bound), outside = (k < 0) | (k > n);
    const Array upper = (m + 0.5) * log((m + 1) / (odds * (n - m + 1))) + (n + 1) * log((n - m + 1) / (n - k + 1)) + (k + 0.5) * log(odds * (n - k + 1) / (k + 1)) +
                        stirling_rest(m) + stirling_rest(n - m) - stirling_rest(k) - stirling_rest(n - k);
    const Array accepted = inside | (~outside & (log(v * alpha / (a / (us * us) + b)) <= upper));
    return Search{rest, where(accepted, k, last.found), last.ended | accepted};
  };
  return while_loop(still_searching, next, Search{key, full_like(p, -1), zeros(p.shape(), bool_)}).found;
}

Array binomial_of(const Key& key, const Array& given_n, const Array& given_p) {
  const espalier::detail::Intended never(Check::div | Check::nan);  // without a share the next success is infinitely far
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const Array n = floor(given_n), rare = given_p < 0.5, q = where(rare, given_p, 1 - given_p);
  const Array no_count = isnan(n) | (n < 0), no_share = isnan(q) | (q < 0), invalid = no_count | no_share;
  const Array share = where(no_share, 0.01, q), few = no_count | (n * share <= 10);
  const Array by_runs = binomial_by_runs(key, where(few, n, 0.0), share);
  const Array by_rejection = binomial_by_rejection(key, where(few, 1e4, n), where(few, 0.5, share));
  const Array valid = where(isinf(n), infinity, where(few, by_runs, by_rejection));
  const Array drawn = where(invalid, nan, valid);
  return where(rare | no_count | isnan(q) | isinf(n), drawn, n - drawn);
}

}  // namespace

Array poisson(const Key& key, Operand lam, DrawShape shape, CountOptions options) {
  return called_at(lam.where, [&] {
    detail::require_one_key(key, "poisson", lam.where);
    if (options.dtype < i8 || options.dtype > u64) {
      DTypeError error("poisson", "draws integers", "convert what it gives", lam.where);
      error.dtypes = {options.dtype};
      throw error;
    }
    const auto p = meet("poisson", {lam}, shape, {.dtype = f32});
    const Array rate = broadcast_to(p[0], p.shape), small = isnan(rate) | (rate < 10);
    const Array drawn = where(small, poisson_by_products(key, where(small, rate, 0.0)), poisson_by_rejection(key, where(small, 1e5, rate)));
    return where(rate == 0, 0.0, drawn).as(options.dtype);
  });
}

Array binomial(const Key& key, Operand n, Operand p, DrawShape shape, DrawOptions options) {
  return called_at(n.where, [&] {
    detail::require_one_key(key, "binomial", n.where);
    const auto met = meet("binomial", {n, p}, shape, {});
    return binomial_of(key, broadcast_to(met[0], met.shape), broadcast_to(met[1], met.shape)).as(options.dtype.value_or(met.dtype));
  });
}

// One outcome after the other: of what remains, the share of the outcomes that remain.
Array multinomial(const Key& key, Operand n, Operand p, DrawShape shape, DrawOptions options) {
  return called_at(n.where, [&] {
    detail::require_one_key(key, "multinomial", n.where);
    if (p.array.ndim() == 0) {
      ShapeError error("multinomial", "p is a scalar", "give it an axis: one probability for each outcome", p.where);
      error.shapes = {p.array.shape()};
      throw error;
    }
    const auto met = meet("multinomial", {Operand(expand_dims(n, -1), n.where), p}, shape.shape ? shape : DrawShape(p.array.shape()), {});
    std::vector<std::int64_t> draws = met.shape.extents();
    draws.pop_back();
    const Array count = reshape(broadcast_to(met[0], Shape([&] {
      auto one = draws;
      one.push_back(1);
      return one;
    }())),
                                Shape(draws));
    const Array shares = moveaxis(broadcast_to(met[1], met.shape), -1, 0), rest = cumsum(shares, {.axis = 0, .reverse = true});
    const Array ratios = clip(shares / where(rest == 0, 1.0, rest), 0, 1);
    const auto draw = [](Array remaining, std::pair<Array, Key> next) {
      const Array taken = binomial_of(next.second, remaining, next.first);
      return std::pair{remaining - taken, taken};
    };
    const auto [remaining, counts] = scan(draw, count, std::pair{ratios, split(key, ratios.shape(0))});
    return moveaxis(counts, 0, -1).as(options.dtype.value_or(met.dtype));
  });
}

}  // namespace espalier::random
