#pragma once
// Pictures as files of the format PNG (www.w3.org/TR/png).
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "espalier/dsl/array.h"

namespace espalier {

namespace detail {
/// The file of a picture of `channels` (1, 3, 4) bytes per pixel, row by row.
std::string png_bytes(std::span<const std::uint8_t> pixels, std::int64_t height, std::int64_t width, int channels);
/// The file of an array as `save_png` takes it.
std::string png_of(const Array& image, const char* op, Where where);
}  // namespace detail

/// Writes a picture: u8[height,width] (grey), u8[height,width,channels] with 1 (grey), 3 (red, green, blue) or 4 (and alpha) channels;
/// floats are taken as from 0 to 1, and cut off there. ShapeError and DTypeError of others; IoError if the file cannot be written.
void save_png(const Array& image, const std::filesystem::path& path, Where where = Where::current());

}  // namespace espalier
