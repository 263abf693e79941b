#include "espalier/dsl/tree/stream.h"

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
    const std::string who = path.starts_with('.') ? "the " + std::string(name) + " at " + path : name.empty() ? "a module" : "a " + std::string(name);
    MissingKey error("next_key", who + " needs a random key, and none was given", "call the module through apply(tree, key)(args...)", where);
    error.path = path;
    throw error;
  }
  const Key stream = detail::fold_in(*innermost->key_, word_of(path), where);
  const std::uint32_t drawn = count_of(innermost->counters_, path)++;
  Array count;  // how many draws came before this one, where that depends on the iterations of loops
  for (const LoopDraws* loop : innermost->loops_) {
    for (const Counter& turn : loop->per_turn_) {
      if (turn.path != path) continue;
      const Array before = detail::elementwise(ir::Op::mul, {Operand(loop->turn_, where), Operand(Array(turn.drawn).as(u32), where)}, {}, "next_key");
      count = count.is_nothing() ? before : detail::elementwise(ir::Op::add, {Operand(count, where), Operand(before, where)}, {}, "next_key");
    }
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

bool LoopDraws::begin() {
  if (innermost == nullptr || !innermost->key_) return false;
  streams_ = innermost;
  before_ = streams_->counters_;
  return true;
}
void LoopDraws::measure() {
  for (const Streams::Counter& after : streams_->counters_) {
    const std::uint32_t drawn = after.drawn - Streams::count_of(before_, after.path);
    if (drawn != 0) per_turn_.push_back({after.path, drawn});
  }
  rewind();
}
void LoopDraws::rewind() { streams_->counters_ = before_; }

Array LoopDraws::turns(std::int64_t length, bool reverse, Where where) {
  const Array forth = detail::apply(ir::Op::iota, {}, ir::IotaAttrs{ir::Type(u32, Shape(length)), 0}, where, "next_key");
  return reverse ? detail::apply(ir::Op::reverse, {Operand(forth, where)}, ir::ReverseAttrs{{0}}, where, "next_key") : forth;
}
LoopDraws::Running LoopDraws::at(const Array& turn) {
  rewind();
  turn_ = turn;
  streams_->loops_.push_back(this);
  return {this};
}
LoopDraws::Running::~Running() {
  draws->streams_->loops_.pop_back();
  draws->turn_ = Array();  // its trace ends
}

void LoopDraws::finish(std::int64_t length) {
  rewind();
  for (const Streams::Counter& turn : per_turn_) Streams::count_of(streams_->counters_, turn.path) += static_cast<std::uint32_t>(length) * turn.drawn;
}

}  // namespace espalier::tree
