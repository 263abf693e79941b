#pragma once
// The safetensors format: an 8-byte little-endian length, a JSON header, and raw little-endian data.
#include <filesystem>
#include <map>
#include <string>

#include "espalier/ir/attrs.h"

namespace espalier::conformance {

/// A tensor of host memory: its type and row-major bytes.
using Tensor = ir::Literal;
using Tensors = std::map<std::string, Tensor, std::less<>>;

/// All tensors of a file by name. FormatError, naming the file, if it is not what it should be.
Tensors read_safetensors(const std::filesystem::path& path);

/// The pairs in the last axis of a real tensor as complex numbers.
Tensor as_complex(const Tensor& pairs);

}  // namespace espalier::conformance
