#pragma once
// Bytes in order: those of a file, unzipped on the way if it is gzipped, or those of a part of a file.
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "espalier/stdlib/io/file_use.h"

namespace espalier::io {

/// Bytes that are read from their start to their end. Errors name the reader (`op`), the path and the user's place.
class ByteSource {
 public:
  /// Fills as much of the bytes as there is, and returns how many that were.
  using Pull = std::function<std::size_t(std::span<std::uint8_t>)>;

  /// A whole file, gzipped or not. IoError if there is no such file or it is no file.
  explicit ByteSource(FileUse file);
  /// A part of a file, as errors call it: the bytes from `offset` to `capacity`, which `pull` gives.
  ByteSource(FileUse file, std::string part, std::int64_t offset, std::int64_t capacity, Pull pull)
      : file_(std::move(file)), part_(std::move(part)), pull_(std::move(pull)), offset_(offset), capacity_(capacity) {}

  /// Fills `bytes` and returns how many there were before the end. FormatError if the compressed data are corrupt or end too
  /// early.
  std::size_t read(std::span<std::uint8_t> bytes);
  /// Where reading is, in bytes as they are after unzipping.
  std::int64_t offset() const { return offset_; }
  /// An upper bound of the offset at the end.
  std::int64_t capacity() const { return capacity_; }
  /// Whether the file is gzipped.
  bool zipped() const { return zipped_; }
  /// Throws a FormatError with the path and the offset.
  /// @{
  [[noreturn]] void fail(const std::string& message, const std::string& hint) const { fail_at(offset_, message, hint); }
  [[noreturn]] void fail_at(std::int64_t offset, const std::string& message, const std::string& hint) const { fail_format(file_, part_, offset, message, hint); }
  /// @}

 private:
  FileUse file_;
  std::string part_;
  Pull pull_;
  std::int64_t offset_ = 0, capacity_ = 0;
  bool zipped_ = false;
};

}  // namespace espalier::io
