// Runs kernels: block after block, each thread until it must wait for others.
#include <algorithm>
#include <stdexcept>

#include "ptx_thread.h"

namespace espalier::test {

Span PtxMachine::variable(const std::string& name) {
  auto& bytes = globals_.at(name);
  return {bytes.data(), static_cast<std::int64_t>(bytes.size())};
}

std::vector<std::string> PtxMachine::kernels() const {
  std::vector<std::string> names;
  for (const auto& [name, kernel] : kernels_) names.push_back(name);
  return names;
}

void PtxMachine::launch(const std::string& name, std::int64_t blocks, std::int64_t threads, const std::vector<Span>& arrays) {
  const Kernel& kernel = kernels_.at(name);
  constexpr int warp = 32;
  if (threads > kernel.max_threads) throw std::runtime_error(name + ": more threads than it was made for");
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::vector<std::byte> shared(static_cast<std::size_t>(kernel.shared_bytes), std::byte{0xA5});
    std::vector<Thread> all(static_cast<std::size_t>(threads));
    for (std::int64_t i = 0; i < threads; ++i) {
      Thread& t = all[static_cast<std::size_t>(i)];
      t.registers.resize(kernel.registers.size());
      t.id = static_cast<std::uint64_t>(i);
      t.block = static_cast<std::uint64_t>(block);
      t.shared = &shared;
      t.arrays = &arrays;
    }
    // A thread runs until it must wait for others.
    auto run = [&](Thread& t) {
      while (t.state == Next::step) {
        const Instruction& i = kernel.code[t.at];
        if (i.predicate >= 0 && (t.registers[i.predicate] != 0) == i.negated) {
          ++t.at;
          continue;
        }
        try {
          const Next next = i.run(t);
          t.at = next == Next::jump ? i.target : t.at + 1;
          if (next != Next::jump) t.state = next;
        } catch (const std::runtime_error& error) {
          throw std::runtime_error(name + ": " + i.text + ": " + error.what());
        }
      }
    };
    auto all_at = [&](std::size_t from, std::size_t to, Next state) {
      bool any = false;
      for (std::size_t i = from; i < to; ++i) {
        if (all[i].state == Next::exit) continue;
        if (all[i].state != state || (any && all[i].at != all[from].at)) return false;
        any = true;
      }
      return any;
    };
    for (bool running = true; running;) {
      for (Thread& t : all) run(t);
      running = false;
      for (std::size_t from = 0; from < all.size(); from += warp) {
        const std::size_t to = std::min(from + warp, all.size());
        if (!all_at(from, to, Next::shuffle)) continue;
        for (std::size_t i = from; i < to; ++i) all[i].take(all[i], all.at(static_cast<std::size_t>(all[i].partner)).offered);
        for (std::size_t i = from; i < to; ++i) all[i].state = Next::step;
        running = true;
      }
      if (!running && all_at(0, all.size(), Next::barrier)) {
        for (Thread& t : all)
          if (t.state == Next::barrier) t.state = Next::step;
        running = true;
      }
    }
    for (const Thread& t : all)
      if (t.state != Next::exit) throw std::runtime_error(name + ": threads wait for others that never come");
  }
}

}  // namespace espalier::test
