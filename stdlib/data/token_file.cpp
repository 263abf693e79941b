#include "espalier/stdlib/data/token_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "espalier/stdlib/io/file_use.h"

namespace espalier::data {
namespace {

template <class T> std::int32_t token_at(const void* tokens, std::int64_t i) {
  T token;
  std::memcpy(&token, static_cast<const char*>(tokens) + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
  return static_cast<std::int32_t>(token);
}

}  // namespace

TokenFile::TokenFile(const std::filesystem::path& path, TokenFileOptions options, Where where) : options_(options) {
  const io::FileUse use{"TokenFile", path.string(), where};
  if (options.dtype != u8 && options.dtype != u16 && options.dtype != i32 && options.dtype != u32) {
    throw DTypeError("TokenFile", std::string("tokens are u8, u16, i32 or u32, not ").append(ir::name(options.dtype)), "write them so", where);
  }
  if (options.length < 1 || options.stride < 1) throw ArgumentError("TokenFile", ".length = " + std::to_string(options.length) + ", .stride = " + std::to_string(options.stride), "both are at least 1", where);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) io::fail_to_read(use, std::strerror(errno));
  struct stat status{};
  const bool is_file = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  const auto bytes = is_file ? static_cast<std::size_t>(status.st_size) : 0;
  void* const memory = bytes == 0 ? MAP_FAILED : mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
  const int problem = errno;
  close(descriptor);
  if (!is_file) io::fail_to_read(use, "it is no file");
  if (bytes != 0 && memory == MAP_FAILED) io::fail_to_read(use, std::strerror(problem));
  if (bytes != 0) mapped_ = std::shared_ptr<const void>(memory, [bytes](const void* p) { munmap(const_cast<void*>(p), bytes); });
  const auto width = static_cast<std::size_t>(ir::byte_size(options.dtype));
  if (bytes % width != 0) io::fail_format(use, "", static_cast<std::int64_t>(bytes), std::to_string(bytes) + " bytes are no whole number of tokens of " + std::to_string(width), "say the dtype with which it was written");
  tokens_ = static_cast<std::int64_t>(bytes / width);
  if (tokens_ <= options.length) throw ArgumentError("TokenFile", std::to_string(tokens_) + " tokens in \"" + path.string() + "\" make no sample of " + std::to_string(options.length) + " and the one that follows", "take a smaller length", where);
}

std::int64_t TokenFile::size() const { return (tokens_ - options_.length - 1) / options_.stride + 1; }

Batch TokenFile::get(std::int64_t i, Where where) const {
  if (i < 0 || i >= size()) throw IndexError("TokenFile", "there is no sample " + std::to_string(i) + " of " + std::to_string(size()), "", where);
  std::vector<std::int32_t> window(static_cast<std::size_t>(options_.length) + 1);
  for (std::size_t k = 0; k < window.size(); ++k) {
    const std::int64_t at = i * options_.stride + static_cast<std::int64_t>(k);
    window[k] = options_.dtype == u8 ? token_at<std::uint8_t>(mapped_.get(), at) : options_.dtype == u16 ? token_at<std::uint16_t>(mapped_.get(), at)
                                                                                                         : token_at<std::uint32_t>(mapped_.get(), at);
  }
  const std::span all(window);
  return {Array(all.first(window.size() - 1)), Array(all.last(window.size() - 1))};
}

}  // namespace espalier::data
