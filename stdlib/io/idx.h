#pragma once
#include <filesystem>

#include "espalier/dsl/array.h"

namespace espalier::io {

/// Options of `read_idx`.
struct IdxOptions {
  Named by_name = Named();
  /// The most that a gzipped file may expand to: two megabytes can be made to hold two gigabytes.
  std::int64_t max_unzipped_bytes = std::int64_t{1} << 30;
};

/// The array in an IDX file, the format of MNIST and its kin, gzipped or not: u8, i8, i16, i32, f32 or f64 of any shape.
/// IoError if the file cannot be read; FormatError, with the byte offset, if it is not IDX, truncated, too long, corrupt,
/// of a size that it cannot hold, or beyond the limit once unzipped.
Array read_idx(const std::filesystem::path& path, IdxOptions options = {}, Where where = Where::current());

}  // namespace espalier::io
