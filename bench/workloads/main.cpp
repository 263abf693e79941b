// Our workloads: written in the DSL as a user would, compiled by jit.
#include "groups.h"

int main() {
  using namespace bench;
  Workloads all;
  for (const auto group : {dispatch, elementwise, arrays, normalised, contractions, training, optimizers, transformers, vision, recurrent, control, differential_equations, options,
                           particles, sampling, tables, derivatives, linear_algebra, compilation}) {
    for (Workload& workload : group()) all.push_back(std::move(workload));
  }
  return serve(all);
}
