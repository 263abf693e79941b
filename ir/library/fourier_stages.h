#pragma once
// Many lines at once: element k of all of them is one vector, so that a stage is arithmetic on vectors with the same factors for all.
#include "espalier/ir/library/fourier_plan.h"

namespace espalier::ir::fourier {

/// As many numbers as lines run side by side; the machine's vectors are as long or shorter.
template <class T> struct LanesOf;
template <> struct LanesOf<float> {
  typedef float type __attribute__((vector_size(64), aligned(64)));
};
template <> struct LanesOf<double> {
  typedef double type __attribute__((vector_size(64), aligned(64)));
};
template <class T> using Lanes = typename LanesOf<T>::type;
template <class T> inline constexpr std::int64_t lanes = 64 / static_cast<std::int64_t>(sizeof(T));

/// Runs a plan's stages over `x`, with `spare` of the same length, by the best instructions that this machine has. True if the result is in
/// `spare`, false if it is in `x`.
template <class T> bool run_stages(const Plan<T>& plan, Lanes<T>* x_re, Lanes<T>* x_im, Lanes<T>* spare_re, Lanes<T>* spare_im);

}  // namespace espalier::ir::fourier
