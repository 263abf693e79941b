// What random programs are run on.
#include <cstring>
#include <limits>
#include <type_traits>

#include "espalier/ir/half.h"
#include "random_graph.h"

namespace espalier::test {
namespace {

using namespace ir;

template <class T> T random_element(std::mt19937_64& random, bool special) {
  const auto draw = random();
  if constexpr (std::is_same_v<T, bool>) {
    return draw & 1;
  } else if constexpr (std::is_integral_v<T>) {
    if (special && draw % 16 == 0) return static_cast<T>(random());
    return static_cast<T>(static_cast<std::int64_t>(draw >> 8) % 5 + (std::is_signed_v<T> ? 0 : 4));
  } else {
    const T inf = std::numeric_limits<T>::infinity();
    const T specials[] = {T(0), T(-0.0), inf, T(-inf), std::numeric_limits<T>::quiet_NaN(), T(1), T(-1), T(2),
                          std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::max()};
    if (special && draw % 8 == 0) return specials[(draw >> 8) % std::size(specials)];
    return static_cast<T>(static_cast<double>(draw >> 11) * 0x1p-53 * 4 - 2);
  }
}

}  // namespace

Literal random_literal(std::mt19937_64& random, Type type, bool special) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(type.nbytes()));
  const bool done = visit_real(part_of(type.dtype()), [&]<class T>() {
    const bool uniform = random() % 4 == 0;
    T value = random_element<T>(random, special);
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
      if (!uniform) value = random_element<T>(random, special);
      std::memcpy(bytes.data() + at, &value, sizeof(T));
    }
  });
  if (!done) {  // complex: any bits are a value
    for (auto& b : bytes) b = static_cast<std::byte>(random());
  }
  return literal(type, bytes.data());
}

std::vector<Literal> random_inputs(const Graph& graph, std::uint64_t seed, bool special) {
  std::mt19937_64 random(seed);
  std::vector<Literal> inputs;
  for (Type t : graph.input_types()) inputs.push_back(random_literal(random, t, special));
  return inputs;
}

}  // namespace espalier::test
