#pragma once
// A 64-bit content hash that is the same in every process: word by word, mixed as in MurmurHash3's finaliser.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace espalier::ir {

class Hash {
 public:
  void add(std::uint64_t word) {
    std::uint64_t k = word + 0x9E3779B97F4A7C15u;
    k ^= k >> 33;
    k *= 0xFF51AFD7ED558CCDu;
    k ^= k >> 33;
    state_ = (state_ ^ k) * 0xC4CEB9FE1A85EC53u;
    state_ ^= state_ >> 29;
  }
  void add_bytes(const void* data, std::size_t size) {
    add(size);
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (; size >= 8; bytes += 8, size -= 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes, 8);
      add(word);
    }
    if (size == 0) return;
    std::uint64_t rest = 0;
    std::memcpy(&rest, bytes, size);
    add(rest);
  }
  void add(std::string_view text) { add_bytes(text.data(), text.size()); }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x2545F4914F6CDD1Du;
};

}  // namespace espalier::ir
