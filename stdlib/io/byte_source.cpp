#include "espalier/stdlib/io/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace espalier::io {
namespace {

// zlib reads what is not gzipped as it is.
std::size_t pull_from(gzFile stream, const FileUse& file, std::int64_t offset, std::span<std::uint8_t> bytes) {
  std::size_t got = 0;
  while (got < bytes.size()) {
    const unsigned step = static_cast<unsigned>(std::min<std::size_t>(bytes.size() - got, 1u << 30));
    const int n = gzread(stream, bytes.data() + got, step);
    if (n > 0) got += static_cast<std::size_t>(n);
    if (n == static_cast<int>(step)) continue;
    int code = Z_OK;
    const char* why = gzerror(stream, &code);
    if (code == Z_ERRNO) fail_to_read(file, std::strerror(errno));
    if (code != Z_OK && code != Z_STREAM_END) {
      fail_format(file, "", offset + static_cast<std::int64_t>(got), std::string("the compressed data are corrupt or end too early (") + why + ")", "get the file anew, and compare its checksum");
    }
    break;
  }
  return got;
}

}  // namespace

ByteSource::ByteSource(FileUse file) : file_(std::move(file)) {
  std::error_code problem;
  if (std::filesystem::is_directory(file_.path, problem)) fail_to_read(file_, "it is a directory");
  const auto size = std::filesystem::file_size(file_.path, problem);
  if (problem) fail_to_read(file_, problem.message());
  const gzFile opened = gzopen(file_.path.c_str(), "rb");
  if (opened == nullptr) fail_to_read(file_, std::strerror(errno));
  const std::shared_ptr<gzFile_s> stream(opened, gzclose);
  zipped_ = !gzdirect(opened);
  // Deflate shrinks nothing by more than 1032 (258 bytes in two bits); see zlib's "Technical details".
  capacity_ = static_cast<std::int64_t>(std::min<std::uintmax_t>(size, INT64_MAX / 1032 - 1)) * (zipped_ ? 1032 : 1);
  pull_ = [stream, use = file_, offset = std::int64_t{0}](std::span<std::uint8_t> bytes) mutable {
    const std::size_t got = pull_from(stream.get(), use, offset, bytes);
    offset += static_cast<std::int64_t>(got);
    return got;
  };
}

std::size_t ByteSource::read(std::span<std::uint8_t> bytes) {
  const std::size_t got = pull_(bytes);
  offset_ += static_cast<std::int64_t>(got);
  return got;
}

}  // namespace espalier::io
