#include "espalier/stdlib/distributions/discrete.h"

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/distributions/shapes.h"
#include "espalier/stdlib/random.h"

namespace espalier::distributions {

using detail::joined, espalier::detail::called_at;

namespace {
const double infinity = std::numeric_limits<double>::infinity();
Array whole(const Array& x) { return (x == floor(x)) & (x >= 0); }
Array as_number(const Array& x, const Array& like) { return x.as(detail::dtype_of({like})); }
}  // namespace

Shape Bernoulli::batch_shape(Where at) const {
  return called_at(at, [&] { return logits.shape(); });
}
Array Bernoulli::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return random::bernoulli(key, sigmoid(logits), joined(shape, logits.shape())).as(i32); });
}
Array Bernoulli::log_prob(Operand x) const {
  return called_at(x.where, [&] {
    const Array v = as_number(x.array, logits);
    return where(v == 1, log_sigmoid(logits), where(v == 0, log_sigmoid(-logits), -infinity));
  });
}
Array Bernoulli::entropy(Where at) const {
  return called_at(at, [&] { return softplus(logits) - logits * sigmoid(logits); });
}
Array Bernoulli::mean(Where at) const { return probs(at); }
Array Bernoulli::mode(Where at) const {
  return called_at(at, [&] { return (logits > 0).as(i32); });
}
Array Bernoulli::variance(Where at) const {
  return called_at(at, [&] { return sigmoid(logits) * sigmoid(-logits); });
}
Array Bernoulli::cdf(Operand x) const {
  return called_at(x.where, [&] {
    const Array v = as_number(x.array, logits);
    return where(v < 0, 0, where(v < 1, sigmoid(-logits), 1));
  });
}
Array Bernoulli::probs(Where at) const {
  return called_at(at, [&] { return sigmoid(logits); });
}

Shape Categorical::batch_shape(Where at) const {
  return called_at(at, [&] { return detail::without_last("Categorical", logits, 1); });
}
Array Categorical::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return random::categorical(key, logits, {.shape = joined(shape, detail::without_last("Categorical", logits, 1))}); });
}
namespace {
// Of each class, whether x is it: x [...] against [..., classes].
Array chosen(const Array& x, const Array& logits) { return expand_dims(x, -1) == arange(logits.shape(-1)); }
}  // namespace
Array Categorical::log_prob(Operand x) const {
  return called_at(x.where, [&] {
    (void)detail::without_last("Categorical", logits, 1);
    const Array is = chosen(x.array, logits), found = any(is, {.axis = -1});
    return where(found, sum(where(is, log_softmax(logits), 0), {.axis = -1}), -infinity);
  });
}
Array Categorical::entropy(Where at) const {
  return called_at(at, [&] {
    (void)detail::without_last("Categorical", logits, 1);
    const Array p = softmax(logits);
    return -sum(where(p > 0, p * log_softmax(logits), 0), {.axis = -1});
  });
}
Array Categorical::mode(Where at) const {
  return called_at(at, [&] { return argmax(logits, {.axis = -1}); });
}
Array Categorical::cdf(Operand x) const {
  return called_at(x.where, [&] {
    (void)detail::without_last("Categorical", logits, 1);
    return sum(where(arange(logits.shape(-1)) <= expand_dims(x.array, -1), softmax(logits), 0), {.axis = -1});
  });
}
Array Categorical::probs(Where at) const {
  return called_at(at, [&] { return softmax(logits); });
}

Shape Poisson::batch_shape(Where at) const {
  return called_at(at, [&] { return rate.shape(); });
}
Array Poisson::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return random::poisson(key, rate, joined(shape, rate.shape())); });
}
Array Poisson::log_prob(Operand x) const {
  return called_at(x.where, [&] {
    const Array v = as_number(x.array, rate), is = whole(v), k = where(is, v, 0);
    return where(is, xlogy(k, rate) - rate - lgamma(k + 1), -infinity);
  });
}
Array Poisson::mean(Where at) const {
  return called_at(at, [&] { return rate + 0; });
}
Array Poisson::mode(Where at) const {
  return called_at(at, [&] { return floor(rate).as(i32); });
}
Array Poisson::variance(Where at) const { return mean(at); }
Array Poisson::cdf(Operand x) const {
  return called_at(x.where, [&] {
    const Array v = as_number(x.array, rate), k = floor(maximum(v, 0));
    return where(v < 0, 0, igammac(k + 1, rate));
  });
}

}  // namespace espalier::distributions
