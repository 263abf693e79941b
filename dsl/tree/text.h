#pragma once
// Trees as text for people and as JSON for programs.
#include "espalier/dsl/tree/paths.h"
#include "espalier/dsl/tree/static_text.h"

namespace espalier {

/// How trees print. `color` none means: on a terminal, unless NO_COLOR is set.
struct PrintTree {
  Named by_name = Named();
  bool statics = true;               ///< a line for each static member
  bool values = false;               ///< the elements of each leaf
  std::optional<bool> color = none;  ///< escape codes for colours
};

namespace tree {

/// One line of a printed tree.
struct TextRow {
  enum class What {
    open,
    close,
    leaf,
    fixed
  } what;
  int depth;
  std::string label;  ///< "weight: ", or "" in a list
  std::string text;   ///< "Linear {", "f32[2,3]", "0.5"
  std::string kind;   ///< of a leaf: "Parameter"
  Array value;        ///< of a leaf whose elements are to be printed
};
/// Whether to print colours: as asked, else on a terminal where NO_COLOR is not set.
bool in_color(std::optional<bool> color);
std::string align(const std::vector<TextRow>& rows, const PrintTree& options);
std::string leaf_text(const Array& leaf);
std::string leaf_json(std::string_view kind, const Array& leaf, bool frozen);

template <class L> bool is_frozen(const L& leaf) {
  if constexpr (std::derived_from<L, Parameter>) return leaf.frozen;
  else return false;
}

inline std::string label_of(ThroughStep, const std::string& above) { return above; }
inline std::string label_of(IndexStep, const std::string&) { return ""; }
template <class K> std::string label_of(KeyStep<K> step, const std::string&) { return static_text(step.key) + ": "; }
template <class Owner, int i> std::string label_of(MemberStep<Owner, i>, const std::string&) {
  return std::string(member_names<Owner>[i]) + ": ";
}

// Containers that add no step add no line either: an optional prints as what it holds.
template <class T> inline constexpr bool is_through = false;
template <class E> inline constexpr bool is_through<std::optional<E>> = true;
template <class... E> inline constexpr bool is_through<std::variant<E...>> = true;
template <class E> inline constexpr bool is_through<std::unique_ptr<E>> = true;
template <class E> inline constexpr bool is_through<Immutable<E>> = true;

template <class T> constexpr bool is_list() {
  return Container<T>::exists && !requires { typename T::mapped_type; };
}

// A static that says of itself that there is nothing to say.
template <class T> bool is_silent(const T& value) {
  if constexpr (!IsTree<T>::value && requires { { value.str() } -> std::convertible_to<std::string>; }) return value.str().empty();
  else return false;
}

template <class T> void add_rows(const T& tree, int depth, const std::string& label, const PrintTree& options, std::vector<TextRow>& rows) {
  using What = TextRow::What;
  if constexpr (is_leaf<T>) {
    const Array& array = array_in(tree);
    const std::string kind = std::string(std::is_same_v<T, Array> ? "" : type_name<T>) + (is_frozen(tree) ? " frozen" : "");
    rows.push_back({What::leaf, depth, label, leaf_text(array), kind, options.values ? array : Array()});
  } else if constexpr (!IsTree<T>::value) {
    if (options.statics && !is_silent(tree)) rows.push_back({What::fixed, depth, label, static_text(tree), "", {}});
  } else if constexpr (is_through<T>) {
    bool any = false;
    each_child(tree, [&](auto, const auto& child) {
      any = true;
      add_rows(child, depth, label, options, rows);
    });
    if (!any && options.statics) rows.push_back({What::fixed, depth, label, "empty", "", {}});
  } else {
    const std::string name(type_name<T>);
    rows.push_back({What::open, depth, label, name + (is_list<T>() ? " [" : " {"), "", {}});
    each_child(tree, [&](auto step, const auto& child) { add_rows(child, depth + 1, label_of(step, label), options, rows); });
    rows.push_back({What::close, depth, "", is_list<T>() ? "]" : "}", "", {}});
  }
}

template <class T> void add_json(const T& tree, std::string& out) {
  if constexpr (is_leaf<T>) out += leaf_json(type_name<T>, array_in(tree), is_frozen(tree));
  else if constexpr (std::is_same_v<T, bool> || (std::is_integral_v<T> && !std::is_enum_v<T>)) out += static_text(tree);
  else if constexpr (std::is_floating_point_v<T>) {
    const std::string text = static_text(tree);
    out += text.find_first_of("in") == std::string::npos ? text : quoted_text(text);  // JSON has no inf and nan
  } else if constexpr (is_through<T>) {
    const std::size_t before = out.size();
    each_child(tree, [&](auto, const auto& child) { add_json(child, out); });
    if (out.size() == before) out += "null";
  } else if constexpr (Container<T>::exists || Reflected<T>) {
    bool first = true;
    out += is_list<T>() ? '[' : '{';
    each_child(tree, [&]<class S>(S step, const auto& child) {
      if (is_silent(child)) return;
      if (!first) out += ',';
      first = false;
      if constexpr (requires { step.key; }) {
        const std::string key = static_text(step.key);
        out += (key.starts_with('"') ? key : quoted_text(key)) + ':';
      } else if constexpr (!std::is_same_v<S, IndexStep>) {
        const std::string label = label_of(step, "");
        out += quoted_text(std::string_view(label).substr(0, label.size() - 2)) + ':';
      }
      add_json(child, out);
    });
    out += is_list<T>() ? ']' : '}';
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) out += quoted_text(tree);
  else out += quoted_text(static_text(tree));
}

}  // namespace tree

/// The tree with its members, statics, shapes and kinds, one per line and aligned.
template <Node T> std::string to_string(const T& tree, PrintTree options = {}) {
  std::vector<tree::TextRow> rows;
  tree::add_rows(tree, 0, "", options, rows);
  return tree::align(rows, options);
}

/// The tree as JSON: nodes are objects and arrays, statics values, a leaf {"kind", "dtype", "shape"}, Nothing null.
template <Tree T> std::string to_json(const T& tree) {
  std::string out;
  tree::add_json(tree, out);
  return out;
}

}  // namespace espalier
