#include "espalier/jit/schedule/sort_kernel.h"

namespace espalier::codegen {
namespace {

using namespace ir;

const SortAttrs& attrs_of(const Graph& body) { return body.attrs_as<SortAttrs>(body.nodes[0]); }
Type type_of_operand(const Graph& body, int i) { return body.type_of(body.operands_of(body.nodes[0])[i]); }

DigitSort digit_sort(std::int64_t n, Type x, Type keys) {
  DigitSort sort;
  std::int64_t at = 0;
  const auto take = [&](std::int64_t bytes) {
    const std::int64_t begin = at;
    at += (bytes + 63) / 64 * 64;
    return begin;
  };
  sort.counts = take(DigitSort::digits * 8);
  for (auto& begin : sort.keys) begin = take(n * static_cast<std::int64_t>(byte_size(keys.dtype())));
  for (auto& begin : sort.values) begin = take(n * static_cast<std::int64_t>(byte_size(x.dtype())));
  sort.scratch_bytes = at;
  return sort;
}

std::string verify_method(const Graph& body, const SortKernel&, const RankSort& sort) {
  const auto* lanes = std::get_if<WalkLanes>(&sort.walk);
  if (lanes != nullptr) return lanes->lanes >= 1 ? "" : "no lanes";
  const auto& launch = std::get<Launch>(sort.walk);
  return launch.blocks * launch.threads >= type_of_operand(body, 0).size() ? "" : "fewer threads than points";
}
std::string verify_method(const Graph& body, const SortKernel& kernel, const DigitSort& sort) {
  const DigitSort right = digit_sort(kernel.length, type_of_operand(body, 0), type_of_operand(body, 1));
  return sort.scratch_bytes == right.scratch_bytes && sort.values[1] == right.values[1] ? "" : "scratch of another size";
}

}  // namespace

SortKernel plan_sort_kernel(const Graph& body, const Target& target) {
  // A pass over a digit costs as much as some hundred comparisons in vectors, and there is one for each byte of a key.
  constexpr std::int64_t longest_by_rank = 32;
  const Type x = type_of_operand(body, 0), keys = type_of_operand(body, 1);
  SortKernel kernel{.axis = attrs_of(body).axis, .length = x.shape()[attrs_of(body).axis], .lines = 1, .method = {}};
  kernel.lines = kernel.length == 0 ? 0 : x.size() / kernel.length;
  const auto key_bytes = static_cast<std::int64_t>(byte_size(keys.dtype()));
  switch (target.kind) {
    case Target::Kind::cpu:
      if (kernel.length > longest_by_rank * key_bytes) kernel.method = digit_sort(kernel.length, x, keys);
      else kernel.method = RankSort{WalkLanes{target.lanes(std::max(key_bytes, static_cast<std::int64_t>(byte_size(x.dtype()))))}};
      return kernel;
    case Target::Kind::gpu: kernel.method = RankSort{launch_each(x.size())}; return kernel;
  }
  __builtin_unreachable();
}

std::string verify(const Graph& body, const SortKernel& kernel) {
  const Type x = type_of_operand(body, 0);
  if (kernel.axis != attrs_of(body).axis || kernel.length != x.shape()[kernel.axis] || kernel.lines * kernel.length != x.size()) return "sorts along another axis than its op";
  return std::visit([&](const auto& method) { return verify_method(body, kernel, method); }, kernel.method);
}

std::string describe(const SortKernel& kernel) {
  const std::string method = std::holds_alternative<RankSort>(kernel.method) ? "ranks" : "digits";
  return "sorts " + std::to_string(kernel.lines) + (kernel.lines == 1 ? " line of " : " lines of ") + std::to_string(kernel.length) + " along axis " + std::to_string(kernel.axis) + " by " + method;
}

}  // namespace espalier::codegen
