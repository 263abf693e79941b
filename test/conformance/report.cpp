#include "report.h"

#include <cstdio>
#include <fstream>
#include <iostream>

#include "espalier/ir/error.h"

namespace espalier::conformance {

void Row::count(const std::string& name, const Outcome& outcome, bool verbose) {
  const std::string who = family + "/" + name + " (" + std::string(conformance::name(mode)) + ")";
  switch (outcome.verdict) {
    case Verdict::passed: ++passed; return;
    case Verdict::unsupported:
      ++unsupported;
      if (verbose) std::cout << "unsupported " << who << ": " << outcome.message << '\n';
      return;
    case Verdict::failed:
      failures.push_back(name);
      std::cout << "FAILED " << who << ": " << outcome.message << '\n';
      return;
  }
}

std::size_t Report::failed() const {
  std::size_t count = 0;
  for (const Row& row : rows_) count += row.failures.size();
  return count;
}

std::string Report::table() const {
  char line[160];
  std::snprintf(line, sizeof line, "%-20s %-9s %8s %8s %12s %9s\n", "family", "mode", "passed", "failed", "unsupported", "seconds");
  std::string text = line;
  for (const Row& row : rows_) {
    std::snprintf(line, sizeof line, "%-20s %-9s %8d %8zu %12d %9.2f\n", row.family.c_str(), std::string(name(row.mode)).c_str(), row.passed, row.failures.size(), row.unsupported, row.seconds);
    text += line;
  }
  return text;
}

void Report::write_json(const std::filesystem::path& path) const {
  Json rows = Json::array();
  for (const Row& row : rows_) {
    rows.push_back({{"family", row.family}, {"mode", name(row.mode)}, {"passed", row.passed}, {"failed", row.failures.size()}, {"unsupported", row.unsupported}, {"failures", row.failures}});
  }
  std::ofstream file(path);
  file << rows.dump(1) << '\n';
  if (!file) throw IoError("report", "cannot write " + path.string());
}

}  // namespace espalier::conformance
