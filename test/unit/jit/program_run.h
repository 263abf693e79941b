#pragma once
// Runs the steps of a program here, as its entry does: memory where the plan says, carries rotating, branches taken.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "espalier/jit/schedule/schedule.h"

namespace espalier::test {

using Pointers = std::vector<std::byte*>;

/// `Machine` holds memory and runs kernels:
/// * `std::byte* room(std::int64_t bytes)`: memory that lives as long as the machine, filled with a pattern;
/// * `std::byte* constant(std::size_t n, const ir::Literal&)`: the nth constant, counted as the entry's code meets them;
/// * `void launch(std::uint32_t index, const codegen::Kernel&, const Pointers& operands, const Pointers& results)`.
template <class Machine> class ProgramRun {
 public:
  ProgramRun(codegen::Program program, Machine machine) : program_(std::move(program)), machine_(std::move(machine)) {}

  /// Outputs take over the memory of the inputs that the plan says they may.
  std::vector<ir::Literal> operator()(const std::vector<ir::Literal>& inputs) {
    const codegen::Schedule& entry = program_.entry;
    Frame frame;
    for (const ir::Literal& x : inputs) {
      frame.inputs.push_back(machine_.room(x.type.nbytes()));
      if (!x.bytes->empty()) std::memcpy(frame.inputs.back(), x.data(), x.bytes->size());
    }
    for (std::size_t o = 0; o < entry.outputs.size(); ++o) {
      const int donor = entry.donations[o];
      frame.outputs.push_back(donor >= 0 ? frame.inputs.at(static_cast<std::size_t>(donor)) : machine_.room(entry.outputs[o].nbytes()));
    }
    frame.arena = machine_.room(entry.arena_bytes);
    n_constants_ = 0;
    steps(entry, frame);
    std::vector<ir::Literal> results;
    for (std::size_t o = 0; o < frame.outputs.size(); ++o) results.push_back(ir::literal(entry.outputs[o], frame.outputs[o]));
    return results;
  }

 private:
  struct Frame {
    Pointers inputs, outputs, constants;
    std::byte* arena = nullptr;
  };

  static std::byte* at(const codegen::Schedule& s, const Frame& frame, codegen::Ref ref) {
    switch (ref.kind) {
      case codegen::Ref::Kind::input: return frame.inputs.at(ref.index);
      case codegen::Ref::Kind::output: return frame.outputs.at(ref.index);
      case codegen::Ref::Kind::constant: return frame.constants.at(ref.index);
      case codegen::Ref::Kind::temp: return frame.arena + s.temps.at(ref.index).offset;
    }
    return nullptr;
  }
  static Pointers all(const codegen::Schedule& s, const Frame& frame, const std::vector<codegen::Ref>& refs) {
    Pointers pointers;
    for (codegen::Ref ref : refs) pointers.push_back(at(s, frame, ref));
    return pointers;
  }

  void steps(const codegen::Schedule& s, Frame& frame) {
    for (const ir::Literal& literal : s.constants) frame.constants.push_back(machine_.constant(n_constants_++, literal));
    for (const codegen::Step& step : s.steps) std::visit([&](const auto& one) { run(s, frame, one); }, step);
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Copy& copy) {
    std::memmove(at(s, frame, copy.to), at(s, frame, copy.from), static_cast<std::size_t>(copy.bytes));
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Call& call) {
    machine_.launch(call.kernel, program_.kernels[call.kernel], all(s, frame, call.operands), all(s, frame, call.results));
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Loop& loop) {
    const auto consts = static_cast<std::size_t>(loop.consts), carries = static_cast<std::size_t>(loop.carries), first_x = consts + carries;
    const std::size_t first = n_constants_;
    const Pointers operands = all(s, frame, loop.operands), results = all(s, frame, loop.results), spares = all(s, frame, loop.spares);
    Pointers now(operands.begin() + loop.consts, operands.begin() + static_cast<std::ptrdiff_t>(first_x));
    Pointers to(results.begin(), results.begin() + loop.carries), other = spares;
    const auto copied = [&](std::byte* target, std::size_t c) {
      if (target != now[c]) std::memcpy(target, now[c], static_cast<std::size_t>(loop.body->outputs[c].nbytes()));
      now[c] = target;
    };
    if (!loop.condition && loop.length % 2 == 0) std::swap(to, other);
    for (std::size_t c = 0; c < carries; ++c) {
      if (loop.places[c] == codegen::CarryPlace::in_place) copied(to[c] = other[c] = results[c], c);
      if (loop.places[c] == codegen::CarryPlace::copied) copied(other[c], c);
    }
    const std::byte* holds = loop.condition ? at(s, frame, loop.holds) : nullptr;
    for (std::int64_t round = 0; loop.length < 0 || round < loop.length; ++round) {
      n_constants_ = first;
      Frame inner;
      inner.inputs.assign(operands.begin(), operands.begin() + loop.consts);
      inner.inputs.insert(inner.inputs.end(), now.begin(), now.end());
      inner.arena = at(s, frame, loop.arena);
      if (loop.condition) {
        Frame asked = inner;
        asked.outputs = {at(s, frame, loop.holds)};
        steps(*loop.condition, asked);
        std::int32_t goes_on = 0;
        std::memcpy(&goes_on, holds, sizeof goes_on);
        if (goes_on == 0) break;
      }
      const std::int64_t i = loop.reverse ? loop.length - 1 - round : round;
      for (std::size_t x = first_x; x < operands.size(); ++x) inner.inputs.push_back(operands[x] + i * loop.body->inputs[x].nbytes());
      inner.outputs = to;
      for (std::size_t y = carries; y < results.size(); ++y) inner.outputs.push_back(results[y] + i * loop.body->outputs[y].nbytes());
      steps(*loop.body, inner);
      now = to;
      std::swap(to, other);
    }
    for (std::size_t c = 0; c < carries; ++c) copied(results[c], c);
    if (loop.condition) n_constants_ = first + constants_in(*loop.condition) + constants_in(*loop.body);
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Branch& branch) {
    Frame inner;
    inner.inputs = all(s, frame, branch.operands);
    inner.outputs = all(s, frame, branch.results);
    inner.arena = at(s, frame, branch.arena);
    std::int32_t index = 0;
    std::memcpy(&index, at(s, frame, branch.index), sizeof index);
    const auto taken = static_cast<std::size_t>(std::clamp<std::int64_t>(index, 0, static_cast<std::int64_t>(branch.branches.size()) - 1));
    for (std::size_t i = 0; i < branch.branches.size(); ++i) {
      if (i == taken) steps(*branch.branches[i], inner);
      else n_constants_ += constants_in(*branch.branches[i]);
    }
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::HostCall& call) {
    const auto operands = all(s, frame, call.operands), results = all(s, frame, call.results);
    const runtime::Callee& callee = program_.callees[call.callee];
    const std::vector<const void*> read(operands.begin(), operands.end());
    const std::vector<void*> written(results.begin(), results.end());
    if (callee.c_function != nullptr) callee.c_function(written.data(), read.data());
    else callee.call(callee.object.get(), read.data());
  }
  static std::size_t constants_in(const codegen::Schedule& s) {
    std::size_t n = s.constants.size();
    for (const codegen::Step& step : s.steps) {
      if (const auto* loop = std::get_if<codegen::Loop>(&step)) n += constants_in(*loop->body) + (loop->condition ? constants_in(*loop->condition) : 0);
      if (const auto* branch = std::get_if<codegen::Branch>(&step))
        for (const auto& b : branch->branches) n += constants_in(*b);
    }
    return n;
  }

  codegen::Program program_;
  Machine machine_;
  std::size_t n_constants_ = 0;
};

}  // namespace espalier::test
