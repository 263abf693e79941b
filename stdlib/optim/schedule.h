#pragma once
// Schedule: a number that may depend on the count of steps done. What an optimizer takes as its learning rate.
#include "espalier/stdlib/optim/held.h"

namespace espalier::optim {

/// A function of the step count.
using Rule = Held<Array(const Array&)>;

/// A constant, an array, or a function of the count of steps done (an i32 scalar that starts at 0). A C++ number and a
/// function are static: a compiled step that gets another one is compiled anew. An array is a leaf: it may change freely.
class Schedule {
 public:
  /// A constant, which is static.
  Schedule(double value) : constant_(value) {}
  /// An array, which is a leaf.
  template <std::derived_from<Array> A>
  Schedule(const A& value, Where where = Where::current()) : value_(static_cast<const Array&>(value), where) {}
  /// A function of the count, which is static.
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
  /// Makes it a tree.
  static constexpr auto fields = espalier::fields<&Schedule::value_, &Schedule::constant_, &Schedule::rule_>;
};

}  // namespace espalier::optim
