#pragma once
// Trace: records the ops that run while it lives into a graph. The innermost trace of a thread records everything.
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "espalier/dsl/array.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/convert.h"

namespace espalier {

/// A recording in progress. It pushes itself on the thread's stack of traces (a documented thread-local) and leaves it
/// when destroyed. Arrays of outer traces and concrete arrays that meet it become hidden inputs ("captures"), never
/// constants.
class Trace {
 public:
  /// `transform` (of static storage) and `began` say in errors whose trace it is. ArgumentError where the stack is nearly used
  /// up: transforms that call each other endlessly.
  explicit Trace(const char* transform = "trace", Where began = {});
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// The trace that records on this thread, or null: then ops are evaluated at once.
  static Trace* current();
  /// The number of that trace, which no other ever has; 0 if there is none.
  static std::uint32_t current_serial();
  static bool is_running(std::uint32_t serial) { return running(serial) != nullptr; }
  /// The trace of that number, if it runs on this thread.
  static Trace* running(std::uint32_t serial);
  /// Whether this trace, or one that runs around it, only finds out types and is thrown away: numbers that are not known yet are
  /// taken to fit what they meet.
  static bool is_trial();
  bool trial = false;
  /// The axis that vmap maps here, by its name; empty where it has none.
  struct NamedAxis {
    std::string name;
    std::int64_t size = 0;
  };
  NamedAxis axis;
  /// The innermost axis of that name that this trace or one around it maps, or null.
  static const NamedAxis* axis_named(std::string_view name);
  /// A hash of all named axes in reach, which a function that is traced may ask for; 0 if there are none.
  static std::uint64_t named_axes();
  /// Throws EscapedValue if the trace that a traced array belongs to is not among this thread's.
  static void require_running(const Array& traced, const char* op, Where where);
  /// What has become of a traced array's trace, as this thread sees it.
  enum class Fate {
    running,
    on_another_thread,
    ended
  };
  static Fate fate(const Array& traced);

  /// A new input. All inputs must be made before the first op is recorded.
  Array input(ir::Type type, bool weak, Where where);
  /// An input that no array of the caller's gives yet: it takes a place in `captures()`, where it is Nothing, and whoever ends the
  /// trace says what it is.
  Array later(ir::Type type, Where where);
  /// The value that an array has in this trace; captures what is foreign. EscapedValue, DonatedValue, MissingValue.
  ir::Value value_of(const Array& array, const char* op, Where where);
  /// Whether the array is a value of this very trace.
  bool records(const Array& array) const { return array.kind_ == Array::Kind::traced && array.trace_ == serial_; }
  /// The handle of a recorded value. A weak integer reports `integer`: i32, or i64 where it may be beyond that. ArgumentError
  /// where the stack is nearly used up: the function calls itself endlessly.
  Array array_of(ir::Value value, bool weak, Where where, DType integer = i32);
  /// To be called when the function has returned and its arguments are gone. EscapedValue, which names where the trace began
  /// and where the value was made, if a handle of one of its values is left: the function has put it into a variable that
  /// outlives it.
  void require_no_handles() const;
  /// ArgumentError if a trace runs on this thread and the stack is nearly used up.
  static void require_stack();

  /// The closed program: its inputs are those of `input`, then one per capture (or `later`).
  ir::Graph finish(std::span<const ir::Value> outputs) const { return builder.finish(outputs); }
  std::span<const Array> captures() const { return captures_; }

  ir::Builder builder;

 private:
  const runtime::OwnReferences own_;  // the first: what the trace keeps is the library's own
  const runtime::BufferRef& ticket(ir::Value value, ir::Type reported, Where made);

