#pragma once
// What every layer's call does around its formula.
#include "espalier/dsl/caller.h"
#include "espalier/stdlib/nn/call_notes.h"
#include "espalier/stdlib/nn/lazy_layer.h"

namespace espalier::nn {

namespace detail {

template <class L> std::optional<std::string> path_of(const L& layer) { return tree::Streams::running_path(__builtin_addressof(layer), &tree::type_key<L>); }

/// What f gives of a layer, or of what stands for one that waits, before it is called: what a cell carries first.
template <class L, class F> auto with_parameters(const L& layer, Where where, const F& f) {
  if (!layer.lazy.waits()) return f(layer);
  L made = layer;
  stand_in_for_any(layer.lazy, path_of(layer), &made, where);
  return f(std::as_const(made));
}

}  // namespace detail

/// The call of a layer on x: `formula(layer)`, whose ops and errors have the place of the user's call. A layer that waits for its
/// parameters has some that stand for them where `init` runs, and is a MissingValue elsewhere; `summary` learns what goes in and out.
/// A layer's call operator is `return layer_call(*this, x, [&](const auto& self) { … });`, without const where it writes its members.
/// `name`: what errors of the formula itself call the layer.
template <class L, class F> [[nodiscard]] auto layer_call(L& layer, const Operand& x, const F& formula, const char* name = nullptr) {
  const auto run = [&](L& self) { return espalier::detail::called_at(x.where, name, [&] { return formula(self); }); };
  const auto made = [&] {
    if constexpr (detail::Waiting<std::remove_const_t<L>>) {
      if (layer.lazy.waits()) {
        std::remove_const_t<L> filled = layer;
        detail::stand_in(layer.lazy, detail::path_of(layer), &filled, x);
        return run(filled);
      }
    }
    return run(layer);
  };
  auto y = made();
  detail::CallNotes::note(layer, x.array, y);
  return y;
}

}  // namespace espalier::nn
