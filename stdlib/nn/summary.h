#pragma once
// Tables of a module's parts: what they are called with and give, and what they hold. Nothing is computed.
#include <map>

#include "espalier/stdlib/nn/call_notes.h"
#include "espalier/stdlib/nn/lazy.h"

namespace espalier::nn {

/// Options of `summary` and `tabulate`.
struct SummaryOptions {
  Named by_name = Named();
  int depth = -1;                    ///< how many modules deep rows go, the module itself at 0; what lies deeper counts for the row above it. -1: all
  std::optional<bool> color = none;  ///< escape codes for colours; by default on a terminal, unless NO_COLOR is set
};

/// How much of one kind there is.
struct SummaryAmount {
  std::int64_t count = 0;  ///< of elements
  std::int64_t bytes = 0;  ///< of them all
};
/// One module in a table.
struct SummaryRow {
  std::string path = {};                   ///< "*" of the whole, else ".layers[0].linear"
  std::string module = {};                 ///< its type: "Linear"
  std::vector<std::string> params = {};    ///< its own leaves: "weight: Parameter f32[784,300]"
  std::vector<std::string> inputs = {};    ///< types at its first call; none where that is not known
  std::vector<std::string> outputs = {};   ///< what that call gave
  std::map<std::string, SummaryAmount> kinds = {};  ///< by kind, what it holds itself, with what has no row of its own
};
/// A table of a module.
struct SummaryTable {
  std::vector<SummaryRow> rows = {};                ///< in the order of members, parents first
  std::vector<std::string> kinds = {};              ///< those that occur, in order of their first leaves
  std::map<std::string, SummaryAmount> total = {};  ///< by kind
  SummaryAmount all = {};                           ///< of all kinds
  bool called = false;                         ///< whether an example was given: a text then has columns of inputs and outputs

  /// The table as text, its columns aligned. `color` none means: on a terminal, unless NO_COLOR is set.
  std::string str(std::optional<bool> color = none) const;
};
/// table.str().
std::ostream& operator<<(std::ostream& out, const SummaryTable& table);

namespace detail {

/// Fills a table while a tree is walked.
class TableBuilder {
 public:
  explicit TableBuilder(int depth) : depth_(depth) {}
  /// A module begins, and ends.
  void open(const std::string& path, std::string_view type, bool waits);
  void close() { open_.pop_back(); }
  /// A leaf of the innermost module.
  void leaf(const std::string& path, std::string_view kind, const Array& array, bool frozen);
  SummaryTable finish(const CallNotes* notes);

 private:
  struct Open {
    std::size_t row;
    bool own;  // has a row of its own
    std::string path;
  };
  int depth_;
  std::vector<Open> open_;
  SummaryTable table_;
};

template <class T> concept CallableClass = requires { &T::operator(); } || espalier::detail::SaysSignature<T>;
// A struct that is a tree, or is called: not what a function writes in place, whose type has no name.
template <class T> constexpr bool is_module() {
  if constexpr (tree::is_leaf<T> || tree::Container<T>::exists || !std::is_class_v<T>) return false;
  else if constexpr ((tree::Reflected<T> && (tree::IsTree<T>::value || CallableClass<T>)) || (std::is_empty_v<T> && CallableClass<T>)) return !tree::type_name<T>.empty() && tree::type_name<T>[0] != '(';
  else return false;
}

template <class T> void add_modules(const T& node, tree::PathText& text, TableBuilder& table) {
  if constexpr (tree::is_leaf<T>) table.leaf(text.path, tree::type_name<T>, tree::array_in(node), tree::is_frozen(node));
  else {
    constexpr bool module = is_module<T>();
    if constexpr (module) {
      bool waits = false;
      if constexpr (requires { { node.lazy } -> std::same_as<const Lazy&>; }) waits = node.lazy.waits();
      table.open(text.path, tree::type_name<T>, waits);
    }
    if constexpr (tree::Reflected<T> || tree::Container<T>::exists) {
      tree::each_child(node, [&]<class C>(auto step, const C& child) {
        if constexpr (std::is_class_v<C>) {
          const tree::PathScope scope(text, step);
          add_modules(child, text, table);
        }
      });
    }
    if constexpr (module) table.close();
  }
}
template <class T> SummaryTable table_of(const T& module, const SummaryOptions& options, const CallNotes* notes) {
  TableBuilder table(options.depth);
  tree::PathText text;
  if constexpr (!is_module<T>()) table.open("", tree::type_name<T>, false);
  add_modules(module, text, table);
  return table.finish(notes);
}

/// What the whole is called with: the arguments one after the other.
template <class... A> std::vector<std::string> argument_types(const A&... given) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  const auto add = [&](std::vector<std::string> types) {
    for (std::string& line : types) lines.push_back(sizeof...(A) == 1 ? std::move(line) : std::to_string(at) + ": " + line);
    ++at;
  };
  (add(types_in(given)), ...);
  return lines;
}

template <class T, class... A> SummaryTable tabulate_call(const SummaryOptions& options, const T& module, const A&... example) {
  CallNotes notes;
  const auto call = [&](const T& whole, const auto&... x) {
    const auto result = apply(whole, Key(0))(x...);
    CallNotes::add("", argument_types(x...), types_in(result.output));
    return nothing;
  };
  (void)espalier::detail::abstract_result(Where{}, call, module, example...);
  return table_of(module, options, &notes);
}

}  // namespace detail

/// The table of a module: a row for each part that is a struct, called with the example where one is given, arrays or abstract ones. It
/// is run for types alone; lazy layers get theirs as `init` would. Inputs and outputs are known of the module itself, of the library's
/// layers, of what containers call, and of call operators that are a `layer_call`. Errors are those of the module's call.
/// @{
template <tree::Module T, class... A> [[nodiscard]] SummaryTable tabulate(const SummaryOptions& options, const T& module, const A&... example) {
  if constexpr (sizeof...(A) == 0) return detail::table_of(module, options, nullptr);
  else if constexpr (!std::is_invocable_v<T&, const A&...>) {
    static_assert(std::is_invocable_v<T&, const A&...>, "summary calls the module on the example: the call operator must take these arguments");
    return {};
  } else {
    if (!detail::any_waiting(tree::clone(module))) return detail::tabulate_call(options, module, example...);
    const T made = espalier::detail::abstract_result(Where{}, [](const T& lazy, const auto&... x) { return init(lazy, Key(0), x...); }, module, example...);
    return detail::tabulate_call(options, made, example...);
  }
}
template <tree::Module T, class... A>
  requires(!std::same_as<T, SummaryOptions>)
[[nodiscard]] SummaryTable tabulate(const T& module, const A&... example) {
  return tabulate(SummaryOptions(), module, example...);
}
/// @}
/// The same as text:
///   path     module   params                          inputs         outputs      Parameter
///   *        Net                                      f32[64,784]    f32[64,10]
///   .linear  Linear   weight: Parameter f32[784,10]   f32[64,784]    f32[64,10]   7,840  31.4KB
/// @{
template <tree::Module T, class... A> [[nodiscard]] std::string summary(const SummaryOptions& options, const T& module, const A&... example) {
  return tabulate(options, module, example...).str(options.color);
}
template <tree::Module T, class... A>
  requires(!std::same_as<T, SummaryOptions>)
[[nodiscard]] std::string summary(const T& module, const A&... example) {
  return tabulate(SummaryOptions(), module, example...).str();
}
/// @}

}  // namespace espalier::nn
