#include "espalier/jit/schedule/loop_kernel.h"

#include <algorithm>

#include "espalier/jit/schedule/sum_blocks.h"
#include "espalier/jit/schedule/verify.h"
#include "espalier/jit/schedule/worth.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// The output that holds a kept value from its pass on, if there is one.
std::optional<std::size_t> output_of(const Graph& body, const LoopPlan& plan, const LoopPlan::Kept& kept) {
  const auto output = std::find(body.outputs.begin(), body.outputs.end(), kept.value);
  if (output == body.outputs.end() || plan.phase[kept.value] != kept.phase) return {};
  return static_cast<std::size_t>(output - body.outputs.begin());
}

// Elements that the points of the reduced loops need at one point (or vector of points) of the parallel ones. Whole vectors are
// written, so that the room has no need of masks.
std::int64_t room_elements(const LoopPlan& plan, const LoopShape& shape) {
  const bool across = plan.vector_loop >= static_cast<int>(plan.n_parallel());
  return plan.reduced_points() * (across ? 1 : shape.width) + shape.width;
}

// A result is read back from where it was stored; other kept values take room on the stack, as long as it is small.
std::vector<LoopKernel::Kept> keep(const Graph& body, const LoopPlan& plan, const LoopShape& shape) {
  constexpr std::int64_t most_bytes = 128 << 10;
  std::vector<LoopKernel::Kept> places;
  std::int64_t taken = 0;
  for (const LoopPlan::Kept& kept : plan.kept) {
    const auto output = output_of(body, plan, kept);
    const std::int64_t elements = output ? 0 : room_elements(plan, shape);
    taken += elements * static_cast<std::int64_t>(byte_size(body.type_of(kept.value).dtype()));
    if (taken > most_bytes) break;
    places.push_back({kept.value, kept.phase, output, elements});
  }
  return places;
}
// The threads of a GPU have no room: they compute other values again.
std::vector<LoopKernel::Kept> keep(const Graph& body, const LoopPlan& plan) {
  std::vector<LoopKernel::Kept> places;
  for (const LoopPlan::Kept& kept : plan.kept) {
    if (const auto output = output_of(body, plan, kept)) places.push_back({kept.value, kept.phase, output, 0});
  }
  return places;
}

std::string verify_kept(const Graph& body, const LoopKernel& kernel) {
  const auto* shape = std::get_if<LoopShape>(&kernel.mapping);
  for (const LoopKernel::Kept& place : kernel.kept) {
    const auto& all = kernel.loops.kept;
    const bool known = std::any_of(all.begin(), all.end(), [&](const LoopPlan::Kept& kept) { return kept.value == place.value && kept.phase == place.phase; });
    const std::string name = "%" + std::to_string(place.value);
    if (!known) return name + " has a place, and is not kept";
    if (place.output && (*place.output >= body.outputs.size() || body.outputs[*place.output] != place.value || kernel.loops.phase[place.value] != place.phase)) return name + " is kept in an output that is not its own";
    if (!place.output && (shape == nullptr || place.elements < room_elements(kernel.loops, *shape))) return name + " is kept where there is no room for it";
  }
  return "";
}

constexpr std::int64_t line_bytes = 64;  // of a cache, and what every array is aligned to

// Whether every vector of a result that is written is whole lines of a cache, one after another.
bool writes_whole_lines(const Graph& body, const LoopPlan& plan, const LoopShape& shape, Value result) {
  const Type type = body.type_of(result);
  const auto bytes = static_cast<std::int64_t>(byte_size(type.dtype()));
  if (shape.width * bytes % line_bytes != 0 || type.size() * bytes % line_bytes != 0) return false;
  std::int64_t stride = bytes;
  bool along = false;
  for (int axis = type.shape().ndim(); axis-- > 0; stride *= type.shape()[axis]) {
    const int dim = plan.dims[result][static_cast<std::size_t>(axis)];
    if (dim < 0 || !plan.is_innermost(dim)) continue;
    if (plan.loop_of(dim) != plan.vector_loop) {
      if (stride % line_bytes != 0) return false;
    } else if (stride == bytes) {
      along = true;
    } else {
      return false;
    }
  }
  return along;
}

// A line that is written reads its old content first, and takes the place of another, unless it is written past the caches. Where a
// kernel's arrays are larger than twice the last cache, none of what it writes first would be found there by who reads it next.
// (Measured on Zen 5 with 32 MB, three arrays of 64 MB: 5.1 ms instead of 7.2; of 12.6 MB, of which the cache keeps a part: 2.45
// instead of 2.07.)
std::vector<std::size_t> streamed(const Graph& body, const LoopKernel& kernel, const LoopShape& shape, const Target& target) {
  const auto bytes_of = [](Type type) { return static_cast<double>(type.size()) * static_cast<double>(byte_size(type.dtype())); };
  double all = 0;
  for (Type type : body.input_types()) all += bytes_of(type);
  for (Value v : body.outputs) all += bytes_of(body.type_of(v));
  std::vector<std::size_t> chosen;
  if (all <= 2 * static_cast<double>(target.l3_bytes)) return chosen;
  for (std::size_t o = 0; o < body.outputs.size(); ++o) {
    const bool read_back = std::any_of(kernel.kept.begin(), kernel.kept.end(), [&](const LoopKernel::Kept& kept) { return kept.output == o; });
    const bool large = bytes_of(body.type_of(body.outputs[o])) > static_cast<double>(target.l3_bytes) / 16;
    if (large && !read_back && writes_whole_lines(body, kernel.loops, shape, body.outputs[o])) chosen.push_back(o);
  }
  return chosen;
}

