#pragma once
// grad, value_and_grad, jvp, vjp, linearize, jacfwd, jacrev, hessian: typed fronts of differentiate.h.
#include "espalier/dsl/transform/differentiate.h"

namespace espalier {

/// The type of `has_aux`.
struct HasAux {};
/// For `grad` and `value_and_grad`: f returns std::pair{loss, aux}.
inline constexpr HasAux has_aux{};
/// The type of `argnums`.
template <int... i> struct Argnums {};
/// For `grad` and `value_and_grad`: which arguments are differentiated, as in argnums<0, 2>. By default the first.
template <int... i> inline constexpr Argnums<i...> argnums{};
/// The type of `wrt`.
template <class... K> struct Wrt {};
/// For `grad` and `value_and_grad`: which kinds of leaves are differentiated, as in wrt<Lora>. By default Array and Parameter,
/// but for frozen ones.
template <class... K> inline constexpr Wrt<K...> wrt{};

namespace detail {

template <class T> inline constexpr bool is_grad_tag = std::is_same_v<T, HasAux>;
template <int... i> inline constexpr bool is_grad_tag<Argnums<i...>> = true;
template <class... K> inline constexpr bool is_grad_tag<Wrt<K...>> = true;
/// has_aux, argnums<…> or wrt<…>.
template <class T> concept GradTag = is_grad_tag<T>;

template <class T, class... U> inline constexpr bool is_one_of = (std::is_same_v<T, U> || ...);
// clang-format off
template <class... Tags> struct ArgnumsIn { using type = Argnums<0>; };
template <int... i, class... Rest> struct ArgnumsIn<Argnums<i...>, Rest...> { using type = Argnums<i...>; };
// clang-format on
template <class First, class... Rest> struct ArgnumsIn<First, Rest...> : ArgnumsIn<Rest...> {};
// clang-format off
template <class... Tags> struct WrtIn { using type = Wrt<>; };
template <class... K, class... Rest> struct WrtIn<Wrt<K...>, Rest...> { using type = Wrt<K...>; };
// clang-format on
template <class First, class... Rest> struct WrtIn<First, Rest...> : WrtIn<Rest...> {};

/// The types that F's arguments are traced as where those of `Argnums` are differentiated.
template <class F, class Which, class Given> struct DifferentiatedArguments;
template <class F, int... i, class... G> struct DifferentiatedArguments<F, Argnums<i...>, std::tuple<G...>> {
  template <std::size_t n, class T> using Nth = std::conditional_t<((static_cast<int>(n) == i) || ...), AsArray<T>, T>;
  template <std::size_t... n> static Arguments<F, Nth<n, G>...> pick(std::index_sequence<n...>);
  using type = decltype(pick(std::index_sequence_for<G...>{}));
};

/// Whether a leaf of type L is differentiated.
template <class L, class... K> bool is_differentiated(const L& leaf, Wrt<K...>) {
  const Array& array = tree::array_in(leaf);
  if (array.is_nothing() || !ir::is_inexact(array.dtype())) return false;
  if constexpr (sizeof...(K) > 0) {
    return (std::derived_from<L, K> || ...);
  } else if constexpr (std::derived_from<L, Parameter>) {
    return !leaf.frozen;
  } else {
    return !tree::Wrapped<L> && !std::derived_from<L, State> && !std::derived_from<L, Log>;
  }
}

/// Flags over the present leaves of the arguments: those that are differentiated in the arguments named.
template <class W, int... i, class... A>
std::vector<bool> differentiated(Argnums<i...>, W kinds, const std::tuple<A...>& args) {
  std::vector<bool> flags;
  auto visit = [&](int index, const auto& arg) {
    const bool named = ((index == i) || ...);
    tree::visit_leaves(arg, [&](const auto& leaf) {
      if (!tree::array_in(leaf).is_nothing()) flags.push_back(named && is_differentiated(leaf, kinds));
    });
  };
  [&]<std::size_t... n>(std::index_sequence<n...>) { (visit(static_cast<int>(n), std::get<n>(args)), ...); }(std::index_sequence_for<A...>{});
  return flags;
}

/// An argument that is one leaf must have a derivative; in a tree some leaves may have none.
template <int... i, class... A> void require_differentiable(Argnums<i...>, const std::tuple<A...>& args) {
  auto require = [](int index, const auto& arg) {
    if constexpr (tree::is_leaf<std::decay_t<decltype(arg)>>) {
      const Array& x = tree::array_in(arg);
      if (x.is_nothing() || ir::is_inexact(x.dtype())) return;
      throw DifferentiationError("grad", "argument " + std::to_string(index) + " is " + ArrayAccess::type(x).str() + ", which has no derivative", "convert it with .as(f32), or name others with argnums");
    }
  };
  (require(i, std::get<i>(args)), ...);
}

/// The argument with gradients for its active leaves and Nothing for the others; takes them from `gradients` at `next`.
template <class T> T gradient_tree(const T& arg, const std::vector<bool>& active, std::size_t& leaf, std::span<const Array> gradients, std::size_t& next) {
  T result = tree::clone(arg);
  tree::for_each_leaf(result, [&](Array& a) {
    if (a.is_nothing()) return;
    if (active[leaf++]) a = settled(gradients[next++], a);
    else a = Array();
  });
  return result;
}

template <int... i, class... A>
auto gradient_trees(Argnums<i...>, const std::tuple<A...>& args, const std::vector<bool>& active, std::span<const Array> gradients) {
  std::size_t leaf = 0, next = 0;
  // Arguments are visited in order; those that are not named only advance the count of leaves.
  std::tuple<A...> all = [&]<std::size_t... n>(std::index_sequence<n...>) {
    return std::tuple<A...>{gradient_tree(std::get<n>(args), active, leaf, gradients, next)...};
  }(std::index_sequence_for<A...>{});
  return one_or_many(std::tuple<std::tuple_element_t<i, std::tuple<A...>>...>(tree::clone(std::get<i>(all))...));
}

template <class R> struct IsLossAndAux : std::false_type {};
template <class L, class A> struct IsLossAndAux<std::pair<L, A>> : std::is_convertible<L, Array> {};

/// The sentences about what grad is asked for: the argnums against the arguments given, and what the function returns.
template <class Which, class Given, bool in_range> struct Differentiated {
  static_assert(in_range, "argnums names an argument that the function does not have: `Argnums` counts from 0, `Given` lists the arguments");
  static_assert(!in_range, "grad needs arrays to differentiate: the argument that argnums names (the first, unless it says otherwise) is static; make it an Array or a tree of arrays");
};
template <int... i> constexpr bool in_range(Argnums<i...>, std::size_t count) { return ((i >= 0 && static_cast<std::size_t>(i) < count) && ...); }
template <class Args, int... i> constexpr bool are_trees(Argnums<i...>) { return (tree::IsTree<std::tuple_element_t<static_cast<std::size_t>(i), Args>>::value && ...); }
template <class R, bool aux> inline constexpr bool is_loss = std::is_convertible_v<R, Array>;
template <class R> inline constexpr bool is_loss<R, true> = IsLossAndAux<R>::value;
template <class R, bool aux> struct Loss {
  static_assert(!aux, "with has_aux the function returns std::pair{loss, aux}, the loss an Array");
  static_assert(aux, "grad needs a function that returns one Array, the loss; with has_aux it returns std::pair{loss, aux}");
};

template <class F, class... Tags> struct [[nodiscard]] ValueAndGrad {
  F f;
  Where where;  // of the call that made it: a call operator that takes a pack cannot know its own
  using Which = typename ArgnumsIn<Tags...>::type;
  static constexpr bool aux = is_one_of<HasAux, Tags...>;

  template <class... Given> auto operator()(const Given&... given) const {
    return located(where, nullptr, [&] { return both(given...); });
  }

 private:
  template <class... Given> auto both(const Given&... given) const {
    using Args = typename DifferentiatedArguments<F, Which, std::tuple<Given...>>::type;
    if constexpr (!fits<F, Args, Given...>()) return refused<refuse<F, Args, Given...>>();
    else if constexpr (!in_range(Which{}, sizeof...(Given))) return refused<refuse_as<Differentiated<Which, detail::Given<Given...>, false>>>();
    else if constexpr (!are_trees<Args>(Which{})) return refused<refuse_as<Differentiated<Which, detail::Given<Given...>, true>>>();
    else if constexpr (!is_loss<ResultOf<F, Args>, aux>) return refused<refuse_as<Loss<ResultOf<F, Args>, aux>>>();
    else {
      const Args args = arguments_of<Args>(given...);
      require_differentiable(Which{}, args);
      auto traced = trace_function(f, "grad", args, nullptr, where);
      std::vector<bool> active = differentiated(Which{}, typename WrtIn<Tags...>::type{}, args);
      const auto inputs = inputs_of(traced, args);
      std::vector<bool> all_active = active;
      all_active.resize(inputs.size(), false);
      const auto results = outputs_and_gradients(traced.graph, inputs, all_active);
      const auto n = traced.graph.outputs.size();
      const auto outputs = std::span<const Array>(results).first(n);
      auto gradients = gradient_trees(Which{}, args, active, std::span<const Array>(results).subspan(n));
      if constexpr (aux) {
        auto pair = with_leaves(traced.result, outputs);
        return std::tuple{Array(std::move(pair.first)), std::move(pair.second), std::move(gradients)};
      } else {
        return std::tuple{outputs[0], std::move(gradients)};
      }
    }
  }

  // Something to return in place of the value, the gradient and what else was asked for.
  template <Refused (*say)()> static auto refused() {
    say();
    if constexpr (aux) return std::tuple<Refused, Refused, Refused>();
    else return std::tuple<Refused, Refused>();
  }
};

template <class F, class... Tags> struct [[nodiscard]] Grad {
  ValueAndGrad<F, Tags...> both;
  template <class... Given> auto operator()(const Given&... given) const {
    auto results = both(given...);
    if constexpr (is_one_of<HasAux, Tags...>) return std::pair{std::get<2>(std::move(results)), std::get<1>(std::move(results))};
    else return std::get<1>(std::move(results));
  }
};

}  // namespace detail

/// `value_and_grad(f, tags…)(args…)` is {value, gradient}; with has_aux {value, aux, gradient}. The gradient has the type
/// of the argument (several argnums: a tuple); leaves that are not differentiated are Nothing in it. The loss is a
/// floating scalar, else DifferentiationError. Integers and bools have no derivative: an argument that is one such array is a
/// DifferentiationError, such a leaf of a tree is passed over.
/// @{
template <class F> [[nodiscard]] auto value_and_grad(F f, Where where = Where::current()) { return detail::ValueAndGrad<F>{std::move(f), where}; }
template <class F, detail::GradTag A> [[nodiscard]] auto value_and_grad(F f, A, Where where = Where::current()) { return detail::ValueAndGrad<F, A>{std::move(f), where}; }
template <class F, detail::GradTag A, detail::GradTag B> [[nodiscard]] auto value_and_grad(F f, A, B, Where where = Where::current()) {
  return detail::ValueAndGrad<F, A, B>{std::move(f), where};
}
template <class F, detail::GradTag A, detail::GradTag B, detail::GradTag C> [[nodiscard]] auto value_and_grad(F f, A, B, C, Where where = Where::current()) {
  return detail::ValueAndGrad<F, A, B, C>{std::move(f), where};
}
/// @}
/// `grad(f, tags…)(args…)` is the gradient; with has_aux std::pair{gradient, aux}. Types, Nothing and errors as in
/// `value_and_grad`.
/// @{
template <class F> [[nodiscard]] auto grad(F f, Where where = Where::current()) { return detail::Grad<F>{{std::move(f), where}}; }
template <class F, detail::GradTag A> [[nodiscard]] auto grad(F f, A, Where where = Where::current()) { return detail::Grad<F, A>{{std::move(f), where}}; }
template <class F, detail::GradTag A, detail::GradTag B> [[nodiscard]] auto grad(F f, A, B, Where where = Where::current()) { return detail::Grad<F, A, B>{{std::move(f), where}}; }
template <class F, detail::GradTag A, detail::GradTag B, detail::GradTag C> [[nodiscard]] auto grad(F f, A, B, C, Where where = Where::current()) {
  return detail::Grad<F, A, B, C>{{std::move(f), where}};
}
/// @}

namespace detail {

template <class T> auto as_tuple(const T& value) { return arguments_of<std::tuple<AsArray<T>>>(value); }
template <class... T> std::tuple<AsArray<T>...> as_tuple(const std::tuple<T...>& values) {
  return std::apply([](const T&... value) { return arguments_of<std::tuple<AsArray<T>...>>(value...); }, values);
}

/// Tangents as arrays for the active leaves: Nothing stands for zero.
std::vector<Array> tangent_arrays(std::span<const Array> primals, std::span<const Array> tangents, const std::vector<bool>& active, const char* op, Where where);

template <class... A> std::vector<bool> all_inexact(const std::tuple<A...>& args) {
  std::vector<bool> flags;
  tree::for_each_leaf(args, [&](const Array& leaf) { if (!leaf.is_nothing()) flags.push_back(ir::is_inexact(leaf.dtype())); });
  return flags;
}
/// The tangent leaves that belong to the present primal leaves.
template <class P, class T> std::vector<Array> tangents_of(const P& primals, const T& tangents, const char* op, Where where) {
  const auto x = tree::leaf_pointers(primals), t = tree::leaf_pointers(tangents);
  if (x.size() != t.size()) throw StructureError(op, std::to_string(t.size()) + " tangents were given for " + std::to_string(x.size()) + " leaves", "the tangent has the structure of the primal", where);
  std::vector<Array> out;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!x[i]->is_nothing()) out.push_back(*t[i]);
  return out;
}

/// A linear function of tangents.
template <class R, class Args> struct [[nodiscard]] Pushforward {
  std::shared_ptr<const Linearization> at;
  Args args;    // their structure
  R result;
  Where where;  // of the call of linearize: a call operator that takes a pack cannot know its own
  template <class... T> R operator()(const T&... tangents) const {
    return located(where, nullptr, [&] {
      const auto given = arguments_of<std::tuple<AsArray<T>...>>(tangents...);
      const auto primals = tree::present_leaves(args);
      const auto t = tangents_of(args, given, "linearize", where);
      std::vector<bool> active(at->active.begin(), at->active.begin() + static_cast<std::ptrdiff_t>(primals.size()));
      return with_leaves(result, at->push(tangent_arrays(primals, t, active, "linearize", where)));
    });
  }
};
/// A linear function of cotangents: one or many cotangents of the arguments.
template <class R, class Args> struct [[nodiscard]] Pullback {
  std::shared_ptr<const Linearization> at;
  Args args;
  R result;
  auto operator()(const R& cotangent, Where where = Where::current()) const {
    return located(where, nullptr, [&] { return pulled(cotangent, where); });
  }

 private:
  auto pulled(const R& cotangent, Where where) const {
    std::vector<Array> given;
    const auto marks = tree::leaf_pointers(result), cts = tree::leaf_pointers(cotangent);
    for (std::size_t i = 0; i < marks.size() && i < cts.size(); ++i)
      if (!marks[i]->is_nothing()) given.push_back(*cts[i]);
    require_like(given, at->outputs, "vjp", "cotangent", where);
    const auto pulled = at->pull(given);
    Args bars = std::apply([](const auto&... a) { return Args(tree::clone(a)...); }, args);
    std::size_t leaf = 0, next = 0;
    std::apply([&](auto&... a) {
      (tree::for_each_leaf(a, [&](Array& x) {
        if (x.is_nothing()) return;
        x = at->active[leaf++] ? settled(pulled[next++], x) : Array();
      }),
       ...);
    }, bars);
    return one_or_many(std::move(bars));
  }
};

template <class F, class... Given> auto linearized(const F& f, const char* op, Where where, const Given&... given) {
  return located(where, nullptr, [&] {
    using Args = ArrayArguments<F, Given...>;
    Args args = arguments_of<Args>(given...);
    auto traced = trace_function(f, op, args, nullptr, where);
    std::vector<bool> active = all_inexact(args);
    const auto inputs = inputs_of(traced, args);
    active.resize(inputs.size(), false);
    auto made = linearize_at(traced.graph, inputs, active);
    auto y = with_leaves(traced.result, made.outputs);
    return std::tuple{std::move(y), std::make_shared<const Linearization>(std::move(made.at)), std::move(args), std::move(traced.result)};
  });
}

}  // namespace detail

