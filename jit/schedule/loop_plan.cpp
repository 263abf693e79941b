#include "espalier/jit/schedule/loop_plan.h"

#include <algorithm>

#include "espalier/jit/schedule/dimensions.h"
#include "espalier/jit/schedule/dependences.h"

namespace espalier::codegen {
namespace {

using namespace ir;

class Planner {
 public:
  explicit Planner(const Graph& body) : body_(body), definer_(definers(body)) {
    Dimensions found = find_dimensions(body);
    plan_.extents = std::move(found.extents);
    plan_.dims = std::move(found.of);
    plan_.mapped = std::move(found.mapped);
    plan_.phase.assign(body.types.size(), 0);
  }

  LoopPlan run() {
    mark_reduced();
    assign_phases();
    make_loops();
    keep_costly_values();
    return std::move(plan_);
  }

 private:
  // ---- dimensions -------------------------------------------------------------------------------------------------
  void mark_reduced() {
    reduced_.assign(plan_.extents.size(), false);
    for (const Node& node : body_.nodes) {
      if (!reduces(node.op)) continue;
      const auto removed = removed_axes(body_, node);
      const auto& dims = plan_.dims[body_.operands_of(node)[0]];
      for (std::size_t i = 0; i < dims.size(); ++i)
        if (removed[i] && dims[i] >= 0) reduced_[dims[i]] = true;
    }
  }

  // ---- passes -----------------------------------------------------------------------------------------------------
  void assign_phases() {
    int last = 0;
    for (const Node& node : body_.nodes) {
      int phase = 0;
      for (Value operand : body_.operands_of(node)) phase = std::max(phase, plan_.phase[operand]);
      const auto removed = reduces(node.op) ? reduced_axes(body_, node) : std::vector<bool>{};
      if (std::find(removed.begin(), removed.end(), true) != removed.end()) ++phase, last = std::max(last, phase);
      for (std::uint32_t r = 0; r < node.n_results; ++r) plan_.phase[node.first_result + r] = phase;
    }
    plan_.n_phases = std::max(last, 1);
    for (Value output : body_.outputs) {
      const auto& dims = plan_.dims[output];
      const bool full = std::any_of(dims.begin(), dims.end(), [&](int d) { return d >= 0 && reduced_[d]; });
      if (full) plan_.n_phases = std::max(plan_.n_phases, plan_.phase[output] + 1);
    }
  }

  // ---- loops ------------------------------------------------------------------------------------------------------
  void make_loops() {
    const int n = static_cast<int>(plan_.extents.size());
    std::vector<int> order;  // dimensions as the largest value has them, then the rest
    for (int d = 0; d < n; ++d) order.push_back(d);
    std::sort(order.begin(), order.end(), [&](int a, int b) { return reduced_[a] != reduced_[b] ? !reduced_[a] : a < b; });
    const int vector_dim = preferred_dim();
    if (vector_dim >= 0) {  // innermost among its kind
      order.erase(std::find(order.begin(), order.end(), vector_dim));
      auto at = std::find_if(order.begin(), order.end(), [&](int d) { return reduced_[d] && !reduced_[vector_dim]; });
      at = order.insert(at, vector_dim);
      const int across = transposed_dim(vector_dim);
      if (across >= 0) {  // the iterations of this loop inside it use the rest of each cache line that a vector touches
        std::rotate(std::find(order.begin(), order.end(), across), std::find(order.begin(), order.end(), across) + 1, at + 1);
      }
    }
    for (int d : order) {
      if (!plan_.loops.empty() && collapsible(plan_.loops.back().dims.back(), d)) {
        plan_.loops.back().dims.push_back(d);
        plan_.loops.back().extent *= plan_.extents[d];
      } else {
        plan_.loops.push_back({{d}, plan_.extents[d], reduced_[d]});
      }
      if (d == vector_dim) plan_.vector_loop = static_cast<int>(plan_.loops.size()) - 1;
    }
  }

  // The dimension that runs fastest through most of the memory that is touched.
  int preferred_dim() const {
    std::vector<double> weight(plan_.extents.size(), 0);
    auto count_axes = [&](Value v, std::size_t axes, double bytes) {
      const auto& dims = plan_.dims[v];
      for (std::size_t i = axes; i-- > 0;) {
        if (dims[i] < 0) continue;
        weight[dims[i]] += bytes;
        return;
      }
    };
    auto count = [&](Value v, double factor) { count_axes(v, plan_.dims[v].size(), factor * static_cast<double>(body_.type_of(v).nbytes())); };
    for (Value v = 0; v < body_.n_inputs; ++v)
      if (plan_.mapped[v]) count(v, 1);
    for (Value v : body_.outputs) count(v, 1.5);  // a scattered store costs more than a gathered load
    for (const Node& node : body_.nodes) {  // shifted views read along the axis they return
      if (is_shifted_view(body_, node) && plan_.mapped[node.first_result]) {
        if (node.op != Op::windows) count(node.first_result, 1);
        else {  // through what it takes windows of
          const Type from = body_.type_of(body_.operands_of(node)[0]);
          count_axes(node.first_result, static_cast<std::size_t>(from.ndim()), static_cast<double>(from.nbytes()));
        }
      }
      if (reduces(node.op)) count(body_.operands_of(node)[0], 0.01);
    }
    int best = -1;
    for (std::size_t d = 0; d < weight.size(); ++d) {
      if (best < 0 || weight[d] > weight[best]) best = static_cast<int>(d);
    }
    return best;
  }

