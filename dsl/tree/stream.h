#pragma once
// apply(tree, key)(args…): running a module with randomness. Each module draws from a stream of its own, named by its path.
#include <optional>

#include "espalier/dsl/key.h"
#include "espalier/dsl/tree/paths.h"

namespace espalier {
namespace tree {

/// Identifies a type at run time.
template <class T> inline constexpr char type_key = 0;

template <class T> bool find_path(const T& tree, const void* address, const void* type, PathText& text, std::string& found) {
  if (static_cast<const void*>(__builtin_addressof(tree)) == address && &type_key<T> == type) {
    found = text.path;
    return true;
  }
  bool there = false;
  if constexpr (!is_leaf<T> && (Reflected<T> || Container<T>::exists)) {
    each_child(tree, [&]<class C>(auto step, const C& child) {
      if constexpr (!is_leaf<C> && std::is_class_v<C>) {
        if (there) return;
        const PathScope scope(text, step);
        there = find_path(child, address, type, text, found);
      }
    });
  }
  return there;
}

/// One running `apply`. It stands on a stack of its thread (a documented thread-local) while it lives; `next_key` asks the
/// innermost one.
class Streams {
 public:
  using Find = bool (*)(const void* root, const void* address, const void* type, std::string& found);

  Streams(const void* root, Find find, std::optional<Key> key);
  ~Streams();
  Streams(const Streams&) = delete;

  /// The path of a module of the running tree; `name` if it is not part of it (a copy, for instance).
  static std::string path_of(const void* module, const void* type, std::string_view name);
  /// The next key of the stream of a path. MissingKey where no key was given.
  static Key next(const std::string& path, std::string_view name, Where where);

 private:
  const void* root_;
  Find find_;
  std::optional<Key> key_;
  std::vector<std::pair<std::string, std::uint32_t>> counters_;
  Streams* outer_;
};

template <class T> bool find_in(const void* root, const void* address, const void* type, std::string& found) {
  PathText text;
  return find_path(*static_cast<const T*>(root), address, type, text, found);
}

}  // namespace tree

/// The next key of the running `apply(tree, key)`. MissingKey outside one.
inline Key next_key(Where where = Where::current()) { return tree::Streams::next("", "", where); }
/// The next key of a module's own stream: `next_key(*this)`. Adding a layer does not change another layer's draws.
template <class T>
  requires std::is_class_v<T>
Key next_key(const T& self, Where where = Where::current()) {
  const std::string_view name = tree::type_name<T>;
  return tree::Streams::next(tree::Streams::path_of(__builtin_addressof(self), &tree::type_key<T>, name), name, where);
}

}  // namespace espalier
