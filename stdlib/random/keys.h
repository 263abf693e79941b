#pragma once
// Keys and their random bits. A key is used once: whoever needs several draws splits it or folds something in.
#include <array>

#include "espalier/dsl/key.h"

namespace espalier::random {

/// The key of a seed: jax.random.key(seed).
Key key(std::uint64_t seed, Where where = Where::current());
/// Keys of the shape given, independent of each other and of `key`: an integer n gives keys [n]. ShapeError for an array of keys.
Key split(const Key& key, Shape keys, Where where = Where::current());
/// The same, to be bound by name: auto [a, b] = split(key).
template <int N = 2> [[nodiscard]] std::array<Key, N> split(const Key& key, Where where = Where::current()) {
  const Key keys = split(key, Shape(N), where);
  return [&]<std::size_t... i>(std::index_sequence<i...>) { return std::array<Key, N>{keys[static_cast<std::int64_t>(i)]...}; }(std::make_index_sequence<N>{});
}
/// The key of a key and an integer scalar (its low 32 bits); fold_in(key, i) is split(key, n)[i].
Key fold_in(const Key& key, Operand data);
/// Uniform random words of u8, u16, u32 or u64; DTypeError for another dtype.
Array bits(const Key& key, Shape shape = {}, DType dtype = u32, Where where = Where::current());

namespace detail {
/// Throws ShapeError unless `key` is a single key: arrays of keys go through vmap.
void require_one_key(const Key& key, const char* op, Where where);
}  // namespace detail

}  // namespace espalier::random
