#include "espalier/dsl/trace.h"

#include <atomic>
#include <new>

#include "espalier/ir/hash.h"
#include "espalier/runtime/stack.h"

namespace espalier {
namespace {

using detail::ArrayAccess;
using Kind = ArrayAccess::Kind;

// The innermost trace of this thread: what makes "inside a trace" a property of the running code, not of its arrays.
[[gnu::tls_model("initial-exec")]] thread_local Trace* innermost = nullptr;
// Serials are never reused, so a stale array cannot be mistaken for a value of a younger trace.
std::atomic<std::uint32_t> next_serial{1};

// What all handles of a traced value share. It lies in reference-counted memory, so the count says whether handles are left;
// `ended` says whether the trace is over.
struct Ticket {
  ir::Type type;  // as its handle reports it
  Where made;
  const char* transform;  // whose trace it is, and where that began
  Where began;
  std::atomic<bool> ended{false};
};
static_assert(std::is_trivially_destructible_v<Ticket>);
const Ticket& ticket_of(const runtime::BufferRef& ref) { return *static_cast<const Ticket*>(ref->data()); }

// " made at file:line", or nothing where the place is not known: results of transforms are not made by an op of the user's.
std::string at_place(const std::string& words, Where where) {
  return where.line() == 0 ? "" : words + std::string(where.file_name()) + ":" + std::to_string(where.line());
}
std::string made(const Array& a) { return ArrayAccess::type(a).str() + at_place(" made at ", a.where()); }

[[noreturn]] void fail_endless(Where where) {
  throw ArgumentError("trace", "half of this thread's stack is used up by the functions that are being traced", "a traced function that calls itself needs an end that does not depend on the data of arrays; loop with scan or fori_loop", where);
}

}  // namespace

Trace::Trace(const char* transform, Where began) : serial_(next_serial++), outer_(innermost), transform_(transform), began_(began) {
  if (outer_ != nullptr && runtime::stack_is_low()) fail_endless(began);
  innermost = this;
}
Trace::~Trace() {
  innermost = outer_;
  for (const runtime::BufferRef& ref : tickets_) {
    if (ref && !ref->sole()) static_cast<Ticket*>(ref->data())->ended.store(true, std::memory_order_release);
  }
}
Trace* Trace::current() { return innermost; }
std::uint32_t Trace::current_serial() { return innermost == nullptr ? 0 : innermost->serial_; }
Trace* Trace::running(std::uint32_t serial) {
  for (Trace* trace = innermost; trace != nullptr; trace = trace->outer_) {
    if (trace->serial_ == serial) return trace;
  }
  return nullptr;
}

bool Trace::is_trial() {
  for (const Trace* trace = innermost; trace != nullptr; trace = trace->outer_) {
    if (trace->trial) return true;
  }
  return false;
}

const Trace::NamedAxis* Trace::axis_named(std::string_view name) {
  for (const Trace* trace = innermost; trace != nullptr; trace = trace->outer_) {
    if (!name.empty() && trace->axis.name == name) return &trace->axis;
  }
  return nullptr;
}
std::uint64_t Trace::named_axes() {
  if (innermost == nullptr) return 0;
  ir::Hash hash;
  bool any = false;
  for (const Trace* trace = innermost; trace != nullptr; trace = trace->outer_) {
    if (trace->axis.name.empty()) continue;
    hash.add(std::string_view(trace->axis.name));
    hash.add(static_cast<std::uint64_t>(trace->axis.size));
    any = true;
  }
  return any ? hash.value() : 0;
}

Array Trace::input(ir::Type type, bool weak, Where where) {
  const DType dtype = type.dtype();
  return array_of(builder.input(weak ? type.with(ArrayAccess::weak_storage(dtype)) : type), weak, where, dtype);
}

Array Trace::later(ir::Type type, Where where) {
  captures_.emplace_back();
  return array_of(builder.input(type), false, where);
}

const runtime::BufferRef& Trace::ticket(ir::Value value, ir::Type reported, Where made) {
  if (tickets_.size() <= value) tickets_.resize(builder.value_count());
  runtime::BufferRef& ref = tickets_[value];
  if (!ref) {
    ref = runtime::Buffer::allocate(sizeof(Ticket));
    new (ref->data()) Ticket{reported, made, transform_, began_};
  }
  static_cast<Ticket*>(ref->data())->type = reported;
  return ref;
}

Array Trace::array_of(ir::Value value, bool weak, Where where, DType integer) {
  if (runtime::stack_is_low()) fail_endless(where);
  Array a;
  a.type_ = builder.type(value);
  if (weak) a.type_ = a.type_.with(ArrayAccess::weak_report(a.type_.dtype(), integer));
  a.buffer_ = ticket(value, a.type_, where);
  a.trace_ = serial_;
  a.value_ = value;
  a.kind_ = Kind::traced;
  a.weak_ = weak;
  a.where_ = where;
  return a;
}

Trace::Fate Trace::fate(const Array& a) {
  if (is_running(a.trace_)) return Fate::running;
  return a.buffer_ && !ticket_of(a.buffer_).ended.load(std::memory_order_acquire) ? Fate::on_another_thread : Fate::ended;
}

void Trace::require_running(const Array& a, const char* op, Where where) {
  const Fate fate = Trace::fate(a);
  if (fate == Fate::running) return;
  const bool elsewhere = fate == Fate::on_another_thread;
  std::string began;
  if (a.buffer_) {
    const Ticket& ticket = ticket_of(a.buffer_);
    began = at_place(", which " + std::string(ticket.transform) + " began at ", ticket.began);
  }
  EscapedValue error(op, made(a) + (elsewhere ? " was used on another thread than the one that runs its trace" : " was used after its trace had ended") + began,
                     elsewhere ? "a traced function computes on the thread that called it" : "return it from the traced function instead of storing it outside", where);
  error.made = a.where_;
  throw error;
}

void Trace::require_stack() {
  if (innermost != nullptr && runtime::stack_is_low()) fail_endless(innermost->began_);
}

void Trace::require_no_handles() const {
  for (ir::Value value = 0; value < tickets_.size(); ++value) {
    if (!tickets_[value] || tickets_[value]->sole()) continue;
    const Ticket& ticket = ticket_of(tickets_[value]);
    const Where place = ticket.made;
    EscapedValue error(transform_, ticket.type.str() + at_place(" made at ", place) + " is kept outside of the traced function: it was assigned to a captured variable, a global or a static",
                       "return it from the function and assign the result; state goes in as an argument and comes out as a result", began_.line() == 0 ? place : began_);
    error.made = place;
    throw error;
  }
}

ir::Value Trace::value_of(const Array& a, const char* op, Where where) {
  switch (a.kind_) {
    case Kind::traced:
      if (a.trace_ == serial_) return a.value_;
      require_running(a, op, where);
      break;
    case Kind::literal:
      if (ArrayAccess::is_number(a)) return builder.add(ir::Op::constant, {}, ir::ConstantAttrs{ArrayAccess::literal(a)}, where);
      captures_.push_back(a);
      return builder.input(ArrayAccess::physical(a));
    case Kind::buffer: break;
    case Kind::abstract:
      throw ArgumentError(op, a.type_.str() + " is abstract: it has no data", "give eval_shape or lower the abstract array as an argument", where);
    case Kind::nothing:
    case Kind::donated: (void)detail::materialise(a, op, where);  // throws
  }
  const bool traced = a.kind_ == Kind::traced;
  const std::uint64_t key = traced ? (std::uint64_t{a.trace_} << 32 | a.value_) | std::uint64_t{1} << 63
                                   : reinterpret_cast<std::uintptr_t>(a.buffer_.get());
  const auto [at, is_new] = captured_.try_emplace(key, ir::no_value);
  if (is_new) {
    at->second = builder.input(ArrayAccess::physical(a));
    captures_.push_back(a);
  }
  // One buffer may be captured under several shapes: the input has the first, and the others reshape it.
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
      const DType dtype = ArrayAccess::type(a).dtype();
      if (ir::is_complex(dtype)) return ArrayAccess::of(ir::scalar_literal(dtype, ArrayAccess::complex(a)), where);
      return ArrayAccess::of(dtype == f32 ? ir::scalar_literal(f32, ArrayAccess::real(a)) : ir::scalar_literal(dtype, ArrayAccess::integer(a)), where);
    }
    case Kind::traced: {
      Trace::require_running(a, op, where);
      TracedValue error(op, "the data of the traced array " + made(a) + " was asked for inside its trace",
                        "compute with it and return it; to choose by its value use where or cond", where);
      error.made = a.where();
      throw error;
    }
    case Kind::abstract:
      throw ArgumentError(op, ArrayAccess::type(a).str() + " is abstract: it has no data", "give eval_shape or lower the abstract array as an argument", where);
    case Kind::nothing:
      throw MissingValue(op, "an operand is Nothing", "was the leaf filtered out, or the array moved away?", where);
    case Kind::donated: {
      DonatedValue error(op, made(a) + " was moved into a compiled call and used again",
                         "use the tree that the call returned, or pass a copy instead of std::move", where);
      error.donated = a.where();
      throw error;
    }
  }
  return a;
}

}  // namespace detail
}  // namespace espalier
