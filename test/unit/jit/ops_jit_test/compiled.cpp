// Every op, compiled for each width of vectors, gives what its reference gives, within what docs/ops.md promises. The uses of an op
// are one program.
#include <gtest/gtest.h>

#include "../../ops/draw.h"
#include "../compiled.h"
#include "../targets.h"
#include "espalier/ir/builder.h"

namespace espalier::test {
namespace {

using namespace ir;

class CompiledOp : public testing::TestWithParam<Op> {};

// A use on operands.
struct Trial {
  const Use* use;
  std::vector<Literal> operands;
  bool golden = false;
};

// Of elementwise ops some ten thousand numbers in each dtype. Of others every way in f32, and some in each other dtype.
std::vector<Trial> trials_of(Op op) {
  std::vector<Trial> out;
  std::size_t count = 0;
  for (const Use& use : row_of(op).uses) {
    if (use.golden) out.push_back({&use, use.golden->operands, true});
    if (is_elementwise(op)) {
      out.push_back({&use, draw_many(use, 7, row_of(op).called ? 3000 : 400)});
    } else if (use.name.find("_f32") != std::string::npos || ++count % 5 == 0) {
      out.push_back({&use, draw(use, 20 + count, count % 2 == 1)});
    }
  }
  return out;
}

TEST_P(CompiledOp, IsTheReference) {
  const Op op = GetParam();
  const Row& row = row_of(op);
  const std::vector<Trial> trials = trials_of(op);
  Builder b;
  std::vector<Literal> inputs;
  std::vector<Value> outputs;
  std::vector<std::size_t> ends;
  for (const Trial& trial : trials) {
    std::vector<Value> operands;
    std::vector<Type> types;
    for (const Literal& x : trial.operands) types.push_back(x.type), operands.push_back(b.input(x.type)), inputs.push_back(x);
    const Value first = b.add(op, operands, trial.use->attrs);
    for (std::size_t r = 0; r < infer(op, trial.use->attrs, types).size(); ++r) outputs.push_back(first + static_cast<Value>(r));
    ends.push_back(outputs.size());
  }
  const Graph graph = b.finish(outputs);
  for (const std::string& target : runnable_targets()) {
    const Compiled code(graph, {.target = target});
    const auto results = code(inputs);
    EXPECT_EQ(code.damage, "") << target;
    std::size_t begin = 0;
    for (std::size_t k = 0; k < trials.size(); begin = ends[k++]) {
      const Trial& trial = trials[k];
      const std::vector<Literal> got(results.begin() + static_cast<std::ptrdiff_t>(begin), results.begin() + static_cast<std::ptrdiff_t>(ends[k]));
      if (trial.golden) {
        EXPECT_EQ(judged(row.compiled, trial.use->golden->results, got), "") << trial.use->name << " by the data of another system, " << target;
        continue;
      }
      EXPECT_EQ(judged(*trial.use, row.compiled, trial.operands, got), "") << trial.use->name << " " << target;
      const bool exact = std::none_of(got.begin(), got.end(), [](const Literal& x) { return is_inexact(x.type.dtype()); });
      if (exact) {
        std::vector<Type> types;
        for (const Literal& x : trial.operands) types.push_back(x.type);
        EXPECT_EQ(bits_differ(got, evaluated({graph_of(*trial.use, types), trial.operands})), "") << trial.use->name << " " << target;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, CompiledOp, testing::ValuesIn(all_ops()), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::test
