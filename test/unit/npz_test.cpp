// read_npz and save_npz: against archives that NumPy wrote (../data/io/make.py), and ones made byte by byte as the format says.
#include <zlib.h>

#include "data_file.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/io.h"
#include "espalier/stdlib/io/little_endian.h"
#include "espalier/stdlib/io/zip_records.h"
#include "files.h"

namespace ep = espalier;
using namespace ep::test;
using ep::io::read_npz, ep::io::save_npz, ep::io::ZipRecord;

namespace {

using Arrays = std::map<std::string, ep::Array>;

TEST(Npz, ReadsWhatNumPyWrites) {
  for (const char* name : {"stored", "deflated", "stored_descriptors", "deflated_descriptors"}) {
    const Arrays arrays = read_npz(data_path("io/npz/" + std::string(name) + ".npz"));
    ASSERT_EQ(arrays.size(), 4u) << name;
    EXPECT_EQ(arrays.at("a").dtype(), ep::f32);
    EXPECT_EQ(ep::bitcast(arrays.at("a"), ep::u32).to_vector<std::uint32_t>(), ep::bitcast(ep::io::read_npy(data_path("io/npy/f32.npy")), ep::u32).to_vector<std::uint32_t>());
    EXPECT_EQ(arrays.at("layers[0].weight").to_vector<double>(), (std::vector<double>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(arrays.at("layers[0].weight").shape(), (ep::Shape{2, 3}));
    EXPECT_EQ(arrays.at("π").item<int>(), 7);
    EXPECT_EQ(arrays.at("empty").shape(), (ep::Shape{2, 0}));
  }
  EXPECT_EQ(read_npz(data_path("io/npz/comment.npz")).at("x").to_vector<int>(), (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(read_npz(data_path("io/npz/none.npz")).empty());
}

struct Linear {
  ep::Parameter weight, bias;
};
struct Net {
  std::vector<Linear> layers;
  ep::BatchStat mean;
  std::map<std::string, ep::Array> extra;
  int depth = 1;
};

TEST(Npz, WritesTreesUnderThePathsOfTheirLeaves) {
  const TemporaryFolder folder;
  const Net net{{{ep::ones({2, 3}), ep::zeros({3})}, {ep::ones({3, 1}), ep::Array()}}, ep::Array{1.5, 2.5}, {{"a b", ep::Array{true}}}};
  save_npz(net, folder / "net");
  const Arrays arrays = read_npz(folder / "net");
  std::vector<std::string> names;
  for (const auto& [name, array] : arrays) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"extra[\"a b\"]", "layers[0].bias", "layers[0].weight", "layers[1].weight", "mean"}));
  EXPECT_TRUE(ep::equal(arrays.at("layers[0].weight"), ep::Array(net.layers[0].weight)));
  EXPECT_TRUE(ep::equal(arrays.at("mean"), ep::Array(net.mean)));
  EXPECT_EQ(arrays.at("extra[\"a b\"]").dtype(), ep::bool_);
  // A map from names to arrays keeps its names, so that what was read can be written.
  save_npz(arrays, folder / "again");
  EXPECT_TRUE(ep::equal(read_npz(folder / "again"), arrays));
}

TEST(Npz, ReadsBackEveryDType) {
  const TemporaryFolder folder;
  Arrays arrays;
  for (const ep::DType dtype : {ep::bool_, ep::i8, ep::i16, ep::i32, ep::i64, ep::u8, ep::u16, ep::u32, ep::u64, ep::f16, ep::f32, ep::f64, ep::c64, ep::c128}) {
    arrays[std::string(ep::ir::name(dtype))] = ep::Array{{0, 1, 2}, {3, 4, 5}}.as(dtype);
  }
  arrays["π"] = ep::zeros({0, 4});
  arrays["scalar"] = ep::Array(3, ep::i16);
  save_npz(arrays, folder / "x");
  EXPECT_TRUE(ep::equal(read_npz(folder / "x"), arrays));
}

TEST(Npz, WritesMoreMembersThanFitIn16Bits) {
  const TemporaryFolder folder;
  Arrays arrays;
  for (int i = 0; i < 65536; ++i) arrays.emplace_hint(arrays.end(), std::to_string(100000 + i), ep::Array(static_cast<std::uint8_t>(i), ep::u8));
  save_npz(arrays, folder / "many");
  const Arrays found = read_npz(folder / "many");
  ASSERT_EQ(found.size(), arrays.size());
  EXPECT_EQ(found.at("165535").item<int>(), 255);
}

TEST(Npz, SaysWhatItCannotWrite) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_npz(ep::Array{1, 2}, folder / "x"); }).find("an array alone has no name"), std::string::npos);
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_npz(Arrays{{"\xff", ep::Array{1}}}, folder / "x"); }).find("no text in UTF-8"), std::string::npos);
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_npz(Arrays{{std::string("a\0b", 3), ep::Array{1}}}, folder / "x"); }).find("no text in UTF-8"), std::string::npos);
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_npz(Arrays{{std::string(40000, 'a'), ep::Array{1}}}, folder / "x"); }).find("has 40000 bytes"), std::string::npos);
  EXPECT_NE(error_of<ep::DTypeError>([&] { save_npz(Arrays{{"x", ep::zeros({1}, ep::bf16)}}, folder / "x"); }).find("no bf16"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { save_npz(Arrays{}, folder / "no" / "x"); }).find("No such file"), std::string::npos);
  EXPECT_EQ(folder.count(), 0);
}

