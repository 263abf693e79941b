#pragma once
// Held: a function as a value, so that a struct with it can be static: part of what a compiled step is compiled for.
#include <memory>

#include "espalier/dsl/tree.h"

namespace espalier::optim {

/// A function as a value: see Held<R(A...)>.
template <class Signature> class Held;
/// A function of any type with this signature. Two are equal if one is a copy of the other, or if both are of one type and
/// equal: functions by their address, structs member by member, lambdas without captures always. A lambda with captures
/// equals its copies alone: one written anew at each step compiles anew at each step.
template <class R, class... A> class Held<R(A...)> {
 public:
  /// No function.
  Held() = default;
  /// A copy of this one.
  template <class F> explicit Held(F f) : object_(std::make_shared<F>(std::move(f))), type_(&type_of<F>) {}
  bool exists() const { return type_ != nullptr; }  ///< false for one that is default-constructed
  /// Calls it; it must exist.
  R operator()(A... arguments) const { return type_->call(object_.get(), arguments...); }
  /// As said above.
  bool operator==(const Held& other) const {
    return object_ == other.object_ || (type_ == other.type_ && type_->equal(object_.get(), other.object_.get()));
  }

 private:
  struct Type {
    R (*call)(const void*, A...);
    bool (*equal)(const void*, const void*);
  };
  template <class F> static bool equal_objects(const void* a, const void* b) {
    if constexpr (Tree<F> || tree::StaticComparable<F>::value) {
      return tree::equal_values(*static_cast<const F*>(a), *static_cast<const F*>(b));
    } else return std::is_empty_v<F>;
  }
  template <class F> static R call_object(const void* f, A... arguments) { return (*static_cast<const F*>(f))(arguments...); }
  template <class F> static constexpr Type type_of{&call_object<F>, &equal_objects<F>};

  std::shared_ptr<const void> object_;
  const Type* type_ = nullptr;
};

}  // namespace espalier::optim
