#pragma once
// NumPy's format of one array, wherever its bytes come from: a file of its own, or a member of an archive.
#include "espalier/stdlib/io/elements.h"

namespace espalier::io {

/// The array in the bytes, to their end. FormatError if they are not such an array.
Array read_npy_array(ByteSource& source, Where where);

/// What stands before the elements, as NumPy writes it. DTypeError of bf16, which NumPy has not.
std::string npy_header(DType dtype, const Shape& shape, const char* op, Where where);

}  // namespace espalier::io
