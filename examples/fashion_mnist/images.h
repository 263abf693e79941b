#pragma once
// The data: read once and kept as bytes; a batch is some of its rows.
#include <espalier/espalier.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <random>
#include <span>
#include <utility>
#include <vector>

struct Images {
  espalier::Array pixels;  // u8 [n, 784]
  espalier::Array labels;  // u8 [n]
  std::int64_t size() const { return labels.shape(0); }
};

inline Images read_images(const std::string& folder, const std::string& name) {
  const std::string pixels = folder + "/" + name + "-images-idx3-ubyte.gz";
  if (!std::filesystem::exists(pixels)) {
    std::cerr << "There are no images in " << folder
              << ". Debian has them as a package:\n\n  apt-get install dataset-fashion-mnist\n";
    std::exit(1);
  }
  return {reshape(espalier::io::read_idx(pixels), {-1, 784}),
          espalier::io::read_idx(folder + "/" + name + "-labels-idx1-ubyte.gz")};
}

inline Images first(const Images& images, std::int64_t n) {
  n = std::min(n, images.size());
  return {images.pixels[espalier::slice(n)], images.labels[espalier::slice(n)]};
}

// The numbers from 0 to n - 1 in the order that a seed gives.
inline std::vector<std::int64_t> shuffled(std::int64_t n, std::uint64_t seed) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 random(seed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

// The images of these numbers.
inline Images rows(const Images& images, std::span<const std::int64_t> numbers) {
  const auto gathered = [&](const espalier::Array& array, std::int64_t width, espalier::Shape shape) {
    const auto from = array.span<std::uint8_t>();
    std::vector<std::uint8_t> to(numbers.size() * static_cast<std::size_t>(width));
    for (auto out = to.begin(); const std::int64_t row : numbers)
      out = std::copy_n(from.begin() + row * width, width, out);
    return espalier::Array(to, std::move(shape));
  };
  const auto n = static_cast<std::int64_t>(numbers.size());
  return {gathered(images.pixels, 784, {n, 784}), gathered(images.labels, 1, n)};
}
