#pragma once
// Functions of the library are written with other functions of the library. What those record, and what they throw,
// belongs to the user's call.
#include <type_traits>

#include "espalier/dsl/error.h"
#include "espalier/ir/graph.h"

namespace espalier::detail {

/// While it lives, ops of this thread carry the place given (a documented thread-local). Where several live, the outermost
/// counts: its place is the user's.
class Caller {
 public:
  explicit Caller(Where place);
  ~Caller();
  Caller(const Caller&) = delete;
  bool outermost() const { return outermost_; }
  /// To be called when the body has returned, while its result lives: CheckError if checks are on and what it evaluated has a bad value.
  void returned() const;

  /// The place of the running library call; `own` if none runs.
  static Where place_or(Where own);
  /// Whether one runs.
  static bool runs();
  /// Which of this thread's calls it is: outermost ones are counted.
  static std::uint64_t number();

 private:
  Where place_;
  bool outermost_;
};

/// While it lives, what ops of this thread do that these checks would report is meant so (a documented thread-local).
class Intended {
 public:
  explicit Intended(Check checks);
  ~Intended();
  Intended(const Intended&) = delete;

 private:
  Check outer_;
};
/// While it lives, what these checks find in ops of this thread is a mistake of the user's even if the function discards it.
class Counted {
 public:
  explicit Counted(Check checks);
  ~Counted();
  Counted(const Counted&) = delete;

 private:
  Check outer_;
};
/// The place of an op that is written at `where`, with what is meant and counted there.
ir::Loc op_at(Where where);

/// Runs the body of a library function that was called at `where`: its ops carry that place, and its errors name it, and the
/// function if `name` is given.
template <class F> auto called_at(Where where, const char* name, F&& body) {
  const Caller caller(where);
  try {
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      caller.returned();
    } else {
      auto result = body();
      caller.returned();
      return result;
    }
  } catch (Error& error) {
    if (caller.outermost()) {
      if (name != nullptr) error.op = name;
      error.where = {};
      error.locate(where);
    }
    throw;
  }
}
template <class F> auto called_at(Where where, F&& body) { return called_at(where, nullptr, body); }

}  // namespace espalier::detail