/// Forward mode: {f(x), its derivative along dx}, both of the type of f(x). For several arguments x and dx are tuples. Nothing
/// in dx stands for zero. StructureError, ShapeError or DTypeError where dx is not like x.
template <class F, class X, class D> [[nodiscard]] auto jvp(const F& f, const X& x, const D& dx, Where where = Where::current()) {
  const auto given = detail::as_tuple(x);
  const auto tangents = detail::as_tuple(dx);
  return std::apply([&]<class... A>(const A&... a) {
    using Args = detail::Arguments<F, A...>;
    if constexpr (!detail::fits<F, Args, A...>()) return std::pair{detail::refuse<F, Args, A...>(), detail::Refused()};
    else {
      const Args args = detail::arguments_of<Args>(a...);
      auto traced = detail::trace_function(f, "jvp", args, nullptr, where);
      std::vector<bool> active = detail::all_inexact(args);
      const auto inputs = detail::inputs_of(traced, args);
      const auto primals = std::span<const Array>(inputs).first(active.size());
      const auto t = detail::tangent_arrays(primals, detail::tangents_of(args, tangents, "jvp", where), active, "jvp", where);
      active.resize(inputs.size(), false);
      const auto pushed = detail::located(where, nullptr, [&] { return detail::push_forward(traced.graph, inputs, active, t); });
      return std::pair{detail::with_leaves(traced.result, pushed.outputs), detail::with_leaves(traced.result, pushed.tangents)};
    }
  }, given);
}

