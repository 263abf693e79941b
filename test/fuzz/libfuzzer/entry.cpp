// What libFuzzer calls with bytes of its own making. FEED is one of the functions of ../readers.h.
#include "../readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  espalier::test::FEED({data, size});
  return 0;
}
