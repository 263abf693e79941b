#pragma once
// The leaves of a tree under the names that files give them.
#include <map>
#include <string>
#include <vector>

#include "espalier/dsl/tree/collect.h"

namespace espalier::io::detail {

/// A leaf that is not Nothing.
struct NamedLeaf {
  std::string name;  ///< "layers[0].weight"
  std::string path;  ///< ".layers[0].weight"
  Array array;
};

/// A map from names to arrays, as readers give it: its names are the keys as they are.
template <class T> inline constexpr bool is_map_of_arrays = false;
template <Leaf L> inline constexpr bool is_map_of_arrays<std::map<std::string, L>> = true;

/// All leaves of a tree: paths without the first dot. A leaf alone has the name "".
template <Tree T> std::vector<NamedLeaf> named_leaves(const T& tree) {
  std::vector<NamedLeaf> leaves;
  if constexpr (is_map_of_arrays<T>) {
    for (const auto& [key, leaf] : tree) {
      const Array& array = espalier::tree::array_in(leaf);
      if (!array.is_nothing()) leaves.push_back({key, key, array});
    }
  } else {
    espalier::tree::for_each_leaf_with_info(tree, [&](const LeafInfo& info, const Array& leaf) {
      if (info.present) leaves.push_back({info.path.substr(info.path.starts_with('.') ? 1 : 0), info.path, leaf});
    });
  }
  return leaves;
}

/// ArgumentError if a leaf has no name, because it is the whole tree, or one that no file can have: NUL, or bytes that are no UTF-8.
void require_names(const std::vector<NamedLeaf>& leaves, const char* op, Where where);

}  // namespace espalier::io::detail
