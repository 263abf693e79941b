#pragma once
// CRC-32C, which records of TensorBoard's files carry.
#include <cstdint>
#include <string_view>

namespace espalier::detail {

/// The Castagnoli checksum (RFC 3720, appendix B.4), reflected: 0xe3069283 of "123456789".
std::uint32_t crc32c(std::string_view bytes);
/// As TFRecord files store it: rotated right by 15 bits, plus 0xa282ead8, so that a checksum of checksums is none.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace espalier::detail
