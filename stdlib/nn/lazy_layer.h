#pragma once
// Layers without parameters that remember how to make them: what `lazy` puts into a layer and `init` takes out.
#include "espalier/dsl/key.h"
#include "espalier/dsl/tree/stream.h"

namespace espalier::nn {

namespace detail {
struct LazyRecipe;
struct LazyAccess;
}

/// A static member `lazy` of layers: what a layer that `lazy<L>(…)` made remembers until `init` gives it its parameters. It is empty in
/// every other layer. Two are equal if one is a copy of the other.
class Lazy {
 public:
  /// Whether the layer still waits for its parameters.
  bool waits() const { return how_ != nullptr; }
  /// For printed trees, which leave out what is empty.
  std::string str() const { return waits() ? "waits for init" : ""; }
  bool operator==(const Lazy&) const = default;  ///< whether one is a copy of the other

 private:
  friend struct detail::LazyAccess;
  std::shared_ptr<const detail::LazyRecipe> how_;
};

namespace detail {

/// How a layer is made of what it is called with.
struct LazyRecipe {
  std::shared_ptr<const void> arguments;
  void (*make)(const void* arguments, void* layer, const Key& key, const Array& x);  ///< keeps what was set in the layer: its mode
  std::string_view type;      ///< the layer's
  Where where;                ///< of the call of `lazy`
  std::uint64_t run = 0;      ///< the run of `init` that the layer's tree is a copy for, or 0
  std::string path = {};      ///< of the layer in that tree
};
/// What the library puts into a layer and takes out.
struct LazyAccess {
  static Lazy waiting(LazyRecipe how) {
    Lazy lazy;
    lazy.how_ = std::make_shared<LazyRecipe>(std::move(how));
    return lazy;
  }
  static const LazyRecipe& recipe(const Lazy& lazy) { return *lazy.how_; }
};
/// A layer with such a member.
template <class L> concept Waiting = requires(L& layer) { { layer.lazy } -> std::same_as<Lazy&>; };

/// One running `init`: what its lazy layers are called with. It stands on a stack of its thread (a documented thread-local) while
/// it lives.
class InitRun {
 public:
  InitRun();
  ~InitRun();
  InitRun(const InitRun&) = delete;

  std::uint64_t serial() const { return serial_; }
  /// The shape and dtype that the layer of a path is called with first: x's if it is not called yet.
  const Array& first_input(const std::string& path, const Operand& x);
  /// The same, or null if it was not called.
  const Array* input_of(const std::string& path) const;
  /// The run of that number, if it runs on this thread; else null.
  static InitRun* running(std::uint64_t serial);

 private:
  std::vector<std::pair<std::string, Array>> inputs_;
  std::uint64_t serial_;
  InitRun* outer_;
};

/// Gives a layer that waits parameters that stand for its own while `init` runs the module without computing. MissingValue where it
/// does not run; `path` is the layer's, where that is known.
void stand_in(const Lazy& lazy, const std::optional<std::string>& path, void* layer, const Operand& x);
/// The same for a layer that is asked before its first call, whatever that will be with: it notes nothing.
void stand_in_for_any(const Lazy& lazy, const std::optional<std::string>& path, void* layer, Where where);

}  // namespace detail
}  // namespace espalier::nn
