// Our workloads: written in the DSL as a user would, compiled by jit.
#include "groups.h"

int main() {
  bench::Workloads all;
  for (const auto group : {bench::dispatch, bench::elementwise, bench::normalised, bench::contractions, bench::training,
                           bench::recurrent, bench::differential_equations, bench::compilation}) {
    for (bench::Workload& workload : group()) all.push_back(std::move(workload));
  }
  return bench::serve(all);
}