  // The dimension that runs fastest through the largest operand which vectors along `vector_dim` gather from, or -1.
  int transposed_dim(int vector_dim) const {
    constexpr std::int64_t least_bytes = 16 << 10;  // smaller ones stay in the first cache whatever the order
    int found = -1;
    std::int64_t most = least_bytes;
    for (Value v = 0; v < body_.n_inputs; ++v) {
      if (!plan_.mapped[v] || body_.type_of(v).nbytes() < most) continue;
      const auto& dims = plan_.dims[v];
      const auto fastest = std::find_if(dims.rbegin(), dims.rend(), [](int d) { return d >= 0; });
      if (fastest == dims.rend() || *fastest == vector_dim || reduced_[*fastest] || reduced_[vector_dim]) continue;
      if (std::find(dims.begin(), dims.end(), vector_dim) == dims.end()) continue;
      found = *fastest;
      most = body_.type_of(v).nbytes();
    }
    return found;
  }

  // Whether every array runs through outer and inner as through one dimension.
  bool collapsible(int outer, int inner) const {
    if (reduced_[outer] != reduced_[inner]) return false;
    for (Value v = 0; v < body_.types.size(); ++v) {
      if (!plan_.mapped[v]) continue;
      int last = -1;
      bool has_outer = false, has_inner = false, adjacent = false;
      for (int d : plan_.dims[v]) {
        if (d < 0) continue;
        has_outer |= d == outer;
        has_inner |= d == inner;
        adjacent |= last == outer && d == inner;
        last = d;
      }
      if ((has_outer || has_inner) && !adjacent) return false;
      if (!(has_outer && has_inner) || definer_[v] == no_node) continue;
      const Node& node = body_.nodes[definer_[v]];
      const bool reads_index = node.op == Op::iota || (is_shifted_view(body_, node));
      if (reads_index || node.op == Op::arg_reduce) return false;
    }
    for (const Node& node : body_.nodes) {  // an arg_reduce counts along its axis
      if (node.op == Op::arg_reduce && reduced_[inner]) return false;
    }
    return true;
  }

  // ---- what passes share ------------------------------------------------------------------------------------------
  void keep_costly_values() {
    if (plan_.n_phases < 2) return;
    std::vector<int> first(body_.types.size(), -1);  // the first pass that computes the value
    std::vector<bool> kept(body_.types.size(), false);
    for (int phase = 0; phase < plan_.n_phases; ++phase) {
      std::vector<bool> needed(body_.types.size(), false);
      for (const Node& node : body_.nodes) {
        if (reduces(node.op) && plan_.phase[node.first_result] == phase + 1) needed[body_.operands_of(node)[0]] = true;
      }
      for (Value output : body_.outputs) {
        if (plan_.phase[output] == phase && plan_.is_reduced_value(output)) needed[output] = true;
      }
      for (std::size_t n = body_.nodes.size(); n-- > 0;) {
        const Node& node = body_.nodes[n];
        const Value v = node.first_result;
        if (!needed[v] || reduces(node.op)) continue;
        const bool costly = maps(node.op) && node.n_results == 1 && !is_cheap(node.op) && plan_.mapped[v] && plan_.is_reduced_value(v);
        if (costly && first[v] >= 0) {
          if (!kept[v]) plan_.kept.push_back({v, first[v]});
          kept[v] = true;
          continue;  // it is loaded, so nothing that it is computed from is needed
        }
        if (first[v] < 0) first[v] = phase;
        for (Value operand : body_.operands_of(node)) needed[operand] = true;
      }
    }
  }

  const Graph& body_;
  const std::vector<std::uint32_t> definer_;
  std::vector<bool> reduced_;
  LoopPlan plan_;
};

}  // namespace

int LoopPlan::loop_of(int dim) const {
  for (std::size_t l = 0; l < loops.size(); ++l) {
    if (std::find(loops[l].dims.begin(), loops[l].dims.end(), dim) != loops[l].dims.end()) return static_cast<int>(l);
  }
  return -1;
}
bool LoopPlan::is_innermost(int dim) const { return loops[loop_of(dim)].dims.back() == dim; }
bool LoopPlan::is_reduced_value(ir::Value value) const {
  return std::any_of(dims[value].begin(), dims[value].end(), [&](int d) { return d >= 0 && loops[loop_of(d)].reduced; });
}
std::size_t LoopPlan::n_parallel() const {
  return static_cast<std::size_t>(std::count_if(loops.begin(), loops.end(), [](const Axis& loop) { return !loop.reduced; }));
}
std::int64_t LoopPlan::parallel_points() const {
  std::int64_t n = 1;
  for (const Axis& loop : loops) n *= loop.reduced ? 1 : loop.extent;
  return n;
}

std::int64_t LoopPlan::reduced_points() const {
  std::int64_t n = 1;
  for (const Axis& loop : loops) n *= loop.reduced ? loop.extent : 1;
  return n;
}

LoopPlan plan_loops(const Graph& body) { return Planner(body).run(); }

}  // namespace espalier::codegen
