#pragma once
// debug: what a program says of itself, and what holds the compiler back.
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform/function.h"

namespace espalier {
namespace detail {
/// The arrays as they are, behind one barrier.
std::vector<Array> behind_barrier(std::span<const Array> arrays, Where where);
}  // namespace detail

namespace debug {

/// x as it is, but a border to the compiler: what reads a leaf begins when all leaves have been computed, and is neither fused nor merged
/// with what computes or reads them before. Derivatives and batches have a barrier where x has one. As XLA's optimization barrier.
template <Tree T> [[nodiscard]] T barrier(const T& x, Where where = Where::current()) {
  return detail::with_leaves(x, detail::behind_barrier(tree::present_leaves(x), where));
}

}  // namespace debug
}  // namespace espalier