  std::uint32_t serial_;
  Trace* outer_;
  const char* transform_;
  Where began_;
  std::vector<runtime::BufferRef> tickets_;  // by value; each of its handles holds a reference
  std::vector<Array> captures_;
  std::unordered_map<std::uint64_t, ir::Value> captured_;  // by buffer address, or by (serial, value) of the outer trace
};

namespace detail {

/// The pieces of an Array that the DSL itself may touch.
struct ArrayAccess {
  using Kind = Array::Kind;
  static Kind kind(const Array& a) { return a.kind_; }
  static ir::Type type(const Array& a) { return a.type_; }
  static const runtime::BufferRef& buffer(const Array& a) { return a.buffer_; }
  /// The memory that copies of a handle share, of a concrete array or a weak scalar that a trace has met; null of others.
  static const runtime::Buffer* memory(const Array& a) { return a.kind_ == Kind::buffer || a.kind_ == Kind::literal ? a.buffer_.get() : nullptr; }
  /// The number of the trace that a traced array belongs to.
  static std::uint32_t trace(const Array& a) { return a.trace_; }
  /// The value that a traced array has in its trace.
  static ir::Value value(const Array& a) { return a.value_; }
  static Array concrete(ir::Type type, runtime::BufferRef buffer, Where where) {
    Array a;
    a.type_ = type;
    a.buffer_ = std::move(buffer);
    a.kind_ = Kind::buffer;
    a.where_ = where;
    return a;
  }
  static Array abstract(ir::Type type, bool weak, Where where) {
    Array a;
    a.type_ = type;
    a.kind_ = Kind::abstract;
    a.weak_ = weak;
    a.where_ = where;
    return a;
  }
  /// A literal that is part of the program. In a trace that is one made there: one from outside is a captured value, which
  /// may be another at the next call.
  static bool is_number(const Array& a) {
    return a.kind_ == Kind::literal && (Trace::current_serial() == 0 || Trace::is_running(a.born_));
  }
  /// What a traced array physically is: weak floats are carried as f64 and weak integers as i64 inside a trace.
  static ir::Type physical(const Array& a) {
    return a.weak_ ? a.type_.with(weak_storage(a.type_.dtype())) : a.type_;
  }
  static DType weak_storage(DType dtype) { return dtype == f32 ? f64 : (dtype == i32 ? i64 : (dtype == c64 ? c128 : dtype)); }
  /// The dtype that a weak scalar reports which is carried in `dtype`.
  static DType weak_report(DType dtype, DType integer) { return dtype == f64 ? f32 : (dtype == c128 ? c64 : (dtype == i64 && integer != i64 ? i32 : dtype)); }
  /// The number of a literal; the bits of a u64.
  static std::int64_t integer(const Array& a) { return a.type_.dtype() == f32 ? ir::scalar::convert<std::int64_t>(a.real_) : a.integer_; }
  static double real(const Array& a) {
    const DType dtype = a.type_.dtype();
    if (ir::is_complex(dtype)) return complex(a).real();
    return dtype == f32 ? a.real_ : (dtype == u64 ? static_cast<double>(static_cast<std::uint64_t>(a.integer_)) : static_cast<double>(a.integer_));
  }
  /// The number of a literal that may be complex.
  static std::complex<double> complex(const Array& a) {
    if (!ir::is_complex(a.type_.dtype())) return real(a);
    std::complex<double> value;
    std::memcpy(&value, a.buffer_->data(), sizeof value);
    return value;
  }
  /// A literal as its physical scalar: f64, c128, i64, u64 or bool.
  static ir::Literal literal(const Array& a) {
    const DType dtype = a.type_.dtype();
    if (ir::is_complex(dtype)) return ir::scalar_literal(c128, complex(a));
    return dtype == f32 ? ir::scalar_literal(f64, a.real_) : ir::scalar_literal(weak_storage(dtype), a.integer_);
  }
  static Array weak_scalar(DType dtype, double real, std::int64_t integer, Where where) {
    Array a(0.0, where);
    a.set_literal(dtype, real, integer);
    return a;
  }
  static Array weak_scalar(std::complex<double> value, Where where) { return Array(value, where); }
  /// Bytes of a concrete array or a literal in its dtype.
  static const void* data(const Array& a) { return a.buffer_->data(); }
  static bool is_sole_buffer(const Array& a) { return a.kind_ == Kind::buffer && a.buffer_->sole(); }
  /// Whether the memory may be taken over: nobody else holds it, and nobody was given a span of it.
  static bool may_take_buffer(const Array& a) { return is_sole_buffer(a) && !a.buffer_->lent(); }
  /// The memory of an array that is given away, which is donated from now on.
  static runtime::BufferRef take_buffer(Array& a) {
    a.kind_ = Kind::donated;
    return std::move(a.buffer_);
  }
  /// Makes Nothing a concrete array, without a handle between.
  static void become(Array& nothing, ir::Type type, runtime::BufferRef buffer) {
    nothing.type_ = type;
    nothing.buffer_ = std::move(buffer);
    nothing.kind_ = Kind::buffer;
  }
  static void donate(Array& a) {
    if (a.kind_ == Kind::nothing) return;
    // Memory that a span was taken of stays where the span's reader expects it: with the array.
    const bool stays = a.kind_ == Kind::buffer && a.buffer_ && a.buffer_->lent();
    a.buffer_ = stays ? runtime::BufferRef(a.buffer_) : runtime::BufferRef();  // assigned either way: whoever watches it is told
    a.kind_ = Kind::donated;
  }
  /// Puts a value where a copy of the library's own stands: nobody is told that the handle let go of its array.
  static void replace_own(Array& copy, Array value) {
    const Array before = std::move(copy);
    copy = std::move(value);
  }
  /// A traced array that only marks where one stood: its trace does not count it as a handle.
  static void spend(Array& a) {
    if (a.kind_ == Kind::traced) a.buffer_ = {};
  }
  static Array fresh(ir::Type type, Where where) {
    return concrete(type, runtime::Buffer::allocate(static_cast<std::size_t>(type.nbytes())), where);
  }
  /// A concrete array of a literal's data.
  static Array of(const ir::Literal& value, Where where) {
    Array out = fresh(value.type, where);
    if (!value.bytes->empty()) std::memcpy(out.buffer_->data(), value.data(), value.bytes->size());
    return out;
  }
  /// True if two arrays are copies of one handle: nobody has assigned to either since.
  static bool same_handle(const Array& a, const Array& b) {
    if (a.kind_ != b.kind_ || a.type_ != b.type_ || a.weak_ != b.weak_) return false;
    const bool by_buffer = a.kind_ == Kind::buffer || (a.kind_ == Kind::literal && ir::is_complex(a.type_.dtype()));
    return by_buffer ? a.buffer_.get() == b.buffer_.get() : a.kind_ == Kind::nothing || a.integer_ == b.integer_;
  }
};

/// A concrete array of a strong dtype: literals materialise in the dtype they report. DonatedValue, MissingValue,
/// TracedValue if there is no data.
Array materialise(const Array& array, const char* op, Where where);

/// A weak or strong array in the physical dtype asked for: numbers at full precision, traced values by an op.
Array to_dtype(const Array& a, DType dtype, Where where);

/// A scalar in what carries weak ones (f64, i64, bool) as the weak scalar that it stands for, which reports `dtype`.
Array weak_of(const Array& scalar, DType dtype, Where where);

/// Applies an op to operands of exactly the types it wants: records it in the current trace, or evaluates it. `op_name`
/// is what errors call it.
Array apply(ir::Op op, std::initializer_list<Operand> operands, ir::Attrs attrs, Where where, const char* op_name = nullptr);
std::vector<Array> apply_many(ir::Op op, std::span<const Array> operands, ir::Attrs attrs, Where where, const char* op_name = nullptr);

/// Whether an integer dtype holds a number. Of other dtypes it is not asked: they hold any.
constexpr bool integer_fits(std::int64_t number, DType t) {
  if (!ir::is_integer(t)) return true;
  if (ir::byte_size(t) == 8) return ir::is_signed(t) || number >= 0;
  const std::int64_t beyond = std::int64_t{1} << (8 * ir::byte_size(t) - (ir::is_signed(t) ? 1 : 0));
  return number < beyond && number >= (ir::is_signed(t) ? -beyond : 0);
}
/// DTypeError: `number` does not fit in a dtype.
[[noreturn]] void fail_beyond(const char* op, const std::string& number, DType dtype, Where where);
/// Whether a weak integer fits in a dtype. The number that a value of a trace stands for is not known: it may be any of the
/// dtype it reports, so it fits in that and in i64.
bool fits(const Array& a, DType dtype);
/// DTypeError unless a weak integer fits in the dtype that it meets.
void require_fits(const Array& a, DType dtype, const char* op, Where where);
/// The array in the dtype of what it is written into, as a weak scalar meets it: DTypeError where it does not fit.
Array settled_in(const Array& a, DType dtype, const char* op, Where where);

/// Elementwise with NumPy's rules: dtypes promote, shapes broadcast, weak scalars take the strong dtype.
Array elementwise(ir::Op op, std::initializer_list<Operand> operands, ir::Attrs attrs, const char* op_name);
/// The dtype in which functions of real numbers compute on a dtype: floats stay, i64 and u64 are f64 (nothing is narrowed
/// silently), other integers and bools f32.
DType float_dtype(DType dtype);
/// As `elementwise`, with integer and bool operands taken to floating point first (exp(2) is exp(2.f)).
Array elementwise_float(ir::Op op, std::initializer_list<Operand> operands, const char* op_name);

/// Runs a closed program on arrays: recorded as a splice in the current trace, else evaluated.
std::vector<Array> run(const ir::Graph& graph, std::span<const Array> args, Where where);

/// Operands brought to one dtype (NumPy's lattice, weak scalars last); `weak` tells whether all are weak. `dtype` is the one
/// they report: weak scalars are carried in more. DTypeError if a weak integer does not fit there.
struct Promoted {
  std::vector<Array> arrays;
  bool weak = false;
  DType dtype = {};
};
Promoted promote_operands(std::span<const Array> arrays, const char* op_name, Where where);
/// Broadcast to one shape, right-aligned. ShapeError naming both.
Array broadcast_to_shape(const Array& x, const Shape& shape, const char* op_name, Where where);
Shape broadcast_shape(std::span<const Array> arrays, const char* op_name, Where where);

/// Adds the user's place to errors of the layers below, which know none.
template <class F> auto located(Where where, const char* op_name, F&& f) {
  try {
    return f();
  } catch (Error& error) {
    if (op_name != nullptr && error.where.line() == 0) error.op = op_name;
    error.locate(where);
    throw;
  }
}

}  // namespace detail
}  // namespace espalier