namespace detail {
template <class F, class... A> auto vjp_at(Where where, const F& f, const A&... args) {
  using Args = detail::ArrayArguments<F, A...>;
  if constexpr (!detail::fits<F, Args, A...>()) return std::pair{detail::refuse<F, Args, A...>(), detail::Refused()};
  else {
    auto [y, at, kept, result] = detail::linearized(f, "vjp", where, args...);
    using Map = detail::Pullback<std::decay_t<decltype(result)>, std::decay_t<decltype(kept)>>;
    return std::pair{std::move(y), Map{std::move(at), std::move(kept), std::move(result)}};
  }
}
}  // namespace detail

template <class F, class A>
/// Reverse mode: {f(args…), pullback}; pullback(y_bar), with y_bar like f(args…), is the cotangent of the argument (a tuple for
/// several). Leaves that have no derivative are Nothing in it. (A pack leaves no room for the place of the call: up to eight
/// arguments have overloads that know it.)
/// @{
[[nodiscard]] auto vjp(const F& f, const A& a, Where where = Where::current()) {
  return detail::vjp_at(where, f, a);
}
template <class F, class A, class B>
[[nodiscard]] auto vjp(const F& f, const A& a, const B& b, Where where = Where::current()) {
  return detail::vjp_at(where, f, a, b);
}
template <class F, class A, class B, class C>
[[nodiscard]] auto vjp(const F& f, const A& a, const B& b, const C& c, Where where = Where::current()) {
  return detail::vjp_at(where, f, a, b, c);
}
template <class F, class A, class B, class C, class D>
[[nodiscard]] auto vjp(const F& f, const A& a, const B& b, const C& c, const D& d, Where where = Where::current()) {
  return detail::vjp_at(where, f, a, b, c, d);
}
template <class F, class A, class B, class C, class D, class E>
[[nodiscard]] auto vjp(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, Where where = Where::current()) {
  return detail::vjp_at(where, f, a, b, c, d, e);
}
template <class F, class A, class B, class C, class D, class E, class G>
[[nodiscard]] auto vjp(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, Where where = Where::current()) {
  return detail::vjp_at(where, f, a, b, c, d, e, g);
}
template <class F, class A, class B, class C, class D, class E, class G, class H>
[[nodiscard]] auto vjp(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, const H& h, Where where = Where::current()) {
  return detail::vjp_at(where, f, a, b, c, d, e, g, h);
}
template <class F, class A, class B, class C, class D, class E, class G, class H, class I>
[[nodiscard]] auto vjp(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, const H& h, const I& i, Where where = Where::current()) {
  return detail::vjp_at(where, f, a, b, c, d, e, g, h, i);
}
template <class F, class... A>
  requires(sizeof...(A) == 0 || sizeof...(A) > 8)
