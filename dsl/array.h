#pragma once
// Array: the one thing a user holds. An immutable handle: a concrete buffer, a value of a running trace, a weak scalar,
// a shape without data, or Nothing.
#include <complex>
#include <concepts>
#include <iosfwd>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "espalier/dsl/error.h"
#include "espalier/ir/type.h"
#include "espalier/runtime/buffer.h"

namespace espalier {

/// A real C++ number.
template <class T>
concept RealScalar = std::is_arithmetic_v<T>;
/// A C++ number that can meet an array: a real one, std::complex<float> or std::complex<double>.
template <class T>
concept Scalar = RealScalar<T> || std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;

/// An explicit-only type: as the first member of an options struct it makes every option be given by name.
struct Named {
  explicit Named() = default;
};
/// "No axis", "no xs", "open end".
inline constexpr auto none = std::nullopt;

/// Axes of an array: from an integer, {0, 1} or a vector; by default all of them.
struct Axes {
  bool all = true;                 ///< all axes, whatever `list` holds
  std::vector<std::int64_t> list;  ///< as they were given: negative ones count from the end
  /// All axes.
  /// @{
  Axes() = default;
  Axes(std::nullopt_t) {}
  /// @}
  /// The axes named.
  /// @{
  template <std::integral T> Axes(T axis) : all(false), list{detail::wide(axis)} {}
  Axes(std::initializer_list<std::int64_t> axes) : all(false), list(axes) {}
  Axes(const std::vector<int>& axes) : all(false), list(axes.begin(), axes.end()) {}
  /// @}
};

class Array;
class Updater;
struct Index;
struct Operand;
class Trace;

/// A device that holds arrays. Only the CPU so far.
struct Device {
  /// What it is.
  enum class Kind : std::uint8_t {
    cpu,
    gpu
  };
  Kind kind = Kind::cpu;                            ///< what it is
  int index = 0;                                    ///< which one of its kind
  bool operator==(const Device&) const = default;  ///< the same device
  /// "cpu:0".
  std::string str() const { return (kind == Kind::cpu ? "cpu:" : "gpu:") + std::to_string(index); }
};

namespace detail {

/// Braces to an array: {1., 2.}, {{1, 2}, {3, 4}}, to any rank.
struct Nested {
  template <class T> Nested(std::complex<T> value) : dtype(c64), real(static_cast<double>(value.real())), imaginary(static_cast<double>(value.imag())) {}
  template <RealScalar T> Nested(T value) : dtype(std::is_same_v<T, bool> ? bool_ : (std::is_floating_point_v<T> ? f32 : i32)), real(static_cast<double>(value)) {
    if constexpr (!std::is_floating_point_v<T>) {
      integer = static_cast<std::int64_t>(value);
      if (std::is_unsigned_v<T> && integer < 0) dtype = u64;
      else if (integer != static_cast<std::int32_t>(integer)) dtype = i64;
    }
  }
  Nested(std::initializer_list<Nested> list) : is_list(true), list(list.begin(), list.end()) {}
  bool is_list = false;
  DType dtype = f32;         // of an integer the first of i32, i64 and u64 that holds it
  double real = 0, imaginary = 0;
  std::int64_t integer = 0;  // the bits of a u64
  std::vector<Nested> list;
};

/// The place of a call, as a type that `{}` does not make: in Array(v, {}) the braces mean the shape of a scalar.
struct Place {
  Where where;
  Place(Where where) : where(where) {}
};

/// The compile error for a write to a temporary array.
template <class V> constexpr void refuse_lost_write() {
  static_assert(sizeof(V) == 0, "a write to a temporary array is lost, for arrays never change: x = x.at(0).set(v) re-binds x, and x.at(0).add(v) is x with x[0] + v; a tree that a function returns gets a name before its members are written");
}

template <class R>
concept ArrayData = std::ranges::contiguous_range<R> && std::ranges::sized_range<R> &&
                    Scalar<std::remove_cvref_t<std::ranges::range_value_t<R>>> && !std::is_convertible_v<R, std::string_view>;

struct ArrayAccess;
class Items;

}  // namespace detail

/// An immutable n-dimensional array. Copying is cheap (a counted handle); assignment re-binds the handle.
class [[nodiscard("arrays never change: keep what is returned, as in x = x.at(0).set(v)")]] Array {
 public:
  /// Nothing: the empty leaf.
  Array() = default;
  /// A weak scalar: it keeps its full precision, an integer its 64 bits, until it meets a dtype, and then takes that dtype;
  /// DTypeError where an integer does not fit there. Where it meets none it is f32, i32, or i64 or u64 if it is beyond i32; a
  /// complex number is c64, and makes real arrays complex.
  template <Scalar T>
  Array(T value, Where where = Where::current()) : kind_(Kind::literal), weak_(true), where_(where) {
    if constexpr (!RealScalar<T>) set_literal(std::complex<double>(value));
    else if constexpr (std::is_same_v<T, bool>) set_literal(bool_, 0, value);
    else if constexpr (std::is_floating_point_v<T>) set_literal(f32, static_cast<double>(value), 0);
    else set_literal(std::is_unsigned_v<T> ? u64 : i64, 0, static_cast<std::int64_t>(value));
  }
  /// A scalar of that dtype, not weak: Array(2.0, f64). DTypeError if an integer does not fit it.
  template <Scalar T, std::same_as<DType> D>
  Array(T value, D dtype, Where where = Where::current()) : Array(Array(value, where).as(dtype, where)) {}
  /// From braces: {1., 2.} is f32, {1, 2} i32 (i64 or u64 where a number needs it), {true} bool, of std::complex numbers c64;
  /// {{1, 2}, {3, 4}} has shape [2,2]. ShapeError if ragged; DTypeError if an integer does not fit the dtype.
  Array(std::initializer_list<detail::Nested> values, detail::Place place = Where::current());
  /// From braces, in that dtype. DTypeError if an integer does not fit it, ShapeError if ragged.
  template <std::same_as<DType> D>
  Array(std::initializer_list<detail::Nested> values, D dtype, Where where = Where::current()) : Array(from_braces(values, dtype, where)) {}
  /// A copy of a vector, array or span, of its own dtype and rank 1.
  template <detail::ArrayData R>
  explicit Array(const R& data, detail::Place place = Where::current())
      : Array(data, Shape(static_cast<std::int64_t>(std::ranges::size(data))), place.where) {}
  /// A copy of row-major data; {} is the shape of a scalar. ShapeError if the sizes differ.
  template <detail::ArrayData R>
  Array(const R& data, Shape shape, Where where = Where::current()) {
    using T = std::remove_cvref_t<std::ranges::range_value_t<R>>;
    copy_from(ir::dtype_of<T>(), std::ranges::data(data), std::ranges::size(data), shape, where);
  }

