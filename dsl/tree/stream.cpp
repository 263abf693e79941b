#include "espalier/dsl/tree/stream.h"

#include <algorithm>

#include "espalier/dsl/trace.h"

namespace espalier::tree {
namespace {

// The innermost apply of this thread.
thread_local Streams* innermost = nullptr;

// FNV-1a (Fowler, Noll, Vo): a path as a word, the same in every process.
std::uint32_t word_of(std::string_view path) {
  std::uint32_t hash = 2166136261u;
  for (const char c : path) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

}  // namespace

Streams::Streams(const void* root, Find find, std::optional<Key> key)
    : places_{{root, find, ""}}, key_(std::move(key)), outer_(innermost) {
  innermost = this;
}
Streams::~Streams() { innermost = outer_; }

std::optional<std::string> Streams::running_path(const void* module, const void* type) {
  if (innermost == nullptr) return std::nullopt;
  std::string path;
  for (auto place = innermost->places_.rbegin(); place != innermost->places_.rend(); ++place) {
    if (place->find(place->root, module, type, path)) return place->path + path;
  }
  return std::nullopt;
}
std::string Streams::path_of(const void* module, const void* type, std::string_view name) {
  return running_path(module, type).value_or(std::string(name));
}

std::uint32_t& Streams::count_of(Counters& counters, const std::string& path) {
  for (Counter& counter : counters) {
    if (counter.path == path) return counter.drawn;
  }
  return counters.emplace_back(Counter{path, 0}).drawn;
}

Key Streams::next(const std::string& path, std::string_view name, Where where) {
  if (innermost == nullptr || !innermost->key_) {
    const std::string who = path.starts_with('.') ? "the " + std::string(name) + " at " + path : (name.empty() ? "a module" : "a " + std::string(name));
    MissingKey error("next_key", who + " needs a random key, and none was given", "call the module through apply(tree, key)(args...)", where);
    error.path = path;
    throw error;
  }
  const Key stream = detail::fold_in(*innermost->key_, word_of(path), where);
  const std::uint32_t drawn = count_of(innermost->counters_, path)++;
  Array count;  // of the draws before this one, where it depends on the iterations of loops
  for (LoopDraws* loop : innermost->loops_) {
    const Array before = loop->before(path, where);
    count = count.is_nothing() ? before : detail::elementwise(ir::Op::add, {Operand(count, where), Operand(before, where)}, {}, "next_key");
  }
  if (count.is_nothing()) return detail::fold_in(stream, drawn, where);
  return detail::fold_in(stream, detail::elementwise(ir::Op::add, {Operand(count, where), Operand(Array(drawn).as(u32), where)}, {}, "next_key"), where);
}

CopiedModule::CopiedModule(const void* copy, Streams::Find find, const std::optional<std::string>& path) {
  if (!path) return;
  streams_ = innermost;
  streams_->places_.push_back({copy, find, *path});
}
CopiedModule::~CopiedModule() {
  if (streams_ != nullptr) streams_->places_.pop_back();
}

LoopDraws::LoopDraws() {
  if (innermost == nullptr || !innermost->key_) return;
  streams_ = innermost;
  before_ = streams_->counters_;
}
LoopDraws::~LoopDraws() {
  if (streams_ != nullptr) streams_->counters_ = before_;
}

LoopDraws::Running::Running(LoopDraws& draws) : draws_(draws) {
  if (draws.streams_ == nullptr) return;
  draws.streams_->counters_ = draws.before_;
  draws.trace_ = Trace::current();
  draws.draws_.clear();
  draws.turn_place_.reset();
  draws.streams_->loops_.push_back(&draws);
}
LoopDraws::Running::~Running() {
  if (draws_.streams_ == nullptr) return;
  draws_.streams_->loops_.pop_back();
  for (Draw& draw : draws_.draws_) {
    draw.later.drawn = Streams::count_of(draws_.streams_->counters_, draw.path) - Streams::count_of(draws_.before_, draw.path);
    draw.per_turn = Array();  // its trace ends
  }
  draws_.turn_ = Array();
  draws_.trace_ = nullptr;
}

Array LoopDraws::later(std::size_t& place, Where where) const {
  place = trace_->captures().size();
  return trace_->later(ir::Type(u32), where);
}
Array LoopDraws::before(const std::string& path, Where where) {
  if (!turn_place_) turn_ = later(turn_place_.emplace(), where);
  auto draw = std::find_if(draws_.begin(), draws_.end(), [&](const Draw& d) { return d.path == path; });
  if (draw == draws_.end()) {
    draw = draws_.insert(draws_.end(), Draw{path, {}, {}});
    draw->per_turn = later(draw->later.place, where);
  }
  return detail::elementwise(ir::Op::mul, {Operand(turn_, where), Operand(draw->per_turn, where)}, {}, "next_key");
}
std::vector<LoopDraws::Later> LoopDraws::counts() const {
  std::vector<Later> all;
  for (const Draw& draw : draws_) all.push_back(draw.later);
  return all;
}

Array LoopDraws::turns(std::int64_t length, bool reverse, Where where) {
  const Array forth = detail::apply(ir::Op::iota, {}, ir::IotaAttrs{ir::Type(u32, Shape(length)), 0}, where, "next_key");
  return reverse ? detail::apply(ir::Op::reverse, {Operand(forth, where)}, ir::ReverseAttrs{{0}}, where, "next_key") : forth;
}
void LoopDraws::finish(std::int64_t length) {
  if (streams_ == nullptr) return;
  for (const Draw& draw : draws_) Streams::count_of(before_, draw.path) += static_cast<std::uint32_t>(length) * draw.later.drawn;
}

void LoopDraws::finish_unknown() {
  if (streams_ == nullptr) return;
  constexpr std::uint32_t golden = 2654435769u;  // 2^32 divided by the golden ratio: its multiples keep their distance (Knuth)
  for (const Draw& draw : draws_) Streams::count_of(before_, draw.path) += golden;
}

}  // namespace espalier::tree
