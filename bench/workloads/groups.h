#pragma once
// The groups of workloads, one file each.
#include "../server.h"

namespace bench {

Workloads elementwise();
Workloads normalised();
Workloads contractions();
Workloads training();
Workloads recurrent();
Workloads differential_equations();
Workloads dispatch();
Workloads compilation();

}  // namespace bench
