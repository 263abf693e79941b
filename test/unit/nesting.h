#pragma once
// Transforms as functions of functions f64[3] -> f64[3], each beside what it means in numbers, and programs of every
// family to apply them to: the tables that the nesting tests multiply.
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "espalier/dsl/array.h"
#include "espalier/dsl/tree.h"

namespace espalier::nesting {

using Function = std::function<Array(Array)>;
using Vector = std::vector<double>;
using Reference = std::function<Vector(const Vector&)>;

/// A vector as a tree, with leaves in members of every kind and a static that must come through.
struct Parts {
  Parameter first;
  std::optional<Array> second, none;
  std::vector<Array> rest;
  int sign = 0;  ///< of the leaves; a function of trees makes it -1
};
using TreeFunction = std::function<Parts(Parts)>;

/// `apply` transforms by the library, and `apply_to_trees` functions of trees; `reference` does the same to a function it
/// can only call, by loops, branches and finite differences.
struct Transform {
  const char* name;
  Function (*apply)(Function);
  TreeFunction (*apply_to_trees)(TreeFunction);
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

/// What the functions of a chain are: of an array; of a tree; or of an array while they see another one, which belongs to
/// the trace around them, and a concrete one.
enum class Kind : std::uint8_t {
  arrays,
  trees,
  capturing
};

/// Transforms applied to a program, the outermost first: {grad, vmap} is grad(vmap(f)).
struct Chain {
  Kind kind;
  std::vector<const Transform*> transforms;
  const Program* program;
  std::string name() const;
};
/// Every chain of at most three transforms: those with jit, or those without. On arrays they are applied to every program,
/// else each to a small one.
std::vector<Chain> chains(Kind kind, bool with_jit);

/// What a chain says at one point, and what it should say: of trees what it says of arrays; else what its outermost
/// transform's reference says of the rest of the chain. The rest is a chain of its own, so each link is held against
/// numbers of one finite difference only.
struct Comparison {
  Vector actual, expected;
  /// The largest |actual - expected|, over the largest |expected| or 1.
  double error() const;
};
Comparison compare(const Chain& chain);

}  // namespace espalier::nesting
