#pragma once
// Transformations that treat each leaf by itself.
#include <string_view>

#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

/// What becomes of a leaf's gradient is the rule's to say: an aggregate of options with
///   static constexpr const char* name;
///   Moments fresh(const Array& p) const;   // what is kept of a leaf, before the first step
///   Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;   // in step t = 1, 2, … (f64): its update; renews what is kept
template <class Rule> struct [[nodiscard]] PerLeaf {
  Rule rule = {};                  ///< options, and the work on a leaf
  OptState count = {};             ///< steps done, i32
  std::vector<Moments> kept = {};  ///< of each leaf of the parameters, in their order; nothing of leaves that are not learned

  /// With fresh state for parameters like these.
  template <Tree P> PerLeaf init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      PerLeaf next{rule, detail::first_count(), {}};
      tree::visit_leaves(params, [&](const auto& leaf) {
        next.kept.push_back(espalier::detail::is_differentiated(leaf, Wrt<>{}) ? rule.fresh(tree::array_in(leaf)) : Moments{});
      });
      return next;
    });
  }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ, ArgumentError if there is no state for the parameters.
  template <Tree P> [[nodiscard]] std::pair<P, PerLeaf> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, PerLeaf> {
      const std::size_t leaves = tree::leaf_count(params);
      if (kept.size() != leaves) detail::throw_uninitialised(Rule::name, kept.size(), leaves);
      PerLeaf next{rule, detail::next_count(count), kept};
      const Array t = next.count.as(f64);
      P updates = detail::map_gradients(Rule::name, grads, params, [&](std::size_t i, const Array& g, const Array& p) {
        if (next.kept[i].empty()) next.kept[i] = rule.fresh(p);  // its first gradient, as after `unfreeze`
        return rule.step(next.kept[i], g, p, t);
      });
      return {std::move(updates), std::move(next)};
    });
  }
};

namespace detail {
/// b m + (1 - b) x.
Array averaged(double b, const Array& m, const Array& x);
/// m / (1 - b^t), in the dtype of m: an average that began at 0, as one of t numbers. In f64 until then: f32 would lose four digits of 1 - b^t.
Array unbiased(const Array& m, double b, const Array& t);
/// The root of the sum of squares.
Array norm_of_leaf(const Array& x);
}  // namespace detail
}  // namespace espalier::optim
