#include "espalier/dsl/debug.h"

namespace espalier {

std::vector<Array> detail::behind_barrier(std::span<const Array> arrays, Where where) {
  std::vector<Array> all(arrays.begin(), arrays.end()), strong;
  if (Trace::current() == nullptr) return all;
  for (const Array& a : all)  // a weak scalar is a number, which nothing computes
    if (!a.weak()) strong.push_back(a);
  if (strong.empty()) return all;
  const auto behind = apply_many(ir::Op::barrier, strong, {}, where, "barrier");
  std::size_t next = 0;
  for (Array& a : all)
    if (!a.weak()) a = behind[next++];
  return all;
}

}  // namespace espalier
