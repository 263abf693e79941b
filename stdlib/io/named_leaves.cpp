#include "espalier/stdlib/io/named_leaves.h"

#include "espalier/stdlib/io/utf8.h"

namespace espalier::io::detail {

void require_names(const std::vector<NamedLeaf>& leaves, const char* op, Where where) {
  for (const NamedLeaf& leaf : leaves) {
    if (leaf.name.empty()) throw ArgumentError(op, "an array alone has no name, and arrays in such a file have names", "give a struct of arrays or a std::map from names to arrays; save_npy writes one array", where);
    if (leaf.name.find('\0') != std::string::npos || !is_utf8(leaf.name)) throw ArgumentError(op, "the name of the array at " + leaf.path + " is no text in UTF-8", "use keys of letters", where);
    if (leaf.name.size() > 0x7fff) throw ArgumentError(op, "the name of an array has " + std::to_string(leaf.name.size()) + " bytes: " + leaf.name.substr(0, 40) + "…", "use keys of at most 32767 bytes", where);
  }
}

}  // namespace espalier::io::detail
