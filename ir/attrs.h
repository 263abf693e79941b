#pragma once
// Attributes: what an op needs beside its operands. One small struct per kind; never a string map.
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "espalier/ir/type.h"

namespace espalier::ir {

struct Graph;
using GraphRef = std::shared_ptr<const Graph>;  // compared and hashed by content
using Ints = std::vector<std::int64_t>;

enum class Comparison : std::uint8_t { eq, ne, lt, le, gt, ge };
enum class Reduction : std::uint8_t { sum, prod, max, min, and_, or_, xor_ };
enum class ArgReduction : std::uint8_t { max, min };
enum class Cumulation : std::uint8_t { sum, prod, max, min, logsumexp };

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
/// A literal that copies `type.nbytes()` bytes.
Literal literal(Type type, const void* data);

struct CompareAttrs { Comparison direction = {}; bool operator==(const CompareAttrs&) const = default; };
struct ConvertAttrs { DType to = {}; bool operator==(const ConvertAttrs&) const = default; };
struct ConstantAttrs { Literal value; bool operator==(const ConstantAttrs&) const = default; };
/// Counts along `axis`.
struct IotaAttrs { Type type; int axis = 0; bool operator==(const IotaAttrs&) const = default; };
/// `dims[i]` is the axis of the result that operand axis i becomes (ascending); extents equal, or 1 in the operand.
struct BroadcastAttrs { Shape shape; Ints dims; bool operator==(const BroadcastAttrs&) const = default; };
struct ReshapeAttrs { Shape shape; bool operator==(const ReshapeAttrs&) const = default; };
/// Result axis i is operand axis `permutation[i]`.
struct TransposeAttrs { Ints permutation; bool operator==(const TransposeAttrs&) const = default; };
struct SliceAttrs { Ints start, limit, stride; bool operator==(const SliceAttrs&) const = default; };
/// `low` and `high` may be negative (they crop); `interior` fills between elements.
struct PadAttrs { Ints low, high, interior; bool operator==(const PadAttrs&) const = default; };
struct ConcatenateAttrs { int axis = 0; bool operator==(const ConcatenateAttrs&) const = default; };
struct ReverseAttrs { Ints axes; bool operator==(const ReverseAttrs&) const = default; };
struct DynamicSliceAttrs { Shape sizes; bool operator==(const DynamicSliceAttrs&) const = default; };
struct ReduceAttrs { Reduction kind = {}; Ints axes; bool operator==(const ReduceAttrs&) const = default; };
/// The index, of dtype `index`, of the first extremum along `axis`; NaN counts as the extremum.
struct ArgReduceAttrs { ArgReduction kind = {}; int axis = 0; DType index = i32; bool operator==(const ArgReduceAttrs&) const = default; };
struct CumulativeAttrs { Cumulation kind = {}; int axis = 0; bool reverse = false; bool operator==(const CumulativeAttrs&) const = default; };
/// Result axes: batch (in lhs order), free lhs, free rhs. `result` is the dtype of accumulation and result.
struct DotAttrs {
  Ints lhs_batch, rhs_batch, lhs_contract, rhs_contract;
  DType result = {};
  bool operator==(const DotAttrs&) const = default;
};
struct CallAttrs { GraphRef body; std::string name; bool operator==(const CallAttrs&) const; };
struct CondAttrs { std::vector<GraphRef> branches; bool operator==(const CondAttrs&) const; };
/// Body: (consts…, carries…, x slices…) -> (carries…, y slices…), run `length` times.
struct ScanAttrs {
  GraphRef body;
  int consts = 0, carries = 0;
  std::int64_t length = 0;
  bool reverse = false;
  bool operator==(const ScanAttrs&) const;
};

using Attrs = std::variant<std::monostate, CompareAttrs, ConvertAttrs, ConstantAttrs, IotaAttrs, BroadcastAttrs,
                           ReshapeAttrs, TransposeAttrs, SliceAttrs, PadAttrs, ConcatenateAttrs, ReverseAttrs,
                           DynamicSliceAttrs, ReduceAttrs, ArgReduceAttrs, CumulativeAttrs, DotAttrs, CallAttrs,
                           CondAttrs, ScanAttrs>;

/// A hash of the content: the same in every process.
std::uint64_t hash(const Attrs& attrs);

}  // namespace espalier::ir
