#pragma once
// Schedule: a number that may depend on the count of steps done. What an optimizer takes as its learning rate.
#include <memory>

#include "espalier/dsl/tree.h"

namespace espalier::optim {

/// A function of the step count, held as a value: equal to another if both are of one type and equal, or are copies.
class Rule {
 public:
  Rule() = default;
  template <class F> explicit Rule(F f) : object_(std::make_shared<F>(std::move(f))), type_(&type_of<F>) {}
  bool exists() const { return type_ != nullptr; }
  Array operator()(const Array& count) const { return type_->call(object_.get(), count); }
  bool operator==(const Rule& other) const {
    return object_ == other.object_ || (type_ == other.type_ && type_->equal(object_.get(), other.object_.get()));
  }

 private:
  struct Type {
    Array (*call)(const void*, const Array&);
    bool (*equal)(const void*, const void*);
  };
  template <class F> static bool equal_objects(const void* a, const void* b) {
    if constexpr (Tree<F> || tree::StaticComparable<F>::value) {
      return tree::equal_values(*static_cast<const F*>(a), *static_cast<const F*>(b));
    } else return false;  // a lambda with captures is equal to its copies only
  }
  template <class F> static Array call_object(const void* f, const Array& count) { return (*static_cast<const F*>(f))(count); }
  template <class F> static constexpr Type type_of{&call_object<F>, &equal_objects<F>};

  std::shared_ptr<const void> object_;
  const Type* type_ = nullptr;
};

/// A constant, an array, or a function of the count of steps done (an i32 scalar that starts at 0). A C++ number and a
/// function are static: a compiled step that gets another one is compiled anew. An array is a leaf: it may change freely.
class Schedule {
 public:
  Schedule(double value) : constant_(value) {}
  template <std::derived_from<Array> A>
  Schedule(const A& value, Where where = Where::current()) : value_(static_cast<const Array&>(value), where) {}
  template <class F>
    requires(std::is_invocable_r_v<Array, const F&, const Array&> && !std::derived_from<F, Array>)
  Schedule(F rule) : rule_(std::move(rule)) {}

  /// The value after `count` steps: a scalar; weak where it was made from a C++ number.
  Array operator()(Operand count) const;
  /// Whether the value depends on the count.
  bool counts() const { return rule_.exists(); }

 private:
  OptState value_;       // Nothing unless it was made from an array
  double constant_ = 0;  // unless there is a value or a rule
  Rule rule_;

 public:
  static constexpr auto fields = espalier::fields<&Schedule::value_, &Schedule::constant_, &Schedule::rule_>;
};

}  // namespace espalier::optim
