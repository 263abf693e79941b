#include "espalier/dsl/key_reuse.h"

#include <cstring>
#include <unordered_map>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/settings.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/hash.h"

namespace espalier {
namespace detail {
namespace {

struct Use {
  Where where;
  std::string name;
  std::uint64_t call = 0;    // of a function of the library, which may use its key as it likes
  std::uint32_t trace = 0;   // that recorded it; 0: none
};
// What this thread has used (a documented thread-local), since the check was turned on.
struct Used {
  std::uint32_t since = 0;
  std::unordered_map<std::uint64_t, Use> at_once;  // by the key's words
  std::unordered_map<std::uint64_t, Use> traced;   // by trace, and what the key is in it
};
Used& used() {
  thread_local Used uses;
  const std::uint32_t since = key_reuse_asked_for.load(std::memory_order_relaxed);
  if (uses.since != since) uses = {since, {}, {}};
  if (Trace::current() == nullptr) uses.traced.clear();
  return uses;
}

// A value of a running trace. A part of an array of keys is the same key each time that it is taken.
std::uint64_t identity(const Array& data) {
  const ir::Builder& builder = Trace::running(ArrayAccess::trace(data))->builder;
  ir::Value value = ArrayAccess::value(data);
  ir::Hash hash;
  hash.add(std::uint64_t{ArrayAccess::trace(data)});
  const auto takes_part = [](const ir::Node* node) { return node != nullptr && (node->op == ir::Op::slice || node->op == ir::Op::reshape); };
  for (const ir::Node* node = builder.made_by(value); takes_part(node); node = builder.made_by(value)) {
    hash.add(ir::hash(builder.attrs_of(*node)));
    value = builder.operands_of(*node)[0];
  }
  hash.add(std::uint64_t{value});
  return hash.value();
}
std::uint64_t words_of(const Array& data) {
  std::uint64_t words;
  static_assert(sizeof words == 2 * sizeof(std::uint32_t));
  std::memcpy(&words, ArrayAccess::data(data), sizeof words);
  return words;
}

// The one before, or null where this is the first. A branch that was traced before is another than that which is traced now.
const Use* used_before(std::unordered_map<std::uint64_t, Use>& uses, std::uint64_t key, const Use& now) {
  const auto [at, is_new] = uses.try_emplace(key, now);
  if (is_new || at->second.call == now.call) return nullptr;
  if (at->second.trace != 0 && !Trace::is_running(at->second.trace)) {
    at->second = now;
    return nullptr;
  }
  return &at->second;
}

}  // namespace

void note_use(const Key& key, const char* use, Where where) {
  if (key_reuse_asked_for.load(std::memory_order_relaxed) == 0) return;
  const Array& data = key.data();
  const bool concrete = ArrayAccess::kind(data) == ArrayAccess::Kind::buffer;
  Used& all = used();
  const Use now{Caller::place_or(where), use, Caller::number(), Trace::current_serial()};
  if (!concrete && (!data.is_traced() || !Trace::is_running(ArrayAccess::trace(data)))) return;  // the draw says what is wrong with it
  const Use* before = now.trace == 0 ? used_before(all.at_once, words_of(data), now) : used_before(all.traced, concrete ? words_of(data) : identity(data), now);
  if (before == nullptr) return;
  const Where first = before->where;
  KeyReuseError error(use, "this key was used before, by " + before->name + " at " + first.file_name() + ":" + std::to_string(first.line()), "split the key, and use each of the keys that gives once", now.where);
  error.first = first;
  throw error;
}

}  // namespace detail

void settings::set_key_reuse_check(bool on) {
  static std::atomic<std::uint32_t> times{0};
  detail::key_reuse_asked_for.store(on ? times.fetch_add(1, std::memory_order_relaxed) + 1 : 0, std::memory_order_relaxed);
}

}  // namespace espalier
