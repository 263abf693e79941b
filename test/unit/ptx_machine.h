#pragma once
// A machine for PTX: runs kernels thread by thread on the host, as NVIDIA's "Parallel Thread Execution ISA" 8.0 defines
// their instructions. It is slow, and it notices what a GPU would not: accesses outside the arrays of a launch, threads
// that miss a barrier, instructions it does not know.
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace espalier::test {

/// Memory that a launch may touch.
struct Span {
  std::byte* data;
  std::int64_t bytes;
};

class PtxMachine {
 public:
  /// Reads a module. std::runtime_error where it has something that this machine does not know.
  explicit PtxMachine(std::string_view text);

  /// Memory for arrays, while this machine lives.
  std::byte* room(std::int64_t bytes) { return rooms_.emplace_back(static_cast<std::size_t>(bytes)).data(); }
  /// Runs a kernel whose parameters are pointers to `arrays`. std::runtime_error, with kernel and instruction, where it
  /// goes wrong.
  void launch(const std::string& kernel, std::int64_t blocks, std::int64_t threads, const std::vector<Span>& arrays);
  /// The data of a `.global` variable.
  Span variable(const std::string& name);
  std::vector<std::string> kernels() const;

 private:
  struct Thread;
  struct Block;
  using Value = std::function<std::uint64_t(Thread&)>;
  enum class Next : std::uint8_t {
    step,
    jump,
    barrier,
    shuffle,
    exit
  };
  struct Instruction {
    std::string text;
    std::function<Next(Thread&)> run;
    int predicate = -1;  // a register
    bool negated = false;
    std::size_t target = 0;  // of a jump
  };
  struct Kernel {
    std::vector<Instruction> code;
    std::unordered_map<std::string, int> registers;
    std::unordered_map<std::string, std::int64_t> shared;  // offsets
    std::int64_t shared_bytes = 0;
    std::int64_t max_threads = 0;
  };
  class Reader;

  std::map<std::string, Kernel> kernels_;
  std::map<std::string, std::vector<std::byte>> globals_;
  std::list<std::vector<std::byte>> rooms_;
};

}  // namespace espalier::test
