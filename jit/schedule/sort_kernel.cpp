#include "espalier/jit/schedule/sort_kernel.h"

namespace espalier::codegen {
namespace {

using namespace ir;

const SortAttrs& attrs_of(const Graph& body) { return body.attrs_as<SortAttrs>(body.nodes[0]); }
Type type_of_operand(const Graph& body, int i) { return body.type_of(body.operands_of(body.nodes[0])[i]); }

DigitSort digit_sort(const Graph& body, std::int64_t n) {
  // Long digits are fewer passes, but more numbers to clear and to add up.
  constexpr std::int64_t long_line = 4096;
  const auto operands = body.operands_of(body.nodes[0]);
  const auto value_bytes = static_cast<std::int64_t>(byte_size(type_of_operand(body, 0).dtype())), key_bytes = static_cast<std::int64_t>(byte_size(type_of_operand(body, 1).dtype()));
  DigitSort sort;
  sort.digit_bits = n < long_line || key_bytes <= 2 ? 8 : 11;
  sort.passes = static_cast<int>((key_bytes * 8 + sort.digit_bits - 1) / sort.digit_bits);
  sort.own_keys = operands[0] == operands[1];
  sort.count = n < (std::int64_t{1} << 31) ? i32 : i64;
  std::int64_t at = 0;
  const auto take = [&](std::int64_t bytes) {
    const std::int64_t begin = at;
    at += (bytes + 63) / 64 * 64;
    return begin;
  };
  sort.counts = take(sort.passes * sort.digits() * static_cast<std::int64_t>(byte_size(sort.count)));
  if (!sort.own_keys) {
    for (auto& begin : sort.keys) begin = take(n * key_bytes);
  }
  for (auto& begin : sort.values) begin = take(n * value_bytes);
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
  const DigitSort right = digit_sort(body, kernel.length);
  if (sort.passes * sort.digit_bits < static_cast<int>(byte_size(type_of_operand(body, 1).dtype())) * 8) return "digits that leave bits of the keys out";
  if (sort.own_keys && !right.own_keys) return "keys that are another array's";
  return sort.digit_bits == right.digit_bits && sort.count == right.count && sort.scratch_bytes == right.scratch_bytes && sort.values[1] == right.values[1] ? "" : "scratch of another size";
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
      if (kernel.length > longest_by_rank * key_bytes) kernel.method = digit_sort(body, kernel.length);
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
  const auto* digits = std::get_if<DigitSort>(&kernel.method);
  const std::string method = digits == nullptr ? "ranks" : std::to_string(digits->passes) + " digits of " + std::to_string(digits->digit_bits) + " bits";
  return "sorts " + std::to_string(kernel.lines) + (kernel.lines == 1 ? " line of " : " lines of ") + std::to_string(kernel.length) + " along axis " + std::to_string(kernel.axis) + " by " + method;
}

}  // namespace espalier::codegen
