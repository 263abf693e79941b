// Of collectives.
#include "espalier/ir/infer/rules.h"

namespace espalier::ir::inference {
namespace {

Type gathered(const CollectiveAttrs& a, Type in) {
  if (a.axis < 0 || a.axis > in.ndim()) fail_axis(Op::all_gather, a.axis, in);
  Ints shape = in.shape().extents();
  shape.insert(shape.begin() + a.axis, a.size);
  return in.with(Shape(shape));
}
// The type without the axis that has an element for each member.
Type scattered(Op op, const CollectiveAttrs& a, Type in) {
  if (a.axis < 0 || a.axis >= in.ndim()) fail_axis(op, a.axis, in);
  if (in.shape()[a.axis] != a.size) {
    fail_shapes(op, "axis " + std::to_string(a.axis) + " of " + in.str() + " has no element for each of " + std::to_string(a.size) + " members", std::span(&in, 1), "its extent is the number of members");
  }
  Ints shape = in.shape().extents();
  shape.erase(shape.begin() + a.axis);
  return in.with(Shape(shape));
}
Type exchanged(const CollectiveAttrs& a, Type in) {
  const Type rest = scattered(Op::all_to_all, a, in);
  if (a.into < 0 || a.into > rest.ndim()) fail_axis(Op::all_to_all, a.into, in);
  Ints shape = rest.shape().extents();
  shape.insert(shape.begin() + a.into, a.size);
  return in.with(Shape(shape));
}
void require_sources(const CollectiveAttrs& a) {
  const Op op = Op::ppermute;
  if (static_cast<std::int64_t>(a.sources.size()) != a.size) fail_arguments(op, std::to_string(a.sources.size()) + " sources for " + std::to_string(a.size) + " members", "give one for each, or -1");
  std::vector<bool> sends(a.sources.size(), false);
  for (auto source : a.sources) {
    if (source < -1 || source >= a.size) fail_arguments(op, "member " + std::to_string(source) + " of " + std::to_string(a.size) + " is a source", "members count from 0");
    if (source < 0) continue;
    if (sends[static_cast<std::size_t>(source)]) fail_arguments(op, "member " + std::to_string(source) + " sends twice", "each sends to one at most; all_gather sends to all");
    sends[static_cast<std::size_t>(source)] = true;
  }
}

}  // namespace

Type infer(Collective op, const Attrs& attrs, Types in) {
  const auto& a = std::get<CollectiveAttrs>(attrs);
  if (a.size < 0) fail_arguments(op, "an axis of " + std::to_string(a.size) + " members", "it has 0 or more");
  switch (op) {
    case Collective::psum: return of_one_type(op, in);
    case Collective::all_gather: return gathered(a, in[0]);
    case Collective::reduce_scatter: return require_dtype(op, in), scattered(op, a, in[0]);
    case Collective::all_to_all: return exchanged(a, in[0]);
    case Collective::ppermute: return require_sources(a), in[0];
    case Collective::axis_index: return Type(i32);
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir::inference
