#include "espalier/dsl/evaluated.h"

#include "espalier/dsl/settings.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/checks.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/eval.h"

namespace espalier::detail {
namespace {

thread_local std::unique_ptr<Evaluated> running;

}  // namespace

ir::Value Evaluated::value_of(const Array& array) {
  const auto [at, is_new] = known_.try_emplace(ArrayAccess::data(array), ir::no_value);
  if (is_new || builder_.type(at->second) != ArrayAccess::type(array)) {  // memory is shared by arrays of several shapes
    at->second = builder_.input(ArrayAccess::type(array));
    arrays_.resize(builder_.value_count());
    arrays_[at->second] = array;
  }
  return at->second;
}

void Evaluated::note(ir::Op op, const ir::Attrs& attrs, std::span<const Array> operands, std::span<const Array> results, ir::Loc loc) {
  std::vector<ir::Value> values;
  for (const Array& x : operands) values.push_back(value_of(x));
  const ir::Value first = builder_.add(op, values, attrs, loc);
  arrays_.resize(builder_.value_count());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ir::Value v = first + static_cast<ir::Value>(i);
    arrays_[v] = results[i];
    known_[ArrayAccess::data(results[i])] = v;
  }
}

void Evaluated::check(Check checks) const {
  std::vector<ir::Value> outputs;
  for (ir::Value v = 0; v < arrays_.size(); ++v) {
    if (builder_.made_by(v) != nullptr && !ArrayAccess::buffer(arrays_[v])->sole()) outputs.push_back(v);
  }
  const ir::Graph graph = ir::with_checks(builder_.compact(builder_.inputs(), outputs), checks);
  if (!ir::has_effects(graph)) return;
  std::vector<ir::View> views;
  for (ir::Value v : builder_.inputs()) views.push_back({ArrayAccess::type(arrays_[v]), ArrayAccess::data(arrays_[v])});
  (void)ir::eval(graph, views);
}

Evaluated& EvaluatedCall::current() {
  if (running == nullptr) running = std::make_unique<Evaluated>();
  return *running;
}
void EvaluatedCall::check() {
  if (running == nullptr) return;
  const std::unique_ptr<Evaluated> ended = std::move(running);
  ended->check(settings::check());
}
void EvaluatedCall::forget() {
  if (running != nullptr) running = nullptr;
}

}  // namespace espalier::detail
