#include "espalier/stdlib/io/npz.h"

#include <zlib.h>

#include "espalier/stdlib/io/npy_format.h"
#include "espalier/stdlib/io/output_file.h"
#include "espalier/stdlib/io/zip_directory.h"
#include "espalier/stdlib/io/zip_records.h"

namespace espalier::io {
namespace {

constexpr std::string_view suffix = ".npy";

std::span<const std::uint8_t> bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

void require_limit(const InputFile& file, const std::vector<ZipMember>& members, std::int64_t most) {
  std::int64_t room = most;
  for (const ZipMember& member : members) {
    if (!member.deflated) continue;
    if (member.size > room) file.fail(member.begin, "the compressed members expand to more than the " + std::to_string(most) + " bytes that they may", "if that is right, give {.max_unzipped_bytes = …}");
    room -= member.size;
  }
}

}  // namespace

namespace detail {

void write_npz(const std::vector<NamedLeaf>& leaves, const std::filesystem::path& path, Where where) {
  require_names(leaves, "save_npz", where);
  OutputFile file("save_npz", path, where);
  std::string directory;
  for (const NamedLeaf& leaf : leaves) {
    const HeldBytes held = held_bytes(leaf.array, "save_npz", where);
    const std::string header = npy_header(held.array.dtype(), held.array.shape(), "save_npz", where);
    ZipRecord record;
    record.name = leaf.name + std::string(suffix);
    record.checksum = static_cast<std::uint32_t>(crc32_z(crc32_z(0, bytes_of(header).data(), header.size()), held.bytes.data(), held.bytes.size()));
    record.size = header.size() + held.bytes.size();
    record.header_at = file.size();
    file.write(bytes_of(zip_header(record)));
    file.write(bytes_of(header));
    file.write(held.bytes);
    directory += zip_entry(record);
  }
  const std::uint64_t begin = file.size();
  file.write(bytes_of(directory));
  file.write(bytes_of(zip_end(leaves.size(), begin, file.size())));
  file.commit();
}

}  // namespace detail

std::map<std::string, Array> read_npz(const std::filesystem::path& path, NpzOptions options, Where where) {
  const InputFile file("read_npz", path, where);
  const std::vector<ZipMember> members = zip_members(file);
  require_limit(file, members, options.max_unzipped_bytes);
  std::map<std::string, Array> arrays;
  for (const ZipMember& member : members) {
    ByteSource source = open_member(file, member);
    if (!member.name.ends_with(suffix)) source.fail("the archive has something else than arrays, whose names end in .npy", "is it an .npz file?");
    arrays.emplace(member.name.substr(0, member.name.size() - suffix.size()), read_npy_array(source, where));
  }
  return arrays;
}

}  // namespace espalier::io
