#pragma once
#include <filesystem>

#include "espalier/stdlib/io/named_leaves.h"

namespace espalier::io {

namespace detail {
void write_npz(const std::vector<NamedLeaf>& leaves, const std::filesystem::path& path, Where where);
}

/// Writes the leaves of a tree that are not Nothing as numpy.savez does: an archive with an array for each, under the path of the
/// leaf without its first dot, "layers[0].weight", or under the key of a std::map from names to arrays. Every dtype but bf16, any
/// shape. The file is there whole or not at all. IoError if it cannot be written; DTypeError of bf16, which NumPy has not;
/// ArgumentError if an array has no name.
template <Tree T> void save_npz(const T& tree, const std::filesystem::path& path, Where where = Where::current()) {
  detail::write_npz(detail::named_leaves(tree), path, where);
}

/// Options of `read_npz`.
struct NpzOptions {
  Named by_name = Named();
  /// The most that the compressed arrays of a file may expand to: two megabytes can be made to hold two gigabytes.
  std::int64_t max_unzipped_bytes = std::int64_t{1} << 30;
};

/// The arrays in a file that numpy.savez or numpy.savez_compressed wrote, by their names. IoError if the file cannot be read;
/// FormatError, with the byte offset, if it is no such file, truncated or damaged, if a member is not what `read_npy` reads or its
/// checksum is wrong, if members overlap or share a name, or beyond the limit once unzipped.
[[nodiscard]] std::map<std::string, Array> read_npz(const std::filesystem::path& path, NpzOptions options = {}, Where where = Where::current());

}  // namespace espalier::io
