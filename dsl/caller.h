#pragma once
// Functions of the library are written with other functions of the library. What those record, and what they throw,
// belongs to the user's call.
#include "espalier/dsl/error.h"

namespace espalier::detail {

/// While it lives, ops of this thread carry the place given (a documented thread-local). Where several live, the outermost
/// counts: its place is the user's.
class Caller {
 public:
  explicit Caller(Where place);
  ~Caller();
  Caller(const Caller&) = delete;
  bool outermost() const { return outermost_; }

  /// The place of the running library call; `own` if none runs.
  static Where place_or(Where own);

 private:
  Where place_;
  bool outermost_;
};

/// Runs the body of a library function that was called at `where`: its ops carry that place, and its errors name it, and the
/// function if `name` is given.
template <class F> auto called_at(Where where, const char* name, F&& body) {
  const Caller caller(where);
  try {
    return body();
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