[[nodiscard]] auto vjp(const F& f, const A&... args) { return detail::vjp_at(Where{}, f, args...); }
/// @}

namespace detail {
template <class F, class... A> auto linearize_called(Where where, const F& f, const A&... args) {
  using Args = detail::ArrayArguments<F, A...>;
  if constexpr (!detail::fits<F, Args, A...>()) return std::pair{detail::refuse<F, Args, A...>(), detail::Refused()};
  else {
    auto [y, at, kept, result] = detail::linearized(f, "linearize", where, args...);
    using Map = detail::Pushforward<std::decay_t<decltype(result)>, std::decay_t<decltype(kept)>>;
    return std::pair{std::move(y), Map{std::move(at), std::move(kept), std::move(result), where}};
  }
}
}  // namespace detail

template <class F, class A>
/// {f(args…), f_lin}: f_lin(dargs…) is the derivative of f at args along dargs, without computing f again. (A pack leaves no room
/// for the place of the call: up to eight arguments have overloads that know it.)
/// @{
[[nodiscard]] auto linearize(const F& f, const A& a, Where where = Where::current()) {
  return detail::linearize_called(where, f, a);
}
template <class F, class A, class B>
[[nodiscard]] auto linearize(const F& f, const A& a, const B& b, Where where = Where::current()) {
  return detail::linearize_called(where, f, a, b);
}
template <class F, class A, class B, class C>
[[nodiscard]] auto linearize(const F& f, const A& a, const B& b, const C& c, Where where = Where::current()) {
  return detail::linearize_called(where, f, a, b, c);
}
template <class F, class A, class B, class C, class D>
[[nodiscard]] auto linearize(const F& f, const A& a, const B& b, const C& c, const D& d, Where where = Where::current()) {
  return detail::linearize_called(where, f, a, b, c, d);
}
template <class F, class A, class B, class C, class D, class E>
[[nodiscard]] auto linearize(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, Where where = Where::current()) {
  return detail::linearize_called(where, f, a, b, c, d, e);
}
template <class F, class A, class B, class C, class D, class E, class G>
[[nodiscard]] auto linearize(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, Where where = Where::current()) {
  return detail::linearize_called(where, f, a, b, c, d, e, g);
}
template <class F, class A, class B, class C, class D, class E, class G, class H>
[[nodiscard]] auto linearize(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, const H& h, Where where = Where::current()) {
  return detail::linearize_called(where, f, a, b, c, d, e, g, h);
}
template <class F, class A, class B, class C, class D, class E, class G, class H, class I>
[[nodiscard]] auto linearize(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, const H& h, const I& i, Where where = Where::current()) {
  return detail::linearize_called(where, f, a, b, c, d, e, g, h, i);
}
template <class F, class... A>
  requires(sizeof...(A) == 0 || sizeof...(A) > 8)
