#pragma once
// Proves of a program's memory plan that every array a step reads is still the one that was written for it. Nothing is
// computed: each write gives its bytes a mark of its own, and each read must find the mark of the write that it means.
// What the planner says of lives is not looked at.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "espalier/jit/schedule/schedule.h"

namespace espalier::test {

/// Which write each byte of one piece of memory is from.
class Marks {
 public:
  using Mark = std::uint32_t;
  static constexpr Mark none = 0;

  void write(std::int64_t begin, std::int64_t end, Mark mark) {
    const Mark behind = at(end);
    runs_.erase(runs_.lower_bound(begin), runs_.upper_bound(end));
    runs_[begin] = mark;
    runs_[end] = behind;
  }
  bool hold(std::int64_t begin, std::int64_t end, Mark mark) const {
    if (at(begin) != mark) return false;
    for (auto run = runs_.upper_bound(begin); run != runs_.end() && run->first < end; ++run)
      if (run->second != mark) return false;
    return true;
  }

 private:
  Mark at(std::int64_t byte) const { return std::prev(runs_.upper_bound(byte))->second; }
  std::map<std::int64_t, Mark> runs_{{-1, none}};  // from a byte to the next key
};

class PlanCheck {
 public:
  /// `donate`: outputs take over the memory of inputs where the plan says that they may.
  PlanCheck(const codegen::Program& program, bool donate) : program_(program) {
    const codegen::Schedule& entry = program.entry;
    Frame frame(entry, piece());
    std::vector<bool> given(entry.inputs.size(), false);
    for (std::size_t i = 0; i < entry.inputs.size(); ++i) {
      frame.inputs[i] = {piece(), 0, entry.inputs[i].nbytes()};
      write(frame.inputs[i], entry.inputs[i].nbytes(), "an argument");
    }
    for (std::size_t o = 0; o < entry.outputs.size(); ++o) {
      if (entry.in_place[o] >= 0) fault("the program lays an output over an input");
      const int donor = donate ? entry.donations[o] : -1;
      frame.outputs[o] = {piece(), 0, entry.outputs[o].nbytes()};
      if (donor < 0) continue;
      const auto from = static_cast<std::size_t>(donor);
      if (given.at(from)) fault("input " + std::to_string(from) + " is given away twice");
      given[from] = true;
      frame.outputs[o] = {frame.inputs[from].piece, 0, frame.inputs[from].room};
    }
    const std::vector<Array> before = frame.inputs;
    run(entry, frame);
    finish(entry, frame, "the program");
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!given[i]) read(before[i], entry.inputs[i].nbytes(), "input " + std::to_string(i) + " when all is done");
    }
  }

  /// The first thing that is wrong, or "".
  const std::string& problem() const { return problem_; }

 private:
  // Where an array lies, how much room it has there, and the mark of its last write.
  struct Array {
    std::size_t piece = 0;
    std::int64_t offset = 0, room = 0;
    Marks::Mark mark = Marks::none;
    bool overlaps(std::int64_t bytes, const Array& other, std::int64_t other_bytes) const {
      return piece == other.piece && offset < other.offset + other_bytes && other.offset < offset + bytes;
    }
    Array slice(std::int64_t i, std::int64_t bytes) const { return {piece, offset + i * bytes, bytes, mark}; }
  };
  // The arrays of one schedule while it runs.
  struct Frame {
    Frame(const codegen::Schedule& s, std::size_t piece, std::int64_t offset = 0) : inputs(s.inputs.size()), outputs(s.outputs.size()), constants(s.constants.size()) {
      for (const codegen::Temp& temp : s.temps) temps.push_back({piece, offset + temp.offset, temp.bytes});
    }
    Array& at(codegen::Ref ref) {
      switch (ref.kind) {
        case codegen::Ref::Kind::input: return inputs.at(ref.index);
        case codegen::Ref::Kind::output: return outputs.at(ref.index);
        case codegen::Ref::Kind::constant: return constants.at(ref.index);
        case codegen::Ref::Kind::temp: return temps.at(ref.index);
      }
      return inputs.at(ref.index);
    }
    std::vector<Array> inputs, outputs, constants, temps;
  };
  // An array that a step reads or writes, and how much of it.
  struct Part {
    Array array;
    std::int64_t bytes;
  };

  std::size_t piece() {
    memory_.emplace_back();
    return memory_.size() - 1;
  }
  void fault(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }
  void read(const Array& array, std::int64_t bytes, const std::string& what) {
    if (bytes == 0) return;
    if (bytes > array.room) fault(what + " is larger than its memory");
    else if (array.mark == Marks::none) fault(what + " is read before it is written");
    else if (!memory_[array.piece].hold(array.offset, array.offset + bytes, array.mark)) fault(what + " was overwritten before it is read");
  }
  void write(Array& array, std::int64_t bytes, const std::string& what) {
    if (bytes == 0) return;
    if (bytes > array.room) fault(what + " is larger than its memory");
    array.mark = ++last_mark_;
    memory_[array.piece].write(array.offset, array.offset + bytes, array.mark);
  }
  // Nothing that one step writes may lie where it reads or writes something else.
  void require_apart(const std::vector<Part>& writes, const std::vector<Part>& reads, const std::string& what) {
    for (std::size_t w = 0; w < writes.size(); ++w) {
      const auto meets = [&](const Part& other) { return writes[w].bytes > 0 && other.bytes > 0 && writes[w].array.overlaps(writes[w].bytes, other.array, other.bytes); };
      if (std::any_of(writes.begin() + static_cast<std::ptrdiff_t>(w) + 1, writes.end(), meets)) fault(what + " writes two arrays to one place");
      if (std::any_of(reads.begin(), reads.end(), meets)) fault(what + " writes where it reads");
    }
  }

  void run(const codegen::Schedule& s, Frame& frame) {
    for (const codegen::Temp& temp : s.temps) {
      if (temp.offset < 0 || temp.offset + temp.bytes > s.arena_bytes) fault("a temporary lies outside the arena");
      if (temp.offset % 64 != 0) fault("a temporary is not aligned");
    }
    for (std::size_t c = 0; c < s.constants.size(); ++c) {
      frame.constants[c] = {piece(), 0, s.constants[c].type.nbytes()};
      write(frame.constants[c], s.constants[c].type.nbytes(), "a constant");
    }
    for (std::size_t i = 0; i < s.steps.size(); ++i) std::visit([&](const auto& one) { step(s, frame, one, "step " + std::to_string(i)); }, s.steps[i]);
  }
  // Outputs hold what was written for them; their marks leave with them.
  void finish(const codegen::Schedule& s, Frame& frame, const std::string& what) {
    for (std::size_t o = 0; o < s.outputs.size(); ++o) {
      if (s.in_place[o] >= 0) frame.outputs[o] = frame.inputs.at(static_cast<std::size_t>(s.in_place[o]));
      read(frame.outputs[o], s.outputs[o].nbytes(), "output " + std::to_string(o) + " of " + what);
    }
  }

  void step(const codegen::Schedule& s, Frame& frame, const codegen::Copy& copy, const std::string& what) {
    read(frame.at(copy.from), copy.bytes, what + ": what it copies");
    require_apart({{frame.at(copy.to), copy.bytes}}, {{frame.at(copy.from), copy.bytes}}, what);
    require_writable(s, copy.to, what);
    write(frame.at(copy.to), copy.bytes, what + ": its copy");
  }
  void require_writable(const codegen::Schedule& s, codegen::Ref ref, const std::string& what) {
    const bool read_only = ref.kind == codegen::Ref::Kind::input && !s.writes.at(ref.index);
    if (read_only || ref.kind == codegen::Ref::Kind::constant) fault(what + " writes an input or a constant");
  }
  static bool same_place(const Array& a, const Array& b) { return a.piece == b.piece && a.offset == b.offset; }

  void step(const codegen::Schedule& s, Frame& frame, const codegen::Call& call, const std::string& what) {
    const codegen::Kernel& kernel = program_.kernels.at(call.kernel);
    const auto takes = kernel.body.input_types();
    const auto makes = kernel.body.output_types();
    if (takes.size() != call.operands.size() || makes.size() != call.results.size()) return fault(what + " calls its kernel with other arrays than it has");
    std::vector<Part> reads, writes;
    for (std::size_t k = 0; k < takes.size(); ++k) {
      reads.push_back({frame.at(call.operands[k]), takes[k].nbytes()});
      read(reads.back().array, reads.back().bytes, what + ": operand " + std::to_string(k));
    }
    for (std::size_t r = 0; r < makes.size(); ++r) {
      require_writable(s, call.results[r], what);
      writes.push_back({frame.at(call.results[r]), makes[r].nbytes()});
      // A kernel may write an operand's place only where it says so, and then exactly there.
      std::vector<Part> others = reads;
      const int alias = kernel.aliases.at(r);
      if (alias >= 0) {
        const Array& operand = reads[static_cast<std::size_t>(alias)].array;
        if (operand.piece == writes[r].array.piece && operand.offset == writes[r].array.offset) others.erase(others.begin() + alias);
      }
      require_apart({writes[r]}, others, what);
    }
    require_apart(writes, {}, what);
    for (std::size_t r = 0; r < makes.size(); ++r) write(frame.at(call.results[r]), makes[r].nbytes(), what + ": result " + std::to_string(r));
  }

  // A loop that runs while a condition holds is run through twice: its carries then have been in all their places.
  void step(const codegen::Schedule& s, Frame& frame, const codegen::Loop& loop, const std::string& what) {
    const codegen::Schedule& body = *loop.body;
    const auto carries = static_cast<std::size_t>(loop.carries), first_carry = static_cast<std::size_t>(loop.consts), first_x = first_carry + carries;
    const auto turns = [&](bool sliced) { return sliced ? loop.length : 1; };
    const auto is_in_place = [&](std::size_t c) { return loop.places.at(c) == codegen::CarryPlace::in_place; };
    std::vector<Part> reads, writes;
    for (std::size_t i = 0; i < loop.operands.size(); ++i) {
      reads.push_back({frame.at(loop.operands[i]), body.inputs.at(i).nbytes() * turns(i >= first_x)});
      read(reads[i].array, reads[i].bytes, what + ": operand " + std::to_string(i));
    }
    for (std::size_t r = 0; r < loop.results.size(); ++r) {
      require_writable(s, loop.results[r], what);
      writes.push_back({frame.at(loop.results[r]), body.outputs.at(r).nbytes() * turns(r >= carries)});
    }
    for (std::size_t c = 0; c < carries; ++c) writes.push_back({frame.at(loop.spares.at(c)), is_in_place(c) ? 0 : body.outputs[c].nbytes()});
    const Array arena = frame.at(loop.arena);
    const std::int64_t arena_bytes = std::max(body.arena_bytes, loop.condition ? loop.condition->arena_bytes : 0);
    writes.push_back({arena, arena_bytes});
    if (loop.condition) writes.push_back({frame.at(loop.holds), 4});
    if (arena.room < arena_bytes) fault(what + ": the body's arena has no room");
    require_apart(writes, {}, what);
    for (std::size_t w = 0; w < writes.size(); ++w) {
      std::vector<Part> others = reads;
      const bool over = w < carries && is_in_place(w) && same_place(writes[w].array, reads[first_carry + w].array);
      if (over) others[first_carry + w].bytes = 0;
      require_apart({writes[w]}, others, what);
    }

    std::vector<Array> now, to, other;
    for (std::size_t c = 0; c < carries; ++c) {
      const Part& init = reads[first_carry + c];
      now.push_back(init.array);
      to.push_back(frame.at(loop.results[c]));
      other.push_back(is_in_place(c) ? to[c] : frame.at(loop.spares[c]));
      if (!loop.condition && loop.length % 2 == 0) std::swap(to[c], other[c]);
      if (is_in_place(c) && body.in_place[c] != static_cast<int>(first_carry + c)) fault(what + ": the body does not leave carry " + std::to_string(c) + " in its place");
      if (!is_in_place(c) && body.in_place[c] >= 0) fault(what + ": the body leaves carry " + std::to_string(c) + " where it was");
      const bool moves = loop.places[c] == codegen::CarryPlace::copied || (is_in_place(c) && !same_place(init.array, to[c]));
      if (moves) {
        write(other[c], init.bytes, what + ": a copied carry");
        now[c] = other[c];
      } else if (!is_in_place(c) && body.writes[first_carry + c]) {
        const codegen::Ref from = loop.operands[first_carry + c];
        if (from.kind != codegen::Ref::Kind::temp) require_writable(s, from, what);
        if (from.kind == codegen::Ref::Kind::output) fault(what + " writes over an output");
      }
    }
    std::vector<Part> slices;  // of the ys, as they were written
    const std::int64_t length = !loop.condition ? loop.length : (loop.length < 0 ? 2 : std::min<std::int64_t>(2, loop.length));
    for (std::int64_t turn = 0; turn < length; ++turn) {
      const std::int64_t i = loop.reverse ? loop.length - 1 - turn : turn;
      const std::string here = what + ", turn " + std::to_string(turn);
      Frame inner(body, arena.piece, arena.offset);
      for (std::size_t k = 0; k < first_carry; ++k) inner.inputs[k] = reads[k].array;
      for (std::size_t c = 0; c < carries; ++c) inner.inputs[first_carry + c] = now[c];
      if (loop.condition) {
        Frame asked(*loop.condition, arena.piece, arena.offset);
        asked.inputs = inner.inputs;
        asked.outputs[0] = frame.at(loop.holds);
        asked.outputs[0].mark = Marks::none;
        run_inside(*loop.condition, asked, here + ", condition");
      }
      for (std::size_t x = first_x; x < reads.size(); ++x) inner.inputs[x] = reads[x].array.slice(i, body.inputs[x].nbytes());
      for (std::size_t c = 0; c < carries; ++c) inner.outputs[c] = to[c];
      for (std::size_t y = carries; y < loop.results.size(); ++y) inner.outputs[y] = writes[y].array.slice(i, body.outputs[y].nbytes());
      for (Array& output : inner.outputs) output.mark = Marks::none;
      run_inside(body, inner, here);
      for (std::size_t c = 0; c < carries; ++c) now[c] = inner.outputs[c];
      for (std::size_t y = carries; y < loop.results.size(); ++y) slices.push_back({inner.outputs[y], body.outputs[y].nbytes()});
      std::swap(to, other);
    }
    for (const Part& slice : slices) read(slice.array, slice.bytes, what + ": what a turn made");
    for (std::size_t r = 0; r < loop.results.size(); ++r) {
      Array& result = frame.at(loop.results[r]);
      if (r < carries && length > 0) {
        if (!loop.condition && !same_place(now[r], result)) fault(what + ": the last turn does not write the result");
        read(now[r], writes[r].bytes, what + ": carry " + std::to_string(r));
      }
      write(result, writes[r].bytes, what + ": result " + std::to_string(r));
    }
  }

  void step(const codegen::Schedule& s, Frame& frame, const codegen::HostCall& call, const std::string& what) {
    std::vector<Part> reads, writes;
    for (std::size_t i = 0; i < call.operands.size(); ++i) {
      reads.push_back({frame.at(call.operands[i]), call.takes.at(i).nbytes()});
      read(reads.back().array, reads.back().bytes, what + ": operand " + std::to_string(i));
    }
    for (std::size_t r = 0; r < call.results.size(); ++r) {
      require_writable(s, call.results[r], what);
      writes.push_back({frame.at(call.results[r]), call.makes.at(r).nbytes()});
    }
    require_apart(writes, reads, what);
    for (std::size_t r = 0; r < call.results.size(); ++r) write(frame.at(call.results[r]), writes[r].bytes, what + ": result " + std::to_string(r));
  }

  // Each branch finds what another one would have left: none may touch more than results and its own arena.
  void step(const codegen::Schedule& s, Frame& frame, const codegen::Branch& branch, const std::string& what) {
    std::vector<Part> reads{{frame.at(branch.index), 4}}, writes;
    read(reads[0].array, 4, what + ": its index");
    const auto& first = *branch.branches.at(0);
    for (std::size_t i = 0; i < branch.operands.size(); ++i) {
      reads.push_back({frame.at(branch.operands[i]), first.inputs.at(i).nbytes()});
      read(reads.back().array, reads.back().bytes, what + ": operand " + std::to_string(i));
    }
    for (std::size_t r = 0; r < branch.results.size(); ++r) {
      require_writable(s, branch.results[r], what);
      writes.push_back({frame.at(branch.results[r]), first.outputs.at(r).nbytes()});
    }
    const Array arena = frame.at(branch.arena);
    writes.push_back({arena, arena.room});
    require_apart(writes, {}, what);
    for (std::size_t w = 0; w < writes.size(); ++w) {
      std::vector<Part> others = reads;
      for (std::size_t i = 0; i < branch.operands.size() && w < branch.results.size(); ++i) {
        const bool over = std::all_of(branch.branches.begin(), branch.branches.end(), [&](const auto& body) { return body->in_place[w] == static_cast<int>(i); });
        if (over && same_place(writes[w].array, reads[i + 1].array)) others[i + 1].bytes = 0;
      }
      require_apart({writes[w]}, others, what);
    }
    const std::vector<Marks> before = memory_;
    for (std::size_t b = 0; b < branch.branches.size(); ++b) {
      memory_ = before;
      const codegen::Schedule& body = *branch.branches[b];
      if (arena.room < body.arena_bytes) fault(what + ": a branch's arena has no room");
      Frame inner(body, arena.piece, arena.offset);
      for (std::size_t i = 0; i < branch.operands.size(); ++i) inner.inputs[i] = reads[i + 1].array;
      for (std::size_t r = 0; r < branch.results.size(); ++r) {
        inner.outputs[r] = writes[r].array;
        inner.outputs[r].mark = Marks::none;
      }
      run_inside(body, inner, what + ", branch " + std::to_string(b));
      for (std::size_t r = 0; r < branch.results.size(); ++r)
        if (!same_place(inner.outputs[r], writes[r].array)) fault(what + ", branch " + std::to_string(b) + " does not leave result " + std::to_string(r) + " in its place");
    }
    memory_ = before;
    for (std::size_t i = 0; i < branch.operands.size(); ++i) {
      const bool written = std::any_of(branch.branches.begin(), branch.branches.end(), [&](const auto& body) { return body->writes[i]; });
      if (!written) continue;
      if (branch.operands[i].kind != codegen::Ref::Kind::temp) require_writable(s, branch.operands[i], what);
      Array lost = reads[i + 1].array;
      write(lost, reads[i + 1].bytes, what + ": a written operand");
    }
    for (std::size_t r = 0; r < branch.results.size(); ++r) write(frame.at(branch.results[r]), writes[r].bytes, what + ": result " + std::to_string(r));
  }
  void run_inside(const codegen::Schedule& body, Frame& inner, const std::string& what) {
    const bool sound = problem_.empty();
    run(body, inner);
    finish(body, inner, what);
    if (sound && !problem_.empty()) problem_ = what + ": " + problem_;
  }

  const codegen::Program& program_;
  std::vector<Marks> memory_;
  Marks::Mark last_mark_ = Marks::none;
  std::string problem_;
};

/// What is wrong with a program's plan, with the memory of donated inputs or without; or "".
inline std::string plan_problem(const codegen::Program& program) {
  for (const bool donate : {false, true}) {
    if (const std::string problem = PlanCheck(program, donate).problem(); !problem.empty()) return problem;
  }
  return "";
}

}  // namespace espalier::test
