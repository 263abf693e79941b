#pragma once
// Attributes: what an op needs beside its operands. One small struct per kind; never a string map. A struct lists its fields
// once, in `fields`, by name and in the order in which they print, graphs last: text, parsing, hash and equality follow it.
#include <complex>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "espalier/ir/type.h"

namespace espalier::ir {

struct Graph;
using GraphRef = std::shared_ptr<const Graph>;  // compared and hashed by content
using Ints = std::vector<std::int64_t>;

enum class Comparison : std::uint8_t {
  eq,
  ne,
  lt,
  le,
  gt,
  ge
};
enum class Reduction : std::uint8_t {
  sum,
  prod,
  max,
  min,
  and_,
  or_,
  xor_
};
enum class ArgReduction : std::uint8_t {
  max,
  min
};
/// What becomes of a window that does not lie within its array.
enum class Outside : std::uint8_t {
  clip,  // it is moved inside
  drop   // it reads zeros and writes nothing
};
enum class Cumulation : std::uint8_t {
  sum,
  prod,
  max,
  min,
  logsumexp
};
/// The reduction whose partial results a running one gives, if there is one.
constexpr std::optional<Reduction> reduction_of(Cumulation kind) {
  if (kind == Cumulation::logsumexp) return std::nullopt;
  static_assert(int(Cumulation::sum) == int(Reduction::sum) && int(Cumulation::prod) == int(Reduction::prod) && int(Cumulation::max) == int(Reduction::max) && int(Cumulation::min) == int(Reduction::min));
  return static_cast<Reduction>(kind);
}

/// A value known when the graph is made, row-major, in a buffer that copies share.
struct Literal {
  Type type;
  std::shared_ptr<const std::vector<std::byte>> bytes;
  const void* data() const { return bytes->data(); }
  bool operator==(const Literal& other) const { return type == other.type && *bytes == *other.bytes; }
};
/// A scalar literal of a dtype, converted from a double or an integer.
Literal scalar_literal(DType dtype, double value);
Literal scalar_literal(DType dtype, std::int64_t value);
Literal scalar_literal(DType dtype, std::complex<double> value);
/// A literal that copies `type.nbytes()` bytes.
Literal literal(Type type, const void* data);

struct CompareAttrs {
  Comparison direction = {};
  static void fields(auto& a, auto&& visit) { visit("direction", a.direction); }
  bool operator==(const CompareAttrs&) const = default;
};
struct ConvertAttrs {
  DType to = {};
  static void fields(auto& a, auto&& visit) { visit("to", a.to); }
  bool operator==(const ConvertAttrs&) const = default;
};
/// A floating format: how many bits its exponents and its fractions have.
struct PrecisionAttrs {
  int exponent_bits = 0, mantissa_bits = 0;
  static void fields(auto& a, auto&& visit) { visit("exponent_bits", a.exponent_bits), visit("mantissa_bits", a.mantissa_bits); }
  bool operator==(const PrecisionAttrs&) const = default;
};
struct ConstantAttrs {
  Literal value;
  static void fields(auto& a, auto&& visit) { visit("value", a.value); }
  bool operator==(const ConstantAttrs&) const = default;
};
/// Counts along `axis`.
struct IotaAttrs {
  Type type;
  int axis = 0;
  static void fields(auto& a, auto&& visit) { visit("type", a.type), visit("axis", a.axis); }
  bool operator==(const IotaAttrs&) const = default;
};
/// `dims[i]` is the axis of the result that operand axis i becomes (ascending); extents equal, or 1 in the operand.
struct BroadcastAttrs {
  Shape shape;
  Ints dims;
  static void fields(auto& a, auto&& visit) { visit("shape", a.shape), visit("dims", a.dims); }
  bool operator==(const BroadcastAttrs&) const = default;
};
struct ReshapeAttrs {
  Shape shape;
  static void fields(auto& a, auto&& visit) { visit("shape", a.shape); }
  bool operator==(const ReshapeAttrs&) const = default;
};
/// Result axis i is operand axis `permutation[i]`.
struct TransposeAttrs {
  Ints permutation;
  static void fields(auto& a, auto&& visit) { visit("permutation", a.permutation); }
  bool operator==(const TransposeAttrs&) const = default;
};
struct SliceAttrs {
  Ints start, limit, stride;
  static void fields(auto& a, auto&& visit) { visit("start", a.start), visit("limit", a.limit), visit("stride", a.stride); }
  bool operator==(const SliceAttrs&) const = default;
};
/// `low` and `high` may be negative (they crop); `interior` fills between elements.
struct PadAttrs {
  Ints low, high, interior;
  static void fields(auto& a, auto&& visit) { visit("low", a.low), visit("high", a.high), visit("interior", a.interior); }
  bool operator==(const PadAttrs&) const = default;
};
struct ConcatenateAttrs {
  int axis = 0;
  static void fields(auto& a, auto&& visit) { visit("axis", a.axis); }
  bool operator==(const ConcatenateAttrs&) const = default;
};
struct ReverseAttrs {
  Ints axes;
  static void fields(auto& a, auto&& visit) { visit("axes", a.axes); }
  bool operator==(const ReverseAttrs&) const = default;
};
struct DynamicSliceAttrs {
  Shape sizes;
  static void fields(auto& a, auto&& visit) { visit("sizes", a.sizes); }
  bool operator==(const DynamicSliceAttrs&) const = default;
};
/// Along `axis`: keys ascend, or descend. Equal keys keep their order; zeros of both signs are equal, and NaN is the greatest.
struct SortAttrs {
  int axis = 0;
  bool descending = false;
  static void fields(auto& a, auto&& visit) { visit("axis", a.axis), visit("descending", a.descending); }
  bool operator==(const SortAttrs&) const = default;
};
/// Windows of x: along axis `axes[j]` they have `sizes[j]` elements, `dilations[j]` apart, and begin at all multiples of `strides[j]`
/// where they lie within x. The windows' array has the axes of x, those of `axes` with an element for each place, and behind them
/// one for each of `axes`, in that order: x[… i stride + k dilation …] stands at [… i …, … k …].
struct WindowsAttrs {
  Ints axes, sizes, strides, dilations;
  static void fields(auto& a, auto&& visit) {
    visit("axes", a.axes), visit("sizes", a.sizes), visit("strides", a.strides), visit("dilations", a.dilations);
  }
  bool operator==(const WindowsAttrs&) const = default;
};
/// Such windows of an array of this shape.
struct OverlapAddAttrs : WindowsAttrs {
  Shape shape = {};
  static void fields(auto& a, auto&& visit) {
    visit("shape", a.shape);
    WindowsAttrs::fields(a, visit);
  }
  bool operator==(const OverlapAddAttrs&) const = default;
};
/// Which axes run along which, where each point of some index arrays of one shape (the batch) names a window of an array x. Windows
/// lie in an array of their own: its axes `offset_dims` (ascending) are the axes of x that windows have, in order; its others are the
/// batch, in order. Index array k counts along axis `start_index_map[k]` of x. Windows have no axis for `collapsed_slice_dims`,
/// where their extent is 1, nor for `operand_batching_dims`: along the i-th of these x and axis `start_indices_batching_dims[i]` of
/// the index arrays run together.
struct WindowDims {
  Ints offset_dims, collapsed_slice_dims, start_index_map, operand_batching_dims, start_indices_batching_dims;
  static void fields(auto& a, auto&& visit) {
    visit("offset_dims", a.offset_dims), visit("collapsed_slice_dims", a.collapsed_slice_dims), visit("start_index_map", a.start_index_map);
    visit("operand_batching_dims", a.operand_batching_dims), visit("start_indices_batching_dims", a.start_indices_batching_dims);
  }
  bool operator==(const WindowDims&) const = default;
};
/// Windows of `slice_sizes`, one extent for each axis of x.
struct GatherAttrs : WindowDims {
  Ints slice_sizes;
  Outside outside = {};
  static void fields(auto& a, auto&& visit) {
    WindowDims::fields(a, visit);
    visit("slice_sizes", a.slice_sizes), visit("outside", a.outside);
  }
  bool operator==(const GatherAttrs&) const = default;
};
/// `unique`: no two windows that are written meet; the program promises it.
struct ScatterAttrs : WindowDims {
  Outside outside = {};
  bool unique = false;
  static void fields(auto& a, auto&& visit) {
    WindowDims::fields(a, visit);
    visit("outside", a.outside), visit("unique", a.unique);
  }
  bool operator==(const ScatterAttrs&) const = default;
};
struct ScatterReduceAttrs : ScatterAttrs {
  Reduction kind = {};
  static void fields(auto& a, auto&& visit) {
    visit("kind", a.kind);
    ScatterAttrs::fields(a, visit);
  }
  bool operator==(const ScatterReduceAttrs&) const = default;
};
struct ReduceAttrs {
  Reduction kind = {};
  Ints axes;
  static void fields(auto& a, auto&& visit) { visit("kind", a.kind), visit("axes", a.axes); }
  bool operator==(const ReduceAttrs&) const = default;
};
/// The index, of dtype `index`, of the first extremum along `axis`; NaN counts as the extremum.
struct ArgReduceAttrs {
  ArgReduction kind = {};
  int axis = 0;
  DType index = i32;
  static void fields(auto& a, auto&& visit) { visit("kind", a.kind), visit("axis", a.axis), visit("index", a.index); }
  bool operator==(const ArgReduceAttrs&) const = default;
};
struct CumulativeAttrs {
  Cumulation kind = {};
  int axis = 0;
  bool reverse = false;
  static void fields(auto& a, auto&& visit) { visit("kind", a.kind), visit("axis", a.axis), visit("reverse", a.reverse); }
  bool operator==(const CumulativeAttrs&) const = default;
};
/// Result axes: batch (in lhs order), free lhs, free rhs. `result` is the dtype of accumulation and result.
struct DotAttrs {
  Ints lhs_batch, rhs_batch, lhs_contract, rhs_contract;
  DType result = {};
  static void fields(auto& a, auto&& visit) {
    visit("lhs_batch", a.lhs_batch), visit("rhs_batch", a.rhs_batch);
    visit("lhs_contract", a.lhs_contract), visit("rhs_contract", a.rhs_contract);
    visit("result", a.result);
  }
  bool operator==(const DotAttrs&) const = default;
};
/// A dot whose pairs of spatial axes are windows instead: along the i-th pair the second operand, spread by `rhs_dilation[i]`, lies at
/// places `strides[i]` apart of the first, spread by `lhs_dilation[i]` and padded with zeros (or cropped) by `low[i]` and `high[i]`.
/// Result axes: batch (in lhs order), the others of lhs in order, those of `lhs_spatial` with an element for each place, free rhs.
struct ConvAttrs : DotAttrs {
  Ints lhs_spatial = {}, rhs_spatial = {}, strides = {}, low = {}, high = {}, lhs_dilation = {}, rhs_dilation = {};
  static void fields(auto& a, auto&& visit) {
    DotAttrs::fields(a, visit);
    visit("lhs_spatial", a.lhs_spatial), visit("rhs_spatial", a.rhs_spatial), visit("strides", a.strides), visit("low", a.low);
    visit("high", a.high), visit("lhs_dilation", a.lhs_dilation), visit("rhs_dilation", a.rhs_dilation);
  }
  bool operator==(const ConvAttrs&) const = default;
};
/// Of ops of the library. `packed`: complex operands and results are arrays of the same memory whose dtype is real: of c64 the words
/// of 64 bits, of c128 pairs of f64 along a last axis. Programs that are compiled have them so.
struct LibraryAttrs {
  bool packed = false;
  static void fields(auto& a, auto&& visit) { visit("packed", a.packed); }
  bool operator==(const LibraryAttrs&) const = default;
};
/// `full`: the square orthogonal matrices, and not only the columns that the product needs.
struct FullAttrs {
  bool full = false;
  bool packed = false;
  static void fields(auto& a, auto&& visit) {
    visit("full", a.full);
    visit("packed", a.packed);
  }
  bool operator==(const FullAttrs&) const = default;
};
/// Of the matrix the lower triangle is read or the upper one, its diagonal taken for ones if `unit_diagonal`; then it is transposed,
/// conjugated, or both. It stands left of X, or right.
struct TriangularSolveAttrs {
  bool left_side = true, lower = false, transpose = false, conjugate = false, unit_diagonal = false;
  bool packed = false;
  static void fields(auto& a, auto&& visit) {
    visit("left_side", a.left_side), visit("lower", a.lower), visit("transpose", a.transpose), visit("conjugate", a.conjugate);
    visit("unit_diagonal", a.unit_diagonal);
    visit("packed", a.packed);
  }
  bool operator==(const TriangularSolveAttrs&) const = default;
};
/// The axis along which lines lie, counted from the end: -1 is the last; and how many elements a line has, of `rfft` and `irfft` the real one.
/// `inverse` turns the sign of the exponent; `rfft` has never that of the inverse, `irfft` always.
struct FourierAttrs {
  int axis = -1;
  std::int64_t length = 0;
  bool inverse = false;
  bool packed = false;
  static void fields(auto& a, auto&& visit) {
    visit("axis", a.axis), visit("length", a.length), visit("inverse", a.inverse);
    visit("packed", a.packed);
  }
  bool operator==(const FourierAttrs&) const = default;
};
/// The axis a collective runs over, by its name, and how many members it has. `axis` is that of the operand along which they stand
/// (of all_gather: of the result), `into` that of all_to_all's result; `sources` says of ppermute, for each member, whose operand it
/// gets, or -1.
struct CollectiveAttrs {
  std::string axis_name;
  std::int64_t size = 0;
  int axis = 0, into = 0;
  Ints sources = {};
  static void fields(auto& a, auto&& visit) {
    visit("axis_name", a.axis_name), visit("size", a.size), visit("axis", a.axis), visit("into", a.into), visit("sources", a.sources);
  }
  bool operator==(const CollectiveAttrs&) const = default;
};
struct CallAttrs {
  GraphRef body;
  std::string name;
  static void fields(auto& a, auto&& visit) { visit("name", a.name), visit("body", a.body); }
  bool operator==(const CallAttrs&) const;
};
struct CondAttrs {
  std::vector<GraphRef> branches;
  static void fields(auto& a, auto&& visit) { visit("branches", a.branches); }
  bool operator==(const CondAttrs&) const;
};
/// Body: (consts…, carries…, x slices…) -> (carries…, y slices…), run `length` times.
struct ScanAttrs {
  GraphRef body;
  int consts = 0, carries = 0;
  std::int64_t length = 0;
  bool reverse = false;
  static void fields(auto& a, auto&& visit) {
    visit("consts", a.consts), visit("carries", a.carries), visit("length", a.length), visit("reverse", a.reverse);
    visit("body", a.body);
  }
  bool operator==(const ScanAttrs&) const;
};

/// Body: (arguments…, captures…) -> results. Rule: (arguments…, captures…, tangents of the floating arguments…) -> (results…, tangents of
/// the floating results…).
struct CustomJvpAttrs {
  GraphRef body, rule;
  int arguments = 0;
  static void fields(auto& a, auto&& visit) { visit("arguments", a.arguments), visit("body", a.body), visit("rule", a.rule); }
  bool operator==(const CustomJvpAttrs&) const;
};
/// Body: (arguments…, captures…) -> results. Forward: (arguments…, captures…) -> (results…, residuals…). Backward: (captures…, residuals…,
/// cotangents of the floating results…) -> cotangents of the floating arguments.
struct CustomVjpAttrs {
  GraphRef body, forward, backward;
  int arguments = 0;
  static void fields(auto& a, auto&& visit) {
    visit("arguments", a.arguments), visit("body", a.body), visit("forward", a.forward), visit("backward", a.backward);
  }
  bool operator==(const CustomVjpAttrs&) const;
};
/// Backward: (residuals…, cotangents of the results…) -> cotangents of the tangents.
struct CustomLinearAttrs {
  GraphRef backward;
  int residuals = 0;
  static void fields(auto& a, auto&& visit) { visit("residuals", a.residuals), visit("backward", a.backward); }
  bool operator==(const CustomLinearAttrs&) const;
};
/// Of the operands the first `unknowns` are a guess at x, the others what the graphs capture. Function: (x…, captures…) -> f(x), of the
/// types of x. Solve: (guess…, captures…) -> x. Tangent solve: (x…, y…, captures…) -> t with f'(x) t = y, linear in y.
struct CustomRootAttrs {
  GraphRef function, solve, tangent_solve;
  int unknowns = 0;
  static void fields(auto& a, auto&& visit) {
    visit("unknowns", a.unknowns), visit("function", a.function), visit("solve", a.solve), visit("tangent_solve", a.tangent_solve);
  }
  bool operator==(const CustomRootAttrs&) const;
};
/// Of the operands the first `unknowns` are b, the others what the graphs capture. Matvec: (x…, captures…) -> A x, of the types of b.
/// Solve: (b…, captures…) -> x. Transpose: both for the transpose of A, in that order; empty where that is not known.
struct LinearSolveAttrs {
  GraphRef matvec, solve;
  std::vector<GraphRef> transpose;
  int unknowns = 0;
  static void fields(auto& a, auto&& visit) {
    visit("unknowns", a.unknowns), visit("matvec", a.matvec), visit("solve", a.solve), visit("transpose", a.transpose);
  }
  bool operator==(const LinearSolveAttrs&) const;
};
/// What reverse mode saves of a checkpointed body, beside its operands.
enum class Saved : std::uint8_t {
  nothing,
  everything,
  dots,             // results of products
  dots_without_batch,  // of those that have no batch axes
  names             // values that `checkpoint_name` has named
};
/// `names`: of the values that are saved where `saved` says so. `again`: the body computes again what was computed before, so nothing of
/// it is merged with that.
struct CheckpointAttrs {
  GraphRef body;
  Saved saved = {};
  std::vector<std::string> names;
  bool again = false;
  static void fields(auto& a, auto&& visit) { visit("saved", a.saved), visit("names", a.names), visit("again", a.again), visit("body", a.body); }
  bool operator==(const CheckpointAttrs&) const;
};
struct NameAttrs {
  std::string name;
  static void fields(auto& a, auto&& visit) { visit("name", a.name); }
  bool operator==(const NameAttrs&) const = default;
};
/// Condition: (consts…, carries…) -> a bool scalar; body: (consts…, carries…) -> carries…, run while the condition holds, but at most
/// `max_steps` times; -1: however often.
struct WhileAttrs {
  GraphRef condition, body;
  int consts = 0;
  std::int64_t max_steps = -1;
  static void fields(auto& a, auto&& visit) {
    visit("consts", a.consts), visit("max_steps", a.max_steps);
    visit("condition", a.condition), visit("body", a.body);
  }
  bool operator==(const WhileAttrs&) const;
};

/// A C function that a program calls: it reads operands, writes results, and must neither throw nor keep a pointer. Arrays are row-major;
/// complex numbers lie as C has them.
using CFunction = void (*)(void* const* results, const void* const* operands);
/// What `function` makes of the operands, of types that its text cannot say; text has its name alone, and null for it.
struct CustomCallAttrs {
  std::string name;
  std::vector<Type> results;
  CFunction function = nullptr;
  static void fields(auto& a, auto&& visit) { visit("name", a.name), visit("results", a.results); }
  bool operator==(const CustomCallAttrs&) const = default;
};
struct HostFunction;  // host_function.h
using HostFunctionRef = std::shared_ptr<const HostFunction>;  // compared as an object, and hashed not at all
/// A call of a function of the host's, of which text has the name alone, and null for it. `ordered`: operand 0 stands for the effects
/// before it, and its one result for those up to it (effects.h).
struct HostCallAttrs {
  std::string name;
  bool ordered = false;
  HostFunctionRef function;
  static void fields(auto& a, auto&& visit) { visit("name", a.name), visit("ordered", a.ordered); }
  bool operator==(const HostCallAttrs&) const = default;
};

/// What a node's attributes may be.
using AnyAttrs = std::variant<std::monostate, CompareAttrs, ConvertAttrs, PrecisionAttrs, ConstantAttrs, IotaAttrs, BroadcastAttrs,
                              ReshapeAttrs, TransposeAttrs, SliceAttrs, PadAttrs, ConcatenateAttrs, ReverseAttrs,
                              DynamicSliceAttrs, WindowsAttrs, GatherAttrs, ScatterAttrs, SortAttrs, OverlapAddAttrs, ScatterReduceAttrs, ReduceAttrs, ArgReduceAttrs, CumulativeAttrs, DotAttrs,
                              ConvAttrs, LibraryAttrs, FullAttrs, TriangularSolveAttrs, FourierAttrs, CollectiveAttrs, CallAttrs,
                              CondAttrs, ScanAttrs, CustomJvpAttrs, CustomVjpAttrs, CustomLinearAttrs, CustomRootAttrs, LinearSolveAttrs, CheckpointAttrs, NameAttrs, WhileAttrs,
                              CustomCallAttrs, HostCallAttrs>;
/// The attributes of a node: one of those. A class of its own, because what it takes to copy, move, compare and destroy one of so many is
/// compiled once then, and not in every file that has a node.
class Attrs : public AnyAttrs {
 public:
  Attrs() = default;
  template <class A>
    requires(!std::derived_from<std::remove_cvref_t<A>, AnyAttrs> && std::constructible_from<AnyAttrs, A>)
  Attrs(A&& attrs) : AnyAttrs(std::forward<A>(attrs)) {}
  Attrs(const Attrs&);
  Attrs(Attrs&&) noexcept;
  Attrs& operator=(const Attrs&);
  Attrs& operator=(Attrs&&) noexcept;
  ~Attrs();
  bool operator==(const Attrs&) const;
};

/// A hash of the content: the same in every process.
std::uint64_t hash(const Attrs& attrs);
/// The dtype in which a contraction adds up; null of other attributes.
DType* accumulation(Attrs& attrs);

}  // namespace espalier::ir
