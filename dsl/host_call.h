#pragma once
// Functions of concrete arrays that a program calls in the course of its run.
#include <memory>

#include "espalier/dsl/trace.h"
#include "espalier/ir/host_function.h"

namespace espalier::detail {

/// A function of concrete arrays. What it throws leaves the call of the program; nothing of the program calls the host after it.
class ArrayFunction : public ir::HostFunction {
 public:
  void call(const void* const* operands) const final;

 private:
  friend void call_host(std::shared_ptr<ArrayFunction> function, const char* name, std::span<const Array> arrays, Where where);
  virtual void act(std::span<const Array> arrays) const = 0;
  std::vector<ir::Type> types_;
  Where where_;
};

/// The same made of a callable.
template <class F> class ArrayCallable final : public ArrayFunction {
 public:
  explicit ArrayCallable(F f) : f_(std::move(f)) {}

 private:
  void act(std::span<const Array> arrays) const override { f_(arrays); }
  F f_;
};

/// Gives it the arrays (weak ones settle in the dtype they report): now, or each time that the trace's program comes to this place. `name`
/// is the call's in texts and errors.
void call_host(std::shared_ptr<ArrayFunction> function, const char* name, std::span<const Array> arrays, Where where);
template <class F> void call_host(F f, const char* name, std::span<const Array> arrays, Where where) {
  call_host(std::shared_ptr<ArrayFunction>(std::make_shared<ArrayCallable<F>>(std::move(f))), name, arrays, where);
}
/// Weak arrays in the dtype they report. MissingValue for Nothing.
std::vector<Array> settled_arrays(std::span<const Array> arrays, const char* op, Where where);

}  // namespace espalier::detail
