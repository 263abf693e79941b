// Rows of collectives. They have values only where vmap maps their axis: ../jit/collective_test.cpp holds them against sums and moves.
#include "table.h"

namespace espalier::test {

using namespace ir;

Row describe(Collective op) {
  const Type x(f32, {3, 4});
  const auto over = [](int axis, int into = 0, Ints sources = {}) { return CollectiveAttrs{.axis_name = "i", .size = 3, .axis = axis, .into = into, .sources = std::move(sources)}; };
  Row row;
  switch (op) {
    case Collective::psum: row.wrong = {{"bools", Refusal::dtype, {Type(bool_, {3})}, over(0)}, {"no_members", Refusal::argument, {x}, CollectiveAttrs{.axis_name = "i", .size = -1}}}; break;
    case Collective::all_gather: row.wrong = {{"axis_beyond", Refusal::axis, {x}, over(3)}, {"axis_before", Refusal::axis, {x}, over(-1)}}; break;
    case Collective::reduce_scatter: row.wrong = {{"axis_beyond", Refusal::axis, {x}, over(2)}, {"extent", Refusal::shape, {x}, over(1)}, {"bools", Refusal::dtype, {Type(bool_, {3})}, over(0)}}; break;
    case Collective::all_to_all: row.wrong = {{"axis_beyond", Refusal::axis, {x}, over(2)}, {"extent", Refusal::shape, {x}, over(1)}, {"into_beyond", Refusal::axis, {x}, over(0, 2)}}; break;
    case Collective::ppermute:
      row.wrong = {{"too_few", Refusal::argument, {x}, over(0, 0, {0, 1})}, {"beyond", Refusal::argument, {x}, over(0, 0, {0, 1, 3})}, {"twice", Refusal::argument, {x}, over(0, 0, {0, 0, 1})}};
      break;
    case Collective::axis_index: row.wrong = {{"no_members", Refusal::argument, {}, CollectiveAttrs{.axis_name = "i", .size = -1}}}; break;
  }
  return row;
}

}  // namespace espalier::test
