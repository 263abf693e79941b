#pragma once
// A file that is there whole or not at all: it is written under another name in the same folder, then renamed.
#include <filesystem>
#include <span>

#include "espalier/stdlib/io/file_use.h"

namespace espalier::io {

/// A file under construction. Unless it is committed, what was written is removed, and a file that was there stays.
class OutputFile {
 public:
  /// IoError if the folder cannot be written to, or there is something else than a file under this name.
  OutputFile(const char* op, const std::filesystem::path& path, Where where);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Appends the bytes. IoError if the disk is full.
  void write(std::span<const std::uint8_t> bytes);
  /// How many bytes were written.
  std::uint64_t size() const { return size_; }
  /// Puts the file in its place, once the disk has all of it.
  void commit();

 private:
  FileUse use_;
  std::filesystem::path target_, temporary_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace espalier::io
