#pragma once
// The members of a ZIP archive.
#include <string>
#include <vector>

#include "espalier/stdlib/io/input_file.h"

namespace espalier::io {

/// One file in an archive, as the archive's directory describes it.
struct ZipMember {
  std::string name;
  bool deflated = false;
  std::uint32_t checksum = 0;  ///< CRC-32 of the bytes
  std::int64_t begin = 0;      ///< where its bytes stand in the archive
  std::int64_t end = 0;
  std::int64_t size = 0;       ///< how many bytes it has once unzipped
};

/// All of them, in the order of the directory. FormatError if the file is no ZIP archive, or one of several parts, or has members
/// that are encrypted, compressed in another way than by deflate, outside of the file or overlapping, or two of one name.
std::vector<ZipMember> zip_members(const InputFile& file);

/// The bytes of a member, unzipped. Reading to the end checks the checksum.
ByteSource open_member(const InputFile& file, const ZipMember& member);

}  // namespace espalier::io
