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

Numbers numbers_of(const Literal& x) {
  Numbers out = blank(x.type.shape());
  visit_real(x.type.dtype(), [&]<class T>() {
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

std::string further_than(double bound, const Literal& got, const Numbers& exact) {
  if (got.type.shape() != exact.shape) return "has shape " + got.type.shape().str() + ", not " + exact.shape.str();
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
