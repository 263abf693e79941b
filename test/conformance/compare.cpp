#include "compare.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "espalier/ir/half.h"

namespace espalier::conformance {
namespace {

template <class T> T element(const Tensor& tensor, std::int64_t i) {
  T value;
  std::memcpy(&value, tensor.bytes->data() + i * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

template <class T> bool same_bits(T a, T b) { return std::memcmp(&a, &b, sizeof(T)) == 0; }

// One unit in the last place of w; below the smallest normal number, that number's.
template <class T> double unit_of(T w) {
  int exponent;
  std::frexp(std::max(std::fabs(static_cast<double>(w)), static_cast<double>(std::numeric_limits<T>::min())), &exponent);
  return std::ldexp(1.0, exponent - std::numeric_limits<T>::digits);
}

template <class T> bool matches(T got, T wanted, const Tolerance& tolerance, double largest) {
  if constexpr (!ir::is_real<T>) {
    if (tolerance.exact || tolerance.ulp > 0 || std::is_same_v<T, bool>) return got == wanted;
    const long double off = static_cast<long double>(got) - static_cast<long double>(wanted);
    return std::fabs(off) <= tolerance.atol + tolerance.rtol * std::fabs(static_cast<double>(wanted)) + tolerance.ntol * largest;
  } else {
    if (std::isnan(got) || std::isnan(wanted)) return std::isnan(got) && std::isnan(wanted);
    if (std::isinf(got) || std::isinf(wanted)) return got == wanted;
    if (tolerance.ill_conditioned) return true;
    if (tolerance.exact) return same_bits(got, wanted) || (tolerance.zero_sign_any && got == 0 && wanted == 0);
    if (got == wanted) return true;
    const double g = got, w = wanted, off = std::fabs(g - w);  // exact for f32; for f64 right to half a unit
    if (tolerance.ulp > 0) return off <= tolerance.ulp * unit_of(wanted) || off <= tolerance.atol;
    return off <= tolerance.atol + tolerance.rtol * std::fabs(w) + tolerance.ntol * largest;
  }
}

template <class T> double largest_in(const Tensor& tensor) {
  double largest = 0;
  for (std::int64_t i = 0; i < tensor.type.size(); ++i) {
    const double magnitude = std::fabs(static_cast<double>(element<T>(tensor, i)));
    if (std::isfinite(magnitude)) largest = std::max(largest, magnitude);
  }
  return largest;
}

template <class T> std::string text(T value) {
  char buffer[64];
  if constexpr (ir::is_real<T>) std::snprintf(buffer, sizeof buffer, "%.17g", static_cast<double>(value));
  else if constexpr (std::is_unsigned_v<T>) std::snprintf(buffer, sizeof buffer, "%llu", static_cast<unsigned long long>(value));
  else std::snprintf(buffer, sizeof buffer, "%lld", static_cast<long long>(value));
  return buffer;
}

// A complex tensor as the real one of its parts.
Tensor parts_of(const Tensor& tensor) {
  if (!ir::is_complex(tensor.type.dtype())) return tensor;
  auto extents = tensor.type.shape().extents();
  extents.push_back(2);
  return {ir::Type(ir::part_of(tensor.type.dtype()), Shape(extents)), tensor.bytes};
}

}  // namespace

std::string difference(const std::vector<Tensor>& got, const std::vector<Tensor>& wanted, const Tolerance& tolerance) {
  if (got.size() != wanted.size()) return std::to_string(got.size()) + " results, wanted " + std::to_string(wanted.size());
  double largest = 0;
  for (const Tensor& whole : wanted) {
    const Tensor tensor = parts_of(whole);
    ir::visit_real(tensor.type.dtype(), [&]<class T>() { largest = std::max(largest, largest_in<T>(tensor)); });
  }
  for (std::size_t t = 0; t < wanted.size(); ++t) {
    const std::string which = "result " + std::to_string(t) + " ";
    if (got[t].type != wanted[t].type) return which + "is " + got[t].type.str() + ", wanted " + wanted[t].type.str();
    std::string found;
    const Tensor want = parts_of(wanted[t]);
    ir::visit_real(want.type.dtype(), [&]<class T>() {
      for (std::int64_t i = 0; i < want.type.size() && found.empty(); ++i) {
        const T g = element<T>(got[t], i), w = element<T>(want, i);
        if (!matches(g, w, tolerance, largest)) found = which + wanted[t].type.str() + " at " + std::to_string(i) + ": got " + text(g) + ", wanted " + text(w);
      }
    });
    if (!found.empty()) return found;
  }
  return "";
}

}  // namespace espalier::conformance
