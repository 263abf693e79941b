#pragma once
// Walking gradients beside the parameters they belong to: what every transformation is written with.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/transform/grad.h"
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/optim/held.h"

namespace espalier::optim {

/// A choice of leaves: any `bool(const LeafInfo&)`, which may capture; all leaves by default. Static: `Held` says when two are
/// equal.
class Mask {
 public:
  /// All leaves.
  Mask() = default;
  /// The leaves for which this is true.
  template <class F>
    requires(!std::is_same_v<F, Mask> && std::is_invocable_r_v<bool, const F&, const LeafInfo&>)
  Mask(F chooses) : chooses_(std::move(chooses)) {}
  /// A flag per leaf of the tree, Nothing included.
  template <Tree T> [[nodiscard]] std::vector<bool> flags(const T& tree) const {
    std::vector<bool> flags;
    if (!chooses_.exists()) flags.assign(tree::leaf_count(tree), true);
    else tree::for_each_leaf_with_info(tree, [&](const LeafInfo& info, const Array&) { flags.push_back(chooses_(info)); });
    return flags;
  }
  bool operator==(const Mask&) const = default;  ///< as `Held` compares the functions

 private:
  Held<bool(const LeafInfo&)> chooses_;
};

/// What an optimizer keeps of each leaf of the parameters, in their order; Nothing for leaves that are not learned.
using Moments = std::vector<OptState>;

namespace detail {

/// ShapeError with the path and both shapes.
[[noreturn]] void throw_mismatch(const char* op, const std::string& path, const Array& gradient, const Array& parameter);
/// ArgumentError that says to call init.
[[noreturn]] void throw_uninitialised(const char* op, std::size_t moments, std::size_t leaves);

/// f(index of the leaf, gradient, parameter) for each gradient; Nothing stays Nothing. StructureError and ShapeError,
/// naming the leaf, where gradients and parameters differ.
template <Tree P, class F> P map_gradients(const char* op, const P& grads, const P& params, F&& f) {
  tree::require_same_structure(op, grads, params, false, Where{});
  P updates = tree::clone(grads);
  const std::vector<const Array*> parameters = tree::leaf_pointers(params);
  std::size_t next = 0;
  tree::visit_leaves(updates, [&](auto& leaf) {
    const std::size_t i = next++;
    const Array gradient = tree::array_in(leaf);
    if (gradient.is_nothing()) return;
    if (parameters[i]->is_nothing() || parameters[i]->shape() != gradient.shape()) {
      std::size_t at = 0;
      tree::for_each_leaf_with_info(params, [&](const LeafInfo& info, const Array& p) {
        if (at++ == i) throw_mismatch(op, info.path, gradient, p);
      });
    }
    tree::store(leaf, f(i, gradient, *parameters[i]));
  });
  return updates;
}

/// Zeros for the leaves that `grad` differentiates by default, Nothing for the others.
template <Tree P> Moments zero_moments(const P& params) {
  Moments moments;
  tree::visit_leaves(params, [&](const auto& leaf) {
    if (espalier::detail::is_differentiated(leaf, Wrt<>{})) moments.push_back(zeros_like(tree::array_in(leaf)));
    else moments.emplace_back();
  });
  return moments;
}
template <Tree P> void require_initialised(const char* op, const Moments& moments, const P& params) {
  const std::size_t leaves = tree::leaf_count(params);
  if (moments.size() != leaves) throw_uninitialised(op, moments.size(), leaves);
}
/// The moment of a leaf; zeros for one that gets a gradient for the first time, as after `unfreeze`.
Array moment(const OptState& kept, const Array& gradient);

/// 0 as i32, and one more.
OptState first_count();
OptState next_count(const OptState& count);

}  // namespace detail
}  // namespace espalier::optim
