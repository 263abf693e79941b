#pragma once
// Runs a kernel as its loop plan says, point by point: what the emitted loops do, with the evaluator for the arithmetic of one
// element. It notices what the loops may not do: read outside of an array, read what is kept before it is written, write an element
// twice or never. What is vectors, tasks and threads is not here.
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "espalier/ir/eval.h"
#include "espalier/ir/print.h"
#include "espalier/jit/schedule/dependences.h"
#include "espalier/jit/schedule/loop_plan.h"
#include "program_run.h"

namespace espalier::test {

class PlanRun {
 public:
  PlanRun(const ir::Graph& body, const codegen::LoopPlan& plan, const Pointers& operands, const Pointers& results)
      : body_(body), plan_(plan), operands_(operands), results_(results), definer_(ir::definers(body)), known_(body.types.size()), counters_(plan.loops.size()), at_(plan.extents.size()) {
    for (ir::Value output : body.outputs) written_.emplace_back(static_cast<std::size_t>(body.type_of(output).size()), 0);
    for (const ir::Node& node : body.nodes)
      if (node.op == ir::Op::dot) products_.emplace(node.first_result, product(node));
  }

  /// std::runtime_error where the plan does what no loop may do.
  void operator()() {
    loops(0, plan_.n_parallel(), [&] { point(); });
    for (std::size_t o = 0; o < written_.size(); ++o) {
      if (std::find(written_[o].begin(), written_[o].end(), 0) != written_[o].end()) fault("an element of output " + std::to_string(o) + " is never written");
    }
  }

 private:
  struct Element {
    alignas(16) std::array<std::byte, 16> bytes{};
  };
  // Along one axis: where the point is, and what the loops have for it, where dimensions that share a loop have one number.
  struct Index {
    std::int64_t at = 0, line = 0;
  };
  using Indices = std::vector<Index>;

  [[noreturn]] void fault(const std::string& what) const { throw std::runtime_error("a kernel's loops: " + what + ": " + ir::print(body_)); }

  // ---- loops -------------------------------------------------------------------------------------------------------
  template <class F> void loops(std::size_t level, std::size_t end, F&& inner) {
    if (level == end) return inner();
    const auto& loop = plan_.loops[level];
    for (std::int64_t i = 0; i < loop.extent; ++i) {
      counters_[level] = i;
      std::int64_t rest = i;
      for (std::size_t d = loop.dims.size(); d-- > 0; rest /= plan_.extents[loop.dims[d]]) at_[loop.dims[d]] = rest % plan_.extents[loop.dims[d]];
      loops(level + 1, end, inner);
    }
  }
  Indices index_of(ir::Value v) const {
    Indices index;
    for (int d : plan_.dims[v]) index.push_back(d < 0 ? Index{} : Index{at_[d], plan_.is_innermost(d) ? counters_[plan_.loop_of(d)] : 0});
    return index;
  }
  // What is known at a point is forgotten behind it.
  template <class F> void scope(F&& inner) {
    auto saved = known_;
    inner();
    known_ = std::move(saved);
  }

  void point() {
    rooms_.clear();
    scope([&] {
      for (const auto& [value, data] : products_) known_[value] = load(data.type, data.bytes->data(), index_of(value));
      if (plan_.n_parallel() == plan_.loops.size()) return store([](ir::Value) { return true; });
      for (int phase = 0; phase < plan_.n_phases; ++phase) {
        row_values(phase);
        pass(phase);
      }
      row_values(plan_.n_phases);
      store([&](ir::Value v) { return !plan_.is_reduced_value(v); });
    });
  }
  void row_values(int phase) {
    for (const ir::Node& node : body_.nodes) {
      const ir::Value v = node.first_result;
      if (ir::is_elementwise(node.op) && plan_.phase[v] == phase && phase > 0 && plan_.mapped[v] && !plan_.is_reduced_value(v)) value(v, index_of(v));
    }
  }

