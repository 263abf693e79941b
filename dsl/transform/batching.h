#pragma once
// vmap: a function of one example over a new axis of its arguments.
#include <functional>
#include <initializer_list>
#include <optional>

#include "espalier/dsl/transform/function.h"

namespace espalier {

/// Which axis of each leaf is mapped: an axis, none, a list (at the top one entry per argument, below one per child, a
/// prefix of the tree), or what a function of the leaf's LeafInfo says.
struct AxisSpec {
  std::optional<std::int64_t> axis = 0;  ///< of all leaves below; none: they are not mapped
  bool is_list = false;                  ///< whether `list` counts, and `axis` does not
  std::vector<AxisSpec> list;            ///< one per argument or child
  /// The axis of each leaf below, where it is given: then neither `axis` nor `list` counts.
  std::function<std::optional<std::int64_t>(const LeafInfo&)> by_leaf = nullptr;
  /// One axis for all leaves.
  template <std::integral T> AxisSpec(T axis) : axis(detail::wide(axis)) {}
  /// `none`: nothing is mapped.
  AxisSpec(std::nullopt_t) : axis(std::nullopt) {}
  /// `f(const LeafInfo&)` is the axis of each leaf, or none: `[](const LeafInfo& leaf) -> std::optional<int> {…}`.
  template <class F>
    requires(std::is_invocable_r_v<std::optional<std::int64_t>, const F&, const LeafInfo&> && !std::same_as<F, AxisSpec>)
  AxisSpec(F f) : by_leaf(std::move(f)) {}
  /// One entry per argument or child.
  AxisSpec(std::initializer_list<AxisSpec> specs) : is_list(true), list(specs.begin(), specs.end()) {}
};

/// Options of `vmap`.
struct VmapOptions {
  Named by_name = Named();
  AxisSpec in_axes = 0;        ///< which axis of the arguments is mapped
  AxisSpec out_axes = 0;       ///< where the new axis stands in the results
  std::string axis_name = "";  ///< the name by which `psum` and its kin (collective.h) find the axis
  std::int64_t axis_size = 0;  ///< needed only where no argument is mapped
};

namespace detail {

using MaybeAxis = std::optional<std::int64_t>;
/// The axis of every present leaf below `tree` that the spec names. StructureError if a list does not fit the tree.
template <class T> void resolve_axes(const T& tree, const AxisSpec& spec, std::vector<MaybeAxis>& axes) {
  if (spec.by_leaf) {
    tree::for_each_leaf_with_info(tree, [&](const LeafInfo& leaf, const Array&) { if (leaf.present) axes.push_back(spec.by_leaf(leaf)); });
    return;
  }
  if (!spec.is_list) {
    tree::for_each_leaf(tree, [&](const Array& leaf) { if (!leaf.is_nothing()) axes.push_back(spec.axis); });
    return;
  }
  if constexpr (!tree::is_leaf<T> && tree::IsTree<T>::value) {
    std::size_t i = 0;
    tree::each_child(tree, [&](auto, const auto& child) {
      using C = std::remove_cvref_t<decltype(child)>;
      if constexpr (tree::IsTree<C>::value) {
        if (i >= spec.list.size()) throw StructureError("vmap", "the list of axes has " + std::to_string(spec.list.size()) + " entries, the tree has more children", "give one entry per child that is a tree");
        resolve_axes(child, spec.list[i++], axes);
      }
    });
    if (i != spec.list.size()) throw StructureError("vmap", "the list of axes has " + std::to_string(spec.list.size()) + " entries for " + std::to_string(i) + " children", "give one entry per child that is a tree");
  } else {
    throw StructureError("vmap", "a list of axes stands where the tree has one leaf", "give an axis or none");
  }
}
template <class... A> std::vector<MaybeAxis> argument_axes(const std::tuple<A...>& args, const AxisSpec& spec) {
  std::vector<MaybeAxis> axes;
  if (spec.is_list && spec.list.size() != sizeof...(A)) throw StructureError("vmap", "in_axes has " + std::to_string(spec.list.size()) + " entries for " + std::to_string(sizeof...(A)) + " arguments", "give one entry per argument, or one axis for all");
  std::size_t i = 0;
  std::apply([&](const A&... a) { (resolve_axes(a, spec.is_list ? spec.list[i++] : spec, axes), ...); }, args);
  return axes;
}

/// The size of the mapped axis; what each leaf is for one example. ShapeError if sizes differ, AxisError if out of range.
struct Examples {
  std::int64_t size = 0;
  std::vector<Input> inputs;          // of one example
  std::vector<MaybeAxis> axes;        // normalised
};
Examples examples_of(std::span<const Array> leaves, std::vector<MaybeAxis> axes, std::int64_t axis_size);

/// Runs a graph of one example over all: mapped arguments batched, results with their axis where `out` says.
std::vector<Array> run_batched(const ir::Graph& graph, std::span<const Array> args, const Examples& examples, std::span<const MaybeAxis> out, std::string_view axis_name);

template <class F> struct [[nodiscard]] Vmap {
  F f;
  VmapOptions options;
  Where where;  // of the call of vmap: a call operator that takes a pack cannot know its own
  template <class... Given> auto operator()(const Given&... given) const {
    return located(where, nullptr, [&] { return over_all(given...); });
  }

 private:
  template <class... Given> auto over_all(const Given&... given) const {
    using Args = Arguments<F, Given...>;
    if constexpr (!fits<F, Args, Given...>()) return refuse<F, Args, Given...>();
    else {
      const Args args = arguments_of<Args>(given...);
      const Examples examples = examples_of(tree::present_leaves(args), argument_axes(args, options.in_axes), options.axis_size);
      auto traced = trace_function(f, "vmap", args, &examples.inputs, where, false, {options.axis_name, examples.size});
      std::vector<MaybeAxis> out;
      resolve_axes(traced.result, options.out_axes, out);
      return with_leaves(traced.result, run_batched(traced.graph, inputs_of(traced, args), examples, out, options.axis_name));
    }
  }
};

}  // namespace detail

/// `vmap(f)(args…)`: f of one example, over an axis of its arguments; results have a new axis. `in_axes` and `out_axes` are
/// prefixes of the trees; `none` maps nothing. ShapeError where mapped axes differ in extent, AxisError for one that is not
/// there, StructureError where a list does not fit its tree.
template <class F> detail::Vmap<F> vmap(F f, VmapOptions options = {}, Where where = Where::current()) { return {std::move(f), std::move(options), where}; }

}  // namespace espalier
