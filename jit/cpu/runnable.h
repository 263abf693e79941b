#pragma once

#include <string>

#include "espalier/jit/cpu/target.h"

namespace espalier::codegen {

/// An instruction set that code for the target may use and the processor we run on lacks ("xop"); "" if there is none.
std::string missing_here(const Target&);

}  // namespace espalier::codegen
