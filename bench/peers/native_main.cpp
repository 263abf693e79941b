// What a good C++ programmer writes by hand for one case and this machine, with OpenBLAS; and what the machine can do.
#include "native.h"

int main() {
  bench::Workloads all;
  for (const auto group : {bench::roofline, bench::dispatch, bench::elementwise, bench::normalised, bench::contractions,
                           bench::training, bench::recurrent, bench::differential_equations}) {
    for (bench::Workload& workload : group()) all.push_back(std::move(workload));
  }
  return bench::serve(all);
}
