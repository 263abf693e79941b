#include "passes.h"

#include <algorithm>
#include <optional>
#include <span>

#include "espalier/ir/checks.h"
#include "espalier/ir/error.h"
#include "espalier/ir/simplify.h"
#include "espalier/dsl/compiler.h"

namespace espalier::opt {
namespace {

template <class Named> std::optional<NamedPass> find(std::span<const Named> among, std::string_view name) {
  const auto found = std::find_if(among.begin(), among.end(), [&](const Named& one) { return one.name == name; });
  return found == among.end() ? std::nullopt : std::optional<NamedPass>(&*found);
}

template <class Named> std::string lines(std::span<const Named> all) {
  constexpr std::size_t column = 24;
  std::string text;
  for (const Named& one : all) {
    std::string line(one.name);
    line.append(line.size() < column ? column - line.size() : 1, ' ');
    text += line + std::string(one.help) + "\n";
  }
  return text;
}

}  // namespace

NamedPass pass_named(std::string_view name) {
  if (const auto found = find(ir::check_passes(), name)) return *found;
  if (const auto found = find(ir::simplify_passes(), name)) return *found;
  const codegen::Compiler& compiler = codegen::compiler();
  if (const auto found = find(compiler.passes, name)) return *found;
  if (const auto found = find(compiler.analyses, name)) return *found;
  throw ArgumentError("--pass", "there is no pass '" + std::string(name) + "'", "esp-opt --pass=list names them");
}

std::string list_of_passes() {
  const codegen::Compiler& compiler = codegen::compiler();
  return lines(ir::check_passes()) + lines(ir::simplify_passes()) + lines(compiler.passes) + lines(compiler.analyses);
}

}  // namespace espalier::opt
