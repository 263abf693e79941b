#include "espalier/dsl/caller.h"

#include "espalier/dsl/evaluated.h"

namespace espalier::detail {
namespace {
thread_local const Where* running = nullptr;
thread_local std::uint64_t calls = 0;
thread_local Check intended = Check::none, counted = Check::none;
}  // namespace

Caller::Caller(Where place) : place_(place), outermost_(running == nullptr) {
  if (!outermost_) return;
  running = &place_;
  ++calls;
}
Caller::~Caller() {
  if (!outermost_) return;
  running = nullptr;
  EvaluatedCall::forget();
}
void Caller::returned() const {
  if (outermost_) EvaluatedCall::check();
}
Where Caller::place_or(Where own) { return running == nullptr ? own : *running; }
bool Caller::runs() { return running != nullptr; }
std::uint64_t Caller::number() { return calls; }

Intended::Intended(Check checks) : outer_(intended) { intended |= checks; }
Intended::~Intended() { intended = outer_; }
Counted::Counted(Check checks) : outer_(counted) { counted |= checks; }
Counted::~Counted() { counted = outer_; }
ir::Loc op_at(Where where) { return {where, intended, counted}; }

}  // namespace espalier::detail
