#pragma once
// What the programs of this folder share: their options, the lines of their report, how they end.
#include <espalier/espalier.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

struct Options {
  bool quick = false;      // a shorter run of the same program
  std::uint64_t seed = 0;  // of all that is random
  std::string_view name;   // the program's
};

// One line of the report.
inline void report(const std::string& what, double number) { std::printf("  %-58s %12.6g\n", what.c_str(), number); }

// What a program asserts: where it does not hold, the program ends with this sentence.
inline void require(bool holds, const std::string& sentence) {
  if (!holds) throw std::runtime_error("this should hold and does not: " + sentence);
}

inline void print_usage(std::FILE* out, const Options& options, std::string_view about) {
  std::fprintf(out, "usage: %s [--quick] [--seed N]\n\n%s\n\n", std::string(options.name).c_str(), std::string(about).c_str());
  std::fprintf(out, "  --quick   a shorter run: seconds\n  --seed N  of all that is random (0)\n");
}

// What the command line says, or the end of the program.
inline Options parse(int argc, char** argv, std::string_view about) {
  const std::string_view path = argv[0];
  Options options{.name = path.substr(path.rfind('/') + 1)};
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--help" || option == "-h") {
      print_usage(stdout, options, about);
      std::exit(0);
    }
    bool known = option == "--quick";
    options.quick |= known;
    if (option == "--seed" && i + 1 < argc) {
      char* end = nullptr;
      options.seed = std::strtoull(argv[++i], &end, 10);
      known = end != argv[i] && *end == '\0';
    }
    if (!known) {
      print_usage(stderr, options, about);
      std::exit(2);
    }
  }
  return options;
}

// The whole of main: reads the options, runs the program, and says why it failed.
inline int run(int argc, char** argv, std::string_view about, void (*program)(const Options&)) {
  const Options options = parse(argc, argv, about);
  try {
    std::printf("%s\n", std::string(options.name).c_str());
    program(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", std::string(options.name).c_str(), error.what());
    return 1;
  }
  return 0;
}
