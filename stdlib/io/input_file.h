#pragma once
// A file that is read at any place.
#include <filesystem>
#include <memory>

#include "espalier/stdlib/io/byte_source.h"

namespace espalier::io {

/// An open file. Copies are handles of the same one; the last one closes it.
class InputFile {
 public:
  /// IoError if there is no such file or it is no file.
  InputFile(const char* op, const std::filesystem::path& path, Where where);

  /// Its size when it was opened.
  std::int64_t size() const { return size_; }
  /// Fills `bytes` from there on. FormatError if the file has become shorter.
  void read(std::int64_t offset, std::span<std::uint8_t> bytes) const;
  /// The bytes from `begin` to `end` in order; their offsets are those of the file.
  ByteSource source(std::int64_t begin, std::int64_t end) const;
  /// Throws a FormatError with the path and the offset.
  [[noreturn]] void fail(std::int64_t offset, const std::string& message, const std::string& hint) const { fail_format(use_, "", offset, message, hint); }
  /// Who reads it.
  const FileUse& use() const { return use_; }

 private:
  FileUse use_;
  std::shared_ptr<const int> descriptor_;
  std::int64_t size_ = 0;
};

}  // namespace espalier::io
