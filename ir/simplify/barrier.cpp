#include <algorithm>

#include "espalier/ir/simplify/control.h"

namespace espalier::ir {

Results simplify_barrier(Rewriter& rw, const ControlNode& n) {
  if (std::find(n.used.begin(), n.used.end(), false) == n.used.end()) return std::nullopt;
  std::vector<Value> in, results(n.in.size(), no_value);
  for (std::size_t i = 0; i < n.in.size(); ++i)
    if (n.used[i]) in.push_back(n.in[i]);
  if (in.empty()) return results;
  Value next = rw.add(Op::barrier, in, {});
  for (std::size_t i = 0; i < n.in.size(); ++i)
    if (n.used[i]) results[i] = next++;
  return results;
}

}  // namespace espalier::ir
