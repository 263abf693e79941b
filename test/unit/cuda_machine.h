#pragma once
// An NVIDIA GPU through the driver's API (CUDA Driver API 12, cuda.h), which is opened when first asked for: where there is
// no GPU, tests that would run on it do not exist.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ptx_machine.h"

namespace espalier::test {

class CudaMachine {
 public:
  /// Whether this machine has a GPU and its driver.
  static bool exists();

  /// Hands a module to the driver's assembler. std::runtime_error with what it said.
  explicit CudaMachine(std::string_view ptx);
  CudaMachine(CudaMachine&&) = default;
  ~CudaMachine();

  /// Memory that host and GPU both reach, while this machine lives.
  std::byte* room(std::int64_t bytes);
  /// As PtxMachine's: `arrays` lie in rooms. Returns when the kernel has ended.
  void launch(const std::string& kernel, std::int64_t blocks, std::int64_t threads, const std::vector<Span>& arrays);
  /// The data of a `.global` variable, copied to a room.
  Span variable(const std::string& name);

 private:
  struct Unload {
    void operator()(void* module) const;
  };
  std::unique_ptr<void, Unload> module_;
  std::vector<void*> rooms_;
};

}  // namespace espalier::test
