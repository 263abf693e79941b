// PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 to 4.3.16 and 4.5.3.
#include "espalier/stdlib/io/zip_records.h"

#include <algorithm>

#include "espalier/stdlib/io/little_endian.h"

namespace espalier::io {
namespace {

constexpr std::uint64_t beyond32 = 0xffffffff, beyond16 = 0xffff;

void half(std::string& bytes, std::uint64_t value) { append_little_endian(bytes, static_cast<std::uint16_t>(value)); }
void word(std::string& bytes, std::uint64_t value) { append_little_endian(bytes, static_cast<std::uint32_t>(value)); }
void wide(std::string& bytes, std::uint64_t value) { append_little_endian(bytes, value); }
std::uint64_t in_32(std::uint64_t value) { return std::min(value, beyond32); }

bool is_ascii(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The field of 64 bits, of the numbers that need it; no bytes where none does.
std::string wide_field(std::initializer_list<std::uint64_t> numbers) {
  std::string values;
  for (const std::uint64_t number : numbers) wide(values, number);
  if (values.empty()) return "";
  std::string field;
  half(field, 1);
  half(field, values.size());
  return field + values;
}

/// What a member's header and its entry have in common: from the version that is needed to the length of the name.
void append_facts(std::string& bytes, const ZipRecord& record, bool needs_64) {
  constexpr std::uint64_t utf8_name = 1 << 11, first_of_january_1980 = 1 << 5 | 1;
  half(bytes, needs_64 ? 45 : 20);
  half(bytes, is_ascii(record.name) ? 0 : utf8_name);
  half(bytes, 0);  // stored
  half(bytes, 0);  // at midnight; equal arrays make equal files
  half(bytes, first_of_january_1980);
  word(bytes, record.checksum);
  word(bytes, in_32(record.size));
  word(bytes, in_32(record.size));
  half(bytes, record.name.size());
}

}  // namespace

std::string zip_header(const ZipRecord& record) {
  const std::string field = record.size >= beyond32 ? wide_field({record.size, record.size}) : "";
  std::string bytes;
  word(bytes, 0x04034b50);
  append_facts(bytes, record, !field.empty());
  half(bytes, field.size());
  return bytes + record.name + field;
}

std::string zip_entry(const ZipRecord& record) {
  const bool is_large = record.size >= beyond32, is_far = record.header_at >= beyond32;
  const std::string field = is_large && is_far ? wide_field({record.size, record.size, record.header_at}) : (is_large ? wide_field({record.size, record.size}) : (is_far ? wide_field({record.header_at}) : ""));
  constexpr std::uint64_t made_by_unix = 3 << 8 | 45, readable_file = std::uint64_t{0100644} << 16;
  std::string bytes;
  word(bytes, 0x02014b50);
  half(bytes, made_by_unix);
  append_facts(bytes, record, !field.empty());
  half(bytes, field.size());
  half(bytes, 0);  // no comment
  half(bytes, 0);  // in the first part of one
  half(bytes, 0);
  word(bytes, readable_file);
  word(bytes, in_32(record.header_at));
  return bytes + record.name + field;
}

std::string zip_end(std::uint64_t count, std::uint64_t begin, std::uint64_t end) {
  std::string bytes;
  if (count >= beyond16 || end - begin >= beyond32 || begin >= beyond32) {
    word(bytes, 0x06064b50);
    wide(bytes, 44);  // bytes that follow in this record
    half(bytes, 45);
    half(bytes, 45);
    word(bytes, 0);
    word(bytes, 0);
    for (const std::uint64_t value : {count, count, end - begin, begin}) wide(bytes, value);
    word(bytes, 0x07064b50);
    word(bytes, 0);
    wide(bytes, end);
    word(bytes, 1);
  }
  word(bytes, 0x06054b50);
  word(bytes, 0);
  half(bytes, std::min(count, beyond16));
  half(bytes, std::min(count, beyond16));
  word(bytes, in_32(end - begin));
  word(bytes, in_32(begin));
  half(bytes, 0);  // no comment
  return bytes;
}

}  // namespace espalier::io