  // ---- passes ------------------------------------------------------------------------------------------------------
  struct Reduction {
    const ir::Node* node;
    std::vector<std::byte> elements;
    std::vector<std::int64_t> places;  // what an arg_reduce counts
  };
  void pass(int phase) {
    std::vector<Reduction> made;
    for (const ir::Node& node : body_.nodes) {
      const bool reduces = node.op == ir::Op::reduce || node.op == ir::Op::arg_reduce;
      if (reduces && plan_.phase[node.first_result] == phase + 1 && operand_type(node).size() != body_.type_of(node.first_result).size()) made.push_back({&node, {}, {}});
    }
    const auto is_mine = [&](ir::Value v) { return plan_.is_reduced_value(v) && plan_.phase[v] == phase; };
    if (made.empty() && std::none_of(body_.outputs.begin(), body_.outputs.end(), is_mine)) return;
    loops(plan_.n_parallel(), plan_.loops.size(), [&] {
      scope([&] {
        read_back(phase);
        store(is_mine);
        for (Reduction& reduction : made) take(reduction);
        for (const auto& kept : plan_.kept)
          if (kept.phase == phase && output_of(kept) < 0) rooms_[place_of(kept)] = value(kept.value, index_of(kept.value));
      });
    });
    for (const Reduction& reduction : made) known_[reduction.node->first_result] = total(reduction);
  }
  ir::Type operand_type(const ir::Node& node) const { return body_.type_of(body_.operands_of(node)[0]); }

  void take(Reduction& reduction) {
    const ir::Value operand = body_.operands_of(*reduction.node)[0];
    const Element x = value(operand, index_of(operand));
    reduction.elements.insert(reduction.elements.end(), x.bytes.begin(), x.bytes.begin() + static_cast<std::ptrdiff_t>(width_of(operand)));
    if (reduction.node->op == ir::Op::arg_reduce) {
      const int dim = plan_.dims[operand][static_cast<std::size_t>(body_.attrs_as<ir::ArgReduceAttrs>(*reduction.node).axis)];
      reduction.places.push_back(counters_[static_cast<std::size_t>(plan_.loop_of(dim))]);
    }
  }
  Element total(const Reduction& reduction) const {
    const ir::Node& node = *reduction.node;
    const auto n = static_cast<std::int64_t>(reduction.elements.size() / width_of(body_.operands_of(node)[0]));
    const ir::View elements{ir::Type(operand_type(node).dtype(), Shape{n}), reduction.elements.data()};
    ir::Attrs attrs = body_.attrs_of(node);
    if (auto* reduce = std::get_if<ir::ReduceAttrs>(&attrs)) reduce->axes = {0};
    if (auto* extremum = std::get_if<ir::ArgReduceAttrs>(&attrs)) extremum->axis = 0;
    Element result;
    void* out[] = {result.bytes.data()};
    ir::eval(node.op, attrs, {&elements, 1}, out);
    if (node.op == ir::Op::arg_reduce) {
      const DType dtype = body_.type_of(node.first_result).dtype();
      result = from_integer(dtype, reduction.places.at(static_cast<std::size_t>(number(result, dtype))));
    }
    return result;
  }

  // ---- what passes share -------------------------------------------------------------------------------------------
  int output_of(const codegen::LoopPlan::Kept& kept) const {
    const auto output = std::find(body_.outputs.begin(), body_.outputs.end(), kept.value);
    return output == body_.outputs.end() || plan_.phase[kept.value] != kept.phase ? -1 : static_cast<int>(output - body_.outputs.begin());
  }
  // A value and the reduced point.
  std::pair<ir::Value, std::vector<std::int64_t>> place_of(const codegen::LoopPlan::Kept& kept) const {
    return {kept.value, {counters_.begin() + static_cast<std::ptrdiff_t>(plan_.n_parallel()), counters_.end()}};
  }
  void read_back(int phase) {
    for (const auto& kept : plan_.kept) {
      if (kept.phase >= phase) continue;
      if (const int o = output_of(kept); o >= 0) {
        const auto output = static_cast<std::size_t>(o);
        const ir::Type type = body_.type_of(kept.value);
        if (written_[output][offset(type, index_of(kept.value))] == 0) fault("an output is read back before it is written");
        known_[kept.value] = load(type, results_[output], index_of(kept.value));
      } else {
        const auto room = rooms_.find(place_of(kept));
        if (room == rooms_.end()) fault("a kept value is read before it is written");
        known_[kept.value] = room->second;
      }
    }
  }

