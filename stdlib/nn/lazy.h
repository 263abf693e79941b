#pragma once
// Modules in which no size is written twice: lazy layers, and `init`, which finds out what they are called with.
#include "espalier/dsl/mutate.h"
#include "espalier/dsl/transform/control.h"
#include "espalier/stdlib/nn/lazy_layer.h"
#include "espalier/stdlib/nn/mode.h"

namespace espalier::nn {

namespace detail {

/// Takes to a layer that was just made what was set in the one it replaces: modes, frozen parameters.
template <class T> void keep_settings(const T& from, T& to) {
  if constexpr (std::is_same_v<T, Mode>) to = from;
  else if constexpr (std::derived_from<T, Parameter>) to.frozen = from.frozen;
  else if constexpr (tree::Reflected<T>) {
    tree::zip_children(from, to, [](auto, const auto& x, auto& y) {
      keep_settings(x, y);
      return true;
    });
  }
}

/// Whether a layer says itself how it is made for what it is called with.
template <class L> concept MadeForInput = requires { &L::for_input; };
template <class L> constexpr auto maker_of() {
  if constexpr (MadeForInput<L>) return &L::for_input;
  else {
    static_assert(requires { &L::init; }, "nn::lazy needs a layer with one function `static L init(key, in, …)`, `init(in, …)`, or `for_input(key, x, …)`");
    if constexpr (requires { &L::init; }) return &L::init;
  }
}

/// A layer and how it will be made. `placed`: with the place as last argument.
template <class L, bool keyed, bool placed, class... Given> struct LazyArguments {
  std::tuple<Given...> given;
  Where where;

  L made(const Key& key, const Array& x) const {
    const auto call = [&](const auto&... rest) {
      if constexpr (MadeForInput<L>) return L::for_input(key, x, rest...);
      else if constexpr (keyed) return L::init(key, x.shape(-1, where), rest...);
      else return L::init(x.shape(-1, where), rest...);
    };
    return std::apply([&](const Given&... g) {
      if constexpr (placed) return call(g..., where);
      else return call(g...);
    }, given);
  }
  static void make(const void* arguments, void* layer, const Key& key, const Array& x) {
    L next = static_cast<const LazyArguments*>(arguments)->made(key, x);
    keep_settings(*static_cast<L*>(layer), next);
    *static_cast<L*>(layer) = std::move(next);
  }
  L waiting() && {
    static_assert(Waiting<L>, "nn::lazy needs a layer with a member `nn::Lazy lazy = {}` whose call operator is nn::layer_call(*this, x, formula)");
    L layer;
    const Where at = where;
    if constexpr (Waiting<L>) layer.lazy = LazyAccess::waiting({std::make_shared<LazyArguments>(std::move(*this)), &make, tree::type_name<L>, at});
    return layer;
  }
};

/// What `lazy<L>` is: called with what L::init takes after the key and the features, its options by name or left out.
template <class L, bool keyed, bool placed, class Options, class... Sizes> struct LazyMaker {
  [[nodiscard]] L operator()(Sizes... sizes, Options options = {}, Where where = Where::current()) const {
    return LazyArguments<L, keyed, placed, Sizes..., Options>{{std::move(sizes)..., std::move(options)}, where}.waiting();
  }
};
template <class L, bool keyed, bool placed, class... Sizes> struct LazyMaker<L, keyed, placed, void, Sizes...> {
  [[nodiscard]] L operator()(Sizes... sizes, Where where = Where::current()) const { return LazyArguments<L, keyed, placed, Sizes...>{{std::move(sizes)...}, where}.waiting(); }
};

template <class T> concept OptionsByName = requires(T& t) { { t.by_name } -> std::same_as<Named&>; };
// The parameters that are left are gone through: sizes, then options, then the place.
template <class L, bool keyed, class Sizes, class... Rest> struct MakerOf;
template <class L, bool keyed, class... S> struct MakerOf<L, keyed, tree::Types<S...>> {
  using type = LazyMaker<L, keyed, false, void, S...>;
};
template <class L, bool keyed, class... S> struct MakerOf<L, keyed, tree::Types<S...>, Where> {
  using type = LazyMaker<L, keyed, true, void, S...>;
};
template <class L, bool keyed, class... S, OptionsByName O> struct MakerOf<L, keyed, tree::Types<S...>, O> {
  using type = LazyMaker<L, keyed, false, O, S...>;
};
template <class L, bool keyed, class... S, OptionsByName O> struct MakerOf<L, keyed, tree::Types<S...>, O, Where> {
  using type = LazyMaker<L, keyed, true, O, S...>;
};
template <class L, bool keyed, class... S, class R, class... Rest> struct MakerOf<L, keyed, tree::Types<S...>, R, Rest...> {
  using type = typename MakerOf<L, keyed, tree::Types<S..., R>, Rest...>::type;
};
template <class L, class X, class... P> auto maker_for(L (*)(const Key&, X, P...)) -> typename MakerOf<L, true, tree::Types<>, std::decay_t<P>...>::type;
template <class L, class X, class... P> auto maker_for(L (*)(Key, X, P...)) -> typename MakerOf<L, true, tree::Types<>, std::decay_t<P>...>::type;
template <class L, std::integral X, class... P> auto maker_for(L (*)(X, P...)) -> typename MakerOf<L, false, tree::Types<>, std::decay_t<P>...>::type;

/// The key of `init`, and the place of its call.
struct KeyAt {
  Key key;
  Where where;
  KeyAt(const Key& key, Where where = Where::current()) : key(key), where(where) {}
};

template <class T, class F> void each_waiting(T& node, tree::PathText& text, const F& f) {
  if constexpr (Waiting<T>) {
    if (node.lazy.waits()) return f(node, text.path);
  }
  if constexpr (!tree::is_leaf<T> && (tree::Reflected<T> || tree::Container<T>::exists)) {
    tree::each_child(node, [&]<class C>(auto step, C& child) {
      if constexpr (std::is_class_v<C> && !std::is_const_v<C>) {
        const tree::PathScope scope(text, step);
        each_waiting(child, text, f);
      }
    });
  }
}
template <class T> bool any_waiting(T tree) {
  bool any = false;
  tree::PathText text;
  each_waiting(tree, text, [&](auto&, const std::string&) { any = true; });
  return any;
}

}  // namespace detail

/// A layer that gets its parameters when `init` knows what it is called with: lazy<Linear>(out), lazy<LayerNorm>(),
/// lazy<MLP>({64, 10}, {.activation = &ep::tanh}). Its type is the layer's own, and its arguments are those of L::init after the key
/// and the features of the input. Before `init` its leaves are Nothing, and a call is a MissingValue that names its path, where that is
/// known, and the place where it was made.
template <class L> inline constexpr decltype(detail::maker_for(detail::maker_of<L>())) lazy{};

/// The module with parameters in its lazy layers: it is run on the example, of which shapes and dtypes count, and nothing is computed
/// but the parameters. Each layer draws from a stream of its own path, so that one more layer changes no other. Layers that have
/// parameters keep them, and layers that the run does not call go on waiting. Errors of the run are those of the module's call;
/// MissingValue if a lazy layer is called that is no member of the module.
template <tree::Module T, class... A> [[nodiscard]] T init(const T& module, detail::KeyAt key, const A&... example) {
  constexpr bool callable = std::is_invocable_v<T&, const A&...>;
  static_assert(callable, "nn::init calls the module on the example: the call operator must take these arguments");
  T result = tree::clone(module);
  const auto each = [&](T& tree, const auto& f) {
    tree::PathText text;
    detail::each_waiting(tree, text, f);
  };
  if (!detail::any_waiting(tree::clone(module))) return result;
  detail::InitRun run;
  T numbered = tree::clone(module);
  each(numbered, [&](auto& layer, const std::string& path) {
    detail::LazyRecipe how = detail::LazyAccess::recipe(layer.lazy);
    how.run = run.serial();
    how.path = path;
    layer.lazy = detail::LazyAccess::waiting(std::move(how));
  });
  if constexpr (callable) {
    const auto call = [&](const auto&... x) {
      (void)apply(numbered, key.key)(x...);
      return nothing;
    };
    espalier::detail::located(key.where, nullptr, [&] { return espalier::detail::abstract_result(key.where, call, example...); });
  }
  const tree::Streams streams(__builtin_addressof(result), &tree::find_in<T>, key.key);
  each(result, [&](auto& layer, const std::string& path) {
    const detail::LazyRecipe how = detail::LazyAccess::recipe(layer.lazy);
    if (const Array* x = run.input_of(path)) how.make(how.arguments.get(), &layer, tree::Streams::next(path, how.type, key.where), *x);
  });
  return result;
}

}  // namespace espalier::nn
