#include "espalier/jit/schedule/verify.h"

#include <algorithm>
#include <limits>

#include "espalier/ir/op_sets.h"
#include "espalier/ir/windows.h"
#include "espalier/jit/schedule/dependences.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// The first and the last index along an axis; none if the last is the smaller one.
struct Range {
  std::int64_t first = 0, last = 0;
};
using Ranges = std::vector<Range>;
Ranges all_of(const Shape& shape) {
  Ranges ranges;
  for (auto extent : shape) ranges.push_back({0, extent - 1});
  return ranges;
}
bool is_none(const Ranges& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [](Range r) { return r.last < r.first; });
}

class Proof {
 public:
  Proof(const Graph& body, const LoopPlan& plan) : body_(body), plan_(plan), definer_(definers(body)) {}

  std::string run() {
    loops();
    if (problem_.empty()) values();
    if (problem_.empty())
      for (const Node& node : body_.nodes) index_of_operands(node);
    if (problem_.empty()) lines();
    if (problem_.empty()) coverage();
    if (problem_.empty()) passes();
    if (problem_.empty()) kept();
    if (problem_.empty()) shifted_reads();
    return std::move(problem_);
  }

 private:
  void fault(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }
  void fault(const Node& node, const std::string& what) {
    std::string who(name(node.op));
    if (node.loc.line != 0) who += std::string(" (") + node.loc.file + ":" + std::to_string(node.loc.line) + ")";
    fault(who + " " + what);
  }
  static std::string text_of(Value v) { return "%" + std::to_string(v); }

  // ---- loops and dimensions ---------------------------------------------------------------------------------------
  void loops() {
    loop_of_.assign(plan_.extents.size(), -1);
    bool any_reduced = false;
    for (std::size_t l = 0; l < plan_.loops.size(); ++l) {
      const LoopPlan::Axis& loop = plan_.loops[l];
      std::int64_t extent = 1;
      for (int d : loop.dims) {
        if (d < 0 || d >= static_cast<int>(loop_of_.size())) return fault("a loop runs along a dimension that there is not");
        if (loop_of_[d] >= 0) return fault("two loops run along one dimension");
        loop_of_[d] = static_cast<int>(l);
        extent *= plan_.extents[d];
      }
      if (loop.dims.empty() || loop.extent != extent) fault("a loop has " + std::to_string(loop.extent) + " iterations, and its dimensions " + std::to_string(extent));
      if (any_reduced && !loop.reduced) fault("a parallel loop lies in a reduced one");
      any_reduced = any_reduced || loop.reduced;
    }
    if (std::find(loop_of_.begin(), loop_of_.end(), -1) != loop_of_.end()) fault("no loop runs along one of the dimensions");
    if (plan_.vector_loop < -1 || plan_.vector_loop >= static_cast<int>(plan_.loops.size())) fault("the loop of vectors is none of the loops");
  }
  bool is_reduced(int d) const { return plan_.loops[loop_of_[d]].reduced; }

  void values() {
    const std::size_t n = body_.types.size();
    if (plan_.dims.size() != n || plan_.mapped.size() != n || plan_.phase.size() != n) return fault("not every value has its place in the plan");
    for (Value v = 0; v < n; ++v)
      if (plan_.mapped[v]) value(v);
    for (Value output : body_.outputs)
      if (!plan_.mapped[output]) fault("output " + text_of(output) + " runs along no dimensions");
  }
  void value(Value v) {
    const auto& dims = plan_.dims[v];
    const Shape& shape = body_.type_of(v).shape();
    if (static_cast<int>(dims.size()) != shape.ndim()) return fault(text_of(v) + " has " + std::to_string(shape.ndim()) + " axes, and dimensions for " + std::to_string(dims.size()));
    for (int i = 0; i < shape.ndim(); ++i) {
      const int d = dims[static_cast<std::size_t>(i)];
      if (d < -1 || d >= static_cast<int>(plan_.extents.size()) || (d < 0) != (shape[i] == 1) || (d >= 0 && plan_.extents[d] != shape[i])) {
        fault(text_of(v) + " runs along a dimension that is not as long as its axis " + std::to_string(i));
      }
      if (d >= 0 && std::count(dims.begin(), dims.end(), d) != 1) fault(text_of(v) + " runs along one dimension twice");
    }
  }

