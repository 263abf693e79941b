#pragma once
// The passes that --pass names: those of ir/checks, of ir/simplify and those of the compiler's schedule.
#include <string>
#include <string_view>
#include <variant>

#include "espalier/ir/pass.h"

namespace espalier::opt {

/// What a name stands for: a pass changes the graph, an analysis says something about it.
using NamedPass = std::variant<const ir::Pass*, const ir::Analysis*>;
/// ArgumentError for a name that none has.
NamedPass pass_named(std::string_view name);

/// "NAME  what it does", a line each, in the order in which a compilation takes them.
std::string list_of_passes();

}  // namespace espalier::opt
