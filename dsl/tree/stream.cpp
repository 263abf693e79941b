#include "espalier/dsl/tree/stream.h"

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
    : root_(root), find_(find), key_(std::move(key)), outer_(innermost) {
  innermost = this;
}
Streams::~Streams() { innermost = outer_; }

std::string Streams::path_of(const void* module, const void* type, std::string_view name) {
  std::string path;
  if (innermost != nullptr && innermost->find_(innermost->root_, module, type, path)) return path;
  return std::string(name);
}

Key Streams::next(const std::string& path, std::string_view name, Where where) {
  if (innermost == nullptr || !innermost->key_) {
    const std::string who = path.starts_with('.') ? "the " + std::string(name) + " at " + path : name.empty() ? "a module" : "a " + std::string(name);
    MissingKey error("next_key", who + " needs a random key, and none was given", "call the module through apply(tree, key)(args...)", where);
    error.path = path;
    throw error;
  }
  auto& counters = innermost->counters_;
  auto at = counters.begin();
  while (at != counters.end() && at->first != path) ++at;
  if (at == counters.end()) at = counters.insert(at, {path, 0});
  const Key stream = detail::fold_in(*innermost->key_, word_of(path), where);
  return detail::fold_in(stream, at->second++, where);
}

}  // namespace espalier::tree