  /// The same of bools, which a std::vector packs.
  /// @{
  explicit Array(const std::vector<bool>& data, detail::Place place = Where::current()) : Array(data, Shape(static_cast<std::int64_t>(data.size())), place.where) {}
  Array(const std::vector<bool>& data, Shape shape, Where where = Where::current());
  /// @}

  /// The extents. Like all that follows up to dtype() they are still known after a donation; MissingValue of Nothing.
  const Shape& shape(Where where = Where::current()) const { return type(where).shape(); }
  /// The extent of one axis; negative counts from the end. AxisError if there is none such.
  std::int64_t shape(std::int64_t axis, Where where = Where::current()) const;
  std::int64_t size(Where where = Where::current()) const { return type(where).size(); }  ///< the number of elements
  std::int64_t nbytes(Where where = Where::current()) const { return type(where).nbytes(); }  ///< the bytes of all elements
  int ndim(Where where = Where::current()) const { return type(where).ndim(); }  ///< the number of axes
  DType dtype(Where where = Where::current()) const { return type(where).dtype(); }  ///< the element type; of a weak scalar the one it would settle in
  /// True for a scalar whose dtype is not settled: it takes that of what it meets.
  bool weak() const { return weak_; }
  /// True for the empty leaf.
  bool is_nothing() const { return kind_ == Kind::nothing; }
  /// True for a value of a trace: it has a type but no data yet.
  bool is_traced() const { return kind_ == Kind::traced; }
  /// True for `abstract(shape)`: a type without data.
  bool is_abstract() const { return kind_ == Kind::abstract; }
  /// Where its memory is.
  Device device() const { return {}; }
  /// Where it was made.
  Where where() const { return where_; }

