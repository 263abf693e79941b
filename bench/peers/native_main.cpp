// What a good C++ programmer writes by hand for one case and this machine, with OpenBLAS; and what the machine can do.
#include "native.h"

int main() {
  using namespace bench;
  Workloads found;
  for (const auto group : {roofline, dispatch, elementwise, arrays, normalised, contractions, training, optimizers, transformers, lenet, residual, recurrent, control, differential_equations,
                           options, particles, sampling, tables, derivatives, linear_algebra}) {
    for (Workload& workload : group()) found.push_back(std::move(workload));
  }
  return serve(found);
}
