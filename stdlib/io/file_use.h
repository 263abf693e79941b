#pragma once
// What every error of a file says: who reads or writes it, its path, and the user's place.
#include <cstdint>
#include <string>

#include "espalier/ir/error.h"

namespace espalier::io {

/// A file and the call that uses it.
struct FileUse {
  const char* op;    ///< the function that the user called
  std::string path;  ///< of the file
  Where where;       ///< the user's place
};

/// IoError: the file cannot be read.
[[noreturn]] void fail_to_read(const FileUse& file, const std::string& why);
/// IoError: the file cannot be written.
[[noreturn]] void fail_to_write(const FileUse& file, const std::string& why);
/// FormatError at a byte of the file, or of a part of it: `member "a.npy"`.
[[noreturn]] void fail_format(const FileUse& file, const std::string& part, std::int64_t offset, const std::string& message, const std::string& hint);

}  // namespace espalier::io
