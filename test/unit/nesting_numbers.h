#pragma once
// The numbers that transforms and their references share.
#include "espalier/dsl/array.h"
#include "nesting.h"

namespace espalier::nesting {

inline const Vector point{0.31, -0.47, 0.83};
inline const Vector weights{0.7, -0.4, 0.9};  // a function of vectors as a scalar: its product with these
inline const Vector direction{0.3, 0.5, -0.2};
inline const Vector scales{0.9, -0.6};        // of the rows that vmap maps over
inline const std::vector<Vector> steps{{0.1, -0.2, 0.05}, {0.02, 0.11, -0.3}, {-0.07, 0.04, 0.2}};

inline Array array(const Vector& v) { return Array(v); }
inline Array array(const std::vector<Vector>& rows) {
  Vector all;
  for (const Vector& r : rows) all.insert(all.end(), r.begin(), r.end());
  return Array(all, Shape{static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size())});
}

}  // namespace espalier::nesting
