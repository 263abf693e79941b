#include "espalier/jit/schedule/loop_plan.h"

#include <algorithm>
#include <numeric>

#include "espalier/ir/error.h"
#include "espalier/jit/schedule/edges.h"

namespace espalier::codegen {
namespace {

using namespace ir;

bool is_reduction(const Node& node) { return node.op == Op::reduce || node.op == Op::arg_reduce; }
bool is_pointwise(const Node& node) {
  return is_elementwise(node.op) || node.op == Op::threefry2x32;
}
bool is_view(const Node& node) { return !is_reduction(node) && !is_pointwise(node) && node.op != Op::dot; }

class Planner {
 public:
  explicit Planner(const Graph& body) : body_(body), definer_(definers(body)), users_(body.types.size()) {
    for (std::uint32_t n = 0; n < body.nodes.size(); ++n) {
      for (Value operand : body.operands_of(body.nodes[n])) users_[operand].push_back(n);
    }
    plan_.dims.resize(body.types.size());
    plan_.mapped.assign(body.types.size(), false);
    plan_.phase.assign(body.types.size(), 0);
  }

  LoopPlan run() {
    map_values();
    mark_reduced();
    assign_phases();
    make_loops();
    keep_costly_values();
    return std::move(plan_);
  }

 private:
  // ---- dimensions -------------------------------------------------------------------------------------------------
  void map_values() {
    seed(largest_value());
    propagate();
    for (Value output : body_.outputs) {  // what no relation reached runs over dimensions of its own
      if (plan_.mapped[output]) continue;
      seed(output);
      propagate();
    }
    const auto lost = [&](const Node& node) { return is_reduction(node) && !plan_.mapped[body_.operands_of(node)[0]]; };
    if (std::any_of(body_.nodes.begin(), body_.nodes.end(), lost)) map_by_axes();
  }

  // A reduced value all of whose operands are broadcast is not known from any one of them, but each of its axes is known from
  // one: axes that run together are one class, and a class runs along the dimension of whichever of them is mapped.
  void map_by_axes() {
    std::vector<std::size_t> first(body_.types.size() + 1, 0);  // per value, the number of its first axis
    for (Value v = 0; v < body_.types.size(); ++v) first[v + 1] = first[v] + static_cast<std::size_t>(body_.type_of(v).ndim());
    std::vector<std::size_t> parent(first.back());
    std::iota(parent.begin(), parent.end(), 0U);
    const auto root = [&](std::size_t axis) {
      while (parent[axis] != axis) axis = parent[axis] = parent[parent[axis]];
      return axis;
    };
    const auto together = [&](Value v, std::size_t i, Value w, std::size_t j) { parent[root(first[v] + i)] = root(first[w] + j); };
    for (const std::uint32_t index : unshifted_nodes()) {
      const Node& node = body_.nodes[index];
      const Value result = node.first_result;
      const auto ndim = static_cast<std::size_t>(iteration_type(body_, node).ndim());
      for (Value operand : body_.operands_of(node)) {
        if (is_pointwise(node)) {
          for (std::size_t i = 0; i < ndim; ++i) together(operand, i, result, i);
        } else if (is_reduction(node)) {
          const auto removed = removed_axes(node);
          for (std::size_t i = 0, j = 0; i < ndim; ++i) if (!removed[i]) together(operand, i, result, j++);
        } else if (const ViewAxes view = view_axes(body_, node); is_view(node) && !view.shifted) {
          for (std::size_t i = 0; i < view.result_axis.size(); ++i) if (view.result_axis[i] >= 0) together(operand, i, result, static_cast<std::size_t>(view.result_axis[i]));
        }
      }
    }
    std::vector<int> dim(parent.size(), -1);
    for (Value v = 0; v < body_.types.size(); ++v) {
      if (plan_.mapped[v]) for (std::size_t i = 0; i < plan_.dims[v].size(); ++i) if (plan_.dims[v][i] >= 0) dim[root(first[v] + i)] = plan_.dims[v][i];
    }
    for (const Node& node : body_.nodes) {
      if (!is_reduction(node)) continue;
      const Value operand = body_.operands_of(node)[0];
      std::vector<int> dims;
      for (const auto extent : body_.type_of(operand).shape()) {
        dims.push_back(extent == 1 ? -1 : dim[root(first[operand] + dims.size())]);
        if (extent != 1 && dims.back() < 0) throw CompileError(std::string(name(node.op)), "its loops are not known");
      }
      set(operand, std::move(dims));
      propagate();
    }
  }

