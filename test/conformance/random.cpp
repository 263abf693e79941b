#include "program.h"

namespace espalier::conformance {

const Rules& random_rules() {
  static const Rules rules = {};
  return rules;
}

}  // namespace espalier::conformance
