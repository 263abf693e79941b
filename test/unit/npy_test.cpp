// read_npy and save_npy: against files that NumPy wrote (../data/io/make.py), and the format as NumPy's documentation has it.
#include <cstring>
#include <limits>
#include <numeric>

#include "data_file.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/io.h"
#include "files.h"

namespace ep = espalier;
using namespace ep::test;
using ep::io::read_npy, ep::io::save_npy;

namespace {

ep::Array golden(const std::string& name) { return read_npy(data_path("io/npy/" + name + ".npy")); }

template <class T> void expect_elements(const ep::Array& x, ep::DType dtype, const std::vector<T>& expected) {
  EXPECT_EQ(x.dtype(), dtype);
  EXPECT_EQ(x.shape(), (ep::Shape{2, 3}));
  const auto found = x.span<T>();
  ASSERT_EQ(found.size(), expected.size());
  EXPECT_EQ(std::memcmp(found.data(), expected.data(), found.size_bytes()), 0) << ep::to_string(x);
}
template <class T> std::vector<T> whole() { return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), 1, 2, 3, 100}; }
template <class T> std::vector<T> real() {
  using Limits = std::numeric_limits<T>;
  return {T(0.5), -T(0), Limits::infinity(), Limits::quiet_NaN(), Limits::denorm_min(), Limits::max()};
}
template <class T> std::vector<std::complex<T>> complex() {
  const std::vector<T> x = real<T>();
  return {{x[0], x[3]}, {x[1], x[4]}, {x[2], x[5]}, {x[3], x[0]}, {x[4], x[1]}, {x[5], x[2]}};
}

TEST(Npy, ReadsEveryDTypeOfEitherOrderOfBytes) {
  for (const std::string order : {"", "_big"}) {
    if (order.empty()) {
      EXPECT_EQ(golden("bool").to_vector<bool>(), (std::vector<bool>{true, false, true, false, false, true}));
      EXPECT_EQ(golden("bool").dtype(), ep::bool_);
      expect_elements(golden("i8"), ep::i8, whole<std::int8_t>());
      expect_elements(golden("u8"), ep::u8, whole<std::uint8_t>());
    }
    expect_elements(golden("i16" + order), ep::i16, whole<std::int16_t>());
    expect_elements(golden("i32" + order), ep::i32, whole<std::int32_t>());
    expect_elements(golden("i64" + order), ep::i64, whole<std::int64_t>());
    expect_elements(golden("u16" + order), ep::u16, whole<std::uint16_t>());
    expect_elements(golden("u32" + order), ep::u32, whole<std::uint32_t>());
    expect_elements(golden("u64" + order), ep::u64, whole<std::uint64_t>());
    EXPECT_EQ(golden("f16" + order).dtype(), ep::f16);
    expect_elements<std::uint16_t>(ep::bitcast(golden("f16" + order), ep::u16), ep::u16, {0x3800, 0x8000, 0x7c00, 0x7e00, 0x0001, 0x7bff});
    expect_elements(golden("f32" + order), ep::f32, real<float>());
    expect_elements(golden("f64" + order), ep::f64, real<double>());
    expect_elements(golden("c64" + order), ep::c64, complex<float>());
    expect_elements(golden("c128" + order), ep::c128, complex<double>());
  }
}

