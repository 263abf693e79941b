#include "espalier/jit/schedule/extract.h"

#include <algorithm>
#include <unordered_map>

#include "espalier/ir/builder.h"

namespace espalier::codegen {
namespace {

using namespace ir;

class Extractor {
 public:
  Extractor(const Graph& graph, const Reading& reading, const Clustering& clustering, std::uint32_t cluster)
      : graph_(graph), reading_(reading), clustering_(clustering), cluster_(cluster) {}

  Extracted run() {
    Extracted out;
    const auto& nodes = clustering_.clusters[cluster_].nodes;
    out.kernel.kind = kind(nodes);
    const bool opaque = out.kernel.kind == KernelKind::update || out.kernel.kind == KernelKind::cumulative;
    // A contraction reads its operands from memory, even if the rest of the kernel sees through them as views.
    direct_ = true;
    for (std::uint32_t node : nodes) {
      if (reading_.roles[node] != Role::contraction) continue;
      for (Value operand : graph_.operands_of(graph_.nodes[node])) bring(operand);
    }
    direct_ = opaque;
    for (std::uint32_t node : nodes) {
      for (Value operand : graph_.operands_of(graph_.nodes[node])) bring(operand);
      copy(node);
    }
    std::vector<Value> outputs;
    for (std::uint32_t node : nodes) {
      for (std::uint32_t r = 0; r < graph_.nodes[node].n_results; ++r) {
        const Value v = graph_.nodes[node].first_result + r;
        if (!needed(v)) continue;
        out.results.push_back(v);
        outputs.push_back(local_.at(v));
      }
    }
    out.kernel.body = builder_.finish(outputs);
    out.operands = std::move(operands_);
    out.kernel.aliases = aliases(out.kernel);
    return out;
  }

 private:
  KernelKind kind(const std::vector<std::uint32_t>& nodes) const {
    for (std::uint32_t node : nodes) {
      if (reading_.roles[node] == Role::contraction) return KernelKind::contraction;
      if (graph_.nodes[node].op == Op::cumulative) return KernelKind::cumulative;
      if (graph_.nodes[node].op == Op::dynamic_update_slice) return KernelKind::update;
    }
    return KernelKind::loop;
  }

  // Makes `value` available in the body: as an input, or by copying the views between it and what has memory.
  void bring(Value value) {
    std::vector<Value> stack{value};
    while (!stack.empty()) {
      const Value v = stack.back();
      if (local_.count(v) != 0) {
        stack.pop_back();
        continue;
      }
      const std::uint32_t node = reading_.definer[v];
      if (!is_inlined(v, node)) {
        local_[v] = builder_.input(graph_.type_of(v));
        operands_.push_back(v);
        stack.pop_back();
        continue;
      }
      bool ready = true;
      const auto operands = graph_.operands_of(graph_.nodes[node]);
      for (std::size_t k = operands.size(); k-- > 0;) {
        if (local_.count(operands[k]) == 0) {
          stack.push_back(operands[k]);
          ready = false;
        }
      }
      if (!ready) continue;
      copy(node);
      stack.pop_back();
    }
  }

  bool is_inlined(Value value, std::uint32_t node) const {
    if (node == no_node || reading_.roles[node] != Role::view) return false;
    if (graph_.nodes[node].op == Op::constant) return !direct_ && graph_.type_of(value).ndim() == 0;
    if (direct_) return false;
    return !(reading_.materialised[node] && view_axes(graph_, graph_.nodes[node]).shifted);
  }

  void copy(std::uint32_t index) {
    const Node& node = graph_.nodes[index];
    if (local_.count(node.first_result) != 0) return;
    std::vector<Value> operands;
    for (Value operand : graph_.operands_of(node)) operands.push_back(local_.at(operand));
    const Value first = builder_.add(node.op, operands, graph_.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) local_[node.first_result + r] = first + r;
  }

  bool needed(Value v) const {
    if (reading_.is_output[v]) return true;
    for (std::uint32_t e : reading_.by_root[v]) {
      const Edge& edge = reading_.edges[e];
      if (edge.hard || clustering_.cluster_of[edge.consumer] != cluster_) return true;
    }
    return false;
  }

  // A result may take the memory of an operand of its type that is read at nothing but the index that is written.
  std::vector<int> aliases(const Kernel& kernel) const {
    const Graph& body = kernel.body;
    std::vector<int> result(body.outputs.size(), -1);
    if (kernel.kind == KernelKind::update) return {0};
    if (kernel.kind == KernelKind::cumulative) return result;
    std::vector<bool> pointwise(body.types.size(), true);
    for (const Node& node : body.nodes) {
      if (node.op == Op::reduce || node.op == Op::arg_reduce) return result;
      if (is_elementwise(node.op) || node.op == Op::threefry2x32) continue;
      for (Value operand : body.operands_of(node)) pointwise[operand] = false;
    }
    std::vector<bool> taken(body.n_inputs, false);
    for (std::size_t o = 0; o < body.outputs.size(); ++o) {
      for (Value i = 0; i < body.n_inputs; ++i) {
        if (taken[i] || !pointwise[i] || body.type_of(i) != body.type_of(body.outputs[o])) continue;
        taken[i] = true;
        result[o] = static_cast<int>(i);
        break;
      }
    }
    return result;
  }

  const Graph& graph_;
  const Reading& reading_;
  const Clustering& clustering_;
  const std::uint32_t cluster_;
  Builder builder_;
  std::unordered_map<Value, Value> local_;
  std::vector<Value> operands_;
  bool direct_ = false;
};

}  // namespace

Extracted extract(const Graph& graph, const Reading& reading, const Clustering& clustering, std::uint32_t cluster) {
  return Extractor(graph, reading, clustering, cluster).run();
}

}  // namespace espalier::codegen
