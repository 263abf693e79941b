#pragma once
// The transforms of nesting.cpp for functions of trees.
#include "nesting.h"

namespace espalier::nesting {

/// A vector as a tree, and back. Rows [n,3] are a tree of leaves [n].
Parts parts(const Array& x);
Array joined(const Parts& p);
/// A function of an array as one of trees.
TreeFunction of_trees(Function f);

namespace trees {
TreeFunction by_jit(TreeFunction f), by_grad(TreeFunction f), by_jvp(TreeFunction f), by_vmap(TreeFunction f), by_hessian(TreeFunction f),
    by_mutate(TreeFunction f), by_scan(TreeFunction f), by_while(TreeFunction f), by_cond(TreeFunction f), by_checkpoint(TreeFunction f);
}  // namespace trees

}  // namespace espalier::nesting