  // The nodes that outputs reach without an index shift in between.
  std::vector<std::uint32_t> unshifted_nodes() const {
    std::vector<bool> reached(body_.types.size(), false);
    std::vector<std::uint32_t> nodes;
    for (Value output : body_.outputs) reached[output] = true;
    for (std::uint32_t n = static_cast<std::uint32_t>(body_.nodes.size()); n-- > 0;) {
      const Node& node = body_.nodes[n];
      const bool wanted = std::any_of(reached.begin() + node.first_result, reached.begin() + node.first_result + node.n_results, [](bool r) { return r; });
      if (!wanted || (is_view(node) && view_axes(body_, node).shifted)) continue;
      nodes.push_back(n);
      for (Value operand : body_.operands_of(node)) reached[operand] = true;
    }
    return nodes;
  }

  Value largest_value() const {
    // Of empty arrays the extents that are not 0 count: what is reduced to zeros has as many dimensions as anything else.
    auto points = [&](Value v) {
      std::int64_t n = 1;
      for (auto extent : body_.type_of(v).shape()) n *= std::max<std::int64_t>(extent, 1);
      return n;
    };
    Value best = body_.outputs[0];
    for (Value v : body_.outputs) {
      if (points(v) > points(best)) best = v;
    }
    for (const Node& node : body_.nodes) {
      if (is_reduction(node) && points(body_.operands_of(node)[0]) >= points(best)) best = body_.operands_of(node)[0];
    }
    return best;
  }

  void seed(Value value) {
    std::vector<int> dims;
    for (auto extent : body_.type_of(value).shape()) {
      dims.push_back(extent == 1 ? -1 : static_cast<int>(plan_.extents.size()));
      if (extent != 1) plan_.extents.push_back(extent);
    }
    set(value, std::move(dims));
  }
  void set(Value value, std::vector<int> dims) {
    if (plan_.mapped[value]) return;
    plan_.mapped[value] = true;
    plan_.dims[value] = std::move(dims);
    work_.push_back(value);
  }

  void propagate() {
    while (!work_.empty()) {
      const Value value = work_.back();
      work_.pop_back();
      if (definer_[value] != no_node) relate(body_.nodes[definer_[value]]);
      for (std::uint32_t user : users_[value]) relate(body_.nodes[user]);
    }
  }

  // Passes what is known between the operands and the results of a node, in both directions.
  void relate(const Node& node) {
    const auto operands = body_.operands_of(node);
    const Value result = node.first_result;
    if (is_pointwise(node)) {
      Value known = no_value;
      for (std::uint32_t r = 0; r < node.n_results; ++r) if (plan_.mapped[result + r]) known = result + r;
      for (Value v : operands) if (plan_.mapped[v]) known = v;
      if (known == no_value) return;
      for (std::uint32_t r = 0; r < node.n_results; ++r) set(result + r, plan_.dims[known]);
      for (Value v : operands) set(v, plan_.dims[known]);
    } else if (is_reduction(node)) {
      if (!plan_.mapped[operands[0]]) return;  // the reduced dimensions are not known from the result
      const auto removed = removed_axes(node);
      std::vector<int> dims;
      for (std::size_t i = 0; i < removed.size(); ++i) if (!removed[i]) dims.push_back(plan_.dims[operands[0]][i]);
      set(result, std::move(dims));
    } else if (is_view(node) && !operands.empty()) {
      relate_view(node, operands[0], result);
    }
  }

