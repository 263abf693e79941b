#include "espalier/stdlib/train/checkpoint.h"

#include <algorithm>
#include <cstdio>

#include "espalier/stdlib/io/file_use.h"
#include "espalier/stdlib/io/safetensors.h"
#include "espalier/stdlib/train/manifest.h"

namespace espalier {
namespace detail {
namespace {

using Leaves = std::vector<io::detail::NamedLeaf>;

[[noreturn]] void fail_damaged(const std::filesystem::path& path, const char* op, const std::string& message, Where where) {
  io::fail_format({op, path.string(), where}, "", 0, message, "load the checkpoint before: that of a folder does so by itself");
}

[[noreturn]] void fail_structure(const std::string& message, const std::string& leaf, std::string expected, std::string actual, Where where) {
  StructureError error("load_checkpoint", message, "give a tree of the same structure as the one that was saved", where);
  error.path = leaf;
  error.expected = std::move(expected);
  error.actual = std::move(actual);
  throw error;
}

Manifest manifest_of(const std::filesystem::path& path, const char* op, Where where) {
  std::string problem;
  const auto manifest = manifest_in(io::read_safetensors_metadata(path, where), problem);
  if (!manifest) fail_damaged(path, op, problem, where);
  return *manifest;
}

/// The arrays of a file, each as the manifest says.
std::map<std::string, Array> checked_arrays(const std::filesystem::path& path, Where where) {
  const Manifest manifest = manifest_of(path, "load_checkpoint", where);
  std::map<std::string, Array> arrays = io::read_safetensors(path, where);
  for (const auto& [name, entry] : manifest.arrays) {
    const auto found = arrays.find(name);
    if (found == arrays.end()) fail_damaged(path, "load_checkpoint", "the array \"" + name + "\" of the manifest is missing", where);
    if (manifest_entry(found->second, where) != entry) fail_damaged(path, "load_checkpoint", "the array \"" + name + "\" is not as it was written: its checksum is another", where);
  }
  if (arrays.size() != manifest.arrays.size()) fail_damaged(path, "load_checkpoint", "the file has arrays that its manifest does not name", where);
  return arrays;
}

std::vector<Array> read_file(const Leaves& like, const std::filesystem::path& path, Where where) {
  std::map<std::string, Array> arrays = checked_arrays(path, where);
  const auto typed = [](const Array& x) { return std::string(ir::name(x.dtype())) + x.shape().str(); };
  std::vector<Array> found;
  for (const auto& leaf : like) {
    const auto at = arrays.find(leaf.name);
    if (at == arrays.end()) fail_structure("\"" + path.string() + "\" has no array for the leaf " + leaf.path, leaf.path, typed(leaf.array), "nothing", where);
    if (at->second.dtype() != leaf.array.dtype() || at->second.shape() != leaf.array.shape()) {
      fail_structure("the leaf " + leaf.path + " is " + typed(leaf.array) + ", and " + typed(at->second) + " in \"" + path.string() + "\"", leaf.path, typed(leaf.array), typed(at->second), where);
    }
    found.push_back(std::move(at->second));
    arrays.erase(at);
  }
  if (!arrays.empty()) fail_structure("\"" + path.string() + "\" has the array \"" + arrays.begin()->first + "\", for which there is no leaf", arrays.begin()->first, "nothing", typed(arrays.begin()->second), where);
  return found;
}

/// What `read` gives of a file, or of the newest one of a folder that is undamaged.
template <class F> auto of_undamaged(const std::filesystem::path& path, const char* op, Where where, F&& read) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return read(path);
  for (const std::filesystem::path& file : checkpoints_in(path)) {
    try {
      return read(file);
    } catch (const FormatError& error) {
      std::fprintf(stderr, "%s\n  The checkpoint before is used.\n", error.what());
    }
  }
  io::fail_to_read({op, path.string(), where}, "the folder has no undamaged checkpoint");
}

}  // namespace

void write_checkpoint(const Leaves& leaves, const std::filesystem::path& path, const SaveCheckpointOptions& options, Where where) {
  Manifest manifest{{options.step, options.metadata}, {}};
  io::detail::require_names(leaves, "save_checkpoint", where);
  for (const auto& leaf : leaves) manifest.arrays[leaf.name] = manifest_entry(leaf.array, where);
  io::detail::write_safetensors(leaves, path, manifest_metadata(manifest), where);
}

std::vector<Array> read_checkpoint(const Leaves& like, const std::filesystem::path& path, Where where) {
  return of_undamaged(path, "load_checkpoint", where, [&](const std::filesystem::path& file) { return read_file(like, file, where); });
}

}  // namespace detail

CheckpointInfo checkpoint_info(const std::filesystem::path& path, Where where) { return detail::manifest_of(path, "checkpoint_info", where).info; }

std::filesystem::path undamaged_checkpoint(const std::filesystem::path& path, Where where) {
  return detail::of_undamaged(path, "undamaged_checkpoint", where, [&](const std::filesystem::path& file) {
    static_cast<void>(detail::checked_arrays(file, where));
    return file;
  });
}

std::filesystem::path checkpoint_path(const std::filesystem::path& folder, std::int64_t step) {
  const std::string number = std::to_string(step);
  return folder / ("step-" + std::string(number.size() < 12 ? 12 - number.size() : 0, '0') + number + ".safetensors");
}

std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code problem;
  for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with("step-") && name.ends_with(".safetensors")) files.push_back(at->path());
  }
  std::ranges::sort(files, std::greater());
  return files;
}

}  // namespace espalier
