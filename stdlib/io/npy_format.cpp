// NumPy's documentation, "numpy.lib.format": "\x93NUMPY", two bytes of version, the length of the header (two bytes in version 1,
// else four, little-endian), the header, the elements. The header is a dictionary as Python writes it.
#include "espalier/stdlib/io/npy_format.h"

#include <algorithm>
#include <bit>

#include "espalier/stdlib/io/npy_dictionary.h"

namespace espalier::io {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
// NumPy refuses to read longer ones too, unless it is told to trust the file.
constexpr std::int64_t most_header_bytes = 10000;

void read_whole(ByteSource& source, std::span<std::uint8_t> bytes) {
  if (source.read(bytes) != bytes.size()) source.fail("the file ends within its header", "get the file anew: this one is truncated");
}

std::int64_t read_header_length(ByteSource& source) {
  std::uint8_t start[8];
  read_whole(source, start);
  if (!std::equal(magic.begin(), magic.end(), start, [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; })) {
    source.fail("an array of NumPy starts with \\x93NUMPY, and this does not", "is it an .npy file? An archive of several arrays is an .npz file, which read_npz reads");
  }
  const int version = start[6];
  if (version < 1 || version > 3 || start[7] != 0) {
    source.fail("the format has the version " + std::to_string(version) + "." + std::to_string(start[7]) + ", and versions 1.0, 2.0 and 3.0 are known", "save the array again with numpy.save");
  }
  std::uint8_t length[4] = {};
  read_whole(source, std::span(length).first(version == 1 ? 2 : 4));
  return length[0] | std::int64_t{length[1]} << 8 | std::int64_t{length[2]} << 16 | std::int64_t{length[3]} << 24;
}

/// "f4" of "<f4", and the sentence about what has no dtype here.
DType dtype_of(const ByteSource& source, std::string_view code) {
  const struct {
    std::string_view code;
    DType dtype;
  } rows[] = {{"b1", bool_}, {"i1", i8}, {"i2", i16}, {"i4", i32}, {"i8", i64}, {"u1", u8}, {"u2", u16}, {"u4", u32}, {"u8", u64}, {"f2", f16}, {"f4", f32}, {"f8", f64}, {"c8", c64}, {"c16", c128}};
  for (const auto& row : rows) {
    if (code.substr(1) == row.code) return row.dtype;
  }
  const char kind = code.size() > 1 ? code[1] : ' ';
  const std::string start = "the elements are of NumPy's dtype '" + std::string(code) + "', ";
  if (kind == 'O') source.fail(start + "objects of Python", "to read them would run their code: save numbers, or a .npz file of several arrays");
  if (kind == 'S' || kind == 'U') source.fail(start + "text", "save numbers: numpy.unique(x, return_inverse=True) numbers the texts");
  if (kind == 'M' || kind == 'm') source.fail(start + "dates or times", "save numbers: x.astype('i8')");
  if (kind == 'V') source.fail(start + "bytes without a meaning", "bfloat16 is saved so: save x.astype('f4'), or use safetensors");
  source.fail(start + "which has no dtype here", "save it as one of bool, i1 to i8, u1 to u8, f2, f4, f8, c8, c16");
}

}  // namespace

Array read_npy_array(ByteSource& source, Where where) {
  const std::int64_t length = read_header_length(source);
  if (length > most_header_bytes || length > source.capacity() - source.offset()) {
    source.fail("the header promises to be " + std::to_string(length) + " bytes long, more than the " + std::to_string(std::min(most_header_bytes, source.capacity() - source.offset())) + " that it can be", "get the file anew: this one is truncated or damaged");
  }
  std::string text(static_cast<std::size_t>(length), ' ');
  const std::int64_t start = source.offset();
  read_whole(source, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  const NpyDictionary header = parse_npy_dictionary(text, [&](std::size_t at, const std::string& message) {
    source.fail_at(start + static_cast<std::int64_t>(at), message, "get the file anew, or save the array again with numpy.save");
  });

  Described described;
  described.dtype = dtype_of(source, header.descr);
  switch (header.descr[0]) {
    case '<': break;
    case '>': described.big_endian = true; break;
    case '=': described.big_endian = std::endian::native == std::endian::big; break;
    case '|':
      if (ir::byte_size(described.dtype) > 1) source.fail("the dtype '" + header.descr + "' says no order of its bytes", "save the array again with numpy.save");
      break;
    default: source.fail("the dtype '" + header.descr + "' starts with none of < > | =", "save the array again with numpy.save");
  }
  described.shape = header.shape;
  described.column_major = header.fortran_order;
  Array array = read_elements(source, described, where);
  std::uint8_t more;
  if (source.read({&more, 1}) != 0) source.fail("bytes follow after the array of the header", "an .npy file holds one array: save several as an .npz file");
  return array;
}

std::string npy_header(DType dtype, const Shape& shape, const char* op, Where where) {
  const char* code = nullptr;
  switch (dtype) {
    case bool_: code = "|b1"; break;
    case i8: code = "|i1"; break;
    case i16: code = "<i2"; break;
    case i32: code = "<i4"; break;
    case i64: code = "<i8"; break;
    case u8: code = "|u1"; break;
    case u16: code = "<u2"; break;
    case u32: code = "<u4"; break;
    case u64: code = "<u8"; break;
    case f16: code = "<f2"; break;
    case f32: code = "<f4"; break;
    case f64: code = "<f8"; break;
    case c64: code = "<c8"; break;
    case c128: code = "<c16"; break;
    case bf16: {
      DTypeError error(op, "NumPy's format has no bf16", "save_safetensors writes it as it is, x.as(f32) has the same values", where);
      error.dtypes = {bf16};
      throw error;
    }
  }
  std::string extents;
  for (const std::int64_t extent : shape) extents += (extents.empty() ? "" : ", ") + std::to_string(extent);
  std::string text = "{'descr': '" + std::string(code) + "', 'fortran_order': False, 'shape': (" + extents + (shape.ndim() == 1 ? "," : "") + "), }";
  // NumPy leaves room for the first extent to grow to 21 digits, then for the elements to start at a multiple of 64 bytes.
  if (shape.ndim() > 0) text.append(21 - std::to_string(shape[0]).size(), ' ');
  const bool is_long = text.size() + 65 > 0xffff;
  const std::size_t before = magic.size() + 2 + (is_long ? 4 : 2);
  text.append(64 - (before + text.size() + 1) % 64, ' ');
  text += '\n';
  std::string header(magic);
  header += {is_long ? '\2' : '\1', '\0'};
  for (std::size_t i = 0; i < before - magic.size() - 2; ++i) header += static_cast<char>(text.size() >> 8 * i & 0xff);
  return header + text;
}

}  // namespace espalier::io
