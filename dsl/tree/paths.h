#pragma once
// Where leaves and statics stand in a tree: paths such as `.layers[0].weight`, and what is known about a leaf.
#include "espalier/dsl/tree/names.h"
#include "espalier/dsl/tree/walk.h"

namespace espalier {

/// What predicates and tables see of a leaf. Shape and dtype of Nothing are [] and f32; `present` tells.
struct LeafInfo {
  std::string path;    ///< ".layers[0].weight"
  std::string kind;    ///< "Array", "Parameter", "Key", …
  std::string owner;   ///< the type that has the member: "Linear"
  std::string member;  ///< "weight"
  Shape shape;          ///< of the array
  DType dtype = f32;    ///< of the array
  bool present = true;  ///< false for Nothing
  bool frozen = false;  ///< a Parameter that `freeze` has frozen

  /// True if the leaf is of the kind K, or of one derived from it.
  template <class K> bool is() const;

  const struct LeafType* type = nullptr;  ///< the leaf's C++ type
};

/// What is known of a leaf's C++ type at run time: its name, and a way to ask for its bases.
struct LeafType {
  std::string_view name;  ///< "Parameter"
  bool wrapped;           ///< holds an Array and is none: Key
  void (*throw_null)();  ///< throws a null pointer of the type: a handler of K* catches it if K is a base
};

namespace tree {

template <class L> [[noreturn]] void throw_null_of() { throw static_cast<L*>(nullptr); }
template <class L>
inline constexpr LeafType leaf_type{type_name<L>, Wrapped<L>, [] { throw_null_of<L>(); }};

/// A path under construction and the innermost member on it.
struct PathText {
  std::string path;
  std::string_view owner, member;
};

void append_index(std::string& path, std::size_t index);
void append_key(std::string& path, std::int64_t key);
void append_key(std::string& path, const std::string& key);

/// Extends a path by a step while it lives.
class PathScope {
 public:
  PathScope(PathText& text, ThroughStep) : PathScope(text) {}
  PathScope(PathText& text, IndexStep step) : PathScope(text) { append_index(text.path, step.index); }
  template <class K> PathScope(PathText& text, KeyStep<K> step) : PathScope(text) {
    if constexpr (std::is_same_v<K, std::string>) append_key(text.path, step.key);
    else append_key(text.path, static_cast<std::int64_t>(step.key));
  }
  template <class Owner, int i> PathScope(PathText& text, MemberStep<Owner, i>) : PathScope(text) {
    text.owner = type_name<Owner>;
    text.member = member_names<Owner>[i];
    text.path += '.';
    text.path += text.member;
  }
  PathScope(const PathScope&) = delete;
  ~PathScope() {
    text_.path.resize(length_);
    text_.owner = owner_;
    text_.member = member_;
  }

 private:
  explicit PathScope(PathText& text) : text_(text), length_(text.path.size()), owner_(text.owner), member_(text.member) {}
  PathText& text_;
  std::size_t length_;
  std::string_view owner_, member_;
};

LeafInfo make_info(const PathText& text, const LeafType& type, const Array& array, bool frozen);

template <class T, class F> void visit_with_info(T& tree, PathText& text, F& f) {
  using U = std::remove_const_t<T>;
  if constexpr (is_leaf<U>) {
    bool frozen = false;
    if constexpr (std::derived_from<U, Parameter>) frozen = tree.frozen;
    f(make_info(text, leaf_type<U>, array_in(tree), frozen), tree);
  } else if constexpr (IsTree<U>::value) {
    each_child(tree, [&]<class C>(auto step, C& child) {
      if constexpr (IsTree<std::remove_const_t<C>>::value) {
        const PathScope scope(text, step);
        visit_with_info(child, text, f);
      }
    });
  }
}

/// Calls f(const LeafInfo&, leaf) with each leaf as its own type.
template <class T, class F> void visit_leaves_with_info(T& tree, F&& f) {
  require_whole<std::remove_const_t<T>>();
  PathText text;
  visit_with_info(tree, text, f);
}
/// Calls f(const LeafInfo&, Array&) with each leaf, Nothing included.
template <class T, class F> void for_each_leaf_with_info(T& tree, F&& f) {
  visit_leaves_with_info(tree, [&](const LeafInfo& info, auto& leaf) { f(info, array_in(leaf)); });
}

}  // namespace tree

template <class K> bool LeafInfo::is() const {
  const LeafType* wanted = &tree::leaf_type<K>;
  if (type == nullptr || type == wanted) return type == wanted;
  if constexpr (tree::Wrapped<K>) return false;
  else if constexpr (std::is_same_v<K, Array>) return !type->wrapped;
  else {
    // The leaf's type is known only at run time, and C++ names the bases of a type only to a handler.
    try {
      type->throw_null();
    } catch (K*) {
      return true;
    } catch (...) {
    }
    return false;
  }
}

/// "path: kind dtype[shape]", as in ".layers[0].weight: Parameter f32[3,4]".
std::string to_string(const LeafInfo& info);

}  // namespace espalier