std::string verify_streamed(const Graph& body, const LoopKernel& kernel) {
  const auto* shape = std::get_if<LoopShape>(&kernel.mapping);
  for (const std::size_t o : kernel.streamed) {
    if (shape == nullptr || o >= body.outputs.size()) return "result " + std::to_string(o) + " is streamed, and there is none";
    if (!writes_whole_lines(body, kernel.loops, *shape, body.outputs[o])) return "result " + std::to_string(o) + " is streamed in parts of lines";
    for (const LoopKernel::Kept& place : kernel.kept)
      if (place.output == o) return "result " + std::to_string(o) + " is streamed, and read back";
  }
  return "";
}

// The loops, outermost first; `along` is said of the one that fills vectors, or that neighbouring threads run along.
std::string text_of_loops(const LoopPlan& plan, const std::string& along) {
  if (plan.loops.empty()) return "one point";
  std::string text;
  for (std::size_t l = 0; l < plan.loops.size(); ++l) {
    const LoopPlan::Axis& loop = plan.loops[l];
    text += (l == 0 ? "" : ", ") + std::string(loop.reduced ? "reduce " : "");
    for (std::size_t i = 0; i < loop.dims.size(); ++i) text += (i == 0 ? "" : "*") + std::to_string(plan.extents[static_cast<std::size_t>(loop.dims[i])]);
    if (static_cast<int>(l) == plan.vector_loop) text += along;
  }
  return text;
}
std::string text_of(const LoopPlan& plan, const LoopShape& shape) {
  std::string text = text_of_loops(plan, " by " + std::to_string(shape.width)) + "; " + std::to_string(shape.tasks) + (shape.tasks == 1 ? " task" : " tasks");
  if (shape.parts > 1) text += "; " + std::to_string(shape.parts) + " partial results";
  for (const auto& blocks : shape.sum_blocks) text += describe_blocks(blocks);
  return text;
}
std::string text_of(const LoopPlan& plan, const PointLaunch& launch) {
  const std::string threads = std::to_string(launch.threads()) + " threads";
  const std::string shared = launch.workers == 1 ? "" : ", " + std::to_string(launch.workers) + (launch.adjacent ? " neighbours a point" : " a point");
  return text_of_loops(plan, " by neighbours") + "; " + std::to_string(launch.blocks) + (launch.blocks == 1 ? " block of " : " blocks of ") + threads + shared + describe_blocks(launch.sum_blocks);
}

}  // namespace

double work_of(const Graph& body) {
  double work = 0;
  for (const Node& node : body.nodes) {
    const Type type = reduces(node.op) ? body.type_of(body.operands_of(node)[0]) : body.type_of(node.first_result);
    if (maps(node.op)) work += static_cast<double>(type.size()) * (is_cheap(node.op) ? 1 : 8);
    else work += static_cast<double>(type.size());
  }
  for (Type type : body.input_types()) work += static_cast<double>(type.size());
  return work;
}

LoopKernel plan_loop_kernel(const Graph& body, const Target& target) {
  LoopKernel kernel;
  kernel.loops = plan_loops(body);
  switch (target.kind) {
    case Target::Kind::cpu: {
      const LoopShape shape = shape_loops(body, kernel.loops, target);
      kernel.mapping = shape;
      kernel.kept = keep(body, kernel.loops, shape);
      kernel.streamed = streamed(body, kernel, shape, target);
      kernel.threads = (shape.tasks > 1 || shape.parts > 1) && work_of(body) >= worth_threads;
      break;
    }
    case Target::Kind::gpu:
      kernel.mapping = launch_points(body, kernel.loops);
      kernel.kept = keep(body, kernel.loops);
      break;
  }
  return kernel;
}

std::string verify(const Graph& body, const LoopKernel& kernel) {
  if (const std::string problem = verify(body, kernel.loops); !problem.empty()) return problem;
  if (const std::string problem = std::visit([&](const auto& mapping) { return verify(kernel.loops, mapping); }, kernel.mapping); !problem.empty()) return problem;
  if (const std::string problem = verify_kept(body, kernel); !problem.empty()) return problem;
  return verify_streamed(body, kernel);
}

std::string describe(const LoopKernel& kernel) {
  std::string text = "loops: " + std::visit([&](const auto& mapping) { return text_of(kernel.loops, mapping); }, kernel.mapping);
  if (kernel.loops.n_phases > 1) text += "; " + std::to_string(kernel.loops.n_phases) + " passes";
  for (const LoopKernel::Kept& place : kernel.kept) {
    text += "; keeps %" + std::to_string(place.value) + " of pass " + std::to_string(place.phase) + (place.output ? " in result " + std::to_string(*place.output) : " on the stack");
  }
  for (const std::size_t o : kernel.streamed) text += "; streams result " + std::to_string(o);
  if (kernel.threads) text += "; threads";
  return text;
}

}  // namespace espalier::codegen
