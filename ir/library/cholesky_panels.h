#pragma once
// The Cholesky factor of a large real matrix.
#include <cstdint>

namespace espalier::ir::library {

/// The factor of n rows, in the place of the lower triangle that it is of; above the diagonal all is zero. False where the matrix is not
/// positive definite.
template <class T> bool cholesky_by_panels(T* a, std::int64_t n);

}  // namespace espalier::ir::library