// ---- archives byte by byte ---------------------------------------------------------------------------------------------------

Bytes array_file() { return bytes_of(data_path("io/npy/i16.npy")); }
std::uint32_t crc(const Bytes& bytes) { return static_cast<std::uint32_t>(crc32(0, bytes.data(), static_cast<uInt>(bytes.size()))); }
void append(Bytes& to, std::string_view text) { to.insert(to.end(), text.begin(), text.end()); }

/// An archive of stored members, of which any field of the records can be changed.
struct Archive {
  std::vector<std::pair<ZipRecord, Bytes>> members;
  Bytes bytes() const {
    Bytes all;
    std::string directory;
    for (auto [record, content] : members) {
      record.checksum = record.checksum == 0 ? crc(content) : record.checksum;
      record.size = content.size();
      record.header_at = all.size();
      append(all, ep::io::zip_header(record));
      all.insert(all.end(), content.begin(), content.end());
      directory += ep::io::zip_entry(record);
    }
    const std::size_t begin = all.size();
    append(all, directory);
    append(all, ep::io::zip_end(members.size(), begin, all.size()));
    return all;
  }
};
Archive one() { return {{{{"x.npy"}, array_file()}}}; }

/// The archive `one` with its number of so many bytes at an offset from its end, directory or start replaced.
struct From {
  std::int64_t end = 0, directory = -1, start = -1;
};
Bytes patched(From from, int bytes, std::uint64_t value) {
  Bytes all = one().bytes();
  const auto directory = static_cast<std::int64_t>(all.size()) - 22 - 46 - 5;
  const std::int64_t at = from.start >= 0 ? from.start : (from.directory >= 0 ? directory + from.directory : static_cast<std::int64_t>(all.size()) - 22 + from.end);
  for (int i = 0; i < bytes; ++i) all[static_cast<std::size_t>(at + i)] = static_cast<std::uint8_t>(value >> 8 * i);
  return all;
}

/// Two members, of which the second one is the elements of the first one: all is right with both but that they share bytes.
Bytes nested_archive() {
  const Bytes content = array_file();
  const ZipRecord small{"b.npy", crc(content), content.size(), 0};
  std::string elements = ep::io::zip_header(small);
  elements.append(content.begin(), content.end());
  const TemporaryFolder folder;
  ep::io::save_npy(ep::Array(std::vector<std::uint8_t>(elements.begin(), elements.end())), folder / "x");
  const Bytes outer = bytes_of(folder / "x");
  const ZipRecord large{"a.npy", crc(outer), outer.size(), 0};
  Bytes all;
  append(all, ep::io::zip_header(large));
  all.insert(all.end(), outer.begin(), outer.end());
  const std::size_t begin = all.size();
  append(all, ep::io::zip_entry(large));
  append(all, ep::io::zip_entry({small.name, small.checksum, small.size, begin - elements.size()}));
  append(all, ep::io::zip_end(2, begin, all.size()));
  return all;
}

TEST(Npz, ReadsNumbersOf64BitsFromTheDirectory) {
  // An entry whose sizes and offset all stand in the field of 64 bits, and an end of 64 bits.
  const Bytes content = array_file();
  ZipRecord record{"x.npy", crc(content), content.size(), 0};
  Bytes all;
  append(all, ep::io::zip_header(record));
  all.insert(all.end(), content.begin(), content.end());
  const std::size_t begin = all.size();
  std::string entry = ep::io::zip_entry({"x.npy", record.checksum, 1ull << 40, 1ull << 41});
  ASSERT_EQ(entry.size(), 46u + 5 + 4 + 24);
  std::string numbers;
  for (const std::uint64_t number : {std::uint64_t{content.size()}, std::uint64_t{content.size()}, std::uint64_t{0}}) ep::io::append_little_endian(numbers, number);
  entry.replace(entry.size() - 24, 24, numbers);
  append(all, entry);
  // The offset of the directory is written as beyond 32 bits, then corrected in the record of 64.
  std::string end = ep::io::zip_end(1, begin, all.size());
  std::string wide = ep::io::zip_end(1, 1ull << 40, (1ull << 40) + entry.size());
  ASSERT_EQ(wide.size(), 56u + 20 + 22);
  std::string place;
  ep::io::append_little_endian(place, std::uint64_t{begin});
  wide.replace(48, 8, place);
  place.clear();
  ep::io::append_little_endian(place, std::uint64_t{all.size()});
  wide.replace(56 + 8, 8, place);
  append(all, wide);
  const TemporaryFile file(all);
  EXPECT_EQ(read_npz(file.path()).at("x").dtype(), ep::i16);
}