  // ---- memory ------------------------------------------------------------------------------------------------------
  std::size_t width_of(ir::Value v) const { return ir::byte_size(body_.type_of(v).dtype()); }
  std::size_t offset(ir::Type type, const Indices& index) const {
    std::int64_t at = 0, line = 0, stride = 1;
    if (static_cast<int>(index.size()) != type.ndim()) fault("an array of " + std::to_string(type.ndim()) + " axes has " + std::to_string(index.size()) + " indices");
    for (int axis = type.ndim(); axis-- > 0; stride *= type.shape()[axis]) {
      const Index i = index[static_cast<std::size_t>(axis)];
      if (i.at < 0 || i.at >= type.shape()[axis]) fault("index " + std::to_string(i.at) + " lies outside of axis " + std::to_string(axis) + " of " + type.str());
      at += i.at * stride;
      line += i.line * stride;
    }
    if (at != line) fault("dimensions that share a loop do not lie in " + type.str() + " as one");
    return static_cast<std::size_t>(at);
  }
  Element load(ir::Type type, const std::byte* data, const Indices& index) const {
    const std::size_t width = ir::byte_size(type.dtype());
    Element x;
    std::memcpy(x.bytes.data(), data + offset(type, index) * width, width);
    return x;
  }
  // All are computed before one is stored: a result may lie in an operand's memory.
  template <class F> void store(F&& chosen) {
    for (ir::Value v : body_.outputs)
      if (chosen(v)) value(v, index_of(v));
    for (std::size_t o = 0; o < body_.outputs.size(); ++o) {
      const ir::Value v = body_.outputs[o];
      if (!chosen(v)) continue;
      const std::size_t at = offset(body_.type_of(v), index_of(v));
      if (written_[o][at]++ != 0) fault("an element of output " + std::to_string(o) + " is written twice");
      const Element x = value(v, index_of(v));
      std::memcpy(results_[o] + at * width_of(v), x.bytes.data(), width_of(v));
    }
  }

  // ---- values ------------------------------------------------------------------------------------------------------
  Element value(ir::Value v, const Indices& index) {
    if (known_[v] && (shifts_ == 0 || body_.type_of(v).ndim() == 0)) return *known_[v];
    const Element x = definer_[v] == ir::no_node ? load(body_.type_of(v), operands_.at(v), index) : made(body_.nodes[definer_[v]], v, index);
    if (shifts_ == 0) known_[v] = x;
    return x;
  }
  Element below_shift(ir::Value v, const Indices& index) {
    ++shifts_;
    const Element x = value(v, index);
    --shifts_;
    return x;
  }

