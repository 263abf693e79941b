// compiles
// Whether an immutable tree can be called is a question with an answer: its call operator is const, or takes something else.
#include "espalier/dsl/mutate.h"
#include "espalier/dsl/tree.h"

struct Scorer {
  espalier::Parameter weight;
  espalier::Array operator()(const espalier::Array& x) const { return x; }
};
struct Counter {
  espalier::State count;
  void operator()(espalier::Array x) { count = x; }
};

static_assert(std::is_invocable_v<const espalier::Immutable<Scorer>&, espalier::Array>);
static_assert(!std::is_invocable_v<const espalier::Immutable<Scorer>&, std::string>);

auto both(const espalier::Immutable<Counter>& a, const espalier::Immutable<Counter>& b) {
  return espalier::map([](const espalier::Array& x, const espalier::Array&) { return x; }, a, b);
}
