#include "espalier/dsl/debug.h"

#include <csignal>
#include <cstdio>
#include <cstring>

#include "espalier/dsl/caller.h"

namespace espalier {

std::vector<Array> detail::behind_barrier(std::span<const Array> arrays, Where where) {
  std::vector<Array> all(arrays.begin(), arrays.end()), strong;
  if (Trace::current() == nullptr) return all;
  for (const Array& a : all)  // a weak scalar is a number, which nothing computes
    if (!a.weak()) strong.push_back(a);
  if (strong.empty()) return all;
  const auto behind = apply_many(ir::Op::barrier, strong, {}, where, "barrier");
  std::size_t next = 0;
  for (Array& a : all)
    if (!a.weak()) a = behind[next++];
  return all;
}

void detail::print(Format format, Where where) {
  const std::vector<Array> arrays = format.arrays();
  format.forget_arrays();
  call_host([format = std::move(format)](std::span<const Array> values) {
    const std::string line = format.with(values) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }, "print", arrays, where);
}

namespace {

void require_bool_scalar(const Array& pred, const char* op, Where where) {
  if (pred.is_nothing()) (void)detail::materialise(pred, op, where);
  if (pred.ndim() != 0) {
    ShapeError error(op, "the predicate is " + detail::ArrayAccess::type(pred).str() + ", not a scalar", "reduce it with all or any", where);
    error.shapes = {pred.shape()};
    throw error;
  }
  if (pred.dtype() == bool_) return;
  DTypeError error(op, "the predicate is " + detail::ArrayAccess::type(pred).str() + ", not bool", "compare it with something: x != 0", where);
  error.dtypes = {pred.dtype()};
  throw error;
}

// The kernel says which process traces this one.
bool is_debugged() {
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (status == nullptr) return false;
  char line[256];
  bool traced = false;
  while (std::fgets(line, sizeof line, status) != nullptr) {
    if (std::strncmp(line, "TracerPid:", 10) == 0) traced = std::strtol(line + 10, nullptr, 10) != 0;
  }
  std::fclose(status);
  return traced;
}

}  // namespace

void detail::check(const Operand& pred, Format message, Where where) {
  where = Caller::place_or(where);
  require_bool_scalar(pred.array, "check", where);
  std::vector<Array> arrays{pred.array};
  arrays.insert(arrays.end(), message.arrays().begin(), message.arrays().end());
  message.forget_arrays();
  call_host([message = std::move(message), where](std::span<const Array> values) {
    if (!values[0].item<bool>()) throw CheckError("check", message.with(values.subspan(1)), "", where);
  }, "check", arrays, where);
}

void debug::breakpoint_if(Operand pred) {
  const Where where = detail::Caller::place_or(pred.where);
  require_bool_scalar(pred.array, "breakpoint_if", where);
  const Array operand[] = {pred.array};
  detail::call_host([where](std::span<const Array> values) {
    if (!values[0].item<bool>()) return;
    if (is_debugged()) std::raise(SIGTRAP);
    else std::fprintf(stderr, "%s:%u: breakpoint_if: the condition holds, and there is no debugger\n", where.file_name(), static_cast<unsigned>(where.line()));
  }, "breakpoint_if", operand, where);
}

}  // namespace espalier
