#pragma once
// The header of the format safetensors: JSON that names each array, its dtype, shape and bytes.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "espalier/ir/dtype.h"
#include "espalier/ir/shape.h"

namespace espalier::io {

/// An array as the header describes it.
struct SafetensorsEntry {
  std::string name;
  DType dtype = f32;
  Shape shape;
  std::int64_t begin = 0, end = 0;  ///< its bytes, counted from the end of the header
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  ///< in the order of their bytes
  std::map<std::string, std::string> metadata;
};

/// Throws what is wrong with a header, and at which of its bytes.
using FailInHeader = std::function<void(std::size_t at, const std::string& message, const std::string& hint)>;

/// Reads the JSON, and checks that the arrays fill the `bytes` behind it without gaps.
SafetensorsHeader parse_safetensors_header(std::string_view json, std::int64_t bytes, const FailInHeader& fail);

/// The JSON, as the package safetensors writes it, with spaces up to a multiple of eight bytes.
std::string safetensors_json(const SafetensorsHeader& header);

/// The name that the format has for a dtype, as "BF16"; none for c128.
std::string_view safetensors_name(DType dtype);

/// Whether an array stands before another one: wide dtypes first, so that each starts at a multiple of its size, then by name.
bool stands_before(DType a_dtype, std::string_view a_name, DType b_dtype, std::string_view b_name);

}  // namespace espalier::io
