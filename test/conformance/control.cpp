#include "program.h"

namespace espalier::conformance {

const Rules& control_rules() {
  static const Rules rules = {};
  return rules;
}

}  // namespace espalier::conformance
