#pragma once
// Vectors as long as the machine's, for algorithms that are compiled once for each kind of machine. What takes or gives a vector is inlined
// and takes it by reference: a vector that is longer than the target's own has no place in a call.
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#pragma GCC diagnostic ignored "-Wpsabi"

#define ESPALIER_INLINE [[gnu::always_inline]] inline
// Tiles are of registers where their loops are unrolled. A sanitizer's code of them would be long, and is not there to be fast.
#ifndef __clang__
#define ESPALIER_UNROLL _Pragma("GCC unroll 16")
#elif __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ESPALIER_UNROLL _Pragma("nounroll")
#else
#define ESPALIER_UNROLL _Pragma("unroll")
#endif

namespace espalier::ir::library {

/// What an algorithm is written with: vectors of so many bytes, and how many of them a register tile has.
template <class T, int bytes> struct Machine {
  using Number = T;
  typedef T Vector __attribute__((vector_size(bytes)));
  static constexpr std::int64_t lanes = bytes / static_cast<std::int64_t>(sizeof(T));
  /// Rows, and vectors beside each other, of sums that fit into registers with what is read for them.
  static constexpr int tile_rows = bytes == 64 ? 8 : 4, tile_vectors = bytes == 16 ? 2 : 3;
};

template <class V, class T> ESPALIER_INLINE void load(V& v, const T* from) { std::memcpy(&v, from, sizeof(V)); }
template <class V, class T> ESPALIER_INLINE void store(T* to, const V& v) { std::memcpy(to, &v, sizeof(V)); }

namespace detail {
// One step of a transpose: blocks of s x s beside the diagonal change places.
template <std::size_t s, class V, std::size_t... j> ESPALIER_INLINE void exchange(V& x, V& y, std::index_sequence<j...>) {
  constexpr std::size_t n = sizeof...(j);
  const V upper = __builtin_shufflevector(x, y, ((j & s) == 0 ? j : n + j - s)...);
  y = __builtin_shufflevector(x, y, ((j & s) == 0 ? j + s : n + j)...);
  x = upper;
}
template <std::size_t s, std::size_t n, class V> ESPALIER_INLINE void exchange_all(V (&x)[n]) {
  ESPALIER_UNROLL
  for (std::size_t i = 0; i < n; ++i)
    if ((i & s) == 0) exchange<s>(x[i], x[i + s], std::make_index_sequence<n>());
  if constexpr (s > 1) exchange_all<s / 2>(x);
}
}  // namespace detail

/// A square of numbers, transposed where it is.
template <std::size_t n, class V> ESPALIER_INLINE void transpose(V (&x)[n]) { detail::exchange_all<n / 2>(x); }

/// Memory of `rows` lines of `columns` numbers, `from_line` apart, as `columns` lines of `rows`.
template <class M, class T> ESPALIER_INLINE void transpose_lines(T* to, std::int64_t to_line, const T* from, std::int64_t from_line, std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t n = M::lanes;
  std::int64_t i = 0;
  for (; i + n <= rows; i += n) {
    std::int64_t j = 0;
    for (; j + n <= columns; j += n) {
      typename M::Vector x[n];
      ESPALIER_UNROLL
      for (std::int64_t k = 0; k < n; ++k) load(x[k], from + (i + k) * from_line + j);
      transpose(x);
      ESPALIER_UNROLL
      for (std::int64_t k = 0; k < n; ++k) store(to + (j + k) * to_line + i, x[k]);
    }
    for (; j < columns; ++j)
      for (std::int64_t k = 0; k < n; ++k) to[j * to_line + i + k] = from[(i + k) * from_line + j];
  }
  for (; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) to[j * to_line + i] = from[i * from_line + j];
}

namespace detail {
template <class F, class... A> void run_anywhere(A... arguments) { F::template run<16>(arguments...); }
#ifdef __x86_64__
template <class F, class... A> [[gnu::target("avx2,fma")]] void run_avx2(A... arguments) { F::template run<32>(arguments...); }
template <class F, class... A> [[gnu::target("avx512f,avx512dq,avx512vl,fma")]] void run_avx512(A... arguments) { F::template run<64>(arguments...); }
#endif
template <class F, class... A> auto best_of_machine() -> void (*)(A...) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) return run_avx512<F, A...>;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return run_avx2<F, A...>;
#endif
  return run_anywhere<F, A...>;
}
}  // namespace detail

/// Calls F::run<bytes>, an inlined function, compiled for the best vectors that this machine has.
template <class F, class... A> void on_this_machine(A... arguments) {
  static const auto best = detail::best_of_machine<F, A...>();
  best(arguments...);
}

}  // namespace espalier::ir::library