  Element made(const ir::Node& node, ir::Value v, const Indices& index) {
    using ir::Op;
    const auto operands = body_.operands_of(node);
    if (node.op == Op::constant) {
      const ir::Literal& literal = body_.attrs_as<ir::ConstantAttrs>(node).value;
      if (literal.type.size() != 1) fault("a constant that is no number has no memory");
      return load(literal.type, literal.bytes->data(), Indices(static_cast<std::size_t>(literal.type.ndim())));
    }
    if (node.op == Op::iota) return from_integer(body_.type_of(v).dtype(), plain(index[static_cast<std::size_t>(body_.attrs_as<ir::IotaAttrs>(node).axis)]));
    if (node.op == Op::concatenate) return piece(node, index);
    if (node.op == Op::pad) return padded(node, index);
    if (node.op == Op::gather) return of_window(node, index);
    if (node.op == Op::windows) return moving_window(node, index);
    if (node.op == Op::reduce || node.op == Op::arg_reduce) return over_unit_axes(node, v, index);
    if (codegen::fusion_kind(body_, node) == codegen::FusionKind::map) return computed(node, v, index);
    if (codegen::fusion_kind(body_, node) != codegen::FusionKind::view) fault(std::string(ir::name(node.op)) + " is used before it is computed");
    const Shape& from = body_.type_of(operands[0]).shape();
    Indices below(static_cast<std::size_t>(from.ndim()));
    const codegen::ViewAxes view = codegen::view_axes(body_, node);
    for (std::size_t i = 0; i < below.size(); ++i) {
      if (!view.shifted) below[i] = view.result_axis[i] < 0 ? Index{} : index[static_cast<std::size_t>(view.result_axis[i])];
      else below[i] = shifted(node, i, from[static_cast<int>(i)], index[i]);
    }
    return view.shifted ? below_shift(operands[0], below) : value(operands[0], below);
  }
  // Whoever asks for the number itself must have one.
  std::int64_t plain(Index i) const {
    if (i.at != i.line) fault("an index is asked for along a dimension that shares its loop");
    return i.at;
  }
  Index shifted(const ir::Node& node, std::size_t axis, std::int64_t extent, Index i) {
    std::int64_t at = plain(i);
    if (node.op == ir::Op::slice) {
      const auto& a = body_.attrs_as<ir::SliceAttrs>(node);
      at = a.start[axis] + at * a.stride[axis];
    } else if (node.op == ir::Op::reverse) {
      const auto& axes = body_.attrs_as<ir::ReverseAttrs>(node).axes;
      if (std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(axis)) != axes.end()) at = extent - 1 - at;
    } else {
      const ir::Value start = body_.operands_of(node)[axis + 1];
      const std::int64_t most = extent - body_.attrs_as<ir::DynamicSliceAttrs>(node).sizes[static_cast<int>(axis)];
      at += clamped(below_shift(start, {}), body_.type_of(start).dtype(), most);
    }
    return {at, at};
  }
  Element moving_window(const ir::Node& node, const Indices& index) {
    const auto& a = body_.attrs_as<ir::WindowsAttrs>(node);
    const ir::Value operand = body_.operands_of(node)[0];
    const auto n = static_cast<std::size_t>(body_.type_of(operand).ndim());
    Indices below(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(n));
    for (std::size_t j = 0; j < a.axes.size(); ++j) {
      const std::int64_t at = plain(index[static_cast<std::size_t>(a.axes[j])]) * a.strides[j] + plain(index[n + j]) * a.dilations[j];
      below[static_cast<std::size_t>(a.axes[j])] = {at, at};
    }
    return below_shift(operand, below);
  }
  Element of_window(const ir::Node& node, const Indices& index) {
    const auto& a = body_.attrs_as<ir::GatherAttrs>(node);
    const auto operands = body_.operands_of(node);
    const Shape& from = body_.type_of(operands[0]).shape();
    Indices below(static_cast<std::size_t>(from.ndim())), point;
    for (std::size_t i = 0, w = 0; i < index.size(); ++i) {
      if (w < a.offset_dims.size() && a.offset_dims[w] == static_cast<std::int64_t>(i)) ++w;
      else point.push_back(index[i]);
    }
    bool inside = true;
    std::size_t window = 0;
    for (int i = 0; i < from.ndim(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      const auto named = [&](const ir::Ints& axes) { return std::find(axes.begin(), axes.end(), i) - axes.begin(); };
      const auto pair = static_cast<std::size_t>(named(a.operand_batching_dims)), k = static_cast<std::size_t>(named(a.start_index_map));
      std::int64_t place = 0;
      if (pair < a.operand_batching_dims.size()) place = plain(point[static_cast<std::size_t>(a.start_indices_batching_dims[pair])]);
      else if (static_cast<std::size_t>(named(a.collapsed_slice_dims)) == a.collapsed_slice_dims.size()) place = plain(index[static_cast<std::size_t>(a.offset_dims[window++])]);
      if (k < a.start_index_map.size()) {
        const ir::Value operand = operands[1 + k];
        const Element x = value(operand, point);
        const std::int64_t most = from[i] - a.slice_sizes[at], start = clamped(x, body_.type_of(operand).dtype(), most);
        inside = inside && number(x, body_.type_of(operand).dtype()) == start;
        place += start;
      }
      below[at] = {place, place};
    }
    return inside || a.outside == ir::Outside::clip ? below_shift(operands[0], below) : Element{};
  }
  Element padded(const ir::Node& node, const Indices& index) {
    const auto& a = body_.attrs_as<ir::PadAttrs>(node);
    const auto operands = body_.operands_of(node);
    Indices below;
    for (std::size_t i = 0; i < index.size(); ++i) {
      const std::int64_t at = plain(index[i]) - a.low[i], spread = a.interior[i] + 1;
      if (at < 0 || at % spread != 0 || at / spread >= body_.type_of(operands[0]).shape()[static_cast<int>(i)]) return value(operands[1], {});
      below.push_back({at / spread, at / spread});
    }
    return below_shift(operands[0], below);
  }
  Element piece(const ir::Node& node, Indices index) {
    const auto axis = static_cast<std::size_t>(body_.attrs_as<ir::ConcatenateAttrs>(node).axis);
    std::int64_t at = plain(index[axis]);
    for (ir::Value operand : body_.operands_of(node)) {
      const std::int64_t extent = body_.type_of(operand).shape()[static_cast<int>(axis)];
      index[axis] = {at, at};
      if (at < extent) return below_shift(operand, index);
      at -= extent;
    }
    fault("an index lies beyond all pieces");
  }
  // Over axes of extent 1 a reduction is the operand itself; all others were made known by a pass.
  Element over_unit_axes(const ir::Node& node, ir::Value v, const Indices& index) {
    if (operand_type(node).size() != body_.type_of(v).size()) fault(std::string(ir::name(node.op)) + " is used before it is computed");
    if (node.op == ir::Op::arg_reduce) return Element{};
    const auto removed = codegen::removed_axes(body_, node);
    Indices below;
    for (std::size_t i = 0, j = 0; i < removed.size(); ++i) below.push_back(removed[i] ? Index{} : index[j++]);
    return value(body_.operands_of(node)[0], below);
  }
  Element computed(const ir::Node& node, ir::Value v, const Indices& index) {
    std::vector<Element> in;
    for (ir::Value operand : body_.operands_of(node)) in.push_back(value(operand, index));
    std::vector<ir::View> views;
    for (std::size_t k = 0; k < in.size(); ++k) views.push_back({ir::Type(body_.type_of(body_.operands_of(node)[k]).dtype()), in[k].bytes.data()});
    std::array<Element, 2> out;
    void* data[] = {out[0].bytes.data(), out[1].bytes.data()};
    ir::eval(node.op, body_.attrs_of(node), views, std::span<void* const>(data, node.n_results));
    for (std::uint32_t r = 0; r < node.n_results && shifts_ == 0; ++r) known_[node.first_result + r] = out[r];
    return out[v - node.first_result];
  }

  ir::Literal product(const ir::Node& node) const {
    std::vector<ir::View> in;
    std::vector<std::byte> windows;  // of the first operand, which has no memory where the product reads through them
    for (ir::Value operand : body_.operands_of(node)) {
      if (definer_[operand] == ir::no_node) {
        in.push_back({body_.type_of(operand), operands_.at(operand)});
        continue;
      }
      const ir::Node& made = body_.nodes[definer_[operand]];
      if (made.op != ir::Op::windows || !in.empty() || definer_[body_.operands_of(made)[0]] != ir::no_node) fault("a product's operand has no memory");
      const ir::Value from = body_.operands_of(made)[0];
      windows.resize(static_cast<std::size_t>(body_.type_of(operand).nbytes()));
      const ir::View whole[] = {{body_.type_of(from), operands_.at(from)}};
      void* taken[] = {windows.data()};
      ir::eval(made.op, body_.attrs_of(made), whole, taken);
      in.push_back({body_.type_of(operand), windows.data()});
    }
    const ir::Type type = body_.type_of(node.first_result);
    auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()));
    void* out[] = {bytes->data()};
    ir::eval(ir::Op::dot, body_.attrs_of(node), in, out);
    return {type, std::move(bytes)};
  }

  // ---- numbers -----------------------------------------------------------------------------------------------------
  static std::int64_t number(const Element& x, DType dtype) {
    std::int64_t n = 0;
    ir::visit_dtype(dtype, [&]<class T>() {
      T t;
      std::memcpy(&t, x.bytes.data(), sizeof t);
      n = static_cast<std::int64_t>(t);
    });
    return n;
  }
  static std::int64_t clamped(const Element& x, DType dtype, std::int64_t most) {
    const std::int64_t n = number(x, dtype);
    return dtype == u64 && n < 0 ? most : std::clamp<std::int64_t>(n, 0, most);
  }
  static Element from_integer(DType dtype, std::int64_t n) {
    Element x;
    ir::visit_dtype(dtype, [&]<class T>() {
      const T t = static_cast<T>(n);
      std::memcpy(x.bytes.data(), &t, sizeof t);
    });
    return x;
  }

  const ir::Graph& body_;
  const codegen::LoopPlan& plan_;
  const Pointers& operands_;
  const Pointers& results_;
  const std::vector<std::uint32_t> definer_;
  std::vector<std::optional<Element>> known_;       // per value, at the point in hand
  std::vector<std::int64_t> counters_, at_;         // per loop, per dimension
  int shifts_ = 0;                                  // index shifts between the point in hand and the value being computed
  std::map<ir::Value, ir::Literal> products_;       // of dots, as a whole
  std::map<std::pair<ir::Value, std::vector<std::int64_t>>, Element> rooms_;
  std::vector<std::vector<std::uint8_t>> written_;  // per output and element
};

}  // namespace espalier::test
