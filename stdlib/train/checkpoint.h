#pragma once
// Checkpoints: trees in files that are whole or not there, and that say when they are damaged.
#include "espalier/stdlib/io/named_leaves.h"

#include <filesystem>

namespace espalier {

/// Options of `save_checkpoint`.
struct SaveCheckpointOptions {
  Named by_name = Named();
  std::int64_t step = 0;                              ///< train steps done
  std::map<std::string, std::string> metadata = {};  ///< texts of your own: {{"val_loss", "0.31"}}
};

/// What a checkpoint says of itself.
struct CheckpointInfo {
  std::int64_t step = 0;                              ///< as it was given
  std::map<std::string, std::string> metadata = {};  ///< as they were given
};

namespace detail {
void write_checkpoint(const std::vector<io::detail::NamedLeaf>& leaves, const std::filesystem::path& path, const SaveCheckpointOptions& options, Where where);
std::vector<Array> read_checkpoint(const std::vector<io::detail::NamedLeaf>& like, const std::filesystem::path& path, Where where);
}  // namespace detail

/// Writes a tree to a file of the format safetensors whose metadata hold a manifest in JSON: names, dtypes and shapes of the leaves, a
/// CRC-32 of the bytes of each, step and metadata; and a CRC-32 of the manifest. The file is written under another name, flushed to
/// the disk and renamed, so at any moment the path holds what it held or all of the new one. Errors as of `io::save_safetensors`.
template <Tree T> void save_checkpoint(const T& tree, const std::filesystem::path& path, SaveCheckpointOptions options = {}, Where where = Where::current()) {
  detail::write_checkpoint(io::detail::named_leaves(tree), path, options, where);
}

/// A tree like `like`, of which only structure, shapes and dtypes are asked, with the arrays of a checkpoint. Of a folder: of the newest
/// one of `checkpoints_in` that is undamaged; a line on the standard error says which were passed over. IoError if there is none;
/// FormatError if it is truncated, was changed or is no checkpoint; StructureError, with the leaf's path, if it is of another tree.
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T load_checkpoint(const T& like, const std::filesystem::path& path, Where where = Where::current()) {
  const std::vector<Array> arrays = detail::read_checkpoint(io::detail::named_leaves(like), path, where);
  return unflatten(like, arrays, where);
}

/// What the manifest of a checkpoint says. IoError and FormatError as of `load_checkpoint`; the arrays are not checked.
[[nodiscard]] CheckpointInfo checkpoint_info(const std::filesystem::path& path, Where where = Where::current());

/// The path of a checkpoint, whose arrays were checked: the file itself, or the newest one of a folder that is undamaged. Errors as of
/// `load_checkpoint`, but those of structure.
[[nodiscard]] std::filesystem::path undamaged_checkpoint(const std::filesystem::path& path, Where where = Where::current());

/// The file in a folder for the checkpoint of a step: "step-000000001200.safetensors".
[[nodiscard]] std::filesystem::path checkpoint_path(const std::filesystem::path& folder, std::int64_t step);
/// The files of such names in a folder, the newest first; empty if there is no such folder.
[[nodiscard]] std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder);

}  // namespace espalier
