#pragma once
#include <filesystem>
#include <utility>

#include "espalier/stdlib/io/named_leaves.h"

namespace espalier::io {

/// Options of `save_safetensors`.
struct SaveSafetensorsOptions {
  Named by_name = Named();
  std::map<std::string, std::string> metadata = {};  ///< texts about the file: {{"format", "pt"}}
};

/// Options of `load_safetensors`.
struct LoadSafetensorsOptions {
  Named by_name = Named();
  /// Every leaf must be in the file, and every array of the file in the tree. Else leaves that the file has not stay as they are, and
  /// arrays that the tree has not are passed over.
  bool strict = true;
  /// Names of the file, and what stands for them in the tree: whole names or their beginnings up to a '.' or '[':
  /// {{"model.layers.0", "layers[0]"}} makes "layers[0].weight" of "model.layers.0.weight", and {{"model", ""}} drops the "model.".
  /// Of several that fit, the first one counts.
  std::vector<std::pair<std::string, std::string>> rename = {};
};

namespace detail {
void write_safetensors(const std::vector<NamedLeaf>& leaves, const std::filesystem::path& path, const std::map<std::string, std::string>& metadata, Where where);
std::vector<Array> load_leaves(const std::vector<NamedLeaf>& like, const std::filesystem::path& path, const LoadSafetensorsOptions& options, Where where);
}  // namespace detail

/// Writes the leaves of a tree that are not Nothing in the format safetensors, bytes for bytes as its package does: under the path of the leaf
/// without its first dot, "layers[0].weight", or under the key of a std::map from names to arrays. Every dtype but c128, any shape.
/// The file is there whole or not at all. IoError if it cannot be written; DTypeError of c128, which the format has not;
/// ArgumentError if an array has no name, or the metadata are no text in UTF-8.
template <Tree T> void save_safetensors(const T& tree, const std::filesystem::path& path, SaveSafetensorsOptions options = {}, Where where = Where::current()) {
  detail::write_safetensors(detail::named_leaves(tree), path, options.metadata, where);
}

/// A tree like `like` with the arrays of a file; leaves that are Nothing stay so. Of `like`'s leaves only shapes and dtypes are asked, so
/// abstract ones serve. StructureError, with the path of the leaf, if the file has another shape or dtype for it, or, unless
/// told otherwise, lacks it or has an array for which there is no leaf. Else the errors of `read_safetensors`.
template <Tree T>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T load_safetensors(const T& like, const std::filesystem::path& path, LoadSafetensorsOptions options = {}, Where where = Where::current()) {
  const std::vector<Array> arrays = detail::load_leaves(detail::named_leaves(like), path, options, where);
  return unflatten(like, arrays, where);
}

/// The arrays in a file of the format safetensors, by their names. IoError if the file cannot be read; FormatError, with the byte offset, if it is
/// no such file: truncated, or with a header that is not what the format says, arrays that overlap, leave gaps or do not fill the
/// file, or dtypes that there are none of here.
[[nodiscard]] std::map<std::string, Array> read_safetensors(const std::filesystem::path& path, Where where = Where::current());

/// The texts about a file of the format safetensors that its header holds; it reads no array. Errors as of `read_safetensors`.
[[nodiscard]] std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path, Where where = Where::current());

}  // namespace espalier::io
