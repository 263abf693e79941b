#include "espalier/jit/schedule/dimensions.h"

#include <algorithm>
#include <numeric>

#include "espalier/jit/schedule/dependences.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// The axes of all values of a body, in classes of those that run together.
class Axes {
 public:
  explicit Axes(const Graph& body) : body_(body), first_(body.types.size() + 1, 0), mapped_(body.types.size(), false) {
    for (Value v = 0; v < body.types.size(); ++v) first_[v + 1] = first_[v] + static_cast<std::size_t>(body.type_of(v).ndim());
    parent_.resize(first_.back());
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    for (Value output : body.outputs) mapped_[output] = true;
    for (std::size_t n = body.nodes.size(); n-- > 0;) relate(body.nodes[n]);
  }

  Dimensions numbered() {
    Dimensions out;
    out.of.resize(body_.types.size());
    out.mapped = mapped_;
    dimension_.assign(parent_.size(), -1);
    number(largest_value(), out);
    for (Value output : body_.outputs) number(output, out);
    for (Value v = 0; v < body_.types.size(); ++v)
      if (mapped_[v]) number(v, out);
    return out;
  }

 private:
  // What a node tells of its operands, after all its users. Below an index shift axes do not run along the domain, and a
  // contraction reads its operands along dimensions of its own.
  void relate(const Node& node) {
    const Value result = node.first_result;
    bool wanted = false;
    for (std::uint32_t r = 0; r < node.n_results; ++r) wanted = wanted || mapped_[result + r];
    if (!wanted) return;
    const auto operands = body_.operands_of(node);
    const int ndim = iteration_type(body_, node).ndim();
    switch (fusion_kind(body_, node)) {
      case FusionKind::map:
        for (std::uint32_t r = 0; r < node.n_results; ++r) map(result + r);
        for (std::uint32_t r = 1; r < node.n_results; ++r)
          for (int i = 0; i < ndim; ++i) join(result + r, i, result, i);
        for (Value operand : operands) {
          map(operand);
          for (int i = 0; i < ndim; ++i) join(operand, i, result, i);
        }
        return;
      case FusionKind::reduction: {
        map(operands[0]);
        const auto removed = removed_axes(body_, node);
        for (int i = 0, j = 0; i < ndim; ++i)
          if (!removed[static_cast<std::size_t>(i)]) join(operands[0], i, result, j++);
        return;
      }
      case FusionKind::view: {
        for (std::size_t k = 0; k < operands.size(); ++k) {
          const ViewAxes view = view_axes(body_, node, k);
          if (view.shifted) continue;
          map(operands[k]);
          for (std::size_t i = 0; i < view.result_axis.size(); ++i)
            if (view.result_axis[i] >= 0) join(operands[k], static_cast<int>(i), result, view.result_axis[i]);
        }
        return;
      }
      case FusionKind::alias:
      case FusionKind::contraction:
      case FusionKind::opaque: return;
    }
  }

  void map(Value v) { mapped_[v] = true; }
  void join(Value v, int i, Value w, int j) { parent_[root(v, i)] = root(w, j); }
  std::size_t root(Value v, int axis) {
    std::size_t at = first_[v] + static_cast<std::size_t>(axis);
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }

  void number(Value v, Dimensions& out) {
    if (!out.of[v].empty()) return;
    int axis = 0;
    for (const auto extent : body_.type_of(v).shape()) {
      int& d = dimension_[root(v, axis++)];
      if (d < 0 && extent != 1) {
        d = static_cast<int>(out.extents.size());
        out.extents.push_back(extent);
      }
      out.of[v].push_back(extent == 1 ? -1 : d);
    }
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
      if (fusion_kind(body_, node) == FusionKind::reduction && points(body_.operands_of(node)[0]) >= points(best)) best = body_.operands_of(node)[0];
    }
    return best;
  }

  const Graph& body_;
  std::vector<std::size_t> first_, parent_;  // per value the number of its first axis; per axis another of its class, or itself
  std::vector<bool> mapped_;
  std::vector<int> dimension_;               // per axis that stands for its class
};

}  // namespace

Dimensions find_dimensions(const Graph& body) { return Axes(body).numbered(); }

}  // namespace espalier::codegen
