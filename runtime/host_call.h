#pragma once
// Calls of the host from compiled code: on the calling thread, in order, and without unwinding through that code.
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace espalier::runtime {

/// What a program calls: a C function or, where that is null, `call` of an object that it keeps.
struct Callee {
  std::string name;
  void (*c_function)(void* const* results, const void* const* operands) = nullptr;
  std::shared_ptr<const void> object = nullptr;
  void (*call)(const void* object, const void* const* operands) = nullptr;
  bool operator==(const Callee&) const = default;
};

/// A run of a program that calls the host, while it lives: the callees of this thread's compiled code (a documented thread-local), and
/// the first error that one of them threw. Runs nest where a callee runs another program.
class HostRun {
 public:
  explicit HostRun(const std::vector<Callee>& callees);
  ~HostRun();
  HostRun(const HostRun&) = delete;
  HostRun& operator=(const HostRun&) = delete;

  /// Throws what a callee threw.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }
  /// Calls number `callee` of the running program, unless one has failed.
  static void call(std::size_t callee, void* const* results, const void* const* operands);

 private:
  const std::vector<Callee>& callees_;
  std::exception_ptr failure_;
  HostRun* outer_;
};

}  // namespace espalier::runtime
