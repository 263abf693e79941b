#include "espalier/jit/schedule/outline.h"

#include <algorithm>
#include <map>

#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"

namespace espalier::codegen {
namespace {

using namespace ir;

class Outliner {
 public:
  Outliner(const Graph& graph, const DependenceGraph& dependences, const Clustering& clustering, const Rematerialization& rematerialization, std::uint32_t cluster)
      : graph_(graph), dependences_(dependences), clustering_(clustering), rematerialization_(rematerialization), cluster_(cluster) {}

  Outlined run() {
    Outlined out;
    const auto& nodes = clustering_.clusters[cluster_].nodes;
    out.kind = kind(nodes);
    // Opaque ops and contractions read their operands from memory, even if the rest of the kernel reads through them as views.
    const auto memory = [](std::size_t) { return How{How::whole, {}}; };
    for (std::uint32_t node : nodes) {
      if (dependences_.kinds[node] == FusionKind::contraction) bring_operands(node, memory);
    }
    for (std::uint32_t node : nodes) {
      const How here{How::here, clustering_.dims[node]};
      if (dependences_.kinds[node] == FusionKind::contraction || dependences_.kinds[node] == FusionKind::opaque) compute(node, bring_operands(node, memory));
      else if (dependences_.kinds[node] == FusionKind::view) compute(node, bring_operands(node, [&](std::size_t k) { return through_view(node, k, here); }));
      else compute(node, bring_operands(node, [&](std::size_t) { return here; }));
    }
    std::vector<Value> outputs;
    for (std::uint32_t node : nodes) {
      for (std::uint32_t r = 0; r < graph_.nodes[node].n_results; ++r) {
        const Value v = graph_.nodes[node].first_result + r;
        if (!is_stored(dependences_, clustering_, rematerialization_, v)) continue;
        out.results.push_back(v);
        outputs.push_back(computed_.at(v));
      }
    }
    if (outputs.empty()) return out;  // all its readers recompute its values
    out.body = builder_.finish(outputs);
    out.operands = std::move(operands_);
    return out;
  }

 private:
  // The kind of the first that is not a loop.
  KernelKind kind(const std::vector<std::uint32_t>& nodes) const {
    for (std::uint32_t node : nodes) {
      if (const KernelKind own = kernel_kind(graph_.nodes[node].op); own != KernelKind::loop) return own;
    }
    return KernelKind::loop;
  }

  // How a reader sees an array: at its own point, each axis along a dimension of the domain (or -1); at indices that a
  // view shifts; or in memory, as a whole. The same array seen in two ways is two inputs of the body, so that at each
  // point of the domain every value of the body has one index: x + transpose(x) reads two.
  struct How {
    enum Kind : std::uint8_t {
      here,
      shifted,
      whole
    } kind;
    std::vector<int> dims;
    auto operator<=>(const How&) const = default;
  };
  using Seen = std::pair<Value, How>;

  template <class F> std::vector<Value> bring_operands(std::uint32_t node, F&& how) {
    std::vector<Value> locals;
    const auto operands = graph_.operands_of(graph_.nodes[node]);
    for (std::size_t k = 0; k < operands.size(); ++k) locals.push_back(bring({operands[k], how(k)}));
    return locals;
  }

  // Makes a value available in the body: as an input, or by copying the views and the recomputed nodes between it and what
  // has memory.
  Value bring(const Seen& wanted) {
    std::vector<Seen> stack{wanted};
    while (!stack.empty()) {
      const Seen seen = stack.back();
      const auto& [value, how] = seen;
      const std::uint32_t node = dependences_.definer[value];
      // The cluster's values are read at the point where they are computed; its views may be read in other ways as well.
      if (const auto made = computed_.find(value); made != computed_.end() && dependences_.kinds[node] != FusionKind::view) local_[seen] = made->second;
      if (local_.count(seen) != 0) {
        stack.pop_back();
        continue;
      }
      if (!is_inlined(value, node, how)) {
        local_[seen] = builder_.input(graph_.type_of(value));
        operands_.push_back(value);
        stack.pop_back();
        continue;
      }
      std::vector<Value> locals;
      const auto operands = graph_.operands_of(graph_.nodes[node]);
      for (std::size_t k = operands.size(); k-- > 0;) {
        const Seen below{operands[k], dependences_.kinds[node] == FusionKind::view ? through_view(node, k, how) : how};
        if (const auto made = local_.find(below); made != local_.end()) locals.insert(locals.begin(), made->second);
        else stack.push_back(below);
      }
      if (locals.size() != operands.size()) continue;
      local_[seen] = builder_.add(graph_.nodes[node].op, locals, graph_.attrs_of(graph_.nodes[node]), graph_.nodes[node].loc);
      stack.pop_back();
    }
    return local_.at(wanted);
  }

  // How an operand of a view is read, where the view itself is read as `how` says.
  How through_view(std::uint32_t node, std::size_t operand, const How& how) const {
    const ViewAxes view = view_axes(graph_, graph_.nodes[node], operand);
    if (graph_.type_of(graph_.operands_of(graph_.nodes[node])[operand]).ndim() == 0) return {How::here, {}};  // a scalar is the same from everywhere
    if (how.kind == How::whole) return how;
    if (view.shifted || how.kind == How::shifted) return {How::shifted, {}};
    How below{How::here, {}};
    for (int axis : view.result_axis) below.dims.push_back(axis < 0 ? -1 : how.dims[axis]);
    return below;
  }

  bool is_inlined(Value value, std::uint32_t node, const How& how) const {
    if (rematerialization_.recomputes(cluster_, value)) return how.kind == How::here;
    if (node == no_node || dependences_.kinds[node] != FusionKind::view) return false;
    if (graph_.nodes[node].op == Op::constant) return how.kind != How::whole && graph_.type_of(value).ndim() == 0;
    if (how.kind == How::whole && graph_.nodes[node].op != Op::windows) return false;  // these a contraction reads through, unless they have memory
    return !dependences_.is_read_from_memory(graph_, node);
  }

  void compute(std::uint32_t index, const std::vector<Value>& operands) {
    const Node& node = graph_.nodes[index];
    const Value first = builder_.add(node.op, operands, graph_.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) computed_[node.first_result + r] = first + r;
    if (dependences_.kinds[index] == FusionKind::view) local_[{node.first_result, {How::here, clustering_.dims[index]}}] = first;
  }

  const Graph& graph_;
  const DependenceGraph& dependences_;
  const Clustering& clustering_;
  const Rematerialization& rematerialization_;
  const std::uint32_t cluster_;
  Builder builder_;
  std::map<Value, Value> computed_;  // by the cluster's nodes, to values of the body
  std::map<Seen, Value> local_;      // what they read
  std::vector<Value> operands_;
};

}  // namespace

Outlined outline(const Graph& graph, const DependenceGraph& dependences, const Clustering& clustering, const Rematerialization& rematerialization, std::uint32_t cluster) {
  return Outliner(graph, dependences, clustering, rematerialization, cluster).run();
}

}  // namespace espalier::codegen
