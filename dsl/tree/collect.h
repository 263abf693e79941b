#pragma once
// Trees to lists and back: leaves, structure, unflatten, ravel; and what compares and counts.
#include <cstring>
#include <memory>
#include <span>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/tree/select.h"

namespace espalier {

/// The leaves that are not Nothing, in order.
template <Tree T> [[nodiscard]] std::vector<Array> leaves(const T& tree) { return tree::present_leaves(tree); }
/// The same with their paths: {".layers[0].weight", array}.
template <Tree T> [[nodiscard]] std::vector<std::pair<std::string, Array>> leaves_with_path(const T& tree) {
  std::vector<std::pair<std::string, Array>> list;
  tree::for_each_leaf_with_info(tree, [&](const LeafInfo& info, const Array& leaf) {
    if (info.present) list.emplace_back(info.path, leaf);
  });
  return list;
}
/// The same with all that is known of them.
template <Tree T> [[nodiscard]] std::vector<std::pair<LeafInfo, Array>> leaves_with_info(const T& tree) {
  std::vector<std::pair<LeafInfo, Array>> list;
  tree::for_each_leaf_with_info(tree, [&](const LeafInfo& info, const Array& leaf) {
    if (info.present) list.emplace_back(info, leaf);
  });
  return list;
}

/// All of a tree but the values of its leaves: its type, its statics and which leaves are Nothing.
class [[nodiscard]] Structure {
 public:
  /// Of a tree, whose arrays it does not keep alive.
  template <Tree T> explicit Structure(const T& tree)
      : describe_(&describe<T>), equal_(&same<T>) {
    auto skeleton = std::make_shared<T>(tree::clone(tree));
    ir::Hash hash;
    tree::hash_statics(tree, hash);
    tree::for_each_leaf(*skeleton, [&](Array& leaf) {
      present_.push_back(!leaf.is_nothing());
      hash.add(present_.back() ? 1u : 0u);
      leaf = Array();  // only the statics are of interest: holding the arrays would keep their memory
    });
    hash_ = hash.value();
    skeleton_ = std::move(skeleton);
  }

  /// Whether types, statics and which leaves are Nothing are equal.
  bool operator==(const Structure& other) const {
    return hash_ == other.hash_ && equal_ == other.equal_ && present_ == other.present_ &&
           equal_(skeleton_.get(), other.skeleton_.get());
  }
  /// Equal structures have equal hashes.
  std::size_t hash() const { return hash_; }
  /// One line per leaf and static: ".layers[0].weight: Parameter".
  std::string str() const { return describe_(skeleton_.get(), present_); }
  /// The number of leaves that are not Nothing.
  std::size_t leaf_count() const {
    std::size_t n = 0;
    for (const bool p : present_) n += p;
    return n;
  }

 private:
  template <class T> static bool same(const void* a, const void* b) {
    return tree::equal_statics(*static_cast<const T*>(a), *static_cast<const T*>(b));
  }
  template <class T> static void describe_into(const T& tree, const std::vector<bool>& present, std::size_t& leaf,
                                               tree::PathText& text, std::string& out) {
    const auto line = [&](const std::string& what) { out += (out.empty() ? "" : "\n") + text.path + ": " + what; };
    if constexpr (tree::is_leaf<T>) {
      const bool frozen = [&] { if constexpr (std::derived_from<T, Parameter>) return tree.frozen; else return false; }();
      line(present[leaf++] ? std::string(tree::type_name<T>) + (frozen ? " frozen" : "") : "Nothing");
    } else if constexpr (!tree::IsTree<T>::value) {
      line(tree::static_text(tree));
    } else {
      tree::each_child(tree, [&](auto step, const auto& child) {
        const tree::PathScope scope(text, step);
        describe_into(child, present, leaf, text, out);
      });
    }
  }
  template <class T> static std::string describe(const void* tree, const std::vector<bool>& present) {
    std::string out;
    tree::PathText text;
    std::size_t leaf = 0;
    describe_into(*static_cast<const T*>(tree), present, leaf, text, out);
    return out;
  }

