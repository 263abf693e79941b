#pragma once
// The arena that a program needs at least, from the lives that its steps show.
#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "espalier/jit/schedule/schedule.h"

namespace espalier::test {

/// The most bytes that arrays from their first step to their last need at once: no arena can be smaller. An array that is
/// a loop's arena counts as what its body needs.
inline std::int64_t bytes_needed(const codegen::Schedule& s) {
  struct Life {
    std::size_t first = 0, last = 0;
    std::int64_t bytes = 0;
  };
  std::map<std::uint32_t, Life> lives;
  const auto use = [&](codegen::Ref ref, std::size_t step, std::int64_t bytes) {
    if (ref.kind != codegen::Ref::Kind::temp) return;
    Life& life = lives.try_emplace(ref.index, Life{step, step, bytes}).first->second;
    life.last = step;
  };
  const auto use_all = [&](const std::vector<codegen::Ref>& refs, std::size_t step) {
    for (codegen::Ref ref : refs)
      if (ref.kind == codegen::Ref::Kind::temp) use(ref, step, s.temps[ref.index].bytes);
  };
  for (std::size_t i = 0; i < s.steps.size(); ++i) {
    if (const auto* call = std::get_if<codegen::Call>(&s.steps[i])) {
      use_all(call->operands, i);
      use_all(call->results, i);
    } else if (const auto* copy = std::get_if<codegen::Copy>(&s.steps[i])) {
      use_all({copy->from, copy->to}, i);
    } else if (const auto* loop = std::get_if<codegen::Loop>(&s.steps[i])) {
      for (const auto* refs : {&loop->operands, &loop->results, &loop->spares}) use_all(*refs, i);
      use(loop->arena, i, bytes_needed(*loop->body));
    } else if (const auto* host = std::get_if<codegen::HostCall>(&s.steps[i])) {
      use_all(host->operands, i);
      use_all(host->results, i);
    } else if (const auto* branch = std::get_if<codegen::Branch>(&s.steps[i])) {
      for (const auto* refs : {&branch->operands, &branch->results}) use_all(*refs, i);
      use_all({branch->index}, i);
      std::int64_t most = 0;
      for (const auto& body : branch->branches) most = std::max(most, bytes_needed(*body));
      use(branch->arena, i, most);
    }
  }
  std::int64_t most = 0;
  for (std::size_t i = 0; i < s.steps.size(); ++i) {
    std::int64_t alive = 0;
    for (const auto& [index, life] : lives)
      if (life.first <= i && i <= life.last) alive += life.bytes;
    most = std::max(most, alive);
  }
  return most;
}

}  // namespace espalier::test
