#pragma once
// The bytes of a file in order, unzipped on the way if it is gzipped.
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "espalier/ir/error.h"

namespace espalier::io {

/// A file that is read from its start to its end. Errors name the reader (`op`), the path and the user's place.
class ByteSource {
 public:
  /// IoError if there is no such file or it is no file.
  ByteSource(const char* op, std::string path, Where where);

  /// Fills `bytes` and returns how many there were before the end. FormatError if the compressed data are corrupt or end too
  /// early.
  std::size_t read(std::span<std::uint8_t> bytes);
  /// How many bytes were read, as they are after unzipping.
  std::int64_t offset() const { return offset_; }
  /// An upper bound of how many bytes the file can hold after unzipping.
  std::int64_t capacity() const { return capacity_; }
  /// Whether the file is gzipped.
  bool zipped() const { return zipped_; }
  /// Throws a FormatError with the path and the offset.
  [[noreturn]] void fail(const std::string& message, const std::string& hint) const;

 private:
  const char* op_;
  std::string path_;
  Where where_;
  std::shared_ptr<void> file_;
  std::int64_t offset_ = 0, capacity_ = 0;
  bool zipped_ = false;
};

}  // namespace espalier::io
