#include "espalier/jit/schedule/group_calls.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "espalier/ir/error.h"

namespace espalier::codegen {
namespace {

using namespace ir;

constexpr std::size_t least_members = 4;         // fewer are not worth a table
// On average, in simple operations: the code of smaller members is copied into the entry, which costs less than a row of a table. (1 added
// to each of 200 arrays of 8, 25 operations each: 6 % slower in a group. Adam on 8 elements is 200 operations.)
constexpr double least_work = 64;
constexpr std::size_t most_pointers = 8192;      // of a group: they lie on the stack while it runs
constexpr std::int64_t most_temp_bytes = 1 << 15;  // that a call may read from the arena: more would be alive for longer, and gone from the caches

using Refs = std::vector<Ref>;

// What a step reads and writes. Loops, branches and the host may write what they are given.
struct Touched {
  Refs reads, writes;
};
void append(Refs& to, const Refs& more) { to.insert(to.end(), more.begin(), more.end()); }
Touched touched(const Call& call) { return {call.operands, call.results}; }
Touched touched(const Copy& copy) { return {{copy.from}, {copy.to}}; }
Touched touched(const Loop& loop) {
  Touched all{{}, loop.operands};
  for (const Refs* refs : {&loop.results, &loop.spares}) append(all.writes, *refs);
  if (loop.condition) all.writes.push_back(loop.holds);
  all.writes.push_back(loop.arena);
  return all;
}
Touched touched(const Branch& branch) {
  Touched all{{branch.index}, branch.operands};
  append(all.writes, branch.results);
  all.writes.push_back(branch.arena);
  return all;
}
Touched touched(const HostCall& call) { return {call.operands, call.results}; }
Touched touched(const Step& step) {
  return std::visit([](const auto& one) { return touched(one); }, step);
}

class Grouper {
 public:
  Grouper(Schedule& schedule, Program& program, const Target& target, bool by_line) : schedule_(schedule), program_(program), target_(target), by_line_(by_line) {}

