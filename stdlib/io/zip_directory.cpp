// PKWARE's APPNOTE 6.3, sections 4.3 and 4.5: the members, each behind a header of its own; the directory; the end, which says
// where the directory is. What does not fit in 32 bits stands in a field of 64 (ZIP64).
#include "espalier/stdlib/io/zip_directory.h"

#include <algorithm>
#include <optional>
#include <set>

#include "espalier/stdlib/io/little_endian.h"

namespace espalier::io {
namespace {

constexpr std::int64_t end_bytes = 22, locator_bytes = 20, end64_bytes = 56, entry_bytes = 46, local_bytes = 30;
constexpr std::uint32_t beyond32 = 0xffffffff;
constexpr const char* anew = "get the file anew: this one is damaged";

using Bytes = std::vector<std::uint8_t>;

template <class T> T number(std::span<const std::uint8_t> bytes, std::int64_t at) { return little_endian<T>(bytes.subspan(static_cast<std::size_t>(at))); }
std::uint32_t word(std::span<const std::uint8_t> bytes, std::int64_t at) { return number<std::uint32_t>(bytes, at); }
std::int64_t half(std::span<const std::uint8_t> bytes, std::int64_t at) { return number<std::uint16_t>(bytes, at); }

Bytes bytes_at(const InputFile& file, std::int64_t offset, std::int64_t size) {
  Bytes bytes(static_cast<std::size_t>(size));
  file.read(offset, bytes);
  return bytes;
}

std::int64_t in_file(const InputFile& file, std::uint64_t offset, std::int64_t at) {
  if (offset > static_cast<std::uint64_t>(file.size())) file.fail(at, "an offset points behind the end of the file", anew);
  return static_cast<std::int64_t>(offset);
}

struct Directory {
  std::int64_t begin = 0, end = 0;
  std::uint64_t count = 0;
};

/// The end is the last record whose comment reaches to the end of the file.
std::int64_t find_end(const InputFile& file) {
  const std::int64_t from = std::max<std::int64_t>(0, file.size() - end_bytes - 0xffff);
  const Bytes tail = bytes_at(file, from, file.size() - from);
  for (std::int64_t at = static_cast<std::int64_t>(tail.size()) - end_bytes; at >= 0; --at) {
    if (word(tail, at) == 0x06054b50 && at + end_bytes + half(tail, at + 20) == static_cast<std::int64_t>(tail.size())) return from + at;
  }
  file.fail(file.size(), "the file has no end of a ZIP archive", "is it an .npz file, and is all of it there? read_npy reads an .npy file");
}

/// The end of 64 bits that stands before the other one, if there is one.
std::optional<Directory> find_directory64(const InputFile& file, std::int64_t end) {
  if (end < locator_bytes + end64_bytes) return std::nullopt;
  const Bytes locator = bytes_at(file, end - locator_bytes, locator_bytes);
  if (word(locator, 0) != 0x07064b50) return std::nullopt;
  const std::int64_t at = in_file(file, number<std::uint64_t>(locator, 8), end - locator_bytes);
  if (at > end - locator_bytes - end64_bytes) file.fail(end - locator_bytes, "the record of the directory (ZIP64) overlaps what follows it", anew);
  const Bytes record = bytes_at(file, at, end64_bytes);
  if (word(record, 0) != 0x06064b50) file.fail(at, "there is no record of the directory (ZIP64) where its locator points", anew);
  if (word(record, 16) != 0 || word(record, 20) != 0 || word(locator, 16) > 1) file.fail(at, "the archive is one part of several", "join its parts, or save it as one");
  Directory directory;
  directory.begin = in_file(file, number<std::uint64_t>(record, 48), at);
  directory.count = number<std::uint64_t>(record, 32);
  const std::uint64_t size = number<std::uint64_t>(record, 40);
  if (size > static_cast<std::uint64_t>(at - std::min(at, directory.begin))) file.fail(at, "the directory is larger than the room before its end", anew);
  directory.end = directory.begin + static_cast<std::int64_t>(size);
  return directory;
}

Directory find_directory(const InputFile& file) {
  const std::int64_t at = find_end(file);
  if (const auto wide = find_directory64(file, at)) return *wide;
  const Bytes record = bytes_at(file, at, end_bytes);
  if (half(record, 4) != 0 || half(record, 6) != 0) file.fail(at, "the archive is one part of several", "join its parts, or save it as one");
  const std::int64_t size = word(record, 12), begin = word(record, 16);
  if (begin + size > at) file.fail(at, "the directory is larger than the room before its end", anew);
  return {begin, begin + size, static_cast<std::uint64_t>(half(record, 10))};
}

/// Sizes and offset of an entry, where need be from its field of 64 bits, in which only those stand that do not fit in 32.
struct Numbers {
  std::uint64_t size, stored, header_at;
};
Numbers numbers_of(const InputFile& file, std::int64_t at, std::span<const std::uint8_t> entry, std::span<const std::uint8_t> extra) {
  Numbers numbers{word(entry, 24), word(entry, 20), word(entry, 42)};
  std::span<const std::uint8_t> wide;
  while (extra.size() >= 4) {
    const auto length = static_cast<std::size_t>(half(extra, 2));
    if (length > extra.size() - 4) break;
    if (half(extra, 0) == 1) wide = extra.subspan(4, length);
    extra = extra.subspan(4 + length);
  }
  for (std::uint64_t* value : {&numbers.size, &numbers.stored, &numbers.header_at}) {
    if (*value != beyond32) continue;
    if (wide.size() < 8) file.fail(at, "a member's size or offset is beyond 32 bits, and its field of 64 bits is missing", anew);
    *value = little_endian<std::uint64_t>(wide);
    wide = wide.subspan(8);
  }
  return numbers;
}

/// Where a member's bytes begin: behind its own header, which repeats the directory.
std::int64_t begin_of(const InputFile& file, const ZipMember& member, std::int64_t header_at, std::int64_t method, std::int64_t limit) {
  if (header_at > limit - local_bytes) file.fail(header_at, "the member \"" + member.name + "\" overlaps the directory", anew);
  const Bytes header = bytes_at(file, header_at, local_bytes);
  if (word(header, 0) != 0x04034b50) file.fail(header_at, "there is no member where the directory has \"" + member.name + "\"", anew);
  const std::int64_t name_bytes = half(header, 26), begin = header_at + local_bytes + name_bytes + half(header, 28);
  if (begin > limit) file.fail(header_at, "the member \"" + member.name + "\" overlaps the directory", anew);
  const Bytes name = bytes_at(file, header_at + local_bytes, name_bytes);
  if (half(header, 8) != method || !std::equal(name.begin(), name.end(), member.name.begin(), member.name.end(), [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); })) {
    file.fail(header_at, "the header of the member \"" + member.name + "\" says another name or method than the directory", anew);
  }
  return begin;
}

/// Members that share bytes would make a small file hold much.
void require_apart(const InputFile& file, std::vector<std::pair<std::int64_t, std::int64_t>> places) {
  std::sort(places.begin(), places.end());
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (places[i].first < places[i - 1].second) file.fail(places[i].first, "two members overlap", "get the file anew: this one is damaged, or made to use up memory");
  }
}

}  // namespace