  /// The items of axis 0, x[0], x[1], …: for (Array row : x). ShapeError for a scalar.
  /// @{
  detail::Items begin(Where where = Where::current()) const;
  detail::Items end(Where where = Where::current()) const;
  /// @}

  /// The one element, converted. ShapeError if there are more; TracedValue in a trace.
  template <Scalar T> [[nodiscard]] T item(Where where = Where::current()) const {
    T value;
    read_as(ir::dtype_of<T>(), &value, 1, "item", where);
    return value;
  }
  /// All elements row-major, converted. TracedValue in a trace.
  template <Scalar T> [[nodiscard]] std::vector<T> to_vector(Where where = Where::current()) const {
    std::vector<T> values(static_cast<std::size_t>(size()));
    if constexpr (std::is_same_v<T, bool>) {
      std::vector<std::uint8_t> bytes(values.size());
      read_as(bool_, bytes.data(), bytes.size(), "to_vector", where);
      values.assign(bytes.begin(), bytes.end());
    } else {
      read_as(ir::dtype_of<T>(), values.data(), values.size(), "to_vector", where);
    }
    return values;
  }
  /// A view of the elements, row-major. As with a vector, it is valid until this array is assigned to or destroyed. Donating
  /// the array does not end it: a compiled call never takes over memory of which a span was taken. DTypeError unless T is the
  /// dtype.
  template <Scalar T> [[nodiscard]] std::span<const T> span(Where where = Where::current()) const& {
    return {static_cast<const T*>(view_as(ir::dtype_of<T>(), where)), static_cast<std::size_t>(size())};
  }
  /// Does not compile: the span of a temporary array would dangle.
  template <Scalar T> [[nodiscard]] std::span<const T> span(Where = {}) const&& {
    static_assert(!Scalar<T>, "the span of a temporary array would dangle: give the array a name first, or copy its elements with to_vector");
    return {};
  }
  /// float(x) is x.item<float>(). To bool it does not compile: an array has no truth value.
  template <Scalar T> explicit operator T() const {
    static_assert(!std::is_same_v<T, bool>,
                  "an array has no truth value: use where(condition, a, b) or cond(condition, f, g) to choose, & | ~ to combine, and item<bool>() for the value of a concrete scalar");
    return item<T>(where_);  // a conversion cannot know its place
  }

  /// Converted to a dtype: the one conversion that may lose. To bool: is it not 0; complex numbers to real ones: the real part.
  Array as(DType dtype, Where where = Where::current()) const;
  /// The same elements on a device. There is only the CPU so far: DeviceError for another.
  Array to(Device device, Where where = Where::current()) const;
  /// All axes reversed.
  Array T(Where where = Where::current()) const;

  /// One index: x[1], x[-1], x[i], x[slice(2, 5)], x[newaxis].
  Array operator[](Index index) const;
  /// Several: x[{1, slice(2, 5), ellipsis, newaxis}]. A literal integer out of range: IndexError; an array clamps.
  Array operator[](std::initializer_list<Index> indices) const;
  /// A place to update: x.at(1, slice(2, 5)).set(v) is a new array.
  template <class... I> Updater at(I... indices) const;

