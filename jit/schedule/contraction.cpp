#include "espalier/jit/schedule/contraction.h"

#include <algorithm>

#include "espalier/ir/convolution.h"

namespace espalier::codegen {
namespace {

using namespace ir;

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.ndim());
  std::int64_t stride = 1;
  for (int i = shape.ndim(); i-- > 0; stride *= shape[i]) strides[i] = stride;
  return strides;
}

// Axes that run as one: their common extent, and the stride of the innermost that is not of extent 1.
struct Run {
  std::int64_t extent = 1, stride = 0;
};
Run run_of(const Shape& shape, const Ints& axes) {
  const auto strides = strides_of(shape);
  Run run;
  for (auto axis : axes) {
    run.extent *= shape[static_cast<int>(axis)];
    if (shape[static_cast<int>(axis)] != 1) run.stride = strides[axis];
  }
  return run;
}
Ints free_axes(const Shape& shape, const Ints& batch, const Ints& contract) {
  Ints axes;
  for (int i = 0; i < shape.ndim(); ++i) {
    const bool used = std::find(batch.begin(), batch.end(), i) != batch.end() || std::find(contract.begin(), contract.end(), i) != contract.end();
    if (!used) axes.push_back(i);
  }
  return axes;
}

// The steps of axes, without those of extent 1; what runs through memory as one axis is one.
Contraction::Steps steps_of(const Shape& shape, const Ints& strides, const Ints& axes) {
  Contraction::Steps steps;
  for (auto axis : axes) {
    const Contraction::Step next{shape[static_cast<int>(axis)], strides[static_cast<std::size_t>(axis)]};
    if (next.extent == 1) continue;
    if (!steps.empty() && steps.back().stride == next.stride * next.extent) steps.back() = {steps.back().extent * next.extent, next.stride};
    else steps.push_back(next);
  }
  return steps;
}
std::int64_t last_stride(const Contraction::Steps& steps) { return steps.empty() ? 0 : steps.back().stride; }
std::int64_t last_extent(const Contraction::Steps& steps) { return steps.empty() ? 1 : steps.back().extent; }

// The first operand, where it is windows or no axes of its kind are one in memory.
void read_by_steps(const Graph& body, const Node& dot, const DotAttrs& a, const Ints& rows, Product& out) {
  const std::uint32_t definer = definers(body)[out.a];
  const Shape& shape = body.type_of(out.a).shape();
  Ints strides = strides_of(shape);
  if (reads_windows(body, dot, definer)) {
    const Node& windows = body.nodes[definer];
    out.a = body.operands_of(windows)[0];
    strides = window_strides(body.attrs_as<WindowsAttrs>(windows), strides_of(body.type_of(out.a).shape()));
  }
  const auto steps = [&](const Ints& axes) { return steps_of(shape, strides, axes); };
  Contraction::Windows read{steps(a.lhs_batch), steps(rows), steps(a.lhs_contract)};
  out.contraction.a = {last_stride(read.batch), last_stride(read.row), last_stride(read.col)};
  const bool lines = out.contraction.k == 0 || (read.batch.size() < 2 && read.row.size() < 2 && read.col.size() < 2);
  if (!lines) out.contraction.a_windows = std::move(read);
}
// Whether vectors fill better along the rows of windows than along their columns.
bool lies_along_rows(const Contraction::Windows& windows) {
  constexpr std::int64_t whole_vectors = 8;
  return last_stride(windows.col) != 1 && last_stride(windows.row) == 1 && last_extent(windows.row) % whole_vectors == 0;
}

}  // namespace

Contraction exchanged(const Contraction& p) {
  const auto swap = [](Contraction::Strides s) { return Contraction::Strides{s.batch, s.col, s.row}; };
  return {.batch = p.batch,
          .m = p.n,
          .n = p.m,
          .k = p.k,
          .a = swap(p.b),
          .b = swap(p.a),
          .c = swap(p.c),
          .a_type = p.b_type,
          .b_type = p.a_type,
          .sum_type = p.sum_type,
          .a_windows = p.b_windows ? std::optional(Contraction::Windows{p.b_windows->batch, p.b_windows->col, p.b_windows->row}) : std::nullopt,
          .b_windows = p.a_windows ? std::optional(Contraction::Windows{p.a_windows->batch, p.a_windows->col, p.a_windows->row}) : std::nullopt};
}

bool reads_windows(const Graph& graph, const Node& dot, std::uint32_t definer) {
  return dot.op == Op::dot && definer != no_node && graph.nodes[definer].op == Op::windows;
}

const Node& dot_of(const Graph& body) {
  return *std::find_if(body.nodes.begin(), body.nodes.end(), [](const Node& n) { return n.op == Op::dot; });
}

Product product_of(const Graph& body, bool exchange) {
  const Node& dot = dot_of(body);
  const auto& a = body.attrs_as<DotAttrs>(dot);
  const Type lhs = body.type_of(body.operands_of(dot)[0]), rhs = body.type_of(body.operands_of(dot)[1]);
  const Ints rows = free_axes(lhs.shape(), a.lhs_batch, a.lhs_contract), cols = free_axes(rhs.shape(), a.rhs_batch, a.rhs_contract);
  const Run lb = run_of(lhs.shape(), a.lhs_batch), rb = run_of(rhs.shape(), a.rhs_batch);
  const Run m = run_of(lhs.shape(), rows), n = run_of(rhs.shape(), cols);
  const Run lk = run_of(lhs.shape(), a.lhs_contract), rk = run_of(rhs.shape(), a.rhs_contract);
  Product out;
  out.a = body.operands_of(dot)[0];
  out.b = body.operands_of(dot)[1];
  // Bools are counted, and true where the count is not 0: the epilogue tells.
  out.dtype = is_bool(a.result) ? i32 : a.result;
  out.has_epilogue = body.outputs.size() != 1 || body.outputs[0] != dot.first_result || is_bool(a.result);
  out.axes = {static_cast<int>(a.lhs_batch.size()), static_cast<int>(rows.size()), static_cast<int>(cols.size())};
  out.contraction = {.batch = lb.extent,
                     .m = m.extent,
                     .n = n.extent,
                     .k = lk.extent,
                     .a = {lb.stride, m.stride, lk.stride},
                     .b = {rb.stride, rk.stride, n.stride},
                     .c = {m.extent * n.extent, n.extent, 1},
                     .a_type = lhs.dtype(),
                     .b_type = rhs.dtype(),
                     .sum_type = out.dtype};
  read_by_steps(body, dot, a, rows, out);
  const auto& windows = out.contraction.a_windows;
  if (exchange && (windows ? lies_along_rows(*windows) : out.contraction.n == 1 && out.contraction.m > 1)) {
    out.contraction = codegen::exchanged(out.contraction);
    std::swap(out.a, out.b);
    out.exchanged = true;
  }
  return out;
}

}  // namespace espalier::codegen
