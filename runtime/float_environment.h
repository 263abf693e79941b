#pragma once
// The modes that arithmetic of a thread runs in: its rounding, and whether subnormal numbers count as zero.
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace espalier::runtime {

/// The modes of a thread as a value, so that threads which share a kernel compute in the same ones.
class FloatEnvironment {
 public:
  static FloatEnvironment current() {
#if defined(__x86_64__)
    return FloatEnvironment(_mm_getcsr() & modes);
#elif defined(__aarch64__)
    std::uint64_t bits;
    asm volatile("mrs %0, fpcr" : "=r"(bits));
    return FloatEnvironment(bits);
#else
    return FloatEnvironment(0);
#endif
  }
  /// These modes with subnormals flushed: operands and results below the normal range are 0 of their sign.
  FloatEnvironment flushing() const { return FloatEnvironment(bits_ | flush); }
  /// Makes them the modes of this thread.
  void install() const {
#if defined(__x86_64__)
    _mm_setcsr(static_cast<unsigned>(bits_));
#elif defined(__aarch64__)
    asm volatile("msr fpcr, %0" : : "r"(bits_));
#endif
  }
  bool operator==(const FloatEnvironment&) const = default;

 private:
  explicit FloatEnvironment(std::uint64_t bits) : bits_(bits) {}
#if defined(__x86_64__)
  static constexpr std::uint64_t modes = ~std::uint64_t{0x3F};  // the low bits are flags of past exceptions
  static constexpr std::uint64_t flush = 0x8040;                // flush-to-zero, denormals-are-zero
#elif defined(__aarch64__)
  static constexpr std::uint64_t flush = std::uint64_t{1} << 24;
#else
  static constexpr std::uint64_t flush = 0;
#endif
  std::uint64_t bits_;
};

}  // namespace espalier::runtime