  // ---- each value has one index at each point ------------------------------------------------------------------------
  // The loops emit a value at the index that its reader passes on, and remember it for all its readers.
  void index_of_operands(const Node& node) {
    const Value result = node.first_result;
    if (!plan_.mapped[result]) return;
    const auto operands = body_.operands_of(node);
    const auto& dims = plan_.dims[result];
    switch (fusion_kind(body_, node)) {
      case FusionKind::map:
        for (std::uint32_t r = 1; r < node.n_results; ++r)
          if (!plan_.mapped[result + r] || plan_.dims[result + r] != dims) fault(node, "has results at two indices");
        for (Value operand : operands) require_index(node, operand, dims);
        return;
      case FusionKind::reduction: {
        if (!plan_.mapped[operands[0]]) return fault(node, "reduces " + text_of(operands[0]) + ", which runs along no dimensions");
        const auto removed = removed_axes(body_, node);
        std::vector<int> left;
        for (std::size_t i = 0; i < removed.size(); ++i)
          if (!removed[i]) left.push_back(plan_.dims[operands[0]][i]);
        if (left != dims) fault(node, "has its result at an index that is not its operand's");
        return;
      }
      case FusionKind::view: {
        for (std::size_t k = 0; k < operands.size(); ++k) {
          const ViewAxes view = view_axes(body_, node, k);
          if (view.shifted) continue;
          std::vector<int> below;
          for (int axis : view.result_axis) below.push_back(axis < 0 ? -1 : dims[static_cast<std::size_t>(axis)]);
          require_index(node, operands[k], below);
        }
        return;
      }
      case FusionKind::contraction: return;
      case FusionKind::alias:
      case FusionKind::opaque: return fault(node, "is not part of a kernel that has loops");
    }
  }
  void require_index(const Node& node, Value operand, const std::vector<int>& dims) {
    if (!plan_.mapped[operand] || plan_.dims[operand] != dims) fault(node, "reads " + text_of(operand) + " at another index than the plan has for it");
  }

  // Of dimensions that share a loop only the innermost has an index, its loop's counter: the others' strides must be multiples
  // of its own, and the index may not be used.
  void lines() {
    for (const LoopPlan::Axis& loop : plan_.loops) {
      if (loop.dims.size() < 2) continue;
      for (Value v = 0; v < body_.types.size(); ++v) {
        if (!plan_.mapped[v]) continue;
        std::vector<int> dims = plan_.dims[v];
        std::erase(dims, -1);
        const bool meets = std::any_of(dims.begin(), dims.end(), [&](int d) { return shares(loop, d); });
        if (meets && std::search(dims.begin(), dims.end(), loop.dims.begin(), loop.dims.end()) == dims.end()) fault(text_of(v) + " does not run through the dimensions of one loop as through one");
      }
      for (const Node& node : body_.nodes) index_readers(node, loop);
    }
  }
  static bool shares(const LoopPlan::Axis& loop, int d) { return std::find(loop.dims.begin(), loop.dims.end(), d) != loop.dims.end(); }
  void index_readers(const Node& node, const LoopPlan::Axis& loop) {
    const Value result = node.first_result;
    if (!plan_.mapped[result]) return;
    const auto& dims = plan_.dims[result];
    bool reads = false;
    if (node.op == Op::iota) reads = shares(loop, dims[static_cast<std::size_t>(body_.attrs_as<IotaAttrs>(node).axis)]);
    else if (node.op == Op::arg_reduce) reads = shares(loop, plan_.dims[body_.operands_of(node)[0]][static_cast<std::size_t>(body_.attrs_as<ArgReduceAttrs>(node).axis)]);
    else if (is_shifted_view(body_, node)) reads = std::any_of(dims.begin(), dims.end(), [&](int d) { return shares(loop, d); });
    if (reads) fault(node, "needs the index along a dimension that shares its loop");
  }

  // ---- what is written and reduced ---------------------------------------------------------------------------------
  bool covers(Value v, bool reduced) const {
    const auto& dims = plan_.dims[v];
    for (int d = 0; d < static_cast<int>(plan_.extents.size()); ++d) {
      if (is_reduced(d) == reduced && std::find(dims.begin(), dims.end(), d) == dims.end()) return false;
    }
    return true;
  }
  bool runs_reduced(Value v) const {
    const auto& dims = plan_.dims[v];
    return std::any_of(dims.begin(), dims.end(), [&](int d) { return d >= 0 && is_reduced(d); });
  }
  bool is_true_reduction(const Node& node) const {
    const auto reduced = reduced_axes(body_, node);
    return std::find(reduced.begin(), reduced.end(), true) != reduced.end();
  }
  void coverage() {
    for (Value output : body_.outputs) {
      if (!covers(output, false)) fault("output " + text_of(output) + " does not run over all of the parallel loops");
      if (runs_reduced(output) && !covers(output, true)) fault("output " + text_of(output) + " runs over a part of the reduced loops");
    }
    for (const Node& node : body_.nodes) {
      if (fusion_kind(body_, node) != FusionKind::reduction || !plan_.mapped[node.first_result] || !is_true_reduction(node)) continue;
      const Value operand = body_.operands_of(node)[0];
      if (!covers(operand, false) || !covers(operand, true)) fault(node, "does not run over all of the loops");
      if (runs_reduced(node.first_result)) fault(node, "leaves an axis that is reduced");
      const auto removed = removed_axes(body_, node);
      for (std::size_t i = 0; i < removed.size(); ++i) {
        const int d = plan_.dims[operand][i];
        if (d >= 0 && removed[i] && !is_reduced(d)) fault(node, "removes an axis that is not reduced");
      }
    }
  }