  void run() {
    find_kinds();
    if (std::none_of(kinds_.begin(), kinds_.end(), [](const Kind& kind) { return kind.is_worth_it(); })) return;
    place();
    rebuild();
    find_lives();
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  struct Kind {
    Graph member;  // at the usual length
    std::size_t calls = 0;
    double work = 0;
    bool is_worth_it() const { return calls >= least_members && work >= least_work * static_cast<double>(calls); }
  };

  // ---- which calls do the same -------------------------------------------------------------------------------------
  void find_kinds() {
    std::unordered_map<std::uint32_t, std::uint32_t> kind_of_kernel;
    std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash;
    kind_.assign(schedule_.steps.size(), none);
    for (std::size_t s = 0; s < schedule_.steps.size(); ++s) {
      const auto* call = std::get_if<Call>(&schedule_.steps[s]);
      if (call == nullptr) continue;
      const auto [known, is_new] = kind_of_kernel.try_emplace(call->kernel, none);
      if (is_new) known->second = kind_of(program_.kernels[call->kernel], by_hash);
      if (known->second == none || temp_bytes(*call) > most_temp_bytes) continue;
      kind_[s] = known->second;
      ++kinds_[known->second].calls;
      kinds_[known->second].work += work_of(program_.kernels[call->kernel].body);
    }
  }
  std::uint32_t kind_of(const Kernel& kernel, std::unordered_multimap<std::uint64_t, std::uint32_t>& by_hash) {
    const auto* loops = std::get_if<LoopKernel>(&kernel.plan);
    if (loops == nullptr) return none;
    std::optional<Graph> member = as_member(kernel.body, *loops);
    if (!member) return none;
    Graph same = resized(*member, usual_length);
    const std::uint64_t key = hash(same);
    for (auto [at, end] = by_hash.equal_range(key); at != end; ++at)
      if (kinds_[at->second].member == same && (!by_line_ || lines_of(kinds_[at->second].member) == lines_of(same))) return at->second;
    const auto kind = static_cast<std::uint32_t>(kinds_.size());
    by_hash.emplace(key, kind);
    kinds_.push_back({std::move(same)});
    return kind;
  }
  static std::vector<std::pair<std::string, int>> lines_of(const Graph& graph) {
    std::vector<std::pair<std::string, int>> lines;
    for (const Node& node : graph.nodes) lines.emplace_back(node.loc.file, node.loc.line);
    return lines;
  }
  std::int64_t temp_bytes(const Call& call) const {
    std::int64_t bytes = 0;
    for (Ref r : call.operands)
      if (r.kind == Ref::Kind::temp) bytes += schedule_.temps[r.index].bytes;
    return bytes;
  }
  std::int64_t length_of(const Call& call) const { return program_.kernels[call.kernel].body.type_of(program_.kernels[call.kernel].body.outputs[0]).size(); }

  // ---- where each step goes ----------------------------------------------------------------------------------------
  // An output that may take over an input's memory is that memory.
  std::uint64_t memory_of(Ref r) const {
    if (r.kind == Ref::Kind::output && schedule_.donations[r.index] >= 0) r = {Ref::Kind::input, static_cast<std::uint32_t>(schedule_.donations[r.index])};
    return static_cast<std::uint64_t>(r.kind) << 32 | r.index;
  }
  // From the last step to the first: a call joins the group of its kind if every later step that it must precede comes after that group.
  void place() {
    struct Uses {
      std::size_t read = SIZE_MAX, written = SIZE_MAX;  // the first places of later steps that do so
    };
    std::unordered_map<std::uint64_t, Uses> later;
    struct Open {
      std::size_t place = SIZE_MAX, pointers = 0;
    };
    std::vector<Open> open(kinds_.size());
    place_.resize(schedule_.steps.size());
    for (std::size_t s = schedule_.steps.size(); s-- > 0;) {
      const Touched step = touched(schedule_.steps[s]);
      place_[s] = s;
      if (kind_[s] != none && kinds_[kind_[s]].is_worth_it()) {
        std::size_t limit = SIZE_MAX;
        for (Ref r : step.reads) limit = std::min(limit, later[memory_of(r)].written);
        for (Ref r : step.writes) limit = std::min({limit, later[memory_of(r)].written, later[memory_of(r)].read});
        Open& group = open[kind_[s]];
        const std::size_t pointers = step.reads.size() + step.writes.size();
        if (group.place == SIZE_MAX || group.place >= limit || group.pointers + pointers > most_pointers) group = {s, 0};
        group.pointers += pointers;
        place_[s] = group.place;
      }
      for (Ref r : step.reads) later[memory_of(r)].read = std::min(later[memory_of(r)].read, place_[s]);
      for (Ref r : step.writes) later[memory_of(r)].written = std::min(later[memory_of(r)].written, place_[s]);
    }
  }

  // ---- the steps anew ----------------------------------------------------------------------------------------------
  void rebuild() {
    std::map<std::size_t, std::vector<std::size_t>> steps_at;
    for (std::size_t s = 0; s < place_.size(); ++s) steps_at[place_[s]].push_back(s);
    std::vector<Step> steps;
    for (const auto& [place, all] : steps_at) {
      if (all.size() >= least_members) {
        steps.emplace_back(group(all));
        continue;
      }
      for (std::size_t s : all) steps.push_back(std::move(schedule_.steps[s]));
    }
    schedule_.steps = std::move(steps);
  }
  Call group(const std::vector<std::size_t>& all) {
    std::vector<const Call*> calls;
    for (std::size_t s : all) calls.push_back(&std::get<Call>(schedule_.steps[s]));
    const Graph& member = kinds_[kind_[all[0]]].member;
    std::vector<bool> shared;
    for (std::size_t i = 0; i < member.n_inputs; ++i) {
      const auto same = [&](const Call* call) { return call->operands[i] == calls[0]->operands[i]; };
      shared.push_back(member.type_of(static_cast<Value>(i)).ndim() == 0 && std::all_of(calls.begin(), calls.end(), same));
    }
    std::vector<std::int64_t> lengths;
    for (const Call* call : calls) lengths.push_back(length_of(*call));
    Call joint;
    joint.loc = calls.back()->loc;
    for (std::size_t i = 0; i < shared.size(); ++i)
      if (shared[i]) joint.operands.push_back(calls[0]->operands[i]);
    for (const Call* call : calls) {
      for (std::size_t i = 0; i < shared.size(); ++i)
        if (!shared[i]) joint.operands.push_back(call->operands[i]);
      append(joint.results, call->results);
    }
    const std::vector<int>& aliases = program_.kernels[calls[0]->kernel].aliases;
    GroupKernel plan = plan_group(member, std::move(shared), std::move(lengths), target_);
    Graph body = joined(plan);
    std::vector<int> all_aliases = joined(plan, aliases);
    joint.kernel = static_cast<std::uint32_t>(program_.kernels.size());
    program_.kernels.push_back(proved({std::move(body), std::move(all_aliases), std::move(plan)}));
    return joint;
  }

  void find_lives() {
    std::vector<bool> seen(schedule_.temps.size(), false);
    for (std::uint32_t s = 0; s < schedule_.steps.size(); ++s) {
      const Touched step = touched(schedule_.steps[s]);
      for (const Refs* refs : {&step.reads, &step.writes}) {
        for (Ref r : *refs) {
          if (r.kind != Ref::Kind::temp) continue;
          Temp& temp = schedule_.temps[r.index];
          if (!seen[r.index]) temp.first_step = s;
          seen[r.index] = true;
          temp.last_step = s;
        }
      }
    }
    for (std::size_t t = 0; t < seen.size(); ++t)
      if (!seen[t]) schedule_.temps[t].first_step = schedule_.temps[t].last_step = 0;  // empty arrays, and spares that no carry needs
  }

  static constexpr std::int64_t usual_length = 64;  // at which members are compared

  Schedule& schedule_;
  Program& program_;
  const Target& target_;
  const bool by_line_;
  std::vector<Kind> kinds_;
  std::vector<std::uint32_t> kind_;    // per step
  std::vector<std::size_t> place_;     // per step: that of the step behind whose last place it goes
};

}  // namespace

void group_calls(Schedule& schedule, Program& program, const Target& target, bool by_line) {
  if (target.kind == Target::Kind::cpu) Grouper(schedule, program, target, by_line).run();
}

}  // namespace espalier::codegen
