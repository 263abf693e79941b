#pragma once
// One case in one mode.
#include <string>

#include "oracle.h"

namespace espalier::conformance {

enum class Mode { eval, compiled };
inline std::string_view name(Mode mode) { return mode == Mode::eval ? "eval" : "compiled"; }

enum class Verdict { passed, failed, unsupported };
struct Outcome {
  Verdict verdict;
  std::string message;  ///< what was wrong, or what is missing
};

/// Runs a case on the evaluator or compiled, and compares. A compiled run that evaluates any op fails.
Outcome run(const Case& c, const std::string& family, Mode mode);

}  // namespace espalier::conformance
