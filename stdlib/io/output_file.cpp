#include "espalier/stdlib/io/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace espalier::io {
namespace {

std::filesystem::path temporary_beside(const std::filesystem::path& target) {
  static std::atomic<unsigned> count{0};  // threads may write the same file: each its own, and the last one stays
  std::filesystem::path name = target;
  name += ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(count++);
  return name;
}

}  // namespace

OutputFile::OutputFile(const char* op, const std::filesystem::path& path, Where where) : use_{op, path.string(), where} {
  std::error_code problem;
  // What a link names is written, not the link.
  target_ = std::filesystem::is_symlink(path, problem) ? std::filesystem::weakly_canonical(path, problem) : path;
  if (problem && problem != std::errc::no_such_file_or_directory) fail_to_write(use_, problem.message());
  const auto status = std::filesystem::status(target_, problem);
  if (std::filesystem::is_directory(status)) fail_to_write(use_, "it is a directory");
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) fail_to_write(use_, "it is no file, but a device or a pipe");
  std::filesystem::path temporary;
  do {  // a name may be left from a program that had the same number and died
    temporary = temporary_beside(target_);
    descriptor_ = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) fail_to_write(use_, std::strerror(errno));
  temporary_ = temporary;
  if (std::filesystem::exists(status)) std::filesystem::permissions(temporary_, status.permissions(), problem);  // as before, where that may be
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void OutputFile::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor_, bytes.data(), std::min<std::size_t>(bytes.size(), 1u << 30));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_to_write(use_, std::strerror(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    size_ += static_cast<std::uint64_t>(n);
  }
}

void OutputFile::commit() {
  if (fsync(descriptor_) != 0) fail_to_write(use_, std::strerror(errno));  // else the name may reach the disk before the bytes do
  const int closed = close(std::exchange(descriptor_, -1));
  if (closed != 0 || rename(temporary_.c_str(), target_.c_str()) != 0) fail_to_write(use_, std::strerror(errno));
  temporary_.clear();
  // The new name is in the folder: it reaches the disk with it. A folder that cannot be opened, or a file system that knows no such
  // request, is no reason to call the file, which is there, not written.
  const std::filesystem::path folder = target_.has_parent_path() ? target_.parent_path() : ".";
  if (const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); opened >= 0) {
    static_cast<void>(fsync(opened));
    close(opened);
  }
}

}  // namespace espalier::io
