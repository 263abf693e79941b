#pragma once
// A thread of the machine for PTX, as its instructions see it.
#include "ptx_machine.h"

namespace espalier::test {

struct PtxMachine::Thread {
  std::vector<std::uint64_t> registers;
  std::uint64_t id = 0, block = 0;
  std::vector<std::byte>* shared = nullptr;
  const std::vector<Span>* arrays = nullptr;
  std::size_t at = 0;
  Next state = Next::step;
  std::uint64_t offered = 0;                           // to the other lanes of a shuffle
  std::function<void(Thread&, std::uint64_t)> take;    // what a shuffle brings
  int partner = 0;
};

}  // namespace espalier::test
