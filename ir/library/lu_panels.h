#pragma once
// Gaussian elimination of one large real matrix by panels of columns.
#include <cstdint>

namespace espalier::ir::library {

/// Factors m x n numbers where they are, rows by rows: L below the diagonal, U from it on. The row that changed places with row c when it
/// was column c's turn becomes pivots[c]; that with the largest element, the first of them where there are several.
template <class T> void factor_by_panels(T* a, std::int64_t m, std::int64_t n, std::int32_t* pivots);

}  // namespace espalier::ir::library
