#include "espalier/ir/element_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace espalier::ir {
namespace {

// The bits of a floating format: how many its fraction has, and the pattern of its usual NaN.
struct Format {
  int exponent_bits, fraction_bits;
  std::uint64_t exponent_mask() const { return ((std::uint64_t{1} << exponent_bits) - 1) << fraction_bits; }
  std::uint64_t fraction_mask() const { return (std::uint64_t{1} << fraction_bits) - 1; }
  std::uint64_t usual_nan() const { return exponent_mask() | std::uint64_t{1} << (fraction_bits - 1); }
};
Format format(DType dtype) {
  switch (dtype) {
    case f16: return {5, 10};
    case bf16: return {8, 7};
    case f32:
    case c64: return {8, 23};
    case f64:
    case c128: return {11, 52};
    case bool_:
    case i8:
    case i16:
    case i32:
    case i64:
    case u8:
    case u16:
    case u32:
    case u64: break;
  }
  return {};
}

// The value of an IEEE pattern narrower than a double, which holds it exactly.
double widen(std::uint64_t bits, Format f) {
  const int bias = (1 << (f.exponent_bits - 1)) - 1;
  const auto exponent = static_cast<int>((bits & f.exponent_mask()) >> f.fraction_bits);
  const auto fraction = static_cast<double>(bits & f.fraction_mask());
  const double unit = std::ldexp(1.0, f.fraction_bits);
  double value = exponent == 0 ? std::ldexp(fraction / unit, 1 - bias) : std::ldexp(1 + fraction / unit, exponent - bias);
  if (exponent == (1 << f.exponent_bits) - 1) value = std::numeric_limits<double>::infinity();
  return bits >> (f.exponent_bits + f.fraction_bits) & 1 ? -value : value;
}

// The pattern nearest to a double, ties to even; infinity beyond the range.
std::uint64_t narrow(double value, Format f) {
  const int bias = (1 << (f.exponent_bits - 1)) - 1;
  const std::uint64_t sign = std::signbit(value) ? std::uint64_t{1} << (f.exponent_bits + f.fraction_bits) : 0;
  const double magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return sign | f.exponent_mask();
  if (magnitude == 0) return sign;
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  exponent = std::max(exponent - 1, 1 - bias);
  // The pattern counts in units of the last place, so a fraction that rounds up carries into the exponent.
  const auto units = static_cast<std::uint64_t>(std::nearbyint(std::ldexp(magnitude, f.fraction_bits - exponent)));
  const std::uint64_t bits = (static_cast<std::uint64_t>(exponent + bias - 1) << f.fraction_bits) + units;
  return sign | std::min(bits, f.exponent_mask());
}

template <class T> void write_number(std::string& text, T value) {
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  text.append(digits, end);
}

std::uint64_t load(const std::byte* data, std::size_t size) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, data, size);  // hosts are little-endian (the JIT's targets all are)
  return bits;
}

void write_float(std::string& text, DType dtype, const std::byte* data, std::size_t size) {
  const Format f = format(dtype);
  const std::uint64_t bits = load(data, size);
  if ((bits & f.exponent_mask()) == f.exponent_mask() && (bits & f.fraction_mask()) != 0) {
    text += "nan";
    if (bits == f.usual_nan()) return;
    char digits[20];
    text += ":0x";
    text.append(digits, std::to_chars(digits, digits + sizeof digits, bits, 16).ptr);
    return;
  }
  if (size == 8) {
    double value;
    std::memcpy(&value, data, 8);
    write_number(text, value);
  } else if (size == 4) {
    float value;
    std::memcpy(&value, data, 4);
    write_number(text, value);
  } else {
    write_number(text, static_cast<float>(widen(bits, f)));
  }
}

template <class T> std::size_t read_number(std::string_view text, T& value) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() ? static_cast<std::size_t>(end - text.data()) : 0;
}

std::size_t read_float(std::string_view text, DType dtype, std::byte* data, std::size_t size) {
  const Format f = format(dtype);
  std::uint64_t bits = f.usual_nan();
  std::size_t read = 3;
  if (text.starts_with("nan:0x")) {
    const auto [end, failure] = std::from_chars(text.data() + 6, text.data() + text.size(), bits, 16);
    const bool is_nan = (bits & f.exponent_mask()) == f.exponent_mask() && (bits & f.fraction_mask()) != 0;
    if (failure != std::errc() || !is_nan || (size < 8 && bits >> (8 * size) != 0)) return 0;
    read = static_cast<std::size_t>(end - text.data());
  } else if (!text.starts_with("nan")) {
    if (size == 8) {
      double value = 0;
      read = read_number(text, value);
      if (std::isnan(value)) return 0;
      std::memcpy(&bits, &value, 8);
    } else {
      float value = 0;
      read = read_number(text, value);
      if (std::isnan(value)) return 0;
      if (size == 4) bits = load(reinterpret_cast<const std::byte*>(&value), 4);
      else bits = narrow(value, f);
    }
  }
  if (read != 0) std::memcpy(data, &bits, size);
  return read;
}

}  // namespace

void write_element(std::string& text, DType dtype, const std::byte* data) {
  if (is_complex(dtype)) {
    const std::size_t half = byte_size(dtype) / 2;
    text += '(';
    write_float(text, dtype, data, half);
    text += ',';
    write_float(text, dtype, data + half, half);
    text += ')';
  } else if (is_floating(dtype)) {
    write_float(text, dtype, data, byte_size(dtype));
  } else if (is_bool(dtype)) {
    text += data[0] != std::byte{0} ? "true" : "false";
  } else {
    visit_dtype(dtype, [&]<class T>() {
      T value;
      std::memcpy(&value, data, sizeof value);
      if constexpr (std::is_integral_v<T>) write_number(text, static_cast<std::conditional_t<std::is_same_v<T, bool>, int, T>>(value));
    });
  }
}

std::size_t read_element(std::string_view text, DType dtype, std::byte* data) {
  if (is_complex(dtype)) {
    const std::size_t half = byte_size(dtype) / 2;
    if (!text.starts_with('(')) return 0;
    const std::size_t re = read_float(text.substr(1), dtype, data, half);
    if (re == 0 || !text.substr(1 + re).starts_with(',')) return 0;
    const std::size_t im = read_float(text.substr(2 + re), dtype, data + half, half);
    if (im == 0 || !text.substr(2 + re + im).starts_with(')')) return 0;
    return re + im + 3;
  }
  if (is_floating(dtype)) return read_float(text, dtype, data, byte_size(dtype));
  if (is_bool(dtype)) {
    const bool value = text.starts_with("true");
    if (!value && !text.starts_with("false")) return 0;
    data[0] = std::byte{value};
    return value ? 4 : 5;
  }
  std::size_t read = 0;
  visit_dtype(dtype, [&]<class T>() {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      T value = 0;
      read = read_number(text, value);
      std::memcpy(data, &value, sizeof value);
    }
  });
  return read;
}

}  // namespace espalier::ir
