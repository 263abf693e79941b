#pragma once
// Key: explicit randomness. The generator is threefry2x32, bit for bit as JAX's.
#include <utility>

#include "espalier/dsl/array.h"

namespace espalier {

/// A key, or an array of keys: u32[…,2] inside. Whoever wants two independent draws splits it or folds something in.
class [[nodiscard("a key gives the same draws again: keep the keys that split and fold_in return")]] Key {
 public:
  /// Nothing: no key.
  Key() = default;
  /// The key of a seed; random::key(seed) is the same.
  explicit Key(std::uint64_t seed, Where where = Where::current());
  /// From raw words u32[…,2]. DTypeError and ShapeError if they are not.
  Key(Array pairs, Where where = Where::current());

  Key(const Key&) = default;
  Key(Key&&) noexcept = default;
  /// Re-binds the key.
  Key& operator=(const Key&) & = default;
  Key& operator=(Key&&) & noexcept = default;
  /// Does not compile: what is written to a temporary would be lost.
  template <class V> void operator=(V&&) && {
    static_assert(sizeof(V) == 0, "a write to a temporary key is lost: keys[i] is a copy, and a tree that a function returns gets a name before its members are written");
  }

  /// The shape of the array of keys; [] for one key. MissingValue on a key that holds none.
  [[nodiscard]] Shape shape(Where where = Where::current()) const;
  /// One key of an array of keys; negative counts from the end. IndexError if there is none such.
  Key operator[](Position index) const;
  /// The words: u32[…,2].
  const Array& data() const { return data_; }

  /// Makes a key a leaf of trees.
  /// @{
  friend Array& tree_leaf(Key& key) { return key.data_; }
  friend const Array& tree_leaf(const Key& key) { return key.data_; }
  /// @}

 private:
  Array data_;
};

namespace detail {
/// Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): the two words that
/// each counter, itself two words, gives under a key. The keys' shape and the counters, all u32, broadcast.
std::pair<Array, Array> threefry(const Key& key, const Array& high, const Array& low, Where where);
/// The key that `key` and a word give: threefry2x32 of the word under the key. `word` broadcasts against the keys' shape.
Key fold_in(const Key& key, const Array& word, Where where);
Key fold_in(const Key& key, std::uint32_t word, Where where);
}  // namespace detail

}  // namespace espalier
