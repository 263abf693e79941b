#include "espalier/dsl/array.h"

#include <cstring>
#include <mutex>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/memory.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/convert.h"
#include "espalier/ir/eval.h"

namespace espalier {
namespace {

using detail::ArrayAccess;
using detail::Nested;

// The shape of nested braces, read along the first branches.
Shape shape_of(const std::vector<Nested>& values) {
  std::vector<std::int64_t> extents;
  const std::vector<Nested>* level = &values;
  while (true) {
    extents.push_back(static_cast<std::int64_t>(level->size()));
    if (level->empty() || !level->front().is_list) return Shape(extents);
    level = &level->front().list;
  }
}

// The leaves of nested braces in row-major order. Braces nest as deep as somebody typed them, so recursion is bounded.
void flatten(const std::vector<Nested>& values, const Shape& shape, int axis, std::vector<const Nested*>& leaves, Where where) {
  const bool inner = axis + 1 < shape.ndim();
  if (static_cast<std::int64_t>(values.size()) != shape[axis]) {
    throw ShapeError("Array", "ragged braces: a list of " + std::to_string(values.size()) + " where others have " + std::to_string(shape[axis]), "give every list of one level the same length", where);
  }
  for (const Nested& v : values) {
    if (v.is_list != inner) throw ShapeError("Array", "ragged braces: numbers and lists on one level", "give every list of one level the same depth", where);
    if (inner) flatten(v.list, shape, axis + 1, leaves, where);
    else leaves.push_back(&v);
  }
}

// The smallest dtype that holds all leaves: of integers i32, or i64 or u64 where one needs it.
DType dtype_of(const std::vector<const Nested*>& leaves) {
  if (leaves.empty()) return f32;
  bool negative = false, unsigned_only = false;
  DType dtype = bool_;
  for (const Nested* v : leaves) {
    negative = negative || (ir::is_signed(v->dtype) && v->integer < 0);
    unsigned_only = unsigned_only || v->dtype == u64;
    dtype = promote(dtype, v->dtype == u64 ? i64 : v->dtype);
  }
  return dtype == i64 && unsigned_only && !negative ? u64 : dtype;
}

// A complex number where a real one is wanted.
[[noreturn]] void fail_parts(const char* op, DType dtype, Where where) {
  DTypeError error(op, "a complex number is no " + std::string(ir::name(dtype)), "take a part with real(x) or imag(x), or ask for c64", where);
  error.dtypes = {c64, dtype};
  throw error;
}

}  // namespace

Array Array::from_braces(std::initializer_list<Nested> list, std::optional<DType> wanted, Where where) {
  const std::vector<Nested> values(list);
  const Shape shape = shape_of(values);
  std::vector<const Nested*> leaves;
  flatten(values, shape, 0, leaves, where);
  const DType dtype = wanted ? *wanted : dtype_of(leaves);
  for (const Nested* v : leaves) {
    const bool fits = v->dtype == u64 ? dtype == u64 : detail::integer_fits(v->integer, dtype);
    if (ir::is_integer(v->dtype) && ir::is_integer(dtype) && !fits) detail::fail_beyond("Array", v->dtype == u64 ? std::to_string(static_cast<std::uint64_t>(v->integer)) : std::to_string(v->integer), dtype, where);
  }
  const ir::Type type(dtype, shape);
  Array out = detail::uninitialised(type, where);
  auto* data = static_cast<std::byte*>(const_cast<void*>(ArrayAccess::data(out)));
  const bool complex_numbers = ir::visit_complex(dtype, [&]<class T>() {
    for (const Nested* v : leaves) {
      const T value = ir::scalar::convert<T>(std::complex<double>(ir::is_integer(v->dtype) && v->dtype != u64 ? static_cast<double>(v->integer) : v->real, v->imaginary));
      std::memcpy(data, &value, sizeof value);
      data += sizeof value;
    }
  });
  if (complex_numbers) return out;
  for (const Nested* v : leaves) {
    if (ir::is_complex(v->dtype)) fail_parts("Array", dtype, where);
    const bool real = v->dtype == f32 || (v->dtype == u64 && dtype != u64);
    const ir::Literal value = real ? ir::scalar_literal(dtype, v->real) : ir::scalar_literal(dtype, v->integer);
    std::memcpy(data, value.data(), value.bytes->size());
    data += value.bytes->size();
  }
  return out;
}
Array::Array(std::initializer_list<Nested> values, detail::Place place) : Array(from_braces(values, {}, place.where)) {}

Array::Array(const std::vector<bool>& data, Shape shape, Where where) {
  const std::vector<std::uint8_t> bytes(data.begin(), data.end());
  copy_from(bool_, bytes.data(), bytes.size(), shape, where);
}

std::int64_t Array::shape(std::int64_t axis, Where where) const {
  where = detail::Caller::place_or(where);
  return type(where).shape()[Position(axis, where)];
}

void Array::fail_no_type(Where where) {
  throw MissingValue("Array", "Nothing has no shape and no dtype", "was the leaf filtered out, or the array moved away?", detail::Caller::place_or(where));
}

void Array::require_stack() { Trace::require_stack(); }

runtime::BufferRef Array::buffer_of_literal() const {
  if (ir::is_complex(type_.dtype())) return buffer_;
  if (!runtime::OwnReferences::are_made()) return {};  // a copy of the user's is a number of its own
  static std::mutex met;  // several traces may meet one handle at once
  const std::lock_guard guard(met);
  if (!buffer_ && !ArrayAccess::is_number(*this)) buffer_ = runtime::Buffer::allocate(1);
  return buffer_;
}

void Array::set_literal(DType dtype, double real, std::int64_t integer) {
  // An integer is i32 where that holds it, else i64. One beyond i64 is given as u64, with the sign bit set.
  static const ir::Type scalar_f32(f32), scalar_i32(i32), scalar_i64(i64), scalar_u64(u64), scalar_bool(bool_);
  type_ = dtype == f32 ? scalar_f32 : (dtype == bool_ ? scalar_bool : (dtype == u64 && integer < 0 ? scalar_u64 : (detail::integer_fits(integer, i32) ? scalar_i32 : scalar_i64)));
  if (dtype == f32) real_ = real;
  else integer_ = integer;
  born_ = Trace::current_serial();
}

void Array::set_literal(std::complex<double> value) {
  static const ir::Type scalar_c64(c64);
  type_ = scalar_c64;
  buffer_ = runtime::Buffer::allocate(sizeof value);
  std::memcpy(buffer_->data(), &value, sizeof value);
  born_ = Trace::current_serial();
}

void Array::copy_from(DType dtype, const void* data, std::size_t count, const Shape& shape, Where where) {
  if (static_cast<std::int64_t>(count) != shape.size()) {
    ShapeError error("Array", std::to_string(count) + " elements do not fill shape " + shape.str(), "the shape's extents must multiply to the number of elements", where);
    error.shapes = {shape};
    throw error;
  }
  *this = detail::located(where, "Array", [&] { return detail::uninitialised(ir::Type(dtype, shape), where); });
  if (count != 0) std::memcpy(buffer_->data(), data, count * ir::byte_size(dtype));
}

void Array::read_as(DType dtype, void* out, std::size_t count, const char* op, Where where) const {
  if (kind_ == Kind::literal && count == 1 && (ir::is_complex(dtype) || ir::is_complex(type_.dtype()))) {
    if (!ir::is_complex(dtype)) fail_parts(op, dtype, where);
    const ir::Literal value = ir::scalar_literal(dtype, ArrayAccess::complex(*this));
    std::memcpy(out, value.data(), value.bytes->size());
    return;
  }
  if (kind_ == Kind::literal && count == 1) {
    ir::visit_dtype(dtype, [&]<class T>() {
      const T value = type_.dtype() == f32 ? ir::scalar::convert<T>(real_) : (type_.dtype() == u64 ? static_cast<T>(static_cast<std::uint64_t>(integer_)) : static_cast<T>(integer_));
      std::memcpy(out, &value, sizeof value);
    });
    return;
  }
  const Array concrete = detail::materialise(*this, op, where);
  if (static_cast<std::size_t>(concrete.size()) != count) {
    ShapeError error(op, concrete.type_.str() + " has " + std::to_string(concrete.size()) + " elements, not one", "use to_vector or span", where);
    error.shapes = {concrete.shape()};
    throw error;
  }
  if (count == 0) return;
  if (concrete.dtype() == dtype) {
    std::memcpy(out, concrete.buffer_->data(), count * ir::byte_size(dtype));
    return;
  }
  const ir::View view{concrete.type_, concrete.buffer_->data()};
  detail::located(where, op, [&] { ir::eval(ir::Op::convert, ir::ConvertAttrs{dtype}, {&view, 1}, {&out, 1}); });
}

const void* Array::view_as(DType dtype, Where where) const {
  if (kind_ != Kind::buffer) (void)detail::materialise(*this, "span", where);
  if (kind_ != Kind::buffer || dtype != type_.dtype()) {
    DTypeError error("span", "a span of " + std::string(ir::name(dtype)) + " was asked of " + type_.str() + (weak_ ? " (a weak scalar)" : ""), "use to_vector, which converts", where);
    error.dtypes = {dtype, type_.dtype()};
    throw error;
  }
  buffer_->lend();
  return buffer_->data();
}

Array abstract(Shape shape, DType dtype, Where where) {
  return detail::located(where, "abstract", [&] { return ArrayAccess::abstract(ir::Type(dtype, shape), false, Where{}); });
}

}  // namespace espalier
