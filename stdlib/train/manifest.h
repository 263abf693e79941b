#pragma once
// The manifest of a checkpoint as JSON.
#include <optional>

#include "espalier/stdlib/train/checkpoint.h"

namespace espalier::detail {

/// A leaf as the manifest has it.
struct ManifestEntry {
  std::string type;           ///< "f32[2,3]"
  std::uint32_t crc32 = 0;    ///< of its bytes, as zlib computes it
  bool operator==(const ManifestEntry&) const = default;  ///< the same type and bytes
};

/// What a manifest says.
struct Manifest {
  CheckpointInfo info;
  std::map<std::string, ManifestEntry> arrays;  ///< by the leaf's name
};

/// The entry of an array.
ManifestEntry manifest_entry(const Array& array, Where where);
/// The manifest as metadata of a file: its text, and the checksum of the text.
std::map<std::string, std::string> manifest_metadata(const Manifest& manifest);
/// The manifest in the metadata of a file; what is wrong with it is put in `problem`.
std::optional<Manifest> manifest_in(const std::map<std::string, std::string>& metadata, std::string& problem);

}  // namespace espalier::detail
