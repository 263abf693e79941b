#pragma once
#include <filesystem>

#include "espalier/dsl/array.h"

namespace espalier::io {

/// Writes an array as numpy.save does: every dtype but bf16, any shape. The file is there whole or not at all. IoError if it
/// cannot be written; DTypeError of bf16, which NumPy has not.
void save_npy(Operand x, const std::filesystem::path& path);

/// The array in a file that numpy.save wrote: bool, i8 to u64, f16, f32, f64, c64 or c128, of either order of bytes and either
/// order of axes, versions 1 to 3 of the format. IoError if the file cannot be read; FormatError, with the byte offset, if it is
/// no such file, truncated, too long, or of another dtype: objects of Python, text, records.
[[nodiscard]] Array read_npy(const std::filesystem::path& path, Where where = Where::current());

}  // namespace espalier::io
