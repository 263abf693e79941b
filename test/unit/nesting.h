#pragma once
// Transforms as functions of functions f64[3] -> f64[3], each beside what it means in numbers, and programs of every
// family to apply them to: the tables that the nesting tests multiply.
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier::nesting {

using Function = std::function<Array(Array)>;
using Vector = std::vector<double>;
using Reference = std::function<Vector(const Vector&)>;

/// `apply` transforms by the library; `reference` does the same to a function it can only call, by loops, branches and
/// finite differences.
struct Transform {
  const char* name;
  Function (*apply)(Function);
  Reference (*reference)(Reference);
};
std::span<const Transform> transforms();

/// A function written twice: with the library, and in plain C++.
struct Program {
  const char* name;
  Array (*function)(Array);
  Vector (*reference)(const Vector&);
};
std::span<const Program> programs();

/// Transforms applied to a program, the outermost first: {grad, vmap} is grad(vmap(f)).
struct Chain {
  std::vector<const Transform*> transforms;
  const Program* program;
  std::string name() const;
};
/// Every chain of at most three transforms: those with jit, or those without.
std::vector<Chain> chains(bool with_jit);

/// What a chain says at one point, and what its outermost transform's reference says of the rest of the chain. The rest
/// is a chain of its own, so each link is held against numbers of one finite difference only.
struct Comparison {
  Vector actual, expected;
  /// The largest |actual - expected|, over the largest |expected| or 1.
  double error() const;
};
Comparison compare(const Chain& chain);

}  // namespace espalier::nesting