TEST(Npy, ReadsEveryShapeOrderAndVersion) {
  std::vector<int> count(24);
  std::iota(count.begin(), count.end(), 0);
  for (const char* name : {"fortran", "fortran_big", "version2", "version3"}) {
    EXPECT_EQ(golden(name).shape(), (ep::Shape{2, 3, 4})) << name;
    EXPECT_EQ(golden(name).to_vector<int>(), count) << name;
  }
  EXPECT_EQ(golden("scalar").shape(), ep::Shape());
  EXPECT_EQ(golden("scalar").item<double>(), 2.5);
  EXPECT_EQ(golden("empty").shape(), (ep::Shape{0, 3}));
  EXPECT_EQ(golden("vector").to_vector<int>(), (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(golden("many_axes").shape(), (ep::Shape{2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4}));
}

TEST(Npy, WritesWhatNumPyWrites) {
  const TemporaryFolder folder;
  for (const char* name : {"bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f16", "f32", "f64", "c64", "c128", "scalar", "empty", "vector", "many_axes"}) {
    const auto path = folder / name;
    save_npy(golden(name), path);
    EXPECT_EQ(bytes_of(path), bytes_of(data_path("io/npy/" + std::string(name) + ".npy"))) << name;
  }
  save_npy(2.5, folder / "literal");
  EXPECT_EQ(read_npy(folder / "literal").dtype(), ep::f32) << "a literal has the dtype that it reports";
}

TEST(Npy, ReadsBackEveryShape) {
  const TemporaryFolder folder;
  for (const ep::Shape& shape : {ep::Shape{}, ep::Shape{0}, ep::Shape{7}, ep::Shape{3, 0, 2}, ep::Shape{2, 3, 4}, ep::Shape(std::vector<std::int64_t>(200, 1)), ep::Shape{100000}}) {
    const ep::Array x = ep::reshape(ep::arange(shape.size()), shape);
    save_npy(x, folder / "x");
    EXPECT_TRUE(ep::equal(read_npy(folder / "x"), x)) << shape.str();
  }
}

Bytes npy(std::string header, const Bytes& elements, int version = 1) {
  Bytes bytes = bytes_in("\x93NUMPY");
  bytes.push_back(static_cast<std::uint8_t>(version));
  bytes.push_back(0);
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes.push_back(static_cast<std::uint8_t>(header.size() >> 8 * i));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), elements.begin(), elements.end());
  return bytes;
}
Bytes described(const std::string& descr, const std::string& shape, std::size_t bytes) { return npy("{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n", Bytes(bytes, 1)); }

TEST(Npy, ReadsHeadersAsPythonWritesThem) {
  for (const char* header : {"{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", "{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<i2\"}", " {'shape': (2L,) , 'descr' :'<i2'\t, 'fortran_order': False} \n \n", "{'shape': (1, 2,), 'descr':'=i2', 'fortran_order': True,}"}) {
    const TemporaryFile file(npy(header, {1, 0, 2, 0}));
    EXPECT_EQ(read_npy(file.path()).to_vector<int>(), (std::vector<int>{1, 2})) << header;
  }
}

