#pragma once
// What a metric sees of its inputs when some of their members are replaced by parts of them, or by other members.
#include <cstdint>
#include <string_view>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/tree.h"

namespace espalier::metrics::detail {

/// One step of a path as a template argument: a name or an index.
struct Step {
  char name[48] = {};
  std::int64_t index = 0;
  bool is_index = false;
  template <std::size_t n> consteval Step(const char (&text)[n]) {
    static_assert(n <= sizeof(name), "a name in a path has at most 47 letters");
    for (std::size_t i = 0; i < n; ++i) name[i] = text[i];
  }
  template <std::integral N> consteval Step(N n) : index(n), is_index(true) {}
  constexpr std::string_view text() const { return name; }
};
constexpr bool is_member(const Step& step) {
  const std::string_view name = step.text();
  return name == "target" || name == "preds" || name == "sample_weight" || name == "values" || name == "aux_values";
}

/// In place of a member that the inputs do not have.
struct Absent {};

/// The member number of a name in an aggregate; -1 if it has none.
template <class T> constexpr int member_number(std::string_view name) {
  if constexpr (std::is_class_v<T> && tree::is_reflectable<T>) {
    for (std::size_t i = 0; i < tree::member_names<T>.size(); ++i) {
      if (tree::member_names<T>[i] == name) return static_cast<int>(i);
    }
  }
  return -1;
}
template <int i> struct NthMember {
  template <class First, class... Rest> const auto& operator()(const First& first, const Rest&... rest) const {
    if constexpr (i == 0) return first;
    else return NthMember<i - 1>{}(rest...);
  }
};

[[noreturn]] void throw_no_key(const std::string& key, Where where);
[[noreturn]] void throw_no_item(std::int64_t index, std::int64_t size, Where where);
Array item_of(const Array& x, std::int64_t index, Where where);

// How a step leads into a type.
enum class Way {
  none,
  array,
  key,
  list,
  tuple,
  member
};
template <Step step, class T> constexpr Way way_into() {
  if constexpr (std::derived_from<T, Array>) return step.is_index ? Way::array : Way::none;
  else if constexpr (requires { typename T::key_type; typename T::mapped_type; }) return std::is_same_v<typename T::key_type, std::string> != step.is_index ? Way::key : Way::none;
  else if constexpr (requires(const T& t) { t.size(); t[0]; }) return step.is_index ? Way::list : Way::none;
  else if constexpr (requires { std::tuple_size<T>::value; }) {
    constexpr auto size = static_cast<std::int64_t>(std::tuple_size<T>::value);
    return step.is_index && step.index >= -size && step.index < size ? Way::tuple : Way::none;
  } else if constexpr (step.is_index || !std::is_class_v<T>) return Way::none;
  else return member_number<T>(step.text()) >= 0 ? Way::member : Way::none;
}

template <Step step, class T> auto part_at(const T& value, Where where) {
  constexpr Way way = way_into<step, T>();
  if constexpr (way == Way::array) return value.is_nothing() ? Array() : item_of(value, step.index, where);
  else if constexpr (way == Way::key) {
    const auto found = [&] {
      if constexpr (step.is_index) return value.find(static_cast<typename T::key_type>(step.index));
      else return value.find(step.name);
    }();
    if (found == value.end()) throw_no_key(step.is_index ? std::to_string(step.index) : step.name, where);
    return found->second;
  } else if constexpr (way == Way::list) {
    const auto size = static_cast<std::int64_t>(value.size());
    if (step.index < -size || step.index >= size) throw_no_item(step.index, size, where);
    return value[static_cast<std::size_t>(step.index < 0 ? step.index + size : step.index)];
  } else if constexpr (way == Way::tuple) {
    return std::get<static_cast<std::size_t>(step.index < 0 ? step.index + static_cast<std::int64_t>(std::tuple_size_v<T>) : step.index)>(value);
  } else if constexpr (way == Way::member) {
    return tree::visit_members(value, NthMember<member_number<T>(step.text())>{});
  } else {
    static_assert(way != Way::none, "this step of the path leads to nothing in the member: a name needs a struct or a map, an index a list, a tuple or an array");
    return Absent();
  }
}

template <class T> auto at_path(const T& value, Where) { return value; }
template <Step step, Step... rest, class T> auto at_path(const T& value, Where where) { return at_path<rest...>(part_at<step>(value, where), where); }

/// The path's part, or the value itself where the first step does not lead into its type.
template <Step... path, class T> auto at_path_if(const T& value, Where where) {
  if constexpr (sizeof...(path) == 0 || std::is_same_v<T, Absent>) return value;
  else {
    constexpr Step steps[] = {path...};
    if constexpr (way_into<steps[0], T>() == Way::none) return value;
    else return at_path<path...>(value, where);
  }
}

// clang-format off
template <class T> struct SeenTarget { T target; };
template <> struct SeenTarget<Absent> { Absent no_target; };
template <class T> struct SeenPreds { T preds; };
template <> struct SeenPreds<Absent> { Absent no_preds; };
template <class T> struct SeenWeight { T sample_weight; };
template <> struct SeenWeight<Absent> { Absent no_sample_weight; };
template <class T> struct SeenValues { T values; };
template <> struct SeenValues<Absent> { Absent no_values; };
template <class T> struct SeenAux { T aux_values; };
template <> struct SeenAux<Absent> { Absent no_aux_values; };
// clang-format on
/// The inputs with other members under some names, and none where there was none: a metric asks it as it asks the inputs.
template <class Source, class T, class P, class W, class V, class A> struct Seen : SeenTarget<T>, SeenPreds<P>, SeenWeight<W>, SeenValues<V>, SeenAux<A> {
  const Source* source;  // has the members of other names
};
template <class I> inline constexpr bool is_seen = false;
template <class S, class T, class P, class W, class V, class A> inline constexpr bool is_seen<Seen<S, T, P, W, V, A>> = true;

/// The inputs' member of this name; Absent if they have none.
template <Step name, class I> auto member_of(const I& inputs) {
  constexpr std::string_view text = name.text();
  if constexpr (text == "target") {
    if constexpr (requires { inputs.target; }) return inputs.target;
    else return Absent();
  } else if constexpr (text == "preds") {
    if constexpr (requires { inputs.preds; }) return inputs.preds;
    else return Absent();
  } else if constexpr (text == "sample_weight") {
    if constexpr (requires { inputs.sample_weight; }) return inputs.sample_weight;
    else return Absent();
  } else if constexpr (text == "values") {
    if constexpr (requires { inputs.values; }) return inputs.values;
    else return Absent();
  } else if constexpr (text == "aux_values") {
    if constexpr (requires { inputs.aux_values; }) return inputs.aux_values;
    else return Absent();
  } else if constexpr (is_seen<I>) {
    return member_of<name>(*inputs.source);
  } else if constexpr (member_number<I>(text) >= 0) {
    return tree::visit_members(inputs, NthMember<member_number<I>(text)>{});
  } else {
    return Absent();
  }
}
/// The inputs with their five members as `each(name, member)` gives them.
template <class I, class F> auto seen_through(const I& inputs, const F& each) {
  auto target = each.template operator()<Step("target")>(member_of<Step("target")>(inputs));
  auto preds = each.template operator()<Step("preds")>(member_of<Step("preds")>(inputs));
  auto weight = each.template operator()<Step("sample_weight")>(member_of<Step("sample_weight")>(inputs));
  auto values = each.template operator()<Step("values")>(member_of<Step("values")>(inputs));
  auto aux = each.template operator()<Step("aux_values")>(member_of<Step("aux_values")>(inputs));
  return Seen<I, decltype(target), decltype(preds), decltype(weight), decltype(values), decltype(aux)>{
      {std::move(target)}, {std::move(preds)}, {std::move(weight)}, {std::move(values)}, {std::move(aux)}, &inputs};
}

/// Target, preds and values at the path.
template <Step... path> struct OnPath {
  template <class I> static auto seen(const I& inputs, Where where) {
    return seen_through(inputs, [&]<Step name>(const auto& member) {
      constexpr bool chosen = name.text() != "sample_weight" && name.text() != "aux_values";
      if constexpr (chosen) return at_path_if<path...>(member, where);
      else return member;
    });
  }
};
/// The member `from` under the name `to`.
template <Step from, Step to> struct Renamed {
  template <class I> static auto seen(const I& inputs, Where) {
    return seen_through(inputs, [&]<Step name>(const auto& member) {
      if constexpr (name.text() == to.text()) {
        auto renamed = member_of<from>(inputs);
        static_assert(!std::is_same_v<decltype(renamed), Absent>, "rename: the inputs have no member of the first name");
        return renamed;
      } else return member;
    });
  }
};
/// One member at the path.
template <Step chosen, Step... path> struct Sliced {
  template <class I> static auto seen(const I& inputs, Where where) {
    return seen_through(inputs, [&]<Step name>(const auto& member) {
      if constexpr (name.text() == chosen.text()) {
        static_assert(!std::is_same_v<std::remove_cvref_t<decltype(member)>, Absent>, "slice: the inputs have no member of the first name");
        return at_path<path...>(member, where);
      } else return member;
    });
  }
};

}  // namespace espalier::metrics::detail
