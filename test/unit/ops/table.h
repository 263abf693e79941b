#pragma once
// The table of ops: for each row of ir/ops.def how it is applied, on which operands, and what must come out, from elsewhere.
// Properties go over it, each for all ops (../ops_test/, ../jit/ops_jit_test/).
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "espalier/dsl/array.h"
#include "espalier/ir/graph.h"
#include "numbers.h"

namespace espalier::test {

/// From `low` to `high`.
struct Interval {
  double low = -4, high = 4;
};
/// Where an operand is drawn from.
struct Domain {
  Interval f32{}, f64{};       ///< where the arguments lie that matter most; all others are tried too where an op is elementwise
  std::vector<double> near{};  ///< zeros and poles of the function, and seams of its pieces
  Interval smooth{-2, 2};      ///< where derivatives are held against differences
  Interval integers{-20, 20};  ///< of dtypes that are narrower: what they have of it
  double ramp = 0;             ///< of matrices: added once to the first element of their diagonals, twice to the next, …
  bool differentiable = true;  ///< false for a number that has no derivative: the order of a function
  bool twice = true;           ///< false for one that has a derivative, which has none
};
/// The largest errors in units in the last place.
struct Bounds {
  double f32 = 0.5005, f64 = 0.5005;
  double complex = 4;  ///< of both complex dtypes, in units of the magnitude
  double half = -1;    ///< of f16 and bf16, where it is not that of f32, rounded once more
  double in(DType dtype) const {
    if (ir::is_complex(dtype)) return complex;
    if (dtype == f16 || dtype == bf16) return half >= 0 ? half : 0.5005 + f32 / 4096;
    return dtype == espalier::f32 ? f32 : f64;
  }
};
/// Operands whose exact results another system has computed.
struct Golden {
  std::vector<ir::Literal> operands;
  std::vector<Numbers> results;
};

/// The exact results of exact operands.
using Exact = std::function<std::vector<Numbers>(const std::vector<Numbers>&)>;

/// What is wrong with results of finite operands, or "": for ops whose results are not the only ones that are right.
using Equations = std::function<std::string(const std::vector<ir::Literal>& operands, const std::vector<ir::Literal>& results)>;

/// An op applied: what properties are tried on.
struct Use {
  ir::Op op;
  std::string name;  ///< "add_f32", as failures have it
  ir::Attrs attrs{};
  std::vector<ir::Type> operands{};
  std::vector<Domain> domains{};  ///< one for each operand
  Exact exact{};                  ///< pointwise for elementwise ops, which may be given operands of any shape; empty: see `golden`
  Equations equations{};      ///< where the results are any that satisfy these, in place of `exact`
  std::vector<bool> moves{};      ///< operands of which `exact` is given the places, and gives places: they only move
  std::shared_ptr<const Golden> golden{};
  std::vector<ir::Literal> literals{};  ///< the results to the bit, where there are no operands
  double flops = 0;                     ///< the work of the scheduler's cost
  bool same_program = false;            ///< as another use, on other numbers

  bool only_moves() const { return !moves.empty(); }
};
inline void PrintTo(const Use* use, std::ostream* out) { *out << use->name; }

/// The derivatives at a point, as JAX 0.10 has them at 64 bits: by jax.grad, and by jax.grad of that.
struct Point {
  double x, first, second;
};
struct PairPoint {
  double x, y, by_x, by_y, by_xx, by_xy, by_yy;
};

enum class Refusal : std::uint8_t {
  shape,
  dtype,
  axis,
  index,
  argument,
  structure
};
/// What an op refuses, and by which error.
struct Wrong {
  std::string name;
  Refusal refusal;
  std::vector<ir::Type> operands;
  ir::Attrs attrs{};
};

/// All about one op.
struct Row {
  std::vector<Use> uses{};     ///< in the dtypes in which it has a value
  std::vector<Use> refused{};  ///< in dtypes without arithmetic, for which it has types but no values
  std::vector<DType> takes{};  ///< of elementwise ops: all other dtypes are refused
  std::vector<Wrong> wrong{};
  Bounds evaluated{}, compiled{};
  bool promised = false;         ///< docs/ops.md has the bounds of compiled code
  bool called = false;           ///< a kernel that needs it often calls it
  bool constant_slope = false;   ///< its derivative is zero by convention, whatever differences say
  std::vector<Point> points{};
  std::vector<PairPoint> pair_points{};
  std::function<Array(std::span<const Array>)> user{};  ///< the user's function that records this op alone
  std::vector<DType> user_dtypes{};                     ///< in which it does
};

/// The row of an op. Each family has a function of its own, whose switch has no default: without a row it does not compile.
Row describe(ir::Unary op);
Row describe(ir::Binary op);
Row describe(ir::Ternary op);
Row describe(ir::Source op);
Row describe(ir::Movement op);
Row describe(ir::Reducing op);
Row describe(ir::Contraction op);
Row describe(ir::Library op);
Row describe(ir::Fourier op);
Row describe(ir::Random op);
Row describe(ir::Collective op);
Row describe(ir::Control op);

/// The row of an op, made once.
const Row& row_of(ir::Op op);
/// All ops, and all uses of all rows.
std::vector<ir::Op> all_ops();
std::vector<const Use*> all_uses();
/// Those that derivatives are tried on: their inexact operands are f64 or c128, and there are some.
std::vector<const Use*> smooth_uses();

/// Its dtypes: those with arithmetic, all of them, and the sets of ops.def.
inline constexpr DType computing[] = {bool_, i8, i16, i32, i64, u8, u16, u32, u64, f16, bf16, f32, f64};
inline constexpr DType complexes[] = {c64, c128};
std::vector<DType> every_dtype();

/// The use as a graph of one node, on operands of these types or its own.
ir::Graph graph_of(const Use& use);
ir::Graph graph_of(const Use& use, std::span<const ir::Type> operands);

/// "" if results of a use are the exact ones, up to the bounds; else what is wrong.
std::string judged(const Use& use, const Bounds& bounds, const std::vector<ir::Literal>& operands, const std::vector<ir::Literal>& results);
std::string judged(const Bounds& bounds, const std::vector<Numbers>& exact, const std::vector<ir::Literal>& results);

}  // namespace espalier::test
