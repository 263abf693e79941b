#pragma once
// Readers of files, fed with any bytes: what the tests here and libFuzzer (see README.md) demand of them.
#include <cstdint>
#include <span>

namespace espalier::test {

/// Whether the bytes were read; else they were refused with a FormatError. It ends the program if anything else happens, if the
/// error has no place in the bytes, or if what was read takes more memory than bytes can fill.
/// @{
bool feed_csv(std::span<const std::uint8_t> bytes);
bool feed_npy(std::span<const std::uint8_t> bytes);
bool feed_npz(std::span<const std::uint8_t> bytes);
bool feed_safetensors(std::span<const std::uint8_t> bytes);
/// @}

}  // namespace espalier::test
