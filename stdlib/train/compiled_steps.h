#pragma once
// The compiled steps of a trainer, one per type of function: made at first use.
#include <memory>
#include <typeinfo>
#include <vector>

#include "espalier/dsl/transform/jit.h"

namespace espalier::detail {

/// Jitted functions by their types.
class CompiledSteps {
 public:
  /// The jitted function of this type; `f` is what is jitted at the first call.
  template <class F> const Jit<F>& of(const F& f, const char* name) {
    for (const Step& step : steps_) {
      if (*step.type == typeid(F)) return *static_cast<const Jit<F>*>(step.jitted.get());
    }
    steps_.push_back({&typeid(F), std::make_shared<Jit<F>>(f, JitOptions{.name = name})});
    return *static_cast<const Jit<F>*>(steps_.back().jitted.get());
  }

 private:
  struct Step {
    const std::type_info* type;
    std::shared_ptr<void> jitted;
  };
  std::vector<Step> steps_;
};

}  // namespace espalier::detail