  /// x += y re-binds x to x + y; the others likewise.
  /// @{
  Array& operator+=(Operand y) &;
  Array& operator-=(Operand y) &;
  Array& operator*=(Operand y) &;
  Array& operator/=(Operand y) &;
  /// @}
  /// Does not compile: what is written to an array that nobody holds, as in x[0] += y, would be lost.
  /// @{
  template <class V> void operator+=(const V&) && { detail::refuse_lost_write<V>(); }
  template <class V> void operator-=(const V&) && { detail::refuse_lost_write<V>(); }
  template <class V> void operator*=(const V&) && { detail::refuse_lost_write<V>(); }
  template <class V> void operator/=(const V&) && { detail::refuse_lost_write<V>(); }
  /// @}

  /// Another handle of the same elements. ArgumentError if the array is a value of a trace and the stack is nearly used up: the
  /// function that is traced calls itself endlessly.
  Array(const Array& other) : Array(other, IntoOp()) {
    if (kind_ == Kind::traced) require_stack();
  }
  /// A moved-from array is Nothing.
  Array(Array&& other) noexcept
      : type_(std::exchange(other.type_, {})), buffer_(std::move(other.buffer_)), integer_(other.integer_),
        kind_(std::exchange(other.kind_, Kind::nothing)), weak_(std::exchange(other.weak_, false)), born_(other.born_), where_(other.where_) {}
  /// Re-binds the handle; what it held is unchanged, and so are other handles of it. {} is Nothing.
  /// @{
  Array& operator=(const Array& other) & {
    type_ = other.type_;
    buffer_ = other.buffer_of_copy();
    integer_ = other.integer_;
    kind_ = other.kind_;
    weak_ = other.weak_;
    born_ = other.born_;
    where_ = other.where_;
    return *this;
  }
  Array& operator=(Array&& other) & noexcept {
    if (this == &other) return *this;
    type_ = std::exchange(other.type_, {});
    buffer_ = std::move(other.buffer_);
    integer_ = other.integer_;
    kind_ = std::exchange(other.kind_, Kind::nothing);
    weak_ = std::exchange(other.weak_, false);
    born_ = other.born_;
    where_ = other.where_;
    return *this;
  }
  template <Scalar T> Array& operator=(T value) & { return *this = Array(value); }
  Array& operator=(std::initializer_list<detail::Nested> values) & { return *this = values.size() == 0 ? Array() : Array(values); }
  /// @}
  /// Does not compile: what is written to an array that nobody holds, as in x[0] = v, would be lost.
  /// @{
  template <class V> void operator=(V&&) && { detail::refuse_lost_write<V>(); }
  template <class V = Array> void operator=(std::initializer_list<detail::Nested>) && { detail::refuse_lost_write<V>(); }
  /// @}
  /// Does not compile: an immutable tree cannot be written.
  template <class X = void> const Array& operator=(const Array&) const& {
    static_assert(!std::is_void_v<X>, "an immutable tree cannot be written: use replace or mutate");
    return *this;
  }

 private:
  friend struct detail::ArrayAccess;
  friend struct Operand;
  friend class Trace;
  // A copy on its way into an op, which asks for the stack itself.
  struct IntoOp {};
  Array(const Array& other, IntoOp)
      : type_(other.type_), buffer_(other.buffer_of_copy()), integer_(other.integer_), kind_(other.kind_), weak_(other.weak_), born_(other.born_), where_(other.where_) {}
  // What a copy holds. A literal has no memory; but one that a trace meets gets some, which it shares with the copies that traces
  // make: whoever watches that memory is told when the handle is assigned to, as with any array.
  runtime::BufferRef buffer_of_copy() const { return kind_ == Kind::literal ? buffer_of_literal() : buffer_; }
  runtime::BufferRef buffer_of_literal() const;
  enum class Kind : std::uint8_t {
    nothing,
    literal,
    buffer,
    traced,
    abstract,
    donated
  };

