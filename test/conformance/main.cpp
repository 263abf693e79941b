// espalier-conformance --oracle DIR [--family F]… [--case TEXT] [--mode eval|compiled]… [--target CPU] [--json FILE] [--verbose]
// Runs cases that other systems made, on the evaluator and compiled, and says how many hold.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>

#include "report.h"
#include "run.h"

#include "espalier/ir/error.h"

int main(int argc, char** argv) {
  using namespace espalier::conformance;
  std::string directory, wanted, target, json;
  std::vector<std::string> families, modes{"eval", "compiled"};
  bool verbose = false;
  CLI::App app("Runs the cases of an oracle directory on the evaluator and compiled.", "espalier-conformance");
  app.add_option("--oracle", directory, "directory of <family>.json and <family>.safetensors")->required();
  app.add_option("--family", families, "only these families")->delimiter(',');
  app.add_option("--case", wanted, "only cases whose name contains this");
  app.add_option("--mode", modes, "eval, compiled, or both")->delimiter(',')->check(CLI::IsMember({"eval", "compiled"}));
  app.add_option("--target", target, "compile for avx2, avx512 or an LLVM CPU name; this machine by default");
  app.add_option("--json", json, "write the counts and the names of failed cases");
  app.add_flag("--verbose", verbose, "also say what is missing for unsupported cases");
  CLI11_PARSE(app, argc, argv);

  try {
    Report report;
    for (const std::string& name : families.empty() ? families_in(directory) : families) {
      const Family family = read_family(directory, name);
      for (Mode mode : {Mode::eval, Mode::compiled}) {
        if (std::find(modes.begin(), modes.end(), espalier::conformance::name(mode)) == modes.end()) continue;
        Row& row = report.row(name, mode);
        const auto start = std::chrono::steady_clock::now();
        for (const Case& c : family.cases) {
          if (c.name.find(wanted) != std::string::npos) row.count(c.name, run(c, name, mode, target), verbose);
        }
        row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      }
    }
    std::cout << report.table();
    if (!json.empty()) report.write_json(json);
    return report.failed() == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
