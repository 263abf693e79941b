#pragma once
// apply(tree, key)(args…): running a module with randomness. Each module draws from a stream of its own, named by its path.
#include <optional>

#include "espalier/dsl/key.h"
#include "espalier/dsl/tree/paths.h"

namespace espalier {

class Trace;

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

class LoopDraws;

/// One running `apply`. It stands on a stack of its thread (a documented thread-local) while it lives; `next_key` asks the
/// innermost one.
class Streams {
 public:
  using Find = bool (*)(const void* root, const void* address, const void* type, std::string& found);

  Streams(const void* root, Find find, std::optional<Key> key);
  ~Streams();
  Streams(const Streams&) = delete;

  /// The path of a module of the running tree, or of the one it was copied from by `mutate`; Nothing if it is neither, or no
  /// apply runs.
  static std::optional<std::string> running_path(const void* module, const void* type);
  /// That path, else `name`.
  static std::string path_of(const void* module, const void* type, std::string_view name);
  /// The next key of the stream of a path. MissingKey where no key was given.
  static Key next(const std::string& path, std::string_view name, Where where);

 private:
  friend class CopiedModule;
  friend class LoopDraws;
  struct Counter {
    std::string path;
    std::uint32_t drawn;
  };
  using Counters = std::vector<Counter>;
  // A running apply's own tree, and copies of its modules that a mutate runs on.
  struct Place {
    const void* root;
    Find find;
    std::string path;
  };
  static std::uint32_t& count_of(Counters& counters, const std::string& path);

  std::vector<Place> places_;
  std::optional<Key> key_;
  Counters counters_;
  std::vector<LoopDraws*> loops_;  // whose bodies are running, the innermost last
  Streams* outer_;
};

/// While it lives, `copy` stands where the module of this path stands.
class CopiedModule {
 public:
  CopiedModule(const void* copy, Streams::Find find, const std::optional<std::string>& path);
  ~CopiedModule();
  CopiedModule(const CopiedModule&) = delete;

 private:
  Streams* streams_ = nullptr;
};

/// Draws in the body of a loop, which is traced once and runs many times: iteration t continues each stream where iteration t - 1 left
/// it, as the same loop written by hand would. How often an iteration draws is known only when the body has been traced; until then
/// that, and the number of the iteration, are inputs of the body that come later (`Trace::later`).
class LoopDraws {
 public:
  /// Of a loop that begins here. Nothing is drawn where no apply with a key is running.
  LoopDraws();
  /// A loop that was not finished has drawn nothing.
  ~LoopDraws();
  LoopDraws(const LoopDraws&) = delete;

  /// Lives while the body is traced. A body that is traced again draws afresh.
  class Running {
   public:
    explicit Running(LoopDraws& draws);
    ~Running();
    Running(const Running&) = delete;

   private:
    LoopDraws& draws_;
  };

  /// The captures of the body that come later, by their place among all: the number of the iteration, if the body drew at all, and for
  /// each path from which it drew, how often an iteration draws.
  struct Later {
    std::size_t place;
    std::uint32_t drawn;
  };
  const std::optional<std::size_t>& turn() const { return turn_place_; }
  std::vector<Later> counts() const;
  /// The number of each iteration: 0, 1, … in the order in which they run.
  static Array turns(std::int64_t length, bool reverse, Where where);
  /// All iterations are done.
  void finish(std::int64_t length);
  /// The same where nobody knows how many there were: what is drawn later lies far behind them.
  void finish_unknown();

 private:
  friend class Streams;
  // One path from which the body draws.
  struct Draw {
    std::string path;
    Later later;
    Array per_turn;  // in the body's trace, while that runs
  };
  Array later(std::size_t& place, Where where) const;
  // How many draws from the path lie before this iteration's, in the current trace.
  Array before(const std::string& path, Where where);

  Streams* streams_ = nullptr;
  Trace* trace_ = nullptr;  // the body's, while it runs
  Streams::Counters before_;
  std::vector<Draw> draws_;
  std::optional<std::size_t> turn_place_;
  Array turn_;
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