  const ir::Type& type(Where where) const {
    if (!type_) fail_no_type(where);
    return type_;
  }
  static Array from_braces(std::initializer_list<detail::Nested> values, std::optional<DType> dtype, Where where);
  [[noreturn]] static void fail_no_type(Where where);
  static void require_stack();
  void set_literal(DType dtype, double real, std::int64_t integer);
  void set_literal(std::complex<double> value);
  void copy_from(DType dtype, const void* data, std::size_t count, const Shape& shape, Where where);
  void read_as(DType dtype, void* out, std::size_t count, const char* op, Where where) const;
  const void* view_as(DType dtype, Where where) const;

  ir::Type type_;               // null for Nothing; what dtype() and shape() say
  mutable runtime::BufferRef buffer_;  // of a concrete array; of a literal of dtype c64 its number, a c128; of another that a trace has met an empty one
  union {
    double real_ = 0;           // a literal of dtype f32
    std::int64_t integer_;      // a literal of dtype bool, i32 or, if it is beyond that, i64 or u64 (its bits)
    struct {
      std::uint32_t trace_, value_;
    };  // a traced array: the trace's serial and its value there
  };
  Kind kind_ = Kind::nothing;
  bool weak_ = false;
  std::uint32_t born_ = 0;  // of a literal: the trace that ran where it was made, or 0
  Where where_;
};

namespace detail {
/// Walks over x[0], x[1], …; each is made when it is asked for.
class [[nodiscard]] Items {
 public:
  using value_type = Array;
  using difference_type = std::ptrdiff_t;
  Items() = default;
  Items(Array x, std::int64_t at, Where where) : x_(std::move(x)), at_(at), where_(where) {}
  Array operator*() const;
  Items& operator++() {
    ++at_;
    return *this;
  }
  Items operator++(int) {
    Items before = *this;
    ++at_;
    return before;
  }
  bool operator==(const Items& other) const { return at_ == other.at_; }

 private:
  Array x_;
  std::int64_t at_ = 0;
  Where where_;
};
}  // namespace detail

/// What a function takes for an array: an Array, a kind or a C++ scalar, and the place of the call.
struct Operand {
  Array array;  ///< the operand
  Where where;  ///< the place of the call
  /// By conversion, at the place of the call.
  /// @{
  template <std::derived_from<Array> A>
  Operand(const A& array, Where where = Where::current()) : array(static_cast<const Array&>(array), Array::IntoOp()), where(where) {}
  template <Scalar T> Operand(T value, Where where = Where::current()) : array(value, where), where(where) {}
  /// @}
  /// Copies and moves.
  /// @{
  Operand(const Operand& other) : array(other.array, Array::IntoOp()), where(other.where) {}
  Operand(Operand&&) noexcept = default;
  Operand& operator=(const Operand&) = default;
  Operand& operator=(Operand&&) noexcept = default;
  /// @}
};

/// Shape and dtype without data: for eval_shape, lower and summary.
Array abstract(Shape shape, DType dtype = f32, Where where = Where::current());

/// How arrays print: as NumPy does.
struct PrintArray {
  Named by_name = Named();
  int precision = 8;              ///< digits after the point, at most
  std::int64_t threshold = 1000;  ///< more elements than that are shown in part
  std::int64_t edgeitems = 3;     ///< how many of them at each end of an axis
};
/// The elements as NumPy prints them; a traced array prints its type: f32[2,3].
std::string to_string(const Array& x, PrintArray options = {}, Where where = Where::current());
/// to_string(x).
std::ostream& operator<<(std::ostream& out, const Array& x);
/// "[2,3]", "f32", "cpu:0".
/// @{
std::ostream& operator<<(std::ostream& out, const Shape& shape);
std::ostream& operator<<(std::ostream& out, DType dtype);
std::ostream& operator<<(std::ostream& out, const Device& device);
/// @}

}  // namespace espalier
