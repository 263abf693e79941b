#pragma once
// Penalties on the parameters of a tree: on its leaves of kind Parameter.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/tree.h"

namespace espalier::losses {

/// l1 sum|p| + l2 sum(p²) over all parameters; 0 where there are none.
struct L1L2 {
  double l1 = 0;  ///< the factor of the magnitudes
  double l2 = 0;  ///< the factor of the squares
  /// The penalty of the tree's parameters: a scalar.
  template <Tree T> Array operator()(const T& tree, Where where = Where::current()) const {
    const auto add = [this](Array total, const Array& p) {
      if (l1 != 0) total = total + l1 * sum(abs(p));
      if (l2 != 0) total = total + l2 * sum(square(p));
      return total;
    };
    return espalier::detail::called_at(where, [&] { return reduce(add, filter<Parameter>(tree), Array(0.0)); });
  }
};
/// l sum|p| over all parameters.
struct L1 {
  double l = 0.01;  ///< the factor
  /// The penalty of the tree's parameters: a scalar.
  template <Tree T> Array operator()(const T& tree, Where where = Where::current()) const { return L1L2{.l1 = l}(tree, where); }
};
/// l sum(p²) over all parameters.
struct L2 {
  double l = 0.01;  ///< the factor
  /// The penalty of the tree's parameters: a scalar.
  template <Tree T> Array operator()(const T& tree, Where where = Where::current()) const { return L1L2{.l2 = l}(tree, where); }
};

}  // namespace espalier::losses
