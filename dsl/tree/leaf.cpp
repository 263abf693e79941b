// What the templates of trees ask of arrays.
#include <atomic>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"
#include "espalier/runtime/stack.h"

namespace espalier {

namespace detail {
Array settled(const Array& array, Where where) {
  if (!array.weak()) return array;
  if (array.is_abstract()) return ArrayAccess::abstract(ArrayAccess::type(array), false, where);
  if (Trace::current() == nullptr) return materialise(array, "settle", where);
  return array.as(array.dtype(), where);
}
}  // namespace detail

namespace tree {

std::uint64_t fresh_identity() {
  static std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

namespace {
// How many levels of trees this thread is in. A walk inside another one counts on from it, since both are on one stack.
thread_local int levels = 0;
}  // namespace

void enter_level() {
  if (levels >= max_levels || runtime::stack_is_low()) {
    throw StructureError("tree", "the tree is nested too deeply: " + std::to_string(levels) + " levels down " + (levels >= max_levels ? "is as deep as trees go" : "half of this thread's stack is used"),
                         "hold what comes one after the other in a std::vector");
  }
  ++levels;
}
void leave_level() noexcept { --levels; }

bool same_handle(const Array& a, const Array& b) { return detail::ArrayAccess::same_handle(a, b); }

void throw_changed(std::string_view type, const std::string& path, std::string_view member, Where where) {
  MutabilityError error("apply", "the call changed " + path + ", a member of " + std::string(type) + ", and it was called immutable",
                        "call apply(tree, key) without `immutable` and keep the tree it returns", where);
  error.type = type;
  error.member = member;
  error.path = path;
  throw error;
}

bool equal_arrays(const Array& a, const Array& b) {
  if (a.is_nothing() || b.is_nothing()) return a.is_nothing() == b.is_nothing();
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  const Array x = detail::materialise(a, "equal", Where{}), y = detail::materialise(b, "equal", Where{});
  const void* left = detail::ArrayAccess::data(x);
  const void* right = detail::ArrayAccess::data(y);
  const auto n = static_cast<std::size_t>(x.size());
  bool equal = true;
  const bool real = ir::visit_real(x.dtype(), [&]<class T>() {
    for (std::size_t i = 0; i < n; ++i) equal = equal && static_cast<const T*>(left)[i] == static_cast<const T*>(right)[i];
  });
  if (real) return equal;
  // Complex numbers.
  const Array wide_x = x.as(c128), wide_y = y.as(c128);
  const auto* p = static_cast<const double*>(detail::ArrayAccess::data(wide_x));
  const auto* q = static_cast<const double*>(detail::ArrayAccess::data(wide_y));
  for (std::size_t i = 0; i < 2 * n; ++i) equal = equal && p[i] == q[i];
  return equal;
}

}  // namespace tree
}  // namespace espalier
