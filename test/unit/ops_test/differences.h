#pragma once
// Derivatives beside central differences of fourth order, in f64.
#include <vector>

#include "../noise.h"
#include "../ops/draw.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/print.h"

namespace espalier::test {

using namespace ir;

/// Every way in which some of the flagged operands, and at least one, are chosen.
inline std::vector<std::vector<bool>> choices(const std::vector<bool>& allowed) {
  std::vector<std::vector<bool>> out;
  for (std::uint32_t mask = 1; mask < (1u << allowed.size()); ++mask) {
    std::vector<bool> chosen;
    bool all_allowed = true;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      chosen.push_back((mask >> i & 1) != 0);
      all_allowed = all_allowed && (!chosen[i] || allowed[i]);
    }
    if (all_allowed) out.push_back(chosen);
  }
  return out;
}
/// The operands of a use that have a derivative.
inline std::vector<bool> differentiable(const Use& use) {
  std::vector<bool> out;
  for (std::size_t i = 0; i < use.operands.size(); ++i) out.push_back(part_of(use.operands[i].dtype()) == f64 && use.domains[i].differentiable);
  return out;
}
/// A direction for each active input.
inline std::vector<Literal> directions(const Graph& graph, const std::vector<bool>& active, std::uint64_t seed) {
  std::vector<Literal> out;
  for (std::size_t i = 0; i < active.size(); ++i)
    if (active[i]) out.push_back(draw_direction(graph.type_of(static_cast<Value>(i)), seed + i));
  return out;
}
inline std::vector<Literal> joined(std::vector<Literal> x, const std::vector<Literal>& y) {
  x.insert(x.end(), y.begin(), y.end());
  return x;
}
inline std::string name_of(const testing::TestParamInfo<const Use*>& info) { return info.param->name; }

/// "" if the tangents of a graph are its central differences along `along`; else what is wrong. `zero`: there must be none.
std::string tangents_wrong(const Graph& graph, const std::vector<Literal>& at, const std::vector<bool>& active, const std::vector<Literal>& along, bool zero);
/// "" if ⟨ȳ, J·ẋ⟩ = ⟨Jᵀ·ȳ, ẋ⟩ for the derivative at a point; else what is wrong.
std::string transpose_wrong(const Graph& graph, const std::vector<Literal>& at, const std::vector<bool>& active, const std::vector<Literal>& along);

}  // namespace espalier::test
