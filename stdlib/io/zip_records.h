#pragma once
// The records of a ZIP archive whose members are stored as they are. What does not fit in 32 bits gets a field of 64 (ZIP64).
#include <cstdint>
#include <string>

namespace espalier::io {

/// A member that is written.
struct ZipRecord {
  std::string name;
  std::uint32_t checksum = 0;   ///< CRC-32 of its bytes
  std::uint64_t size = 0;       ///< how many they are
  std::uint64_t header_at = 0;  ///< where its header stands in the archive
};

/// What stands before the bytes of a member.
std::string zip_header(const ZipRecord& record);
/// Its entry in the directory.
std::string zip_entry(const ZipRecord& record);
/// What follows after the directory, which has `count` entries and stands there.
std::string zip_end(std::uint64_t count, std::uint64_t begin, std::uint64_t end);

}  // namespace espalier::io
