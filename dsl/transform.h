#pragma once
// The transforms of functions: jit, grad, vmap and their kin, and the control flow inside programs.
#include "espalier/dsl/transform/batching.h"
#include "espalier/dsl/transform/checkpoint.h"
#include "espalier/dsl/transform/collective.h"
#include "espalier/dsl/transform/control.h"
#include "espalier/dsl/transform/custom.h"
#include "espalier/dsl/transform/custom_call.h"
#include "espalier/dsl/transform/grad.h"
#include "espalier/dsl/transform/jit.h"
#include "espalier/dsl/transform/map.h"
#include "espalier/dsl/transform/solve.h"
#include "espalier/dsl/transform/while.h"

#include "espalier/dsl/ops/elementwise.h"

namespace espalier {

/// The same tree, seen by derivatives as a constant.
template <Tree T> [[nodiscard]] T stop_gradient(const T& x, Where where = Where::current()) {
  T result = tree::clone(x);
  tree::for_each_leaf(result, [&](Array& leaf) { leaf = detail::constant_for_derivatives(leaf, where); });
  return result;
}

}  // namespace espalier
