// The format as its package describes it: eight bytes of length, little-endian; the header; the elements of all arrays.
#include "espalier/stdlib/io/safetensors.h"

#include <algorithm>
#include <set>

#include "espalier/stdlib/io/elements.h"
#include "espalier/stdlib/io/input_file.h"
#include "espalier/stdlib/io/little_endian.h"
#include "espalier/stdlib/io/output_file.h"
#include "espalier/stdlib/io/safetensors_header.h"
#include "espalier/stdlib/io/utf8.h"

namespace espalier::io {
namespace {

// The package's own limit.
constexpr std::uint64_t most_header_bytes = 100'000'000;

struct Opened {
  InputFile file;
  SafetensorsHeader header;
  std::int64_t start = 0;  ///< of the elements

  Array read(const SafetensorsEntry& entry, Where where) const {
    ByteSource source = file.source(start + entry.begin, start + entry.end);
    return read_elements(source, {entry.dtype, entry.shape}, where);
  }
};

Opened open_safetensors(const char* op, const std::filesystem::path& path, Where where) {
  Opened opened{InputFile(op, path, where), {}};
  const InputFile& file = opened.file;
  if (file.size() < 8) file.fail(file.size(), "the file ends within its first eight bytes, the length of its header", "get the file anew: this one is truncated, or of another format");
  std::uint8_t length[8];
  file.read(0, length);
  const auto bytes = little_endian<std::uint64_t>(length);
  const std::uint64_t most = std::min(most_header_bytes, static_cast<std::uint64_t>(file.size() - 8));
  if (bytes > most) file.fail(0, "the header promises to be " + std::to_string(bytes) + " bytes long, more than the " + std::to_string(most) + " that it can be", "get the file anew: this one is truncated, or of another format");
  std::string json(static_cast<std::size_t>(bytes), ' ');
  file.read(8, {reinterpret_cast<std::uint8_t*>(json.data()), json.size()});
  opened.start = 8 + static_cast<std::int64_t>(bytes);
  opened.header = parse_safetensors_header(json, file.size() - opened.start, [&](std::size_t at, const std::string& message, const std::string& hint) { file.fail(8 + static_cast<std::int64_t>(at), message, hint); });
  return opened;
}

/// A name of the file as the tree calls it; the number of the rule that said so is noted.
std::string renamed(const std::string& name, const LoadSafetensorsOptions& options, std::set<std::size_t>& used) {
  for (std::size_t i = 0; i < options.rename.size(); ++i) {
    const auto& [from, to] = options.rename[i];
    if (!name.starts_with(from)) continue;
    const std::string rest = name.substr(from.size());
    if (!rest.empty() && rest[0] != '.' && rest[0] != '[') continue;
    used.insert(i);
    return to.empty() && rest.starts_with('.') ? rest.substr(1) : to + rest;
  }
  return name;
}

[[noreturn]] void fail_structure(const std::string& message, const std::string& hint, std::string path, std::string expected, std::string actual, Where where) {
  StructureError error("load_safetensors", message, hint, where);
  error.path = std::move(path);
  error.expected = std::move(expected);
  error.actual = std::move(actual);
  throw error;
}

std::string type_text(DType dtype, const Shape& shape) { return std::string(ir::name(dtype)) + shape.str(); }
std::string quoted(const std::filesystem::path& path) { return "\"" + path.string() + "\""; }

using Found = std::map<std::string, const SafetensorsEntry*>;

Found by_tree_name(const SafetensorsHeader& header, const std::filesystem::path& path, const LoadSafetensorsOptions& options, Where where) {
  Found found;
  std::set<std::size_t> used;
  for (const SafetensorsEntry& entry : header.entries) {
    const std::string name = renamed(entry.name, options, used);
    const auto [place, is_new] = found.emplace(name, &entry);
    if (!is_new) fail_structure("two arrays of " + quoted(path) + ", \"" + place->second->name + "\" and \"" + entry.name + "\", are both renamed to \"" + name + "\"", "rename them to names that differ", name, "one array", "two", where);
  }
  for (std::size_t i = 0; options.strict && i < options.rename.size(); ++i) {
    if (!used.contains(i)) throw ArgumentError("load_safetensors", "rename has \"" + options.rename[i].first + "\", and no array of " + quoted(path) + " has a name that starts so", "read_safetensors shows the names; {.strict = false} lets it pass", where);
  }
  return found;
}

}  // namespace

namespace detail {

void write_safetensors(const std::vector<NamedLeaf>& leaves, const std::filesystem::path& path, const std::map<std::string, std::string>& metadata, Where where) {
  const char* const op = "save_safetensors";
  require_names(leaves, op, where);
  for (const auto& [key, value] : metadata) {
    if (!is_utf8(key) || !is_utf8(value)) throw ArgumentError(op, "the metadata are no text in UTF-8", "use text", where);
  }
  std::vector<std::pair<std::string, HeldBytes>> arrays;
  for (const NamedLeaf& leaf : leaves) {
    if (leaf.name == "__metadata__") throw ArgumentError(op, "an array has the name __metadata__, which the format has for its texts", "use another name", where);
    arrays.emplace_back(leaf.name, held_bytes(leaf.array, op, where));
    const DType dtype = arrays.back().second.array.dtype();
    if (!safetensors_name(dtype).empty()) continue;
    DTypeError error(op, "the array at " + leaf.path + " is " + std::string(ir::name(dtype)) + ", which the format safetensors has not", "real(x) and imag(x) are f64; or save_npz", where);
    error.dtypes = {dtype};
    throw error;
  }
  std::sort(arrays.begin(), arrays.end(), [](const auto& a, const auto& b) { return stands_before(a.second.array.dtype(), a.first, b.second.array.dtype(), b.first); });
  SafetensorsHeader header{{}, metadata};
  std::int64_t at = 0;
  for (const auto& [name, held] : arrays) {
    const std::int64_t end = at + static_cast<std::int64_t>(held.bytes.size());
    header.entries.push_back({name, held.array.dtype(), held.array.shape(), at, end});
    at = end;
  }
  const std::string json = safetensors_json(header);
  if (json.size() > most_header_bytes) throw ArgumentError(op, "the names and metadata make a header of " + std::to_string(json.size()) + " bytes, and readers refuse more than " + std::to_string(most_header_bytes), "save fewer arrays in one file", where);
  std::string length;
  append_little_endian(length, static_cast<std::uint64_t>(json.size()));
  OutputFile file(op, path, where);
  for (const std::string& text : {length, json}) file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  for (const auto& [name, held] : arrays) file.write(held.bytes);
  file.commit();
}

std::vector<Array> load_leaves(const std::vector<NamedLeaf>& like, const std::filesystem::path& path, const LoadSafetensorsOptions& options, Where where) {
  const Opened opened = open_safetensors("load_safetensors", path, where);
  Found found = by_tree_name(opened.header, path, options, where);
  std::vector<std::pair<const NamedLeaf*, const SafetensorsEntry*>> plan;  // all is checked before anything large is read
  for (const NamedLeaf& leaf : like) {
    const auto place = found.find(leaf.name);
    const std::string expected = type_text(leaf.array.dtype(where), leaf.array.shape(where));
    const SafetensorsEntry* const entry = place == found.end() ? nullptr : place->second;
    if (entry == nullptr && options.strict) fail_structure(quoted(path) + " has no array \"" + leaf.name + "\"", "rename what it has; {.strict = false} keeps the leaf as it is", leaf.path, expected, "nothing", where);
    if (entry != nullptr) {
      const std::string actual = type_text(entry->dtype, entry->shape);
      if (actual != expected) fail_structure("the leaf at " + leaf.path + " is " + expected + ", and \"" + entry->name + "\" in " + quoted(path) + " is " + actual, "make the tree as it was saved; read_safetensors gives the arrays as they are", leaf.path, expected, actual, where);
      found.erase(place);
    }
    plan.emplace_back(&leaf, entry);
  }
  if (options.strict && !found.empty()) {
    const auto& [name, entry] = *found.begin();
    fail_structure("the tree has no leaf for \"" + name + "\" of " + quoted(path) + (found.size() > 1 ? ", nor for " + std::to_string(found.size() - 1) + " other arrays" : ""), "rename what the file has; {.strict = false} passes over the rest", name, "nothing", type_text(entry->dtype, entry->shape), where);
  }
  std::vector<Array> arrays;
  for (const auto& [leaf, entry] : plan) arrays.push_back(entry == nullptr ? leaf->array : opened.read(*entry, where));
  return arrays;
}

}  // namespace detail

std::map<std::string, Array> read_safetensors(const std::filesystem::path& path, Where where) {
  const Opened opened = open_safetensors("read_safetensors", path, where);
  std::map<std::string, Array> arrays;
  for (const SafetensorsEntry& entry : opened.header.entries) arrays.emplace(entry.name, opened.read(entry, where));
  return arrays;
}

std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path, Where where) { return open_safetensors("read_safetensors_metadata", path, where).header.metadata; }

}  // namespace espalier::io
