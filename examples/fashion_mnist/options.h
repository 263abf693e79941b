#pragma once
// What the command line says.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

struct Options {
  int epochs = 10;
  int batch = 128;
  std::int64_t limit = 60000;  // training images
  std::uint64_t seed = 0;
  std::string folder = "/usr/share/datasets/fashion-mnist";
};

inline constexpr std::string_view usage = R"(usage: 01_fashion_mnist [option…]

Trains a network on the 60,000 images of Fashion-MNIST and tests it on 10,000 others.

  --epochs N    passes over the training images (10)
  --batch N     images per step (128)
  --limit N     only the first N training images
  --seed N      of the initial weights, the order of the images, and dropout (0); one seed gives the same bits every time
  --data DIR    where the four IDX files are (/usr/share/datasets/fashion-mnist)
  --help        this text
)";

// A whole number from `least` to `most`, or the end of the program.
inline std::int64_t number(std::string_view option, const char* text, std::int64_t least, std::int64_t most) {
  char* end = nullptr;
  const std::int64_t value = std::strtoll(text, &end, 10);
  if (end != text && *end == '\0' && value >= least && value <= most) return value;
  std::cerr << option << " wants a whole number from " << least << " to " << most << ", not '" << text << "'\n";
  std::exit(2);
}

inline Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--help" || option == "-h") {
      std::cout << usage;
      std::exit(0);
    }
    if (i + 1 == argc) {
      std::cerr << "'" << option << "' wants a value, or is no option\n\n"
                << usage;
      std::exit(2);
    }
    const char* value = argv[++i];
    if (option == "--epochs")
      options.epochs = static_cast<int>(number(option, value, 1, 10000));
    else if (option == "--batch")
      options.batch = static_cast<int>(number(option, value, 1, 60000));
    else if (option == "--limit")
      options.limit = number(option, value, 1, 60000);
    else if (option == "--seed")
      options.seed = static_cast<std::uint64_t>(number(option, value, 0, INT64_MAX));
    else if (option == "--data")
      options.folder = value;
    else {
      std::cerr << "no option '" << option << "'\n\n"
                << usage;
      std::exit(2);
    }
  }
  return options;
}
