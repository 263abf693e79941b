#pragma once
// How parameters start: a function of a key, a shape and a dtype. Formulas, names and defaults are those of
// jax.nn.initializers, and of Flax where that has none; a weight's last two axes are [in, out], those before count as its receptive field.
#include <memory>

#include "espalier/dsl/key.h"

namespace espalier::nn {

/// Any callable Array(Key, Shape, DType): one of `initializers`, or an own function.
class [[nodiscard]] Initializer {
 public:
  /// From a function, of which it holds a copy.
  template <class F>
    requires(!std::same_as<F, Initializer> && std::is_invocable_r_v<Array, const F&, const Key&, const Shape&, DType>)
  Initializer(F f) : f_(std::make_shared<F>(std::move(f))), call_(&call<F>) {}

  /// The parameter that it makes.
  Array operator()(const Key& key, const Shape& shape, DType dtype = f32) const { return call_(f_.get(), key, shape, dtype); }

 private:
  template <class F> static Array call(const void* f, const Key& key, const Shape& shape, DType dtype) {
    return (*static_cast<const F*>(f))(key, shape, dtype);
  }
  std::shared_ptr<const void> f_;
  Array (*call_)(const void*, const Key&, const Shape&, DType);
};

namespace initializers {

Array zeros(const Key& key, const Shape& shape, DType dtype = f32);  ///< 0 everywhere; the key is not used
Array ones(const Key& key, const Shape& shape, DType dtype = f32);   ///< 1 everywhere; the key is not used
Initializer constant(double value);                                  ///< this number everywhere
/// Uniform in [0, scale).
Initializer uniform(double scale = 1e-2);
/// Normal of mean 0 and this standard deviation.
Initializer normal(double stddev = 1e-2);
/// A normal of `stddev` cut at `lower` and `upper`, which count in standard deviations.
Initializer truncated_normal(double stddev = 1e-2, double lower = -2, double upper = 2);

/// What the variance is divided by: the inputs of a unit, its outputs, or the mean of both.
enum class Fan {
  in,
  out,
  average
};
/// What the numbers are drawn from: a normal cut at two of its standard deviations, a normal, or a uniform around 0.
enum class Distribution {
  truncated_normal,
  normal,
  uniform
};
/// Mean 0, variance scale / fan. ShapeError at the call if the shape has fewer than two axes.
Initializer variance_scaling(double scale, Fan fan, Distribution distribution);
/// Mean 0 and variance 1 / in, from a normal cut at two of its standard deviations, or a uniform: LeCun et al. 1998. ShapeError
/// if the shape has fewer than two axes.
/// @{
Array lecun_normal(const Key& key, const Shape& shape, DType dtype = f32);
Array lecun_uniform(const Key& key, const Shape& shape, DType dtype = f32);
/// @}
/// The same with variance 2 / (in + out): Glorot & Bengio 2010.
/// @{
Array glorot_normal(const Key& key, const Shape& shape, DType dtype = f32);
Array glorot_uniform(const Key& key, const Shape& shape, DType dtype = f32);
/// @}
/// The same with variance 2 / in: He et al. 2015, arXiv:1502.01852.
/// @{
Array he_normal(const Key& key, const Shape& shape, DType dtype = f32);
Array he_uniform(const Key& key, const Shape& shape, DType dtype = f32);
/// @}

/// A normal of mean 0 and variance 1 / features, for a table [n, features] of vectors.
Array embedding_normal(const Key& key, const Shape& shape, DType dtype = f32);

/// An orthogonal matrix times `scale`, uniform among all: rows, or columns where they are fewer, are orthonormal. All axes but the last count
/// as rows: Saxe et al. 2013, arXiv:1312.6120. ShapeError at the call if the shape has fewer than two axes.
Initializer orthogonal(double scale = 1);
/// A kernel of a convolution [spatial…, in, out] that is `orthogonal` at its centre and 0 elsewhere: Xiao et al. 2018, arXiv:1806.05393.
/// ShapeError at the call unless there are one to three spatial axes and no fewer outputs than inputs.
Initializer delta_orthogonal(double scale = 1);

}  // namespace initializers
}  // namespace espalier::nn