  std::shared_ptr<const void> skeleton_;
  std::string (*describe_)(const void*, const std::vector<bool>&);
  bool (*equal_)(const void*, const void*);
  std::vector<bool> present_;
  std::uint64_t hash_ = 0;
};

/// Structure(tree).
template <Tree T> Structure structure(const T& tree) { return Structure(tree); }

namespace tree {
[[noreturn]] void throw_leaf_count(std::size_t expected, std::size_t actual, Where where);
Array concatenate_leaves(std::span<const Array> leaves, Where where);
std::vector<Array> split_like(const Array& flat, std::span<const ir::Type> types, Where where);
std::vector<ir::Type> types_of(std::span<const Array> arrays);
bool close_arrays(const Array& a, const Array& b, double rtol, double atol, bool equal_nan);
}  // namespace tree

/// A tree like `like` whose leaves (those that are not Nothing) are the arrays. StructureError if the counts differ.
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T unflatten(const T& like, std::span<const Array> arrays, Where where = Where::current()) {
  T result = tree::clone(like);
  std::size_t i = 0;
  tree::visit_leaves(result, [&](auto& leaf) {
    if (tree::array_in(leaf).is_nothing()) return;
    if (i < arrays.size()) tree::store(leaf, arrays[i]);
    ++i;
  });
  if (i != arrays.size()) tree::throw_leaf_count(i, arrays.size(), where);
  return result;
}

/// True if statics, shapes, dtypes and all elements are equal (NaN is not equal to NaN). Concrete arrays only.
template <Tree T> bool equal(const T& a, const T& b, Where where = Where::current()) {
  return detail::called_at(where, "equal", [&] { return tree::equal_values(a, b); });
}

/// How close `allclose` wants it: |a - b| <= atol + rtol * |b|.
struct Tolerance {
  Named by_name = Named();
  double rtol = 1e-5;      ///< in parts of |b|
  double atol = 1e-8;      ///< whatever b is
  bool equal_nan = false;  ///< NaN is close to NaN
};
/// True if the statics and shapes are equal and all elements are close. Concrete arrays only.
template <Tree T> bool allclose(const T& a, const T& b, Tolerance within = {}, Where where = Where::current()) {
  return detail::called_at(where, "allclose", [&] {
    if (!tree::equal_statics(a, b)) return false;
    bool close = true;
    tree::zip_leaves(a, b, [&](const auto& x, const auto& y) {
      close = close && tree::close_arrays(tree::array_in(x), tree::array_in(y), within.rtol, within.atol, within.equal_nan);
    });
    return close;
  });
}

/// The number of elements in the leaves of all kinds K.
template <class... K, Tree T> std::int64_t count(const T& tree) {
  std::int64_t n = 0;
  tree::visit_selected<K...>(tree, [&](bool selected, const auto& leaf) {
    if (selected && !tree::array_in(leaf).is_nothing()) n += tree::array_in(leaf).size();
  });
  return n;
}
/// The bytes of the leaves of all kinds K.
template <class... K, Tree T> std::int64_t nbytes(const T& tree) {
  std::int64_t n = 0;
  tree::visit_selected<K...>(tree, [&](bool selected, const auto& leaf) {
    if (selected && !tree::array_in(leaf).is_nothing()) n += tree::array_in(leaf).nbytes();
  });
  return n;
}
/// A deep copy, also behind unique_ptr. Arrays never change, so they are shared.
template <Tree T> [[nodiscard]] T copy(const T& tree) { return tree::clone(tree); }

/// Takes the one array that `ravel_tree` made back to the tree.
template <class T> class Unravel {
 public:
  /// For trees like this one.
  explicit Unravel(const T& like) : types_(tree::types_of(leaves(like))) {
    auto skeleton = std::make_shared<T>(tree::clone(like));
    tree::for_each_leaf(*skeleton, [](Array& leaf) {
      if (!leaf.is_nothing()) leaf = abstract(leaf.shape(), leaf.dtype());  // the values are not kept alive
    });
    like_ = std::move(skeleton);
  }
  /// The tree whose leaves these are; each takes its dtype again. ShapeError if the size differs.
  [[nodiscard]] T operator()(const Array& flat, Where where = Where::current()) const {
    return unflatten(*like_, tree::split_like(flat, types_, where), where);
  }

 private:
  std::shared_ptr<const T> like_;
  std::vector<ir::Type> types_;
};
/// All leaves end to end in one array of rank 1, of the dtype they promote to; and the way back.
template <Tree T> [[nodiscard]] std::pair<Array, Unravel<T>> ravel_tree(const T& tree, Where where = Where::current()) {
  return {tree::concatenate_leaves(leaves(tree), where), Unravel<T>(tree)};
}

}  // namespace espalier
