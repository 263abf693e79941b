#include "numbers.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "../ulp.h"

namespace espalier::test {

using namespace ir;

namespace {

std::string text(long double x) {
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.21Lg", x);
  return digits;
}

template <class T> double distance(T got, long double exact, long double scale) {
  if constexpr (is_real<T>) {
    const bool cancels = std::isfinite(exact) && std::isfinite(got) && scale > std::fabs(exact);
    return cancels ? static_cast<double>(std::fabs(static_cast<long double>(got) - exact) / ulp<T>(scale)) : error(got, exact);
  } else {
    return static_cast<long double>(got) == exact ? 0 : std::numeric_limits<double>::infinity();
  }
}

}  // namespace

Numbers blank(const Shape& shape) { return {shape, std::vector<long double>(static_cast<std::size_t>(shape.size()), 0)}; }

Shape numbers_shape(Type type) {
  Ints extents = type.shape().extents();
  if (is_complex(type.dtype())) extents.push_back(2);
  return Shape(extents);
}
std::vector<std::complex<long double>> complex_of(const Numbers& parts) {
  std::vector<std::complex<long double>> out;
  for (std::size_t i = 0; i < parts.values.size(); i += 2) out.emplace_back(parts.values[i], parts.values[i + 1]);
  return out;
}
Numbers parts_of(const Shape& shape, const std::vector<std::complex<long double>>& values) {
  Ints extents = shape.extents();
  extents.push_back(2);
  Numbers out{Shape(extents), {}};
  for (const auto& z : values) out.values.push_back(z.real()), out.values.push_back(z.imag());
  return out;
}

Numbers numbers_of(const Literal& x) {
  Numbers out = blank(numbers_shape(x.type));
  visit_real(part_of(x.type.dtype()), [&]<class T>() {
    for (std::int64_t i = 0; i < out.size(); ++i) out[i] = static_cast<long double>(static_cast<const T*>(x.data())[i]);
  });
  return out;
}

Numbers places_of(const Shape& shape, std::size_t operand) {
  Numbers out = blank(shape);
  for (std::int64_t i = 0; i < out.size(); ++i) out[i] = place(operand, i);
  return out;
}

Int wrapped(Word value, DType dtype) {
  if (is_bool(dtype)) return value != 0;
  const int bits = static_cast<int>(byte_size(dtype)) * 8;
  const Word low = value & ((Word{1} << bits) - 1);
  const bool negative = is_signed(dtype) && ((low >> (bits - 1)) & 1) != 0;
  return negative ? static_cast<Int>(low) - (Int{1} << bits) : static_cast<Int>(low);
}

namespace {

Numbers by_magnitude(Numbers parts) {
  std::vector<long double> scale;
  for (std::size_t i = 0; i < parts.values.size(); i += 2) {
    const long double size = std::hypot(parts.values[i], parts.values[i + 1]);
    for (std::size_t k = i; k < i + 2; ++k) scale.push_back(std::max(size, parts.scale.empty() ? 0 : parts.scale[k]));
  }
  parts.scale = std::move(scale);
  return parts;
}

// In units of the scale alone, whatever the sign of a small part.
template <class T> double distance_of_parts(const T* got, const long double* exact, long double scale) {
  if (!std::isfinite(exact[0]) || !std::isfinite(exact[1])) return std::isfinite(got[0]) && std::isfinite(got[1]) ? std::numeric_limits<double>::infinity() : 0;
  const long double beyond = std::numeric_limits<T>::max();
  double worst = 0;
  for (int k = 0; k < 2; ++k) {
    const long double off = std::fabs(static_cast<long double>(got[k]) - exact[k]);
    const bool beside_infinity = std::isinf(got[k]) && std::fabs(exact[k]) > beyond * (1 - 64 * std::numeric_limits<T>::epsilon());
    worst = std::max(worst, beside_infinity ? 0 : (std::isnan(off) ? std::numeric_limits<double>::infinity() : static_cast<double>(off / ulp<T>(scale))));
  }
  return worst;
}

std::string parts_further_than(double bound, const Literal& got, const Numbers& given) {
  const Numbers exact = by_magnitude(given);
  std::string found;
  visit_dtype(part_of(got.type.dtype()), [&]<class T>() {
    double worst = bound;
    for (std::int64_t i = 0; i < exact.size(); i += 2) {
      const T* value = static_cast<const T*>(got.data()) + i;
      const double off = distance_of_parts(value, exact.values.data() + i, exact.scale[static_cast<std::size_t>(i)]);
      if (off <= worst) continue;
      worst = off;
      found = "element " + std::to_string(i / 2) + " is (" + text(value[0]) + ", " + text(value[1]) + "), not (" + text(exact[i]) + ", " + text(exact[i + 1]) + "): " + text(off) + " units off";
    }
  });
  return found;
}

}  // namespace

std::string further_than(double bound, const Literal& got, const Numbers& exact) {
  if (numbers_shape(got.type) != exact.shape) return "has shape " + got.type.shape().str() + ", not " + exact.shape.str();
  if (is_complex(got.type.dtype())) return parts_further_than(bound, got, exact);
  double worst = 0;
  std::int64_t at = 0;
  long double found = 0;
  visit_real(got.type.dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < exact.size(); ++i) {
      const T value = static_cast<const T*>(got.data())[i];
      const double off = distance(value, exact[i], exact.scale.empty() ? 0 : exact.scale[static_cast<std::size_t>(i)]);
      if (off > worst) worst = off, at = i, found = static_cast<long double>(value);
    }
  });
  return worst <= bound ? "" : "element " + std::to_string(at) + " is " + text(found) + ", not " + text(exact[at]) + ": " + text(worst) + " units off";
}

std::string moved_wrong(const Literal& got, const Numbers& places, const std::vector<Literal>& operands) {
  if (got.type.shape() != places.shape) return "has shape " + got.type.shape().str() + ", not " + places.shape.str();
  const std::size_t width = byte_size(got.type.dtype());
  for (std::int64_t i = 0; i < places.size(); ++i) {
    if (places[i] == nowhere) {
      const auto at = got.bytes->begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(i) * width);
      if (std::any_of(at, at + static_cast<std::ptrdiff_t>(width), [](std::byte byte) { return byte != std::byte{}; })) return "element " + std::to_string(i) + " is not 0";
      continue;
    }
    const auto operand = static_cast<std::size_t>(places[i] / 0x1p40L);
    const auto element = static_cast<std::size_t>(places[i] - place(operand, 0));
    if (std::memcmp(got.bytes->data() + static_cast<std::size_t>(i) * width, operands[operand].bytes->data() + element * width, width) != 0) {
      return "element " + std::to_string(i) + " is not element " + std::to_string(element) + " of operand " + std::to_string(operand);
    }
  }
  return "";
}

std::int64_t flat_of(const Shape& shape, const Ints& index) {
  std::int64_t flat = 0;
  for (int i = 0; i < shape.ndim(); ++i) flat = flat * shape[i] + index[static_cast<std::size_t>(i)];
  return flat;
}

}  // namespace espalier::test