[[nodiscard]] auto linearize(const F& f, const A&... args) { return detail::linearize_called(Where{}, f, args...); }
/// @}

namespace detail {
template <class F, class... Given> auto transposed(Where where, const F& f, const Given&... given) {
  using Args = ArrayArguments<F, Given...>;
  if constexpr (!fits<F, Args, Given...>()) return refuse<F, Args, Given...>();
  else {
    return located(where, nullptr, [&] {
      Args args = arguments_of<Args>(given...);
      const std::vector<bool> floating = all_inexact(args);
      if (std::find(floating.begin(), floating.end(), false) != floating.end()) {
        throw DifferentiationError("linear_transpose", "an argument has a leaf of integers or bools, in which nothing is linear", "capture what the function is not linear in", where);
      }
      auto traced = trace_function(f, "linear_transpose", args, nullptr, where);
      auto at = std::make_shared<const Linearization>(linear_at(traced.graph, floating.size(), traced.captures));
      using Map = Pullback<std::decay_t<decltype(traced.result)>, Args>;
      return Map{std::move(at), std::move(args), std::move(traced.result)};
    });
  }
}
}  // namespace detail

/// The transpose of a linear function: a pullback as that of `vjp`, without a point at which it is taken. Arguments only say
/// shapes and dtypes, and may be abstract; what f captures may be anything. DifferentiationError where f is not linear, be it only
/// by a constant added.
/// (A pack leaves no room for the place of the call: up to four arguments have overloads that know it.)
/// @{
template <class F, class A> [[nodiscard]] auto linear_transpose(const F& f, const A& a, Where where = Where::current()) { return detail::transposed(where, f, a); }
template <class F, class A, class B> [[nodiscard]] auto linear_transpose(const F& f, const A& a, const B& b, Where where = Where::current()) { return detail::transposed(where, f, a, b); }
template <class F, class A, class B, class C> [[nodiscard]] auto linear_transpose(const F& f, const A& a, const B& b, const C& c, Where where = Where::current()) {
  return detail::transposed(where, f, a, b, c);
}
template <class F, class A, class B, class C, class D> [[nodiscard]] auto linear_transpose(const F& f, const A& a, const B& b, const C& c, const D& d, Where where = Where::current()) {
  return detail::transposed(where, f, a, b, c, d);
}
template <class F, class... A>
  requires(sizeof...(A) > 4)
