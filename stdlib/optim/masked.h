#pragma once
// A transformation for some leaves, and one for each label of leaves.
#include <array>
#include <string>

#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/selected.h"

namespace espalier::optim {

/// The transformation `inner` for the leaves of all kinds K that the mask chooses; the gradients of the others pass unchanged.
template <class T, class... K> struct [[nodiscard]] Masked {
  T inner = {};      ///< what happens to the leaves that are chosen
  Mask mask = {};  ///< which those are

  /// With fresh state for parameters like these: of the leaves that are chosen alone.
  template <Tree P> Masked init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Masked { return {inner.init(detail::only(params, flags(params))), mask}; });
  }
  /// {what the gradients become, this after the step}. Errors as `inner` has them.
  template <Tree P> [[nodiscard]] std::pair<P, Masked> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, Masked> {
      const std::vector<bool> chosen = flags(params);
      if (tree::leaf_count(grads) != chosen.size()) tree::require_same_structure("masked", grads, params, false, Where{});
      auto [updates, next] = inner.transform(detail::only(grads, chosen), detail::only(params, chosen));
      return {merge(detail::only(grads, chosen, false), updates), Masked{std::move(next), mask}};
    });
  }

 private:
  template <class P> std::vector<bool> flags(const P& params) const {
    std::vector<bool> chosen = mask.flags(params);
    std::size_t i = 0;
    tree::visit_leaves(params, [&]<class L>(const L&) { chosen[i] = chosen[i] && tree::of_kinds<L, K...>, ++i; });
    return chosen;
  }
};

/// `t` for the leaves of all kinds K for which every predicate holds: masked<Parameter>(clip(1)), masked(clip(1), is_matrix).
template <class... K, class T, LeafPredicate... F> Optimizer<Masked<T, K...>> masked(T t, F... predicates) {
  if constexpr (sizeof...(F) == 0) return chain(Masked<T, K...>{std::move(t), {}});
  else if constexpr (sizeof...(F) == 1) return chain(Masked<T, K...>{std::move(t), Mask(std::move(predicates)...)});
  else return chain(Masked<T, K...>{std::move(t), Mask([predicates...](const LeafInfo& info) { return (predicates(info) && ...); })});
}

/// The label of a leaf: any `std::string(const LeafInfo&)`, which may capture. Static, as a mask is.
using Labels = Held<std::string(const LeafInfo&)>;

/// What the leaves with a label go through.
template <class T> struct Branch {
  std::string label = {};  ///< the label
  T transformation = {};        ///< what happens to them
};
/// Branch{label, t}: for `multi_transform`.
template <class T> [[nodiscard]] Branch<T> branch(std::string label, T t) { return {std::move(label), std::move(t)}; }

namespace detail {
/// The position of a leaf's label among those of the branches. ArgumentError with the leaf's path if it is none of them.
std::size_t branch_of(const LeafInfo& info, const std::string& label, std::span<const std::string> labels);
}  // namespace detail

/// Each leaf's gradient goes through the branch of its label.
template <class... T> struct [[nodiscard]] MultiTransform {
  Labels label_of = {};                              ///< the label of a leaf
  std::array<std::string, sizeof...(T)> labels = {}; ///< of the branches
  std::tuple<T...> branches = {};                    ///< what the leaves with each of them go through

  /// With fresh state for parameters like these. ArgumentError with the path of a leaf whose label has no branch.
  template <Tree P> MultiTransform init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      const std::vector<std::size_t> branch = branch_of_leaves(params);
      MultiTransform next = *this;
      each([&](auto& t, std::size_t i) { t = std::as_const(t).init(detail::only(params, with(branch, i))); }, next);
      return next;
    });
  }
  /// {what the gradients become, this after the step}. Errors as the branches have them, and as in `init`.
  template <Tree P> [[nodiscard]] std::pair<P, MultiTransform> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      const std::vector<std::size_t> branch = branch_of_leaves(params);
      if (tree::leaf_count(grads) != branch.size()) tree::require_same_structure("multi_transform", grads, params, false, Where{});
      std::pair<P, MultiTransform> result(tree::clone(grads), *this);
      each([&](auto& t, std::size_t i) {
        const std::vector<bool> flags = with(branch, i);
        auto [updates, next] = std::as_const(t).transform(detail::only(grads, flags), detail::only(params, flags));
        result.first = merge(result.first, updates);
        t = std::move(next);
      }, result.second);
      return result;
    });
  }

 private:
  template <class P> std::vector<std::size_t> branch_of_leaves(const P& params) const {
    std::vector<std::size_t> branch;
    tree::for_each_leaf_with_info(params, [&](const LeafInfo& info, const Array&) { branch.push_back(detail::branch_of(info, label_of(info), labels)); });
    return branch;
  }
  static std::vector<bool> with(const std::vector<std::size_t>& branch, std::size_t i) {
    std::vector<bool> flags;
    for (std::size_t b : branch) flags.push_back(b == i);
    return flags;
  }
  template <class F> static void each(F&& f, MultiTransform& all) {
    std::size_t i = 0;
    std::apply([&](T&... t) { (f(t, i++), ...); }, all.branches);
  }
};

/// Each leaf by the branch of its label: multi_transform(by_kind, branch("Parameter", adam(1e-3)), branch("Array", set_to_zero())), where by_kind gives
/// LeafInfo's kind. Leaves that get no gradient need a label too.
template <class L, class... T> [[nodiscard]] Optimizer<MultiTransform<T...>> multi_transform(L label_of, Branch<T>... branches) {
  static_assert(std::is_invocable_r_v<std::string, const L&, const LeafInfo&>, "multi_transform: the first argument gives the label of a leaf: std::string(const LeafInfo&)");
  return chain(MultiTransform<T...>{Labels(std::move(label_of)), {std::move(branches.label)...}, {std::move(branches.transformation)...}});
}

}  // namespace espalier::optim
