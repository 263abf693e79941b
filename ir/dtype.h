#pragma once
// Element types: the fifteen formats an array can hold.
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace espalier {

/// The element type of an array.
enum class DType : std::uint8_t {
  bool_,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  f16,
  bf16,
  f32,
  f64,
  c64,
  c128
};
using enum DType;

namespace ir {

/// What promotion and rules ask about a dtype, in the order of the promotion lattice.
enum class Category : std::uint8_t {
  boolean,
  unsigned_integer,
  signed_integer,
  floating,
  complex
};

constexpr Category category(DType t) {
  if (t == bool_) return Category::boolean;
  if (t <= i64) return Category::signed_integer;
  if (t <= u64) return Category::unsigned_integer;
  if (t <= f64) return Category::floating;
  return Category::complex;
}
constexpr bool is_bool(DType t) { return t == bool_; }
constexpr bool is_integer(DType t) { return t >= i8 && t <= u64; }
constexpr bool is_signed(DType t) { return t >= i8 && t <= i64; }
constexpr bool is_unsigned(DType t) { return t >= u8 && t <= u64; }
constexpr bool is_floating(DType t) { return t >= f16 && t <= f64; }
constexpr bool is_complex(DType t) { return t >= c64; }
/// Floating or complex: what derivatives are taken of.
constexpr bool is_inexact(DType t) { return t >= f16; }

/// Bytes of one element.
constexpr std::size_t byte_size(DType t) {
  constexpr std::uint8_t bytes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};
  return bytes[static_cast<int>(t)];
}

/// The name as it is written in graphs: "f32", "bool", …
constexpr std::string_view name(DType t) {
  constexpr std::string_view names[] = {"bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32",
                                        "u64", "f16", "bf16", "f32", "f64", "c64", "c128"};
  return names[static_cast<int>(t)];
}
constexpr int dtype_count = 15;

/// The dtype of a complex number's two parts; any other dtype itself.
constexpr DType part_of(DType t) { return t == c64 ? f32 : (t == c128 ? f64 : t); }
/// The complex dtype of two parts of a dtype; f16 and bf16 have none and count as f32.
constexpr DType complex_of(DType t) { return t == f64 || t == c128 ? c128 : c64; }

/// The C++ type that stores one element of a dtype that C++20 has a type for.
template <DType> struct StorageOf;
// clang-format off
template <> struct StorageOf<bool_> { using type = bool; };
template <> struct StorageOf<i8> { using type = std::int8_t; };
template <> struct StorageOf<i16> { using type = std::int16_t; };
template <> struct StorageOf<i32> { using type = std::int32_t; };
template <> struct StorageOf<i64> { using type = std::int64_t; };
template <> struct StorageOf<u8> { using type = std::uint8_t; };
template <> struct StorageOf<u16> { using type = std::uint16_t; };
template <> struct StorageOf<u32> { using type = std::uint32_t; };
template <> struct StorageOf<u64> { using type = std::uint64_t; };
template <> struct StorageOf<f32> { using type = float; };
template <> struct StorageOf<f64> { using type = double; };
template <> struct StorageOf<c64> { using type = std::complex<float>; };
template <> struct StorageOf<c128> { using type = std::complex<double>; };
// clang-format on
template <DType t> using Storage = typename StorageOf<t>::type;

/// The dtype a C++ scalar type stores as.
template <class T> constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, bool>) return bool_;
  else if constexpr (std::is_same_v<T, float>) return f32;
  else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, long double>) return f64;
  else if constexpr (std::is_same_v<T, std::complex<float>>) return c64;
  else if constexpr (std::is_same_v<T, std::complex<double>>) return c128;
  else {
    static_assert(std::is_integral_v<T>, "no dtype stores this C++ type");
    constexpr bool s = std::is_signed_v<T>;
    if constexpr (sizeof(T) == 1) return s ? i8 : u8;
    else if constexpr (sizeof(T) == 2) return s ? i16 : u16;
    else if constexpr (sizeof(T) == 4) return s ? i32 : u32;
    else return s ? i64 : u64;
  }
}

/// Calls `f.template operator()<T>()` with the storage type of a real or boolean dtype of 1, 2, 4 or 8 bytes
/// that C++20 can compute in (f16, bf16 and complex are refused by returning false).
template <class F> constexpr bool visit_dtype(DType t, F&& f) {
  switch (t) {
    case bool_: f.template operator()<bool>(); return true;
    case i8: f.template operator()<std::int8_t>(); return true;
    case i16: f.template operator()<std::int16_t>(); return true;
    case i32: f.template operator()<std::int32_t>(); return true;
    case i64: f.template operator()<std::int64_t>(); return true;
    case u8: f.template operator()<std::uint8_t>(); return true;
    case u16: f.template operator()<std::uint16_t>(); return true;
    case u32: f.template operator()<std::uint32_t>(); return true;
    case u64: f.template operator()<std::uint64_t>(); return true;
    case f32: f.template operator()<float>(); return true;
    case f64: f.template operator()<double>(); return true;
    case f16:
    case bf16:
    case c64:
    case c128: return false;
  }
  return false;
}

/// The same with `std::complex<float>` or `std::complex<double>`, for complex dtypes alone.
template <class F> constexpr bool visit_complex(DType t, F&& f) {
  if (t == c64) return f.template operator()<std::complex<float>>(), true;
  if (t == c128) return f.template operator()<std::complex<double>>(), true;
  return false;
}

template <class T> inline constexpr bool is_complex_type = false;
template <class T> inline constexpr bool is_complex_type<std::complex<T>> = true;

}  // namespace ir

/// The dtype of an operation on two strong dtypes: NumPy's lattice as JAX has it (no i64 with floats widening to f64).
DType promote(DType a, DType b);
/// The float dtype of literals and of making functions: f32.
constexpr DType default_dtype() { return f32; }

}  // namespace espalier
