#include "draw.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "../noise.h"
#include "../ulp.h"

namespace espalier::test {

using namespace ir;

namespace {

template <class T> Literal literal_of(Type type, const std::vector<T>& values) {
  auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T value = values[i];
    std::memcpy(bytes->data() + i * sizeof(T), &value, sizeof(T));
  }
  return {type, std::move(bytes)};
}

Literal any_bits(std::mt19937_64& random, Type type) {
  auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()));
  for (auto& b : *bytes) b = static_cast<std::byte>(is_bool(type.dtype()) ? random() % 2 : random());
  return {type, std::move(bytes)};
}

template <class T> T whole(std::mt19937_64& random, const Interval& range) {
  using L = std::numeric_limits<T>;
  const auto low = std::max<Int>(static_cast<Int>(range.low), L::min()), high = std::min<Int>(static_cast<Int>(range.high), L::max());
  return static_cast<T>(low + static_cast<Int>(random() % static_cast<std::uint64_t>(high - low + 1)));
}

template <class T> T real(std::mt19937_64& random, const Domain& domain, bool special) {
  const T specials[] = {T(0), T(-0.0), std::numeric_limits<T>::infinity(), T(-std::numeric_limits<T>::infinity()), std::numeric_limits<T>::quiet_NaN()};
  if (special && random() % 16 == 0) return specials[random() % 5];
  const Interval& range = sizeof(T) == 8 ? domain.f64 : domain.f32;
  return static_cast<T>(std::uniform_real_distribution<double>(range.low, range.high)(random));
}

// A part of a complex number: of the domain, near its points, small, or a zero of either sign, which tells the sides of a branch
// cut. Where numbers are special they are pinned down by lists (complex_test.cpp).
template <class T> T part(std::mt19937_64& random, const Domain& domain) {
  const Interval& range = sizeof(T) == 4 ? domain.f32 : domain.f64;
  const double low = std::max(range.low, -6.0), high = std::min(range.high, 6.0), sign = random() % 2 == 0 ? 1 : -1;
  switch (random() % 8) {
    case 0: return static_cast<T>(sign * 0.0);
    case 1: return static_cast<T>(sign * std::ldexp(1.0, -static_cast<int>(random() % 100)));
    case 2:
      if (!domain.near.empty()) return static_cast<T>(domain.near[random() % domain.near.size()] + sign * std::ldexp(1.0, -static_cast<int>(random() % 56)));
      [[fallthrough]];
    default: return static_cast<T>(sign * std::uniform_real_distribution<double>(low, high)(random));
  }
}
template <class T> Literal complex_literal(std::mt19937_64& random, const Domain& domain, Type type) {
  std::vector<T> parts;
  for (std::int64_t i = 0; i < 2 * type.size(); ++i) parts.push_back(part<T>(random, domain));
  return literal(type, parts.data());
}
Literal complex_numbers(std::mt19937_64& random, const Domain& domain, Type type) {
  return type.dtype() == c64 ? complex_literal<float>(random, domain, type) : complex_literal<double>(random, domain, type);
}

template <class T> std::vector<T> integers(std::mt19937_64& random, const Domain& domain, int count) {
  using L = std::numeric_limits<T>;
  std::vector<T> out;
  for (int i = 0; i < count; ++i) {
    out.push_back(static_cast<T>(random()));
    out.push_back(whole<T>(random, domain.integers));
    out.push_back(static_cast<T>(T{1} << (random() % (sizeof(T) * 8))));
    out.push_back(static_cast<T>((random() % 2 == 0 ? L::min() : L::max()) ^ static_cast<T>(random() % 4)));
  }
  return out;
}

// The special values of an operand: all of them meet.
template <class T> std::vector<T> corners() {
  using L = std::numeric_limits<T>;
  if constexpr (is_real<T>) return special_values<T>();
  else if constexpr (std::is_same_v<T, bool>) return {false, true};
  else return {T{0}, T{1}, static_cast<T>(-1), T{2}, T{3}, static_cast<T>(L::digits), static_cast<T>(sizeof(T) * 8), L::min(), L::max(), static_cast<T>(L::min() + 1)};
}

// Matrices with the domain's ramp on their diagonals.
Literal ramped(const Domain& domain, const Literal& x) {
  if (domain.ramp == 0) return x;
  const std::int64_t rows = x.type.shape()[-2], columns = x.type.shape()[-1], parts = is_complex(x.type.dtype()) ? 2 : 1;
  std::vector<std::byte> bytes = *x.bytes;
  visit_real(part_of(x.type.dtype()), [&]<class T>() {
    for (std::int64_t first = 0; first < x.type.size(); first += rows * columns) {
      for (std::int64_t k = 0; k < std::min(rows, columns); ++k) {
        T value;
        std::byte* at = bytes.data() + static_cast<std::size_t>((first + k * columns + k) * parts) * sizeof(T);
        std::memcpy(&value, at, sizeof(T));
        value = static_cast<T>(static_cast<double>(value) + domain.ramp * static_cast<double>(k + 1));
        std::memcpy(at, &value, sizeof(T));
      }
    }
  });
  return literal(x.type, bytes.data());
}

}  // namespace