  // ---- passes ------------------------------------------------------------------------------------------------------
  void passes() {
    for (const Node& node : body_.nodes) {
      const bool reduces = fusion_kind(body_, node) == FusionKind::reduction && is_true_reduction(node);
      for (Value operand : body_.operands_of(node)) {
        for (std::uint32_t r = 0; r < node.n_results; ++r) {
          const int made = plan_.phase[node.first_result + r], read = plan_.phase[operand];
          if (made < read || (reduces && made == read)) fault(node, "is made in a pass before what it reads");
          if (reduces && made > plan_.n_phases) fault(node, "is made in a pass that there is not");
        }
      }
    }
    for (Value output : body_.outputs) {
      if (plan_.phase[output] < 0 || plan_.phase[output] > plan_.n_phases - (runs_reduced(output) ? 1 : 0)) fault("output " + text_of(output) + " is written in a pass that there is not");
    }
  }
  void kept() {
    for (const LoopPlan::Kept& kept : plan_.kept) {
      if (kept.value >= body_.types.size() || !plan_.mapped[kept.value] || !runs_reduced(kept.value)) {
        fault("a value is kept from pass to pass that does not run along them");
      } else if (kept.phase < plan_.phase[kept.value] || kept.phase >= plan_.n_phases) {
        fault(text_of(kept.value) + " is kept by a pass that cannot know it");
      } else if (!has_work(kept.phase)) {
        fault(text_of(kept.value) + " is kept by a pass that is left out");
      }
    }
  }
  // Whether there is such a pass: one that makes nothing is no loop.
  bool has_work(int pass) const {
    const auto writes = [&](Value output) { return runs_reduced(output) && plan_.phase[output] == pass; };
    const auto reduces = [&](const Node& node) { return fusion_kind(body_, node) == FusionKind::reduction && is_true_reduction(node) && plan_.phase[node.first_result] == pass + 1; };
    return std::any_of(body_.outputs.begin(), body_.outputs.end(), writes) || std::any_of(body_.nodes.begin(), body_.nodes.end(), reduces);
  }

