#pragma once
// Gradients kept within bounds.
#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

namespace detail {
/// A norm, and `factor` times it, which is finite where the norm is beyond the dtype.
struct Norm {
  Array value, part;
  double factor;
};
Norm norm_of(std::span<const Array> leaves);
}  // namespace detail

/// The square root of the sum of squares over all floating leaves; 0 for a tree without any. Squares may be too large or too
/// small for the dtype.
/// @{
Array global_norm(std::span<const Array> leaves, Where where = Where::current());
template <Tree T> Array global_norm(const T& tree, Where where = Where::current()) { return global_norm(std::span<const Array>(leaves(tree)), where); }
/// @}

/// Every element within [-limit, limit].
struct [[nodiscard]] Clip {
  double limit = 1;  ///< the largest magnitude
  /// Itself: it has no state.
  template <Tree P> Clip init(const P&) const { return *this; }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ.
  template <Tree P> [[nodiscard]] std::pair<P, Clip> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, Clip> {
      return {detail::map_gradients("clip", grads, params, [&](std::size_t, const Array& g, const Array&) { return clipped(g); }), *this};
    });
  }

 private:
  Array clipped(const Array& gradient) const;
};

/// All gradients times max_norm / global_norm where that norm is max_norm or more: Pascanu et al. 2013, arXiv:1211.5063.
/// Gradients of norm 0 stay (Optax: NaN at max_norm 0), and large ones keep their direction (Optax: 0 once squares overflow).
struct [[nodiscard]] ClipByGlobalNorm {
  double max_norm = 1;  ///< the largest norm
  /// Itself: it has no state.
  template <Tree P> ClipByGlobalNorm init(const P&) const { return *this; }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ.
  template <Tree P> [[nodiscard]] std::pair<P, ClipByGlobalNorm> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, ClipByGlobalNorm> {
      const std::vector<Array> all = leaves(grads);
      const detail::Norm norm = detail::norm_of(all);
      return {detail::map_gradients("clip_by_global_norm", grads, params,
                                    [&](std::size_t, const Array& g, const Array&) { return clipped(g, norm); }),
              *this};
    });
  }

 private:
  Array clipped(const Array& gradient, const detail::Norm& norm) const;
};

/// All gradients times scale / (global_norm + eps): steps of one length.
struct [[nodiscard]] NormalizeByUpdateNorm {
  Named by_name = Named();
  double scale = 1;   ///< the length
  double eps = 1e-6;  ///< added to the norm
  /// Itself: it has no state.
  template <Tree P> NormalizeByUpdateNorm init(const P&) const { return *this; }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ.
  template <Tree P> [[nodiscard]] std::pair<P, NormalizeByUpdateNorm> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, NormalizeByUpdateNorm> {
      const Array norm = global_norm(grads);
      return {detail::map_gradients("normalize_by_update_norm", grads, params, [&](std::size_t, const Array& g, const Array&) { return normalized(g, norm); }), *this};
    });
  }

 private:
  Array normalized(const Array& gradient, const Array& norm) const;
};

/// NormalizeByUpdateNorm with these options.
inline NormalizeByUpdateNorm normalize_by_update_norm(NormalizeByUpdateNorm options = {}) { return options; }
/// Clip{limit}.
inline Clip clip(double limit) { return {limit}; }
/// ClipByGlobalNorm{max_norm}.
inline ClipByGlobalNorm clip_by_global_norm(double max_norm) { return {max_norm}; }

}  // namespace espalier::optim