TEST(Npy, SaysWhatIsWrong) {
  const Bytes good = described("'<i4'", "(2, 3)", 24);
  const auto cut = [&](std::size_t size) { return Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)); };
  const auto with = [&](std::size_t at, std::uint8_t byte) {
    Bytes bytes = good;
    bytes[at] = byte;
    return bytes;
  };
  Bytes longer = good;
  longer.push_back(0);
  const auto dictionary = [](const std::string& text) { return npy(text, {}); };
  const Malformed rows[] = {
      {"empty", {}, "ends within its header", 0},
      {"half a magic", cut(5), "ends within its header", 5},
      {"no length", cut(9), "ends within its header", 9},
      {"another format", bytes_in("PK\3\4 and so on"), "starts with \\x93NUMPY", 8},
      {"version 4", with(6, 4), "the format has the version 4.0", 8},
      {"version 1.1", with(7, 1), "the format has the version 1.1", 8},
      {"long header", npy(std::string(10001, ' '), {}), "promises to be 10001 bytes long, more than the 10000", 10},
      {"a header of 4 GB", {0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0xff, 0xff, 0xff, 0xff}, "promises to be 4294967295 bytes long, more than the 0 ", 12},
      {"header cut", cut(40), "more than the 30 that it can be", 10},
      {"an element short", cut(good.size() - 1), "the header promises i32[2,3], more than the file can hold"},
      {"an element long", longer, "bytes follow after the array"},
      {"no dictionary", dictionary("[1, 2]"), "'{' is missing", 10},
      {"no header", dictionary(""), "'{' is missing", 10},
      {"dictionary without end", dictionary("{'descr': '<i4'"), "'}' is missing", 25},
      {"no key", dictionary("{3: 4}"), "no text where a key should stand", 11},
      {"no colon", dictionary("{'descr' '<i4'}"), "':' is missing", 19},
      {"text without end", dictionary("{'descr"), "a text without an end", 11},
      {"a key twice", dictionary("{'descr': '<i4', 'descr': '<i4'}"), "the key 'descr' twice", 27},
      {"a key too many", dictionary("{'descr': '<i4', 'x': 3}"), "the header has the key 'x'", 27},
      {"a key too few", dictionary("{'descr': '<i4', 'shape': ()}"), "lacks the key fortran_order", 39},
      {"no descr", dictionary("{'fortran_order': False, 'shape': ()}"), "lacks the key descr"},
      {"more after it", dictionary("{'descr': '<i4', 'fortran_order': False, 'shape': ()} x"), "something follows after the dictionary", 64},
      {"no order", dictionary("{'fortran_order': 1"), "neither True nor False", 28},
      {"no tuple", dictionary("{'shape': 3"), "'(' is missing", 20},
      {"a number in parentheses", dictionary("{'shape': (3)"), "no tuple", 21},
      {"no comma", dictionary("{'shape': (3 4)"), "',' is missing", 23},
      {"an extent below 0", dictionary("{'shape': (3, -4)"), "no number from 0 on", 24},
      {"an extent of 65 bits", dictionary("{'shape': (3, 36893488147419103232)"), "beyond 64 bits", 24},
      {"a backslash", dictionary("{'descr': '<i\\x34'"), "a backslash", 20},
      {"many axes", dictionary("{'shape': (" + [] { std::string s; for (int i = 0; i < 256; ++i) s += "1,"; return s; }() + ")"), "more than 255 axes"},
      {"a product of 65 bits", described("'<i4'", "(4294967296, 4294967296)", 4), "the extents [4294967296,4294967296] are beyond any memory"},
      {"a product of 65 bits beside a 0", described("'<i4'", "(0, 4294967296, 4294967296)", 0), "are beyond any memory"},
      {"terabytes", described("'<f8'", "(1000000, 1000000)", 8), "promises f64[1000000,1000000], more than the file can hold"},
      {"a bool of 2", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", {1, 2}), "neither 0 nor 1"},
      {"objects", described("'|O'", "(2,)", 16), "objects of Python"},
      {"text", described("'<U5'", "(2,)", 40), "dtype '<U5', text"},
      {"bytes", described("'|S5'", "(2,)", 10), "dtype '|S5', text"},
      {"dates", described("'<M8[ns]'", "(2,)", 16), "dates or times"},
      {"bfloat16 as NumPy saves it", described("'<V2'", "(2,)", 4), "bytes without a meaning"},
      {"long doubles", described("'<f16'", "(2,)", 32), "which has no dtype here"},
      {"no name of a dtype", described("''", "(2,)", 32), "names no dtype"},
      {"records", described("[('a', '<i4')]", "(2,)", 8), "records of several fields"},
      {"no order of bytes", described("'i4'", "(2,)", 8), "no dtype here"},
      {"an order that is none", described("'!i4'", "(2,)", 8), "starts with none of < > | ="},
      {"bytes of no order", described("'|i4'", "(2,)", 8), "says no order of its bytes"},
  };
  expect_refused(rows, [](const auto& path) { (void)read_npy(path); });
}

TEST(Npy, SaysThatItCannotReadOrWrite) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of<ep::IoError>([&] { (void)read_npy(folder / "nothing"); }).find("No such file"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { (void)read_npy("/"); }).find("it is a directory"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { (void)read_npy("/dev/null"); }).find("a device or a pipe"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { save_npy(1, folder / "no" / "such"); }).find("No such file"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { save_npy(1, folder / ""); }).find("it is a directory"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { save_npy(1, "/dev/null"); }).find("a device or a pipe"), std::string::npos);
  EXPECT_NE(error_of<ep::DTypeError>([&] { save_npy(ep::ones({2}, ep::bf16), folder / "x"); }).find("no bf16"), std::string::npos);
  EXPECT_NE(error_of<ep::MissingValue>([&] { save_npy(ep::Array(), folder / "x"); }).find("Nothing"), std::string::npos);
  EXPECT_NE(error_of<ep::TracedValue>([&] {
    (void)ep::eval_shape([&](ep::Array x) { return save_npy(x, folder / "x"), x; }, ep::ones({2}));
  }).find("asked for inside its trace"),
            std::string::npos);
  EXPECT_EQ(folder.count(), 0) << "nothing is left of files that were not written";
}

TEST(Npy, PutsAFileInThePlaceOfAnother) {
  const TemporaryFolder folder;
  save_npy(ep::Array{1, 2}, folder / "x");
  std::filesystem::permissions(folder / "x", std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::create_symlink("x", folder / "link");
  save_npy(ep::Array{3}, folder / "link");
  EXPECT_EQ(read_npy(folder / "x").to_vector<int>(), std::vector<int>{3}) << "what a link names is written";
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(std::filesystem::status(folder / "x").permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(folder.count(), 2);
}

}  // namespace
