#include "ptx_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace espalier::test::ptx {
namespace {

template <class T> T minimum(T x, T y) { return std::isnan(x) ? y : (std::isnan(y) ? x : (x == y ? (std::signbit(x) ? x : y) : std::min(x, y))); }
template <class T> T maximum(T x, T y) { return std::isnan(x) ? y : (std::isnan(y) ? x : (x == y ? (std::signbit(x) ? y : x) : std::max(x, y))); }

double rounded(const std::string& mode, double x) {
  if (mode == "rmi" || mode == "rm") return std::floor(x);
  if (mode == "rpi" || mode == "rp") return std::ceil(x);
  if (mode == "rni" || mode == "rn") return std::nearbyint(x);
  return std::trunc(x);
}

}  // namespace

std::uint64_t arithmetic(const std::string& op, bool nan_wins, Kind k, std::uint64_t x, std::uint64_t y) {
  if (k.letter == 'f') {
    if (op == "add") return in_format(k.bits, x, y, [](auto a, auto b) { return a + b; });
    if (op == "sub") return in_format(k.bits, x, y, [](auto a, auto b) { return a - b; });
    if (op == "mul") return in_format(k.bits, x, y, [](auto a, auto b) { return a * b; });
    if (op == "div") return in_format(k.bits, x, y, [](auto a, auto b) { return a / b; });
    if (op == "copysign") return in_format(k.bits, x, y, [](auto sign, auto of) { return std::copysign(of, sign); });
    if (op == "min" || op == "max") {
      return in_format(k.bits, x, y, [&](auto a, auto b) {
        if (nan_wins && (std::isnan(a) || std::isnan(b))) return std::numeric_limits<decltype(a)>::quiet_NaN();
        return op == "min" ? minimum(a, b) : maximum(a, b);
      });
    }
    throw std::runtime_error("no real " + op);
  }
  if (op == "add") return x + y;
  if (op == "sub") return x - y;
  if (op == "mul") return x * y;
  if (op == "and") return x & y;
  if (op == "or") return x | y;
  if (op == "xor") return x ^ y;
  const std::uint64_t u = as_unsigned(x, k.bits), v = as_unsigned(y, k.bits), shift = as_unsigned(y, 32);
  const std::int64_t s = as_signed(x, k.bits), t = as_signed(y, k.bits);
  const bool is_signed = k.letter == 's';
  if (op == "div") return v == 0 ? ~std::uint64_t{0} : (is_signed ? static_cast<std::uint64_t>(t == -1 ? -s : s / t) : u / v);
  if (op == "rem") return v == 0 ? ~std::uint64_t{0} : (is_signed ? static_cast<std::uint64_t>(t == -1 ? 0 : s % t) : u % v);
  if (op == "min") return is_signed ? static_cast<std::uint64_t>(std::min(s, t)) : std::min(u, v);
  if (op == "max") return is_signed ? static_cast<std::uint64_t>(std::max(s, t)) : std::max(u, v);
  if (op == "shl") return shift >= static_cast<std::uint64_t>(k.bits) ? 0 : u << shift;
  if (op == "shr") {
    if (is_signed) return static_cast<std::uint64_t>(s >> std::min<std::uint64_t>(shift, static_cast<std::uint64_t>(k.bits - 1)));
    return shift >= static_cast<std::uint64_t>(k.bits) ? 0 : u >> shift;
  }
  throw std::runtime_error("no integer " + op);
}

bool compare(std::string relation, Kind k, std::uint64_t x, std::uint64_t y) {
  if (k.letter == 'f') {
    const double a = as_real(x, k.bits), b = as_real(y, k.bits);
    const bool unordered = std::isnan(a) || std::isnan(b);
    if (relation == "nan") return unordered;
    if (relation == "num") return !unordered;
    if (relation.size() == 3) {  // equ, neu, …: true also where unordered
      if (unordered) return true;
      relation.pop_back();
    }
    if (unordered) return false;
    if (relation == "eq") return a == b;
    if (relation == "ne") return a != b;
    return relation == "lt" ? a < b : (relation == "le" ? a <= b : (relation == "gt" ? a > b : a >= b));
  }
  const std::uint64_t u = as_unsigned(x, k.bits), v = as_unsigned(y, k.bits);
  if (relation == "eq") return u == v;
  if (relation == "ne") return u != v;
  if (k.letter == 's') {
    const std::int64_t s = as_signed(x, k.bits), t = as_signed(y, k.bits);
    return relation == "lt" ? s < t : (relation == "le" ? s <= t : (relation == "gt" ? s > t : s >= t));
  }
  return relation == "lt" || relation == "lo" ? u < v : (relation == "le" || relation == "ls" ? u <= v : (relation == "gt" || relation == "hi" ? u > v : u >= v));
}

std::uint64_t converted(const std::string& mode, Kind to, Kind from, std::uint64_t x) {
  if (from.letter == 'f' && to.letter == 'f') {
    const double v = as_real(x, from.bits);
    return real_bits(mode[0] == 'r' && mode.back() == 'i' ? rounded(mode, v) : v, to.bits);  // to an integer
  }
  if (from.letter == 'f') {  // out of range saturates, NaN is 0
    const double v = rounded(mode, as_real(x, from.bits));
    if (std::isnan(v)) return 0;
    const double low = to.letter == 's' ? -std::ldexp(1.0, to.bits - 1) : 0, high = std::ldexp(1.0, to.letter == 's' ? to.bits - 1 : to.bits);
    if (v <= low) return static_cast<std::uint64_t>(to.letter == 's' ? std::int64_t{-1} << (to.bits - 1) : 0);
    if (v >= high) return to.mask() >> (to.letter == 's' ? 1 : 0);
    return to.letter == 's' ? static_cast<std::uint64_t>(static_cast<std::int64_t>(v)) : static_cast<std::uint64_t>(v);
  }
  const std::uint64_t u = as_unsigned(x, from.bits);
  const std::int64_t s = as_signed(x, from.bits);
  if (to.letter == 'f') {
    if (to.bits == 16) return from.letter == 's' ? ir::Float16(s).bits : ir::Float16(u).bits;
    if (to.bits == 32) return std::bit_cast<std::uint32_t>(from.letter == 's' ? static_cast<float>(s) : static_cast<float>(u));
    return std::bit_cast<std::uint64_t>(from.letter == 's' ? static_cast<double>(s) : static_cast<double>(u));
  }
  const std::uint64_t wide = from.letter == 's' ? static_cast<std::uint64_t>(s) : u;
  return to.letter == 's' ? static_cast<std::uint64_t>(as_signed(wide, to.bits)) : as_unsigned(wide, to.bits);
}

}  // namespace espalier::test::ptx