std::vector<ZipMember> zip_members(const InputFile& file) {
  const Directory directory = find_directory(file);
  const Bytes entries = bytes_at(file, directory.begin, directory.end - directory.begin);
  std::vector<ZipMember> members;
  std::set<std::string> names;
  std::vector<std::pair<std::int64_t, std::int64_t>> places;
  for (std::span<const std::uint8_t> rest = entries; !rest.empty();) {
    const std::int64_t at = directory.end - static_cast<std::int64_t>(rest.size());
    if (rest.size() < entry_bytes || word(rest, 0) != 0x02014b50) file.fail(at, "the directory has something else than an entry", anew);
    const std::int64_t name_bytes = half(rest, 28), extra_bytes = half(rest, 30), bytes = entry_bytes + name_bytes + extra_bytes + half(rest, 32);
    if (bytes > static_cast<std::int64_t>(rest.size())) file.fail(at, "the directory ends within an entry", anew);
    ZipMember member;
    member.name.assign(reinterpret_cast<const char*>(rest.data()) + entry_bytes, static_cast<std::size_t>(name_bytes));
    if (!names.insert(member.name).second) file.fail(at, "the archive has two members of the name \"" + member.name + "\"", "save it again with names that differ");
    if ((half(rest, 8) & 1) != 0) file.fail(at, "the member \"" + member.name + "\" is encrypted", "save it without a password");
    const std::int64_t method = half(rest, 10);
    if (method != 0 && method != 8) file.fail(at, "the member \"" + member.name + "\" is compressed by method " + std::to_string(method), "members are stored, or compressed by deflate: save it with numpy.savez_compressed");
    const Numbers numbers = numbers_of(file, at, rest, rest.subspan(static_cast<std::size_t>(entry_bytes + name_bytes), static_cast<std::size_t>(extra_bytes)));
    member.deflated = method == 8;
    member.checksum = word(rest, 16);
    const std::int64_t header_at = in_file(file, numbers.header_at, at);
    member.begin = begin_of(file, member, header_at, method, directory.begin);
    if (numbers.stored > static_cast<std::uint64_t>(directory.begin - member.begin)) file.fail(at, "the member \"" + member.name + "\" is longer than the room before the directory", anew);
    member.end = member.begin + static_cast<std::int64_t>(numbers.stored);
    // Deflate shrinks nothing by more than 1032; see zlib's "Technical details".
    if (member.deflated ? numbers.size / 1032 > numbers.stored : numbers.size != numbers.stored) file.fail(at, "the member \"" + member.name + "\" cannot have " + std::to_string(numbers.size) + " bytes in " + std::to_string(numbers.stored), anew);
    member.size = static_cast<std::int64_t>(numbers.size);
    places.emplace_back(header_at, member.end);
    members.push_back(std::move(member));
    rest = rest.subspan(static_cast<std::size_t>(bytes));
  }
  if (members.size() != directory.count) file.fail(directory.end, "the directory has " + std::to_string(members.size()) + " entries, and its end promises " + std::to_string(directory.count), anew);
  require_apart(file, std::move(places));
  return members;
}

}  // namespace espalier::io
