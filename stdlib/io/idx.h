#pragma once
#include <string>

#include "espalier/dsl/array.h"

namespace espalier::io {

/// The array in an IDX file, the format of MNIST and its kin, gzipped or not: u8, i8, i16, i32, f32 or f64 of any shape.
/// IoError if the file cannot be read; FormatError, with the byte offset, if it is not IDX, truncated, too long, corrupt, or
/// of a size that it cannot hold.
Array read_idx(const std::string& path, Where where = Where::current());

}  // namespace espalier::io
