#pragma once
// The groups of workloads, one file each.
#include "../server.h"

namespace bench {

Workloads dispatch();
Workloads elementwise();
Workloads arrays();
Workloads normalised();
Workloads contractions();
Workloads factorizations();
Workloads training();
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
Workloads compilation();

}  // namespace bench
