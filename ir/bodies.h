#pragma once
// Bodies: what a transform has made of the programs that control ops hold.
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "espalier/ir/attrs.h"

namespace espalier::ir {

/// Each body, made once for each set of flags. A loop asks what its body becomes until no carry is new, and the loops in
/// its body ask in turn: without this memory, time would double with every level of nesting.
template <class Made> class Bodies {
 public:
  /// What was made of `body` with these flags; `make()` the first time. The reference stays valid while this lives.
  template <class Make> const Made& get(const GraphRef& body, const std::vector<bool>& flags, const std::vector<bool>& kept, const Make& make) {
    const Key key{body, flags, kept};
    if (const auto found = made_.find(key); found != made_.end()) return found->second;
    Made made = make();  // asks for the bodies inside
    return made_.emplace(key, std::move(made)).first->second;
  }

 private:
  using Key = std::tuple<GraphRef, std::vector<bool>, std::vector<bool>>;  // the body is kept: it is known by its address
  std::map<Key, Made> made_;
};

/// Whether all of `asked` (which may be shorter) are among `given`.
inline bool covers(const std::vector<bool>& given, const std::vector<bool>& asked) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (asked[i] && !given[i]) return false;
  }
  return true;
}

}  // namespace espalier::ir
