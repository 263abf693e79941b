#pragma once
// Counts per family and mode, as a table and as JSON.
#include <filesystem>
#include <list>
#include <string>
#include <vector>

#include "run.h"

namespace espalier::conformance {

struct Row {
  Row(std::string family, Mode mode) : family(std::move(family)), mode(mode) {}
  std::string family;
  Mode mode;
  int passed = 0, unsupported = 0;
  std::vector<std::string> failures;
  double seconds = 0;
  /// Counts an outcome; a failure is printed with its message, and `verbose` prints what unsupported cases lack.
  void count(const std::string& name, const Outcome& outcome, bool verbose);
};

class Report {
 public:
  /// A new row; it stays where it is.
  Row& row(const std::string& family, Mode mode) { return rows_.emplace_back(family, mode); }
  std::size_t failed() const;
  std::string table() const;
  /// A list of {"family", "mode", "passed", "failed", "unsupported", "failures"}. IoError if the file cannot be written.
  void write_json(const std::filesystem::path& path) const;

 private:
  std::list<Row> rows_;
};

}  // namespace espalier::conformance