[[nodiscard]] auto linear_transpose(const F& f, const A&... given) { return detail::transposed(Where{}, f, given...); }
/// @}

namespace detail {

template <class T, class R> inline constexpr bool has_jacobian = std::is_convertible_v<R, Array> || std::is_convertible_v<T, Array>;
template <class T, class R> struct Jacobians {
  static_assert(has_jacobian<T, R>, "a Jacobian is of a function from an Array or to an Array; flatten with ravel_tree otherwise");
};

template <class F, bool forward> struct [[nodiscard]] Jacobian {
  F f;
  Where where;
  template <class X> auto operator()(const X& x) const {
    using Args = ArrayArguments<F, X>;
    if constexpr (!fits<F, Args, X>()) return refuse<F, Args, X>();
    else if constexpr (!has_jacobian<std::tuple_element_t<0, Args>, ResultOf<F, Args>>) return refuse_as<Jacobians<std::tuple_element_t<0, Args>, ResultOf<F, Args>>>();
    else return located(where, nullptr, [&] { return at(arguments_of<Args>(x)); });
  }

 private:
  template <class Args> auto at(const Args& args) const {
    auto traced = trace_function(f, forward ? "jacfwd" : "jacrev", args, nullptr, where);
    const auto inputs = inputs_of(traced, args);
    using T = std::tuple_element_t<0, Args>;
    using R = std::decay_t<decltype(traced.result)>;
    const auto block = [&](std::size_t i, std::size_t o) {
      return forward ? jacobian_forward(traced.graph, inputs, i, o) : jacobian_reverse(traced.graph, inputs, i, o);
    };
    if constexpr (std::is_convertible_v<R, Array>) {
      T result = tree::clone(std::get<0>(args));
      std::size_t i = 0;
      tree::for_each_leaf(result, [&](Array& leaf) {
        if (leaf.is_nothing()) return;
        const std::size_t at = i++;
        // An argument that is one leaf must have a derivative; block says so.
        leaf = tree::is_leaf<T> || ir::is_inexact(leaf.dtype()) ? settled(block(at, 0), leaf) : Array();
      });
      return result;
    } else {
      R result = tree::clone(traced.result);
      std::size_t o = 0;
      tree::for_each_leaf(result, [&](Array& leaf) { if (!leaf.is_nothing()) leaf = block(0, o++); });
      return result;
    }
  }
};

}  // namespace detail

/// The Jacobian at x, forward mode: shape of f(x) + shape of x. For a tree x a tree of Jacobians, likewise for a tree f(x).
template <class F> detail::Jacobian<F, true> jacfwd(F f, Where where = Where::current()) { return {std::move(f), where}; }
/// The same by reverse mode: better where f(x) is smaller than x.
template <class F> detail::Jacobian<F, false> jacrev(F f, Where where = Where::current()) { return {std::move(f), where}; }
/// The second derivatives of a scalar function of an array: jacfwd of grad.
template <class F> [[nodiscard]] auto hessian(F f, Where where = Where::current()) { return jacfwd(grad(std::move(f), where), where); }
/// The Hessian at x times v: the derivative of the gradient along v.
template <class F, class X> [[nodiscard]] auto hvp(const F& f, const X& x, const X& v, Where where = Where::current()) { return jvp(grad(f, where), x, v, where).second; }

}  // namespace espalier
