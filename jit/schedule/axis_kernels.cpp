#include "espalier/jit/schedule/axis_kernels.h"

#include "espalier/jit/schedule/sum_blocks.h"

namespace espalier::codegen {
namespace {

using namespace ir;

std::string verify_walk(const WalkLanes& walk, std::int64_t) { return walk.lanes >= 1 && (walk.lanes & (walk.lanes - 1)) == 0 ? "" : "vectors of " + std::to_string(walk.lanes) + " lanes"; }
std::string verify_walk(const Launch& walk, std::int64_t points) { return walk.threads >= 1 && walk.blocks * walk.threads >= points ? "" : "fewer threads than points"; }

std::string text_of_walk(const WalkLanes& walk) { return " by " + std::to_string(walk.lanes); }
std::string text_of_walk(const Launch& walk) { return "; " + std::to_string(walk.blocks) + (walk.blocks == 1 ? " block of " : " blocks of ") + std::to_string(walk.threads) + " threads"; }

const CumulativeAttrs& attrs_of(const Graph& body) { return body.attrs_as<CumulativeAttrs>(body.nodes[0]); }
// Lines along an axis.
std::int64_t lines_of(Type type, int axis) {
  std::int64_t lines = 1;
  for (int i = 0; i < type.ndim(); ++i) lines *= i == axis ? 1 : type.shape()[i];
  return lines;
}

}  // namespace

WalkMapping map_walk(DType dtype, std::int64_t points, const Target& target) {
  switch (target.kind) {
    case Target::Kind::cpu: return WalkLanes{target.lanes(static_cast<std::int64_t>(byte_size(dtype)))};
    case Target::Kind::gpu: return launch_each(points);
  }
  __builtin_unreachable();
}
std::string verify(const WalkMapping& mapping, std::int64_t points) {
  return std::visit([&](const auto& walk) { return verify_walk(walk, points); }, mapping);
}
std::string text_of(const WalkMapping& mapping) {
  return std::visit([](const auto& walk) { return text_of_walk(walk); }, mapping);
}

CumulativeKernel plan_cumulative_kernel(const Graph& body, const Target& target) {
  constexpr std::int64_t longest = 64;  // a lane waits for each addition already, and should not wait for long blocks too
  const CumulativeAttrs& attrs = attrs_of(body);
  const Type type = body.type_of(body.operands_of(body.nodes[0])[0]);
  const bool adds = attrs.kind == Cumulation::sum || attrs.kind == Cumulation::logsumexp;
  CumulativeKernel kernel{.axis = attrs.axis, .blocks = {}, .lines = lines_of(type, attrs.axis), .walk = {}};
  // A sum that rounds, or the logarithm of one.
  kernel.blocks = sum_blocks(type.shape()[attrs.axis], adds && is_floating(type.dtype()) ? 1 : 0, longest).iterations;
  kernel.walk = map_walk(type.dtype(), kernel.lines, target);
  return kernel;
}

UpdateKernel plan_update_kernel(const Graph& body, const Target& target) {
  const Value update = body.operands_of(body.nodes[0])[1];  // one input may stand for several operands
  const Type type = body.type_of(update);
  return {.update = update, .points = type.size(), .walk = map_walk(type.dtype(), type.size(), target)};
}

std::string verify(const Graph& body, const CumulativeKernel& kernel) {
  const Type type = body.type_of(body.operands_of(body.nodes[0])[0]);
  if (kernel.axis != attrs_of(body).axis || kernel.lines != lines_of(type, kernel.axis)) return "runs along another axis than its op";
  if (!blocks_nest(kernel.blocks)) return "blocks that do not nest";
  return verify(kernel.walk, kernel.lines);
}
std::string verify(const Graph& body, const UpdateKernel& kernel) {
  if (kernel.update != body.operands_of(body.nodes[0])[1] || kernel.points != body.type_of(kernel.update).size()) return "writes another array than its op";
  return verify(kernel.walk, kernel.points);
}

std::string describe(const CumulativeKernel& kernel) {
  std::string text = "running along axis " + std::to_string(kernel.axis);
  text += describe_blocks(kernel.blocks);
  return text + "; " + std::to_string(kernel.lines) + (kernel.lines == 1 ? " line" : " lines") + text_of(kernel.walk);
}
std::string describe(const UpdateKernel& kernel) { return "writes " + std::to_string(kernel.points) + " elements" + text_of(kernel.walk); }

}  // namespace espalier::codegen
