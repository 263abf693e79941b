#pragma once
// Messages of Protocol Buffers, written field by field (protobuf.dev/programming-guides/encoding).
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace espalier::detail {

/// The bytes of a number, least first.
template <class T> std::string little_endian_bytes(T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));  // the library runs on machines that have it so
  return std::string(bytes, sizeof(T));
}

/// A message under construction. Each call adds a field by its number.
class Message {
 public:
  /// int32, int64, uint64, bool, enum.
  Message& integer(int field, std::int64_t value) {
    varint(static_cast<std::uint64_t>(field) << 3);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  /// double.
  Message& number(int field, double value) { return fixed(field, 1, little_endian_bytes(value)); }
  /// float.
  Message& number(int field, float value) { return fixed(field, 5, little_endian_bytes(value)); }
  /// string, bytes.
  Message& text(int field, std::string_view value) {
    varint(static_cast<std::uint64_t>(field) << 3 | 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  /// A message.
  Message& message(int field, const Message& value) { return text(field, value.bytes_); }
  /// repeated double, packed.
  Message& numbers(int field, std::span<const double> values) {
    std::string bytes;
    for (const double value : values) bytes += little_endian_bytes(value);
    return text(field, bytes);
  }
  /// The message so far.
  const std::string& bytes() const { return bytes_; }

 private:
  Message& fixed(int field, unsigned type, const std::string& bytes) {
    varint(static_cast<std::uint64_t>(field) << 3 | type);
    bytes_ += bytes;
    return *this;
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

}  // namespace espalier::detail
