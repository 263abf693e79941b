#include "espalier/stdlib/io/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace espalier::io {
namespace {

gzFile stream(const std::shared_ptr<void>& file) { return static_cast<gzFile>(file.get()); }

[[noreturn]] void cannot_read(const char* op, const std::string& path, const std::string& why, Where where) {
  IoError error(op, "cannot read \"" + path + "\": " + why, "check the path, and that this user may read the file", where);
  error.path = path;
  throw error;
}

}  // namespace

ByteSource::ByteSource(const char* op, std::string path, Where where) : op_(op), path_(std::move(path)), where_(where) {
  std::error_code problem;
  if (std::filesystem::is_directory(path_, problem)) cannot_read(op_, path_, "it is a directory", where_);
  const auto size = std::filesystem::file_size(path_, problem);
  if (problem) cannot_read(op_, path_, problem.message(), where_);
  // zlib reads what is not gzipped as it is.
  const gzFile opened = gzopen(path_.c_str(), "rb");
  if (opened == nullptr) cannot_read(op_, path_, std::strerror(errno), where_);
  file_ = std::shared_ptr<void>(opened, [](void* file) { gzclose(static_cast<gzFile>(file)); });
  zipped_ = !gzdirect(opened);
  // Deflate shrinks nothing by more than 1032 (258 bytes in two bits); see zlib's "Technical details".
  capacity_ = static_cast<std::int64_t>(std::min<std::uintmax_t>(size, INT64_MAX / 1032 - 1)) * (zipped_ ? 1032 : 1);
}

std::size_t ByteSource::read(std::span<std::uint8_t> bytes) {
  std::size_t got = 0;
  while (got < bytes.size()) {
    const unsigned step = static_cast<unsigned>(std::min<std::size_t>(bytes.size() - got, 1u << 30));
    const int n = gzread(stream(file_), bytes.data() + got, step);
    if (n > 0) {
      got += static_cast<std::size_t>(n);
      offset_ += n;
    }
    if (n == static_cast<int>(step)) continue;
    int code = Z_OK;
    const char* why = gzerror(stream(file_), &code);
    if (code == Z_ERRNO) cannot_read(op_, path_, std::strerror(errno), where_);
    if (code != Z_OK && code != Z_STREAM_END) fail(std::string("the compressed data are corrupt or end too early (") + why + ")", "get the file anew, and compare its checksum");
    break;
  }
  return got;
}

void ByteSource::fail(const std::string& message, const std::string& hint) const {
  FormatError error(op_, "\"" + path_ + "\", byte " + std::to_string(offset_) + ": " + message, hint, where_);
  error.path = path_;
  error.offset = offset_;
  throw error;
}

}  // namespace espalier::io
