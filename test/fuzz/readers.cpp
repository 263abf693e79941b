#include "readers.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "espalier/dsl/memory.h"
#include "espalier/stdlib/io.h"

namespace espalier::test {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

/// A file in memory alone, so that no disk waits.
class File {
 public:
  File() : descriptor_(memfd_create("fed", MFD_CLOEXEC)) { require(descriptor_ >= 0, "there is a file in memory"); }
  File(const File&) = delete;
  ~File() { close(descriptor_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  void fill(std::span<const std::uint8_t> bytes) const {
    require(ftruncate(descriptor_, 0) == 0, "the file was emptied");
    require(pwrite(descriptor_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "the file was written");
  }

 private:
  int descriptor_;
};

/// Reads every byte of an array, so that a sanitizer sees what was not filled; the number of bytes.
std::int64_t touched(const Array& array) {
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : detail::bytes_of(array)) sum += byte;
  volatile std::uint64_t kept = sum;
  (void)kept;
  return array.nbytes();
}
std::int64_t touched(const std::map<std::string, Array>& arrays) {
  std::int64_t bytes = 0;
  for (const auto& [name, array] : arrays) bytes += touched(array);
  return bytes;
}

template <class Read> bool feed(std::span<const std::uint8_t> bytes, std::int64_t most, const Read& read) {
  static const File file;
  file.fill(bytes);
  try {
    require(read(file.path()) <= most, "what was read is no larger than the bytes can fill");
    return true;
  } catch (const FormatError& error) {
    require(error.path == file.path() && error.offset >= 0 && !error.hint.empty(), "the error says where and what to do");
    return false;
  } catch (const std::exception& error) {
    require(false, error.what());
    return false;
  }
}

constexpr std::int64_t most_unzipped = 1 << 20;
std::int64_t size_of(std::span<const std::uint8_t> bytes) { return static_cast<std::int64_t>(bytes.size()); }

}  // namespace

// "1," is a number of eight bytes in two, and each may be empty.
bool feed_csv(std::span<const std::uint8_t> bytes) {
  return feed(bytes, 8 * std::max(size_of(bytes) + 1, most_unzipped + (1 << 16)), [&](const std::string& path) {
    const bool header = bytes.empty() || bytes[0] % 2 == 0;
    return touched(io::read_csv(path, {.header = header, .max_unzipped_bytes = most_unzipped}).values);
  });
}
bool feed_npy(std::span<const std::uint8_t> bytes) {
  return feed(bytes, size_of(bytes), [](const std::string& path) { return touched(io::read_npy(path)); });
}
bool feed_npz(std::span<const std::uint8_t> bytes) {
  return feed(bytes, size_of(bytes) + most_unzipped, [](const std::string& path) { return touched(io::read_npz(path, {.max_unzipped_bytes = most_unzipped})); });
}
bool feed_safetensors(std::span<const std::uint8_t> bytes) {
  return feed(bytes, size_of(bytes), [](const std::string& path) {
    (void)io::read_safetensors_metadata(path);
    return touched(io::read_safetensors(path));
  });
}

}  // namespace espalier::test
