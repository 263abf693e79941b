// Preloaded into a process, this makes it believe that the processor has no AVX-512 (and no AMX): how `bench --avx2` measures
// every program, ours and the peers alike, as on such a core. Asking libraries one by one does not do: JAX's matrix products
// have no switch for it. Linux can make the instruction CPUID trap (arch_prctl(2), ARCH_SET_CPUID); the trap asks the
// processor itself and takes the bits out of its answer.
#include <cpuid.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

namespace {

constexpr int arch_set_cpuid = 0x1012;  // <asm/prctl.h>

struct Answer {
  unsigned a, b, c, d;
};

constexpr unsigned bits(std::initializer_list<int> places) {
  unsigned mask = 0;
  for (const int place : places) mask |= 1U << place;
  return mask;
}

// Where features stand: Intel's Software Developer's Manual, volume 2A, CPUID, leaves 7 and 13.
Answer without_avx512(unsigned leaf, unsigned subleaf, Answer answer) {
  if (leaf == 7 && subleaf == 0) {
    answer.b &= ~bits({16, 17, 21, 26, 27, 28, 30, 31});  // F DQ IFMA PF ER CD BW VL
    answer.c &= ~bits({1, 6, 11, 12, 14});                // VBMI VBMI2 VNNI BITALG VPOPCNTDQ
    answer.d &= ~bits({2, 3, 8, 22, 23, 24, 25});         // 4VNNIW 4FMAPS VP2INTERSECT, AMX-BF16, FP16, AMX-TILE AMX-INT8
  } else if (leaf == 7 && subleaf == 1) {
    answer.a &= ~bits({5, 21});  // BF16, AMX-FP16
    answer.d &= ~bits({8, 19});  // AMX-COMPLEX, AVX10
  } else if (leaf == 13 && subleaf == 0) {
    answer.a &= ~bits({5, 6, 7, 17, 18});  // the state of masks, of wide registers and of tiles
  }
  return answer;
}

bool traps(bool on) { return syscall(SYS_arch_prctl, arch_set_cpuid, on ? 0UL : 1UL) == 0; }

void on_fault(int, siginfo_t*, void* context) {
  auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto* at = reinterpret_cast<const unsigned char*>(registers[REG_RIP]);
  if (at[0] != 0x0f || at[1] != 0xa2) {  // a fault of the program itself: it occurs again on return, and ends the process
    std::signal(SIGSEGV, SIG_DFL);
    return;
  }
  const auto leaf = static_cast<unsigned>(registers[REG_RAX]), subleaf = static_cast<unsigned>(registers[REG_RCX]);
  Answer answer{};
  traps(false);
  __cpuid_count(leaf, subleaf, answer.a, answer.b, answer.c, answer.d);
  traps(true);
  answer = without_avx512(leaf, subleaf, answer);
  registers[REG_RAX] = answer.a;
  registers[REG_RBX] = answer.b;
  registers[REG_RCX] = answer.c;
  registers[REG_RDX] = answer.d;
  registers[REG_RIP] += 2;
}

[[gnu::constructor]] void hide() {
  struct sigaction action{};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  if (traps(true)) return;
  std::fputs("This kernel or processor cannot make CPUID trap, so AVX-512 cannot be hidden here.\n", stderr);
  std::_Exit(3);
}

}  // namespace
