#include "program.h"

namespace espalier::conformance {

const Rules& named_rules() {
  static const Rules rules = {};
  return rules;
}

}  // namespace espalier::conformance
