#include "espalier/jit/emit/values/numbers.h"

#include <cstring>

#include "espalier/ir/error.h"

namespace espalier::codegen {

mlir::Type register_type(mlir::MLIRContext* context, DType dtype) {
  switch (dtype) {
    case bool_: return mlir::IntegerType::get(context, 1);
    case i8:
    case u8: return mlir::IntegerType::get(context, 8);
    case i16:
    case u16: return mlir::IntegerType::get(context, 16);
    case i32:
    case u32: return mlir::IntegerType::get(context, 32);
    case i64:
    case u64: return mlir::IntegerType::get(context, 64);
    case f16:
    case bf16: return mlir::IntegerType::get(context, 16);  // as floats they would be converted on the way where they only move
    case f32: return mlir::Float32Type::get(context);
    case f64: return mlir::Float64Type::get(context);
    case c64:
    case c128: break;
  }
  throw CompileError("compile", "kernels do not compute in " + std::string(ir::name(dtype)));
}

mlir::Type memory_type(mlir::MLIRContext* context, DType dtype) {
  return dtype == bool_ ? mlir::IntegerType::get(context, 8) : register_type(context, dtype);
}

mlir::Type wide(mlir::Type element, std::int64_t width) {
  return width == 1 ? element : mlir::VectorType::get({width}, element);
}
std::int64_t lanes(mlir::Value value) {
  const auto vector = mlir::dyn_cast<mlir::VectorType>(value.getType());
  return vector ? vector.getNumElements() : 1;
}
mlir::Type element_of(mlir::Type type) { return mlir::getElementTypeOrSelf(type); }
mlir::Type like(mlir::Type shape, mlir::Type element) {
  const auto vector = mlir::dyn_cast<mlir::VectorType>(shape);
  return vector ? mlir::VectorType::get(vector.getShape(), element) : element;
}

namespace {

mlir::Value constant(CodeBuilder& b, mlir::Type type, mlir::TypedAttr element) {
  const auto vector = mlir::dyn_cast<mlir::VectorType>(type);
  if (!vector) return mlir::arith::ConstantOp::create(b, element);
  return mlir::arith::ConstantOp::create(b, mlir::DenseElementsAttr::get(vector, mlir::Attribute(element)));
}

}  // namespace

mlir::Value constant_float(CodeBuilder& b, mlir::Type type, double value) {
  return constant(b, type, mlir::FloatAttr::get(element_of(type), value));
}
mlir::Value constant_int(CodeBuilder& b, mlir::Type type, std::int64_t value) {
  const mlir::Type element = element_of(type);
  if (element.isIndex()) return constant(b, type, mlir::IntegerAttr::get(element, value));
  const unsigned width = element.getIntOrFloatBitWidth();
  return constant(b, type, mlir::IntegerAttr::get(element, llvm::APInt(width, static_cast<std::uint64_t>(value), true, true)));
}
mlir::Value constant_index(CodeBuilder& b, std::int64_t value) { return mlir::arith::ConstantIndexOp::create(b, value); }

mlir::Value constant_of(CodeBuilder& b, const ir::Literal& scalar) {
  const DType dtype = scalar.type.dtype();
  const mlir::Type type = register_type(b.getContext(), dtype);
  if (dtype == f16 || dtype == bf16) {  // C++ has no type for them
    std::uint16_t bits;
    std::memcpy(&bits, scalar.data(), sizeof bits);
    return constant_int(b, type, bits);
  }
  mlir::Value result;
  ir::visit_dtype(dtype, [&]<class T>() {
    const T value = *static_cast<const T*>(scalar.data());
    if constexpr (std::is_floating_point_v<T>) {
      // Through APFloat, so that the payload of a NaN and the sign of zero survive.
      result = constant(b, type, mlir::FloatAttr::get(type, llvm::APFloat(value)));
    } else {
      result = constant_int(b, type, static_cast<std::int64_t>(value));
    }
  });
  return result;
}

mlir::Value splat(CodeBuilder& b, mlir::Value value, std::int64_t width) {
  if (width == 1 || mlir::isa<mlir::VectorType>(value.getType())) return value;
  return mlir::vector::BroadcastOp::create(b, mlir::VectorType::get({width}, value.getType()), value);
}

mlir::Value lane_numbers(CodeBuilder& b, mlir::Type element, std::int64_t width) {
  if (width == 1) return constant_int(b, element, 0);
  llvm::SmallVector<mlir::Attribute> numbers;
  for (std::int64_t i = 0; i < width; ++i) {
    if (mlir::isa<mlir::FloatType>(element)) numbers.push_back(mlir::FloatAttr::get(element, static_cast<double>(i)));
    else numbers.push_back(mlir::IntegerAttr::get(element, i));
  }
  return mlir::arith::ConstantOp::create(b, mlir::DenseElementsAttr::get(mlir::VectorType::get({width}, element), numbers));
}

}  // namespace espalier::codegen
