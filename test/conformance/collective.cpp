// Collectives over the axis that the case maps by its name.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "program.h"

namespace espalier::conformance {
namespace {

using P = const Arrays&;

std::string over(const Json& attrs) { return attrs.at("axis_name"); }

}  // namespace

const Rules& collective_rules() {
  static const Rules rules = {
      {"psum", [](const Json& a, P x) { return Arrays{psum(x[0], over(a))}; }},
      {"pmean", [](const Json& a, P x) { return Arrays{pmean(x[0], over(a))}; }},
      {"pmax", [](const Json& a, P x) { return Arrays{pmax(x[0], over(a))}; }},
      {"pmin", [](const Json& a, P x) { return Arrays{pmin(x[0], over(a))}; }},
      {"all_gather", [](const Json& a, P x) { return Arrays{all_gather(x[0], over(a))}; }},
      {"ppermute", [](const Json& a, P x) { return Arrays{ppermute(x[0], over(a), a.at("perm").get<std::vector<std::pair<std::int64_t, std::int64_t>>>())}; }},
      {"axis_index", [](const Json& a, P x) { return Arrays{x[0] + axis_index(over(a))}; }},
      {"psum_scatter", [](const Json& a, P x) { return Arrays{psum_scatter(x[0], over(a))}; }},
      {"all_to_all", [](const Json& a, P x) { return Arrays{all_to_all(x[0], over(a), 0, 0)}; }},
  };
  return rules;
}

}  // namespace espalier::conformance
