#pragma once
// Numbers in kernels: how dtypes become MLIR types, in memory and in registers, and constants of them.
#include "espalier/ir/attrs.h"
#include "espalier/ir/op.h"
#include "espalier/jit/mlir.h"

namespace espalier::codegen {

/// What a target has for arithmetic beyond instructions that all have.
struct Arithmetic {
  bool c_library = true;           ///< functions of the process can be called; where not, all are expanded
  bool whole_extremum = false;     ///< max and min of reals, with NaN and the order of zeros, are one instruction
};

/// Names that locations were made of: to look one up in the context costs as much as the location itself.
struct LocationNames {
  const char* file = nullptr;  // the last
  mlir::StringAttr file_name{};
  std::array<mlir::StringAttr, ir::op_count> ops{};
};

/// MLIR's builder, and what it builds for.
struct CodeBuilder : mlir::ImplicitLocOpBuilder {
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;
  Arithmetic has{};               ///< see there
  std::vector<ir::Op> called{};  ///< the functions that a kernel needs so often that it calls them instead
  mlir::ModuleOp module{};       ///< that has these functions
  LocationNames names{};         ///< see location.h
};

/// The type of one element in memory: bool takes a byte.
mlir::Type memory_type(mlir::MLIRContext* context, DType dtype);
/// The type of one element in a register: bool is i1, what is only moved (f16, bf16) an integer of its bits.
mlir::Type register_type(mlir::MLIRContext* context, DType dtype);
/// `width` elements in a register: a vector, or the element itself when `width` is 1.
mlir::Type wide(mlir::Type element, std::int64_t width);
/// Lanes of a register value: 1 for a scalar.
std::int64_t lanes(mlir::Value value);
/// The type of `like` with another element type.
mlir::Type like(mlir::Type shape, mlir::Type element);
mlir::Type element_of(mlir::Type type);

/// A constant of a register type, the same in every lane.
mlir::Value constant_float(CodeBuilder& b, mlir::Type type, double value);
mlir::Value constant_int(CodeBuilder& b, mlir::Type type, std::int64_t value);
mlir::Value constant_index(CodeBuilder& b, std::int64_t value);
/// A scalar literal of any dtype as a register value.
mlir::Value constant_of(CodeBuilder& b, const ir::Literal& scalar);
/// The value in `width` lanes: scalars are repeated.
mlir::Value splat(CodeBuilder& b, mlir::Value value, std::int64_t width);
/// (0, 1, …, width - 1) as `element`.
mlir::Value lane_numbers(CodeBuilder& b, mlir::Type element, std::int64_t width);

}  // namespace espalier::codegen
