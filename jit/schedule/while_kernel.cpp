#include "espalier/jit/schedule/while_kernel.h"

#include <algorithm>
#include <bit>

#include "espalier/ir/stops_by_element.h"
#include "espalier/jit/schedule/worth.h"

namespace espalier::codegen {
namespace {

using namespace ir;

constexpr std::size_t most_nodes = 192;       // as of other kernels: beyond that compiling costs more than it saves
constexpr std::int64_t most_registers = 24;   // of the vectors that a group keeps from one iteration to the next
constexpr double usual_iterations = 16;       // nobody knows how many there will be

bool is_number(Type type) { return type.ndim() == 0; }

// Elementwise work on the shape and on numbers, which may be repeated.
bool is_elementwise_work(const Graph& graph, const Shape& shape) {
  return std::all_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    const auto fits = [&](Value v) { return is_number(graph.type_of(v)) || graph.type_of(v).shape() == shape; };
    const auto operands = graph.operands_of(node);
    if (!fits(node.first_result) || !std::all_of(operands.begin(), operands.end(), fits)) return false;
    if (maps(node.op)) return true;
    if (node.op == Op::constant) return is_number(graph.type_of(node.first_result));
    return node.op == Op::broadcast && is_number(graph.type_of(operands[0]));
  });
}

const Node& loop_of(const Graph& body) { return body.nodes[0]; }

}  // namespace

bool runs_in_registers(const Graph& graph, const Node& node) {
  const auto& loop = graph.attrs_as<WhileAttrs>(node);
  const Shape& shape = graph.type_of(node.first_result).shape();
  if (shape.size() == 0 || loop.body->nodes.size() + loop.condition->nodes.size() > most_nodes) return false;
  for (std::uint32_t r = 0; r < node.n_results; ++r)
    if (graph.type_of(node.first_result + r).shape() != shape) return false;
  for (Value v : graph.operands_of(node))
    if (!is_number(graph.type_of(v)) && graph.type_of(v).shape() != shape) return false;
  if (!is_elementwise_work(*loop.body, shape)) return false;
  return shape.ndim() == 0 ? is_elementwise_work(*loop.condition, shape) : stops_by_element(loop);
}

WhileKernel plan_while_kernel(const Graph& body, const Target& target) {
  const Node& node = loop_of(body);
  WhileKernel kernel{.points = body.type_of(node.first_result).size(), .mapping = {}};
  if (target.kind == Target::Kind::gpu) {
    kernel.mapping = launch_each(kernel.points);
    return kernel;
  }
  WhileLanes lanes;
  if (body.type_of(node.first_result).ndim() > 0) {
    std::int64_t widest = 1, kept = 0;
    for (Value v : body.operands_of(node)) {
      widest = std::max(widest, static_cast<std::int64_t>(byte_size(body.type_of(v).dtype())));
      kept += is_number(body.type_of(v)) ? 0 : 1;
    }
    const std::int64_t vector = target.lanes(widest);
    std::int64_t vectors = 4;
    while (vectors > 1 && vectors * kept > most_registers) vectors /= 2;
    lanes.width = std::min(vectors * vector, static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(kernel.points))));
  }
  lanes.groups = (kernel.points + lanes.width - 1) / lanes.width;
  const auto nodes = static_cast<double>(body.attrs_as<WhileAttrs>(node).body->nodes.size());
  lanes.threads = lanes.groups > 1 && usual_iterations * nodes * static_cast<double>(kernel.points) > worth_threads;
  kernel.mapping = lanes;
  return kernel;
}

std::string verify(const Graph& body, const WhileKernel& kernel) {
  if (!runs_in_registers(body, loop_of(body))) return "a loop that needs memory";
  if (kernel.points != body.type_of(loop_of(body).first_result).size()) return "runs over another array than its op";
  if (const auto* launch = std::get_if<Launch>(&kernel.mapping)) return launch->threads >= 1 && launch->blocks * launch->threads >= kernel.points ? "" : "fewer threads than points";
  const auto& lanes = std::get<WhileLanes>(kernel.mapping);
  if (lanes.width < 1 || (lanes.width & (lanes.width - 1)) != 0) return "groups of " + std::to_string(lanes.width) + " elements";
  return lanes.groups * lanes.width >= kernel.points && (lanes.groups - 1) * lanes.width < kernel.points ? "" : "other groups than there are elements";
}

std::string describe(const WhileKernel& kernel) {
  std::string text = "while over " + std::to_string(kernel.points) + (kernel.points == 1 ? " point" : " points");
  if (const auto* launch = std::get_if<Launch>(&kernel.mapping)) return text + "; " + std::to_string(launch->blocks) + (launch->blocks == 1 ? " block of " : " blocks of ") + std::to_string(launch->threads) + " threads";
  const auto& lanes = std::get<WhileLanes>(kernel.mapping);
  return text + " by " + std::to_string(lanes.width) + (lanes.threads ? ", threads" : "");
}

}  // namespace espalier::codegen