  void relate_view(const Node& node, Value operand, Value result) {
    const ViewAxes view = view_axes(body_, node);
    if (view.shifted) return;
    if (plan_.mapped[result]) {
      std::vector<int> dims;
      for (int axis : view.result_axis) dims.push_back(axis < 0 ? -1 : plan_.dims[result][axis]);
      set(operand, std::move(dims));
    } else if (plan_.mapped[operand]) {
      const Shape& shape = body_.type_of(result).shape();
      std::vector<int> dims(shape.ndim(), -2);
      for (std::size_t i = 0; i < view.result_axis.size(); ++i) {
        if (view.result_axis[i] >= 0) dims[view.result_axis[i]] = plan_.dims[operand][i];
      }
      for (int i = 0; i < shape.ndim(); ++i) {
        if (shape[i] == 1) dims[i] = -1;
        if (dims[i] == -2) return;  // a broadcast's new axis: some other relation knows it
      }
      set(result, std::move(dims));
    }
  }

  std::vector<bool> removed_axes(const Node& node) const {
    std::vector<bool> flags(body_.type_of(body_.operands_of(node)[0]).ndim(), false);
    if (node.op == Op::arg_reduce) flags[body_.attrs_as<ArgReduceAttrs>(node).axis] = true;
    else for (auto axis : body_.attrs_as<ReduceAttrs>(node).axes) flags[axis] = true;
    return flags;
  }

  void mark_reduced() {
    reduced_.assign(plan_.extents.size(), false);
    for (const Node& node : body_.nodes) {
      if (!is_reduction(node)) continue;
      const auto removed = removed_axes(node);
      const auto& dims = plan_.dims[body_.operands_of(node)[0]];
      for (std::size_t i = 0; i < dims.size(); ++i) if (removed[i] && dims[i] >= 0) reduced_[dims[i]] = true;
    }
  }

  // ---- passes -----------------------------------------------------------------------------------------------------
  void assign_phases() {
    int last = 0;
    for (const Node& node : body_.nodes) {
      int phase = 0;
      for (Value operand : body_.operands_of(node)) phase = std::max(phase, plan_.phase[operand]);
      const auto removed = is_reduction(node) ? reduced_axes(body_, node) : std::vector<bool>{};
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
      if (across >= 0) {  // a line of memory that one vector touches is used up by the turns of this loop inside it
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
    auto count = [&](Value v, double factor) {
      const auto& dims = plan_.dims[v];
      for (std::size_t i = dims.size(); i-- > 0;) {
        if (dims[i] < 0) continue;
        weight[dims[i]] += factor * static_cast<double>(body_.type_of(v).nbytes());
        return;
      }
    };
    for (Value v = 0; v < body_.n_inputs; ++v) if (plan_.mapped[v]) count(v, 1);
    for (Value v : body_.outputs) count(v, 1.5);  // a scattered store costs more than a gathered load
    for (const Node& node : body_.nodes) {  // shifted views read along the axis they return
      if (is_view(node) && view_axes(body_, node).shifted && plan_.mapped[node.first_result]) count(node.first_result, 1);
      if (is_reduction(node)) count(body_.operands_of(node)[0], 0.01);
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
      const bool reads_index = node.op == Op::iota || (is_view(node) && view_axes(body_, node).shifted);
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
        if (is_reduction(node) && plan_.phase[node.first_result] == phase + 1) needed[body_.operands_of(node)[0]] = true;
      }
      for (Value output : body_.outputs) {
        if (plan_.phase[output] == phase && plan_.is_reduced_value(output)) needed[output] = true;
      }
      for (std::size_t n = body_.nodes.size(); n-- > 0;) {
        const Node& node = body_.nodes[n];
        const Value v = node.first_result;
        if (!needed[v] || is_reduction(node)) continue;
        const bool costly = is_pointwise(node) && node.n_results == 1 && !is_cheap(node.op) && plan_.mapped[v] && plan_.is_reduced_value(v);
        if (costly && first[v] >= 0) {
          if (!kept[v]) plan_.kept.push_back({v, first[v]});
          kept[v] = true;
          continue;  // it is read back, so nothing below it is needed
        }
        if (first[v] < 0) first[v] = phase;
        for (Value operand : body_.operands_of(node)) needed[operand] = true;
      }
    }
  }

  const Graph& body_;
  const std::vector<std::uint32_t> definer_;
  std::vector<std::vector<std::uint32_t>> users_;
  std::vector<bool> reduced_;
  std::vector<Value> work_;
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