std::vector<Literal> draw(const Use& use, std::uint64_t seed, bool special) {
  special = special && !use.equations;
  std::mt19937_64 random(seed);
  std::vector<Literal> out;
  for (std::size_t o = 0; o < use.operands.size(); ++o) {
    const Type type = use.operands[o];
    if ((use.only_moves() && use.moves[o]) || !has_arithmetic(type.dtype())) {
      out.push_back(any_bits(random, type));
      continue;
    }
    if (is_complex(type.dtype())) {
      out.push_back(ramped(use.domains[o], complex_numbers(random, use.domains[o], type)));
      continue;
    }
    visit_real(type.dtype(), [&]<class T>() {
      std::vector<T> values;
      for (std::int64_t i = 0; i < type.size(); ++i) {
        if constexpr (std::is_same_v<T, bool>) values.push_back(random() % 2 == 0);
        else if constexpr (is_real<T>) values.push_back(real<T>(random, use.domains[o], special));
        else values.push_back(whole<T>(random, use.domains[o].integers));
      }
      out.push_back(ramped(use.domains[o], literal_of<T>(type, values)));
    });
  }
  return out;
}

std::vector<Literal> draw_smooth(const Use& use, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Literal> out = draw(use, seed, false);
  for (std::size_t o = 0; o < use.operands.size(); ++o) {
    const Type type = use.operands[o];
    if (part_of(type.dtype()) != f64) continue;
    const Interval range = use.domains[o].smooth;
    const std::int64_t count = numbers_shape(type).size();
    const auto n = static_cast<double>(count);
    std::uniform_real_distribution<double> within(0.2, 0.8);
    std::vector<double> values;
    for (std::int64_t i = 0; i < count; ++i) {  // one in the middle of each of n parts of the range
      const double x = range.low + (range.high - range.low) * (static_cast<double>(i) + within(random)) / n;
      values.push_back(std::fabs(x) < 0.02 ? 0.02 : x);
    }
    std::shuffle(values.begin(), values.end(), random);
    out[o] = ramped(use.domains[o], literal(type, values.data()));
  }
  return out;
}

std::vector<Literal> draw_many(const Use& use, std::uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  const std::size_t n = use.operands.size();
  std::vector<Literal> drawn, out;
  std::int64_t size = INT64_MAX;
  for (std::size_t o = 0; o < n; ++o) {
    const DType dtype = use.operands[o].dtype();
    const bool bits = use.only_moves() && use.moves[o];
    const Domain& domain = use.domains[o];
    if (bits && !has_arithmetic(dtype)) {
      drawn.push_back(any_bits(random, Type(dtype, {4 * count})));
    } else if (is_complex(dtype)) {
      drawn.push_back(complex_numbers(random, domain, Type(dtype, {4 * count})));
    } else {
      visit_real(dtype, [&]<class T>() {
        std::vector<T> values;
        if constexpr (std::is_same_v<T, bool>) {
          for (int i = 0; i < 4 * count; ++i) values.push_back(random() % 2 == 0);
        } else if constexpr (is_real<T>) {
          const Interval& range = sizeof(T) == 8 ? domain.f64 : domain.f32;
          values = samples<T>(range.low, range.high, domain.near, count, random);
        } else {
          values = integers<T>(random, domain, count);
        }
        std::vector<T> meeting;  // each special value with each of the other operands, of which there are two at most
        const std::vector<T> special = corners<T>();
        for (std::size_t i = 0; n > 1 && i < 32 * 32; ++i) meeting.push_back(special[(o == 0 ? i / 32 : (o == 1 ? i % 32 : i * 7 / 5)) % special.size()]);
        values.insert(values.begin(), meeting.begin(), meeting.end());
        drawn.push_back(literal_of<T>(Type(dtype, {static_cast<std::int64_t>(values.size())}), values));
      });
    }
    size = std::min(size, drawn.back().type.size());
  }
  for (const Literal& x : drawn) out.push_back(literal(Type(x.type.dtype(), {size}), x.data()));
  return out;
}

Literal draw_direction(Type type, std::uint64_t seed) {
  std::mt19937_64 random(seed * 977 + 5);
  std::uniform_real_distribution<double> either(-1, 1);
  std::vector<double> values;
  for (std::int64_t i = 0, n = numbers_shape(type).size(); i < n; ++i) values.push_back(either(random));
  if (part_of(type.dtype()) == f64) return literal(type, values.data());
  const std::vector<float> singles(values.begin(), values.end());
  return literal(type, singles.data());
}

}  // namespace espalier::test