  // ---- reads below index shifts ------------------------------------------------------------------------------------
  void shifted_reads() {
    for (const Node& node : body_.nodes) {
      if (!plan_.mapped[node.first_result] || !is_shifted_view(body_, node)) continue;
      read(node.first_result, all_of(body_.type_of(node.first_result).shape()));
    }
  }
  // Recursion is as deep as views of views of a kernel are, as it is where they are emitted.
  void read(Value v, const Ranges& at) {
    if (is_none(at) || !problem_.empty()) return;
    const Shape& shape = body_.type_of(v).shape();
    for (int i = 0; i < shape.ndim(); ++i) {
      const Range r = at[static_cast<std::size_t>(i)];
      if (r.first < 0 || r.last >= shape[i]) return fault(text_of(v) + " is read at " + std::to_string(r.first) + " to " + std::to_string(r.last) + " along axis " + std::to_string(i) + ", which has " + std::to_string(shape[i]));
    }
    if (definer_[v] == no_node) return;
    const Node& node = body_.nodes[definer_[v]];
    const auto operands = body_.operands_of(node);
    switch (fusion_kind(body_, node)) {
      case FusionKind::view: return view(node, at);
      case FusionKind::map:
        for (Value operand : operands) read(operand, at);
        return;
      case FusionKind::reduction:
      case FusionKind::contraction:
      case FusionKind::alias:
      case FusionKind::opaque: return fault(node, "is read at indices where it is not made");
    }
  }
  void view(const Node& node, const Ranges& at) {
    const auto operands = body_.operands_of(node);
    if (operands.empty()) return;
    if (node.op == Op::concatenate) return pieces(node, at);
    if (node.op == Op::gather) return gathered(node, at);
    if (node.op == Op::windows) return windows(node, at);
    const Shape& from = body_.type_of(operands[0]).shape();
    Ranges below(static_cast<std::size_t>(from.ndim()));
    const ViewAxes view = view_axes(body_, node);
    for (std::size_t i = 0; i < below.size(); ++i) {
      if (!view.shifted) below[i] = view.result_axis[i] < 0 ? Range{} : at[static_cast<std::size_t>(view.result_axis[i])];
      else below[i] = shifted(node, i, from[static_cast<int>(i)], at[i]);
    }
    read(operands[0], below);
  }
  // What a view reads along an axis of its operand for a range of its own.
  Range shifted(const Node& node, std::size_t axis, std::int64_t extent, Range at) const {
    switch (static_cast<IndexView>(node.op.row())) {
      case IndexView::slice: {
        const auto& a = body_.attrs_as<SliceAttrs>(node);
        return {a.start[axis] + at.first * a.stride[axis], a.start[axis] + at.last * a.stride[axis]};
      }
      case IndexView::reverse: {
        const auto& axes = body_.attrs_as<ReverseAttrs>(node).axes;
        const bool turned = std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(axis)) != axes.end();
        return turned ? Range{extent - 1 - at.last, extent - 1 - at.first} : at;
      }
      case IndexView::dynamic_slice: return {at.first, at.last + extent - body_.attrs_as<DynamicSliceAttrs>(node).sizes[static_cast<int>(axis)]};  // its start is clamped
      case IndexView::pad: {  // it reads where its operand is
        const auto& a = body_.attrs_as<PadAttrs>(node);
        const std::int64_t spread = a.interior[axis] + 1, first = std::max<std::int64_t>(at.first - a.low[axis], 0), last = std::min(at.last - a.low[axis], (extent - 1) * spread);
        return last < first ? Range{0, -1} : Range{(first + spread - 1) / spread, last / spread};
      }
      case IndexView::broadcast:
      case IndexView::reshape:
      case IndexView::transpose:
      case IndexView::windows:
      case IndexView::gather:
      case IndexView::concatenate: break;  // these are not shifted, or see above
    }
    return {0, std::numeric_limits<std::int64_t>::max()};  // anything may be read
  }
  // Windows begin where they end inside of their array: index arrays are clamped.
  void gathered(const Node& node, const Ranges& at) {
    const auto operands = body_.operands_of(node);
    const auto& a = body_.attrs_as<GatherAttrs>(node);
    const Shape& from = body_.type_of(operands[0]).shape();
    const auto axes = axes_of_windows(a, a.slice_sizes, static_cast<int>(at.size()));
    Ranges below;
    for (int i = 0; i < from.ndim(); ++i) {
      const WindowAxis& axis = axes[static_cast<std::size_t>(i)];
      Range range = axis.array < 0 ? Range{} : at[static_cast<std::size_t>(axis.array)];
      if (axis.operand >= 0) range.last += from[i] - axis.size;
      below.push_back(range);
    }
    read(operands[0], below);
    for (std::size_t k = 1; k < operands.size(); ++k) {
      Ranges index;
      for (int axis : view_axes(body_, node, k).result_axis) index.push_back(axis < 0 ? Range{} : at[static_cast<std::size_t>(axis)]);
      read(operands[k], index);
    }
  }
  // A window reaches from its place as far as its last element.
  void windows(const Node& node, const Ranges& at) {
    const auto& a = body_.attrs_as<WindowsAttrs>(node);
    const Value operand = body_.operands_of(node)[0];
    const auto first = static_cast<std::size_t>(body_.type_of(operand).ndim());
    Ranges below(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(first));
    for (std::size_t j = 0; j < a.axes.size(); ++j) {
      const Range place = at[static_cast<std::size_t>(a.axes[j])], element = at[first + j];
      below[static_cast<std::size_t>(a.axes[j])] = {place.first * a.strides[j] + element.first * a.dilations[j], place.last * a.strides[j] + element.last * a.dilations[j]};
    }
    read(operand, below);
  }
  void pieces(const Node& node, const Ranges& at) {
    const auto axis = static_cast<std::size_t>(body_.attrs_as<ConcatenateAttrs>(node).axis);
    std::int64_t start = 0;
    for (Value operand : body_.operands_of(node)) {
      const std::int64_t extent = body_.type_of(operand).shape()[static_cast<int>(axis)];
      Ranges below = at;
      below[axis] = {std::max<std::int64_t>(at[axis].first - start, 0), std::min(at[axis].last - start, extent - 1)};
      read(operand, below);
      start += extent;
    }
  }

  const Graph& body_;
  const LoopPlan& plan_;
  const std::vector<std::uint32_t> definer_;
  std::vector<int> loop_of_;  // per dimension
  std::string problem_;
};

}  // namespace

std::string verify(const Graph& body, const LoopPlan& plan) { return Proof(body, plan).run(); }

}  // namespace espalier::codegen
