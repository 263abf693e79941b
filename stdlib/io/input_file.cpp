#include "espalier/stdlib/io/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace espalier::io {

InputFile::InputFile(const char* op, const std::filesystem::path& path, Where where) : use_{op, path.string(), where} {
  const int opened = open(use_.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe without a writer would wait for ever
  if (opened < 0) fail_to_read(use_, std::strerror(errno));
  descriptor_ = std::shared_ptr<const int>(new int(opened), [](const int* descriptor) {
    close(*descriptor);
    delete descriptor;
  });
  struct stat about;
  if (fstat(opened, &about) != 0) fail_to_read(use_, std::strerror(errno));
  if (S_ISDIR(about.st_mode)) fail_to_read(use_, "it is a directory");
  if (!S_ISREG(about.st_mode)) fail_to_read(use_, "it is no file, but a device or a pipe");
  size_ = about.st_size;
}

void InputFile::read(std::int64_t offset, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = pread(*descriptor_, bytes.data(), std::min<std::size_t>(bytes.size(), 1u << 30), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_to_read(use_, std::strerror(errno));
    if (n == 0) fail(offset, "the file has become shorter while it was read", "read it when nobody writes it");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += n;
  }
}

ByteSource InputFile::source(std::int64_t begin, std::int64_t end) const {
  return ByteSource(use_, "", begin, end, [file = *this, at = begin, end](std::span<std::uint8_t> bytes) mutable {
    const auto n = std::min(bytes.size(), static_cast<std::size_t>(end - at));
    file.read(at, bytes.first(n));
    at += static_cast<std::int64_t>(n);
    return n;
  });
}

}  // namespace espalier::io
