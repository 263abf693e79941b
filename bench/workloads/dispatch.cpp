// What a call itself costs: almost no arithmetic, few or many arrays.
#include "groups.h"
#include "workload.h"

namespace bench {

Workloads dispatch() {
  const auto increment = [](std::vector<ep::Array> tree) {
    for (ep::Array& leaf : tree) leaf += 1;
    return tree;
  };
  return {
      jitted("dispatch", "8 f32", [](ep::Array x) { return x * 2 + 1; }, [] { return std::tuple{ep::arange(8.0)}; }),
      jitted("dispatch_tree", "200 arrays", increment, [] {
    std::vector<ep::Array> tree;
    for (int i = 0; i < 200; ++i) tree.push_back(ep::full({4}, i, ep::f32));
    return std::tuple{tree};
  }),
  };
}

}  // namespace bench
