#include "espalier/stdlib/train/interrupt.h"

namespace espalier {

namespace {

// A signal is of the process: so is what its handler writes.
volatile std::sig_atomic_t interrupts = 0;

extern "C" void on_interrupt(int signal) {
  interrupts = interrupts + 1;
  if (interrupts < 2) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void Interrupt::on_train_begin(Progress&) {
  interrupts = 0;
  using Handler = void (*)(int);
  Handler before = std::signal(SIGINT, on_interrupt);
  installed_ = std::shared_ptr<void>(static_cast<void*>(nullptr), [before](void*) { std::signal(SIGINT, before == SIG_ERR ? SIG_DFL : before); });
}
void Interrupt::on_train_batch_end(Progress& progress) {
  if (interrupts > 0) progress.stop();
}
void Interrupt::on_train_end(Progress&) { installed_ = nullptr; }

}  // namespace espalier
