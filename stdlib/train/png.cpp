#include "espalier/stdlib/train/png.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>

#include "espalier/stdlib/io/output_file.h"

namespace espalier {
namespace detail {
namespace {

void add_word(std::string& bytes, std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(word >> shift);
}
void add_chunk(std::string& file, const std::string& type, const std::string& data) {
  add_word(file, static_cast<std::uint32_t>(data.size()));
  const std::string checked = type + data;
  file += checked;
  add_word(file, static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(checked.data()), checked.size())));
}

}  // namespace

std::string png_bytes(std::span<const std::uint8_t> pixels, std::int64_t height, std::int64_t width, int channels) {
  std::string header;
  add_word(header, static_cast<std::uint32_t>(width));
  add_word(header, static_cast<std::uint32_t>(height));
  header += {8, static_cast<char>(channels == 1 ? 0 : channels == 3 ? 2
                                                                    : 6),
             0, 0, 0};  // bits, colour type, methods
  std::string rows;
  const auto row = static_cast<std::size_t>(width * channels);
  for (std::int64_t y = 0; y < height; ++y) {
    rows += '\0';  // no filter
    rows.append(reinterpret_cast<const char*>(pixels.data()) + static_cast<std::size_t>(y) * row, row);
  }
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()), Z_DEFAULT_COMPRESSION);
  packed.resize(size);
  std::string file = "\x89PNG\r\n\x1a\n";
  add_chunk(file, "IHDR", header);
  add_chunk(file, "IDAT", packed);
  add_chunk(file, "IEND", "");
  return file;
}

std::string png_of(const Array& image, const char* op, Where where) {
  const Shape& shape = image.shape(where);
  const std::int64_t channels = shape.ndim() == 3 ? shape[2] : 1;
  if ((shape.ndim() != 2 && shape.ndim() != 3) || (channels != 1 && channels != 3 && channels != 4) || image.size() == 0) {
    throw ShapeError(op, "a picture is [height,width] or [height,width,channels] with 1, 3 or 4 channels, not " + shape.str(), "pick one of a batch, and put the channels last", where);
  }
  std::vector<std::uint8_t> pixels;
  if (image.dtype() == u8) pixels = image.to_vector<std::uint8_t>();
  else if (ir::is_floating(image.dtype())) {
    for (const float value : image.to_vector<float>()) pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * std::clamp(std::isnan(value) ? 0.f : value, 0.f, 1.f))));
  } else throw DTypeError(op, std::string("pixels are u8, or floats from 0 to 1, not ").append(ir::name(image.dtype())), "convert them", where);
  return png_bytes(pixels, shape[0], shape[1], static_cast<int>(channels));
}

}  // namespace detail

void save_png(const Array& image, const std::filesystem::path& path, Where where) {
  const std::string bytes = detail::png_of(image, "save_png", where);
  io::OutputFile file("save_png", path, where);
  file.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  file.commit();
}

}  // namespace espalier
