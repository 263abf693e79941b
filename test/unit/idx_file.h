#pragma once
// IDX files for tests: made byte by byte, as the format says, and gzipped by zlib.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier::test {

using Bytes = std::vector<std::uint8_t>;

/// A file in the temporary folder, gone with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const Bytes& bytes);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  void write(const Bytes& bytes) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// 0, 0, the type's number, the rank, the extents, the elements' bytes (big-endian already).
Bytes idx_bytes(std::uint8_t type, const std::vector<std::uint32_t>& extents, const Bytes& elements);
Bytes gzipped(const Bytes& bytes);

}  // namespace espalier::test
