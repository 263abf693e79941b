// Rows of random ops.
#include "goldens.h"

namespace espalier::test {

using namespace ir;

Row describe(Random op) {
  switch (op) {
    case Random::threefry2x32: {
      const Type words(u32, {7});
      Use use{.op = op, .name = "threefry2x32_u32", .operands = {words, words, words, words}, .domains = std::vector<Domain>(4, Domain{.integers = {0, 4294967295.0}})};
      use.golden = threefry_goldens();
      use.flops = 7;
      Row row;
      row.uses.push_back(std::move(use));
      for (DType t : every_dtype())
        if (t != u32) row.wrong.push_back({std::string(name(t)), Refusal::dtype, std::vector<Type>(4, Type(t, {7}))});
      row.wrong.push_back({"shapes", Refusal::shape, {words, words, words, Type(u32, {8})}});
      row.wrong.push_back({"dtypes", Refusal::dtype, {words, words, words, Type(i32, {7})}});
      return row;
    }
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
