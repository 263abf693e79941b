#pragma once
// Numbers of a file whose lowest byte stands first.
#include <cstdint>
#include <span>
#include <string>

namespace espalier::io {

/// The number in the first bytes, as many as it has.
template <class T> constexpr T little_endian(std::span<const std::uint8_t> bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value | static_cast<T>(T{bytes[i]} << 8 * i));
  return value;
}

/// Appends the bytes of a number.
template <class T> void append_little_endian(std::string& bytes, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> 8 * i & 0xff);
}

}  // namespace espalier::io