TEST(Npz, SaysWhatIsWrong) {
  const Bytes good = one().bytes(), content = array_file();
  const auto cut = [&](std::size_t size) { return Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)); };
  const auto archive = [](std::vector<std::pair<ZipRecord, Bytes>> members) { return Archive{std::move(members)}.bytes(); };
  const std::int64_t directory = static_cast<std::int64_t>(good.size()) - 22 - 46 - 5;
  Bytes large = patched({.directory = 24}, 4, 0xffffffff);
  const Malformed rows[] = {
      {"empty", {}, "no end of a ZIP archive", 0},
      {"an .npy file", content, "no end of a ZIP archive"},
      {"cut", cut(good.size() - 1), "no end of a ZIP archive"},
      {"without its first half", Bytes(good.begin() + 60, good.end()), "the directory is larger than the room before its end"},
      {"one of several parts", patched({.end = 4}, 2, 1), "one part of several"},
      {"an entry promised", patched({.end = 10}, 2, 2), "the directory has 1 entries, and its end promises 2"},
      {"a directory of 4 GB", patched({.end = 12}, 4, 0xfffffffe), "the directory is larger than the room"},
      {"a directory elsewhere", patched({.end = 16}, 4, 7), "something else than an entry", 7},
      {"a directory behind the file", patched({.end = 16}, 4, 0xfffffffe), "the directory is larger than the room"},
      {"a directory of half an entry", patched({.end = 12}, 4, 40), "something else than an entry", directory},
      {"a name beyond the directory", patched({.directory = 28}, 2, 0xfff), "ends within an entry", directory},
      {"encrypted", patched({.directory = 8}, 2, 1), "\"x.npy\" is encrypted", directory},
      {"bzip2", patched({.directory = 10}, 2, 12), "compressed by method 12", directory},
      {"another method in the header", patched({.start = 8}, 2, 8), "says another name or method", 0},
      {"another name in the header", patched({.start = 30}, 1, 'y'), "says another name or method", 0},
      {"no header", patched({.start = 0}, 1, 'Q'), "there is no member where", 0},
      {"a name beyond the header", patched({.start = 26}, 2, 0xfff), "overlaps the directory", 0},
      {"a header in the directory", patched({.directory = 42}, 4, static_cast<std::uint64_t>(directory)), "overlaps the directory", directory},
      {"a header behind the file", patched({.directory = 42}, 4, 0xfffffff0), "points behind the end of the file", directory},
      {"a size beyond 32 bits without its field", large, "its field of 64 bits is missing", directory},
      {"longer than the file", patched({.directory = 20}, 8, 0x00ffffff00ffffff), "longer than the room before the directory", directory},
      {"of two sizes", patched({.directory = 24}, 4, 5), "cannot have 5 bytes in 140", directory},
      {"a wrong checksum", patched({.directory = 16}, 1, good[static_cast<std::size_t>(directory) + 16] ^ 1), "member \"x.npy\", byte 140: the checksum is not that of the directory", 140},
      {"twice", archive({{{"x.npy"}, content}, {{"x.npy"}, content}}), "two members of the name \"x.npy\""},
      {"no array", archive({{{"readme.txt"}, bytes_in("hello")}}), "something else than arrays"},
      {"a bad array", archive({{{"x.npy"}, bytes_in("hello, and more of it")}}), "member \"x.npy\", byte 8: an array of NumPy starts with"},
      {"a short array", archive({{{"x.npy"}, Bytes(content.begin(), content.end() - 1)}}), "more than the file can hold"},
      {"a member within another one", nested_archive(), "two members overlap"},
  };
  expect_refused(rows, [](const auto& path) { (void)read_npz(path); });
}

TEST(Npz, SaysWhatIsWrongWithCompressedMembers) {
  const Bytes good = bytes_of(data_path("io/npz/deflated.npz"));
  constexpr std::size_t begin = 30 + 5 + 20, size = 80;  // behind the header, the name and the field of 64 bits
  for (std::size_t at = begin; at < begin + size; ++at) {
    Bytes bytes = good;
    bytes[at] ^= 0x10;
    const std::string message = format_error(bytes, [](const auto& path) { (void)read_npz(path); });
    EXPECT_NE(message.find("member \"a.npy\", byte "), std::string::npos) << at << ": " << message;
  }
}

TEST(Npz, UnzipsNoMoreThanTheLimit) {
  const std::string path = data_path("io/npz/deflated.npz");
  std::int64_t offset = 0;
  const std::string message = format_error(bytes_of(path), [](const auto& file) { (void)read_npz(file, {.max_unzipped_bytes = 500}); }, &offset);
  EXPECT_NE(message.find("expand to more than the 500 bytes that they may"), std::string::npos) << message;
  EXPECT_EQ(read_npz(path, {.max_unzipped_bytes = 2000}).size(), 4u);
  EXPECT_EQ(read_npz(data_path("io/npz/stored.npz"), {.max_unzipped_bytes = 10}).size(), 4u) << "what is stored expands to nothing";
}

}  // namespace
