#pragma once
// One case in one mode.
#include <string>

#include "oracle.h"

namespace espalier::conformance {

enum class Mode {
  eval,
  compiled
};
inline std::string_view name(Mode mode) { return mode == Mode::eval ? "eval" : "compiled"; }

enum class Verdict {
  passed,
  failed,
  unsupported
};
struct Outcome {
  Verdict verdict;
  std::string message;  ///< what was wrong, or what is missing
};

/// Runs a case on the evaluator or compiled for a target (CompileOptions::target), and compares. A compiled run that evaluates
/// any op fails.
Outcome run(const Case& c, const std::string& family, Mode mode, const std::string& target = "");

}  // namespace espalier::conformance
