#pragma once
// What rounding may do to a program's results, measured: compiled code rounds in other places than the evaluator (fused
// products, sums in another order, functions that differ in the last bits), and a program may amplify or discard that.
#include <string>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::test {

/// Whether there is arithmetic in a dtype: in all, since complex numbers and halves have it.
bool has_arithmetic(DType dtype);

/// A program and what it is run on.
struct Case {
  ir::Graph graph;
  std::vector<ir::Literal> inputs;
};

/// The evaluator's results, and for each element how far a faithful computation may be from them. Results are measured
/// by evaluating again with every rounded intermediate moved by a few units in the last place, and every sum by a bound from the
/// number of its terms and the sum of their magnitudes: so the condition of all that follows is in the result's spread. What is
/// not rounded (moves, integers, comparisons, products and sums that are exact) is not moved, so its slack is 0: there bits must
/// agree.
class Expected {
 public:
  Expected(const Case& program, std::uint64_t seed, int samples = 8);
  /// The first element of `results` that is further off than it may be, as text; "" if there is none.
  std::string difference(const std::vector<ir::Literal>& results) const;
  const std::vector<ir::Literal>& values() const { return results_; }
  /// How many elements have a firm value: not at the mercy of rounding.
  std::size_t firm() const { return firm_; }

 private:
  std::vector<ir::Literal> results_, values_;  // complex ones; their parts, as real arrays
  std::vector<std::vector<double>> slack_;  // per output and element; infinite where rounding decides the result
  std::size_t firm_ = 0;
};

/// Evaluates on literals.
std::vector<ir::Literal> evaluated(const Case& program);
/// "" if two lists of results have the same types and bits (any NaN equals any other), else what differs.
std::string bits_differ(const std::vector<ir::Literal>& results, const std::vector<ir::Literal>& others);

}  // namespace espalier::test
