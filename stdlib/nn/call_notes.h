#pragma once
// What layers are called with and give, for the tables of `summary`.
#include "espalier/dsl/tree/paths.h"
#include "espalier/dsl/tree/stream.h"

namespace espalier::nn::detail {

std::string type_text(const Array& array);
/// The types of a tree's leaves, one a line: that of an array alone; else the tree's own type, if it is a struct, and `path: type`.
template <class T> std::vector<std::string> types_in(const T& tree) {
  std::vector<std::string> lines;
  if constexpr (Leaf<T>) lines.push_back(type_text(tree::array_in(tree)));
  else if constexpr (Tree<T>) {
    if constexpr (tree::Reflected<T>) lines.emplace_back(tree::type_name<T>);
    tree::for_each_leaf_with_info(tree, [&](const LeafInfo& info, const Array& leaf) {
      if (info.present) lines.push_back(info.path + ": " + type_text(leaf));
    });
  }
  return lines;
}

/// The first call of each module of a tree that is run for a table. It stands on a stack of its thread (a documented thread-local)
/// while it lives.
class CallNotes {
 public:
  struct Call {
    std::string path;
    std::vector<std::string> inputs, outputs;
  };
  CallNotes();
  ~CallNotes();
  CallNotes(const CallNotes&) = delete;

  /// Notes a call of a module of the tree that runs, where one is run for a table.
  template <class L, class X, class Y> static void note(const L& layer, const X& x, const Y& y) {
    if (innermost() == nullptr) return;
    if (const auto path = tree::Streams::running_path(__builtin_addressof(layer), &tree::type_key<L>)) add(*path, types_in(x), types_in(y));
  }
  static void add(const std::string& path, std::vector<std::string> inputs, std::vector<std::string> outputs);
  /// The first call of the module of a path, or null.
  const Call* of(const std::string& path) const;

 private:
  static CallNotes*& innermost();
  std::vector<Call> calls_;
  CallNotes* outer_;
};

}  // namespace espalier::nn::detail
