#pragma once
// The header of NumPy's format: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
#include <functional>
#include <string>
#include <string_view>

#include "espalier/ir/shape.h"

namespace espalier::io {

struct NpyDictionary {
  std::string descr;  ///< not empty
  bool fortran_order = false;
  Shape shape;
};

/// Throws what is wrong with the text, and at which of its bytes.
using FailAt = std::function<void(std::size_t at, const std::string& message)>;

/// Reads what Python would: the three keys in any order, each once.
NpyDictionary parse_npy_dictionary(std::string_view text, const FailAt& fail);

}  // namespace espalier::io
