#include "espalier/stdlib/random/gamma.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/error.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random/continuous.h"
#include "espalier/stdlib/random/discrete.h"
#include "espalier/stdlib/random/uniform.h"

namespace espalier::random {
namespace {

using detail::meet;
using espalier::detail::called_at;

enum class Space : std::uint8_t {
  linear,
  logarithmic
};

// A normal draw x for which v = 1 + c x is positive, and the key of the next.
struct Root {
  Key key;
  Array x, v;
};
Root positive_root(const Key& key, const Array& c, DType dtype) {
  const auto next = [=](Root last) {
    const auto [rest, own] = split(last.key);
    const Array x = normal(own, {}, {.dtype = dtype});
    return Root{rest, x, 1 + x * c};
  };
  return while_loop([](Root last) { return last.v <= 0; }, next, Root{key, Array(0, dtype), Array(-1, dtype)});
}

// x squared, v cubed and a uniform draw, which decides whether they are taken.
struct Proposal {
  Key key;
  Array square, cube, u;
};

// One draw. Marsaglia & Tsang, "A simple method for generating gamma variables", 2000: d v^3 for a >= 1; for smaller a that of a + 1, times a
// uniform draw to the power 1 / a.
Array draw_one(const Key& key, const Array& given, Space space) {
  const DType dtype = given.dtype();
  const Array large = given >= 1, a = where(large, given, given + 1);
  const Array d = a - 1.0 / 3, c = Array(1.0 / 3, dtype) / sqrt(d);
  const auto rejected = [=](Proposal p) {
    return (p.u >= 1 - 0.0331 * (p.square * p.square)) & (log(p.u) >= p.square * 0.5 + d * ((1 - p.cube) + log(p.cube)));
  };
  const auto next = [=](Proposal last) {
    const auto [rest, root_key, uniform_key] = split<3>(last.key);
    const Root root = positive_root(root_key, c, dtype);
    return Proposal{rest, root.x * root.x, root.v * root.v * root.v, uniform(uniform_key, {}, {.dtype = dtype})};
  };
  const auto [loop_key, boost_key] = split(key);
  const Array cube = while_loop(rejected, next, Proposal{loop_key, Array(0, dtype), Array(1, dtype), Array(2, dtype)}).cube;
  if (space == Space::linear) {
    const Array boost = pow(1 - uniform(boost_key, {}, {.dtype = dtype}), 1 / given);
    return d * cube * where(large, 1.0, boost);
  }
  const Array log_u = -exponential(boost_key, {}, {.dtype = dtype});
  return log(d) + log(cube) + where(large | (log_u == 0), 0.0, log_u * (1 / given));
}

// Draws for each element of a, each with a key of its own.
Array draw(const Key& key, const Array& a, Space space) {
  const Key keys = split(key, a.size());
  return reshape(vmap([space](Key one, Array alpha) { return draw_one(one, alpha, space); })(keys, ravel(a)), a.shape());
}

// How a draw moves with a; that of a logarithm is that of the draw, divided by it.
Array slope(const Array& a, const Array& drawn, Space space) {
  if (space == Space::linear) return random_gamma_grad(a, drawn);
  const Array x = maximum(exp(drawn), detail::smallest_normal(a.dtype()));
  return random_gamma_grad(a, x) / x;
}

Array gamma_of(const char* op, const Key& key, const detail::Parameters& p, const Array& a, Space space, Where where) {
  detail::require_one_key(key, op, where);
  const auto draws = [=](Array at) { return draw(key, at, space); };
  const auto moved = [=](Array at, Array along) {
    const Array drawn = draws(stop_gradient(at));
    return std::pair{drawn, along * slope(at, drawn, space)};
  };
  return custom_jvp(draws, moved, where)(broadcast_to(a, p.shape));
}

}  // namespace

Array gamma(const Key& key, Operand a, DrawShape shape, DrawOptions options) {
  return called_at(a.where, [&] {
    const auto p = meet("gamma", {a}, shape, options);
    return gamma_of("gamma", key, p, p[0], Space::linear, a.where);
  });
}
Array loggamma(const Key& key, Operand a, DrawShape shape, DrawOptions options) {
  return called_at(a.where, [&] {
    const auto p = meet("loggamma", {a}, shape, options);
    return gamma_of("loggamma", key, p, p[0], Space::logarithmic, a.where);
  });
}
Array beta(const Key& key, Operand a, Operand b, DrawShape shape, DrawOptions options) {
  return called_at(a.where, [&] {
    const auto p = meet("beta", {a, b}, shape, options);
    const auto [a_key, b_key] = split(key);
    const Array log_x = gamma_of("beta", a_key, p, p[0], Space::logarithmic, a.where), log_y = gamma_of("beta", b_key, p, p[1], Space::logarithmic, a.where);
    const Array top = maximum(log_x, log_y), x = exp(log_x - top), y = exp(log_y - top);
    return x / (x + y);
  });
}
Array dirichlet(const Key& key, Operand alpha, DrawShape shape, DrawOptions options) {
  return called_at(alpha.where, [&] {
    if (alpha.array.ndim() == 0) {
      ShapeError error("dirichlet", "alpha is a scalar", "give it an axis: one number for each outcome", alpha.where);
      error.shapes = {alpha.array.shape()};
      throw error;
    }
    if (shape.shape) {
      std::vector<std::int64_t> extents = shape.shape->extents();
      extents.push_back(alpha.array.shape(-1));
      shape = Shape(extents);
    }
    const auto p = meet("dirichlet", {alpha}, shape, options);
    return softmax(gamma_of("dirichlet", key, p, p[0], Space::logarithmic, alpha.where), {.axis = -1});
  });
}
Array chisquare(const Key& key, Operand df, DrawShape shape, DrawOptions options) {
  return called_at(df.where, [&] {
    const auto p = meet("chisquare", {df}, shape, options);
    return exp(gamma_of("chisquare", key, p, p[0] / 2, Space::logarithmic, df.where)) * 2;
  });
}
Array t(const Key& key, Operand df, DrawShape shape, DrawOptions options) {
  return called_at(df.where, [&] {
    const auto p = meet("t", {df}, shape, options);
    const auto [normal_key, gamma_key] = split(key);
    const Array half = p[0] / 2;
    return normal(normal_key, p.shape, {.dtype = p.dtype}) * sqrt(half / gamma_of("t", gamma_key, p, half, Space::linear, df.where));
  });
}
Array f(const Key& key, Operand dfnum, Operand dfden, DrawShape shape, DrawOptions options) {
  return called_at(dfnum.where, [&] {
    const auto p = meet("f", {dfnum, dfden}, shape, options);
    const auto [below_key, above_key] = split(key);
    const DrawShape drawn = p.shape;
    return (chisquare(above_key, p[0], drawn) / p[0]) / (chisquare(below_key, p[1], drawn) / p[1]);
  });
}
Array generalized_normal(const Key& key, Operand p, DrawShape shape, DrawOptions options) {
  return called_at(p.where, [&] {
    const auto met = meet("generalized_normal", {p}, shape, options);
    const auto [gamma_key, sign_key] = split(key);
    const Array power = 1 / met[0], size = gamma_of("generalized_normal", gamma_key, met, power, Space::linear, p.where);
    return rademacher(sign_key, met.shape, {.dtype = met.dtype}) * pow(size, power);
  });
}
Array ball(const Key& key, std::int64_t d, Shape shape, BallOptions options, Where where) {
  return called_at(where, "ball", [&] {
    if (d < 0) throw ArgumentError("ball", std::to_string(d) + " dimensions", "give 0 or more", where);
    const DType dtype = options.dtype.value_or(f32);
    std::vector<std::int64_t> extents = shape.extents();
    extents.push_back(d);
    const auto [direction_key, radius_key] = split(key);
    const Array direction = generalized_normal(direction_key, Operand(options.p, where), Shape(extents), {.dtype = dtype}), p = options.p.as(dtype);
    const Array size = sum(pow(abs(direction), p), {.axis = -1}) + exponential(radius_key, shape, {.dtype = dtype});
    return direction / expand_dims(pow(size, 1 / p), -1);
  });
}

}  // namespace espalier::random
