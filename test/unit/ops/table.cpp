#include "table.h"

#include <algorithm>

#include "../noise.h"
#include "espalier/ir/builder.h"

namespace espalier::test {

using namespace ir;

const Row& row_of(Op op) {
  static const std::vector<Row> rows = [] {
    std::vector<Row> out;
    for (Op each : all_ops()) out.push_back(visit(each, [](auto of_family) { return describe(of_family); }));
    return out;
  }();
  return rows[op.row()];
}

std::vector<Op> all_ops() {
  std::vector<Op> out;
  for (int row = 0; row < op_count; ++row) out.push_back(Op(static_cast<std::uint8_t>(row)));
  return out;
}

std::vector<const Use*> all_uses() {
  std::vector<const Use*> out;
  for (Op op : all_ops())
    for (const Use& use : row_of(op).uses) out.push_back(&use);
  return out;
}

std::vector<const Use*> smooth_uses() {
  std::vector<const Use*> out;
  for (const Use* use : all_uses()) {
    const bool smooth = std::all_of(use->operands.begin(), use->operands.end(), [](Type t) { return !is_inexact(t.dtype()) || part_of(t.dtype()) == f64; });
    const bool any = std::any_of(use->operands.begin(), use->operands.end(), [](Type t) { return part_of(t.dtype()) == f64; });
    if (smooth && any) out.push_back(use);
  }
  return out;
}

std::vector<DType> every_dtype() {
  std::vector<DType> out;
  for (int t = 0; t < dtype_count; ++t) out.push_back(static_cast<DType>(t));
  return out;
}

Graph graph_of(const Use& use) { return graph_of(use, use.operands); }

Graph graph_of(const Use& use, std::span<const Type> operands) {
  Builder b;
  std::vector<Value> in, out;
  for (Type t : operands) in.push_back(b.input(t));
  const auto results = infer(use.op, use.attrs, operands).size();
  const Value first = b.add(use.op, in, use.attrs);
  for (std::size_t r = 0; r < results; ++r) out.push_back(first + static_cast<Value>(r));
  return b.finish(out);
}

std::string judged(const Bounds& bounds, const std::vector<Numbers>& exact, const std::vector<Literal>& results) {
  if (results.size() != exact.size()) return std::to_string(results.size()) + " results, not " + std::to_string(exact.size());
  for (std::size_t r = 0; r < results.size(); ++r) {
    if (auto off = further_than(bounds.in(results[r].type.dtype()), results[r], exact[r]); !off.empty()) return "result " + std::to_string(r) + " " + off;
  }
  return "";
}

std::string judged(const Use& use, const Bounds& bounds, const std::vector<Literal>& operands, const std::vector<Literal>& results) {
  if (!use.literals.empty()) return results == use.literals ? "" : "its bits are not those of the literal";
  if (use.equations) return use.equations(operands, results);
  if (!use.exact) return "";
  std::vector<Numbers> numbers;
  for (std::size_t i = 0; i < operands.size(); ++i) numbers.push_back(use.only_moves() && use.moves[i] ? places_of(operands[i].type.shape(), i) : numbers_of(operands[i]));
  const auto exact = use.exact(numbers);
  if (!use.only_moves()) return judged(bounds, exact, results);
  for (std::size_t r = 0; r < results.size(); ++r) {
    if (auto wrong = moved_wrong(results[r], exact[r], operands); !wrong.empty()) return "result " + std::to_string(r) + " " + wrong;
  }
  return "";
}

}  // namespace espalier::test
