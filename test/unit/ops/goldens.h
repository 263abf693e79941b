#pragma once
// Exact results of other systems, from ../../data.
#include "table.h"

namespace espalier::test {

/// digamma of mpmath's arguments, in f32 or f64. Its errors are measured against 1 beside its zeros, which lie between parts near 1.
std::shared_ptr<const Golden> digamma_goldens(DType dtype);
/// polygamma(order, x) of mpmath's. Of even orders, terms around the next pole cancel beside half-integers: errors are measured against these.
std::shared_ptr<const Golden> polygamma_goldens(DType dtype);
/// zeta(s, q), igamma(a, x), … of mpmath's, by the op's name. Errors of the incomplete functions are measured in multiples of the result's logarithm, those of
/// betainc above its middle against 1, from which it is taken.
std::shared_ptr<const Golden> special_goldens(ir::Op op, DType dtype);
/// The cipher's test vectors of its authors (Random123 1.14, kat_vectors).
std::shared_ptr<const Golden> threefry_goldens();

}  // namespace espalier::test
