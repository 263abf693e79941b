#include "espalier/dsl/trace.h"

#include <atomic>

namespace espalier {
namespace {

using detail::ArrayAccess;
using Kind = ArrayAccess::Kind;

// The innermost trace of this thread: what makes "inside a trace" a property of the running code, not of its arrays.
[[gnu::tls_model("initial-exec")]] thread_local Trace* innermost = nullptr;
// Serials are never reused, so a stale array cannot be mistaken for a value of a younger trace.
std::atomic<std::uint32_t> next_serial{1};

std::string line_of(Where where) { return std::string(where.file_name()) + ":" + std::to_string(where.line()); }

}  // namespace

Trace::Trace() : serial_(next_serial++), outer_(innermost) { innermost = this; }
Trace::~Trace() { innermost = outer_; }
Trace* Trace::current() { return innermost; }

Array Trace::input(ir::Type type, bool weak, Where where) {
  const DType dtype = type.dtype();
  return array_of(builder.input(weak ? type.with(ArrayAccess::weak_storage(dtype)) : type), weak, where);
}

Array Trace::array_of(ir::Value value, bool weak, Where where) {
  Array a;
  a.type_ = builder.type(value);
  if (weak) a.type_ = a.type_.with(a.type_.dtype() == f64 ? f32 : a.type_.dtype() == i64 ? i32 : a.type_.dtype());
  a.trace_ = serial_;
  a.value_ = value;
  a.kind_ = Kind::traced;
  a.weak_ = weak;
  a.where_ = where;
  return a;
}

ir::Value Trace::value_of(const Array& a, const char* op, Where where) {
  switch (a.kind_) {
    case Kind::traced: {
      if (a.trace_ == serial_) return a.value_;
      const Trace* owner = outer_;
      while (owner != nullptr && owner->serial_ != a.trace_) owner = owner->outer_;
      if (owner == nullptr) {
        EscapedValue error(op, a.type_.str() + " made at " + line_of(a.where_) + " was used after its trace had ended",
                           "return it from the traced function instead of storing it outside", where);
        error.made = a.where_;
        throw error;
      }
      break;
    }
    case Kind::literal: return builder.add(ir::Op::constant, {}, ir::ConstantAttrs{ArrayAccess::literal(a)}, where);
    case Kind::buffer: break;
    case Kind::abstract:
      throw ArgumentError(op, a.type_.str() + " is abstract: it has no data", "give eval_shape or lower the abstract array as an argument", where);
    case Kind::nothing:
    case Kind::donated: detail::materialise(a, op, where);  // throws
  }
  const bool traced = a.kind_ == Kind::traced;
  const std::uint64_t key = traced ? (std::uint64_t{a.trace_} << 32 | a.value_) | std::uint64_t{1} << 63
                                   : reinterpret_cast<std::uintptr_t>(a.buffer_.get());
  const auto [at, is_new] = captured_.try_emplace(key, ir::no_value);
  if (is_new) {
    at->second = builder.input(ArrayAccess::physical(a));
    captures_.push_back(a);
  }
  // One buffer may be seen under several shapes; each sight of it beyond the first reshapes the one input.
  if (!traced && builder.type(at->second) != a.type_) {
    return builder.add(ir::Op::reshape, {at->second}, ir::ReshapeAttrs{a.type_.shape()}, where);
  }
  return at->second;
}

namespace detail {

Array materialise(const Array& a, const char* op, Where where) {
  switch (ArrayAccess::kind(a)) {
    case Kind::buffer: return a;
    case Kind::literal: {
      const ir::Type type = ArrayAccess::type(a);
      Array out = ArrayAccess::fresh(type, where);
      const ir::Literal value = type.dtype() == f32 ? ir::scalar_literal(f32, ArrayAccess::real(a)) : ir::scalar_literal(type.dtype(), static_cast<std::int64_t>(ArrayAccess::real(a)));
      std::memcpy(const_cast<void*>(ArrayAccess::data(out)), value.data(), value.bytes->size());
      return out;
    }
    case Kind::traced: {
      TracedValue error(op, "the data of " + ArrayAccess::type(a).str() + ", a traced array made at " + line_of(a.where()) + ", was asked for inside a trace",
                        "compute with it and return it, or use where, cond or debug::print", where);
      error.made = a.where();
      throw error;
    }
    case Kind::abstract:
      throw ArgumentError(op, ArrayAccess::type(a).str() + " is abstract: it has no data", "", where);
    case Kind::nothing:
      throw MissingValue(op, "an operand is Nothing", "was the leaf filtered out, or the array moved away?", where);
    case Kind::donated: {
      DonatedValue error(op, "an array that was moved into a compiled call at " + line_of(a.where()) + " was used again",
                         "use the tree that the call returned, or pass a copy instead of std::move", where);
      error.donated = a.where();
      throw error;
    }
  }
  return a;
}

}  // namespace detail
}  // namespace espalier
