#pragma once
// The groups of workloads, one file each.
#include "../server.h"

namespace bench {

Workloads dispatch();
Workloads elementwise();
Workloads arrays();
Workloads normalised();
Workloads contractions();
Workloads training();
Workloads optimizers();
Workloads transformers();
Workloads vision();
Workloads recurrent();
Workloads control();
Workloads differential_equations();
Workloads options();
Workloads particles();
Workloads sampling();
Workloads tables();
Workloads derivatives();
Workloads linear_algebra();
Workloads compilation();

}  // namespace bench
