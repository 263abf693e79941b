#pragma once
// Shrinking: a failing program made small enough to read.
#include <functional>

#include "noise.h"

namespace espalier::test {

/// The smallest program found that still `fails`: outputs are dropped, then nodes replaced by inputs that hold what they
/// computed, first in the program, then in the bodies of its loops and branches (there by zeros).
Case shrunk(Case program, const std::function<bool(const Case&)>& fails);

/// The program's text and that of its small inputs, for the message of a failed test.
std::string text_of(const Case& program);

}  // namespace espalier::test
