#pragma once
// Errors of arrays and trees, beside those of graphs.
#include "espalier/ir/error.h"

namespace espalier {

/// The data of a traced array was asked for.
struct TracedValue : Error {
  using Error::Error;
  Where made;  ///< where the array was made
};
/// A traced array was used after its trace ended.
struct EscapedValue : Error {
  using Error::Error;
  Where made;  ///< where the array was made
};
/// An array that was moved into a compiled call was used again.
struct DonatedValue : Error {
  using Error::Error;
  Where donated;  ///< where the array was made
};
/// An operation on Nothing.
struct MissingValue : Error {
  using Error::Error;
  std::string path;  ///< of the member that is Nothing, where it is known
};
/// A key was asked for, and none was given to `apply`.
struct MissingKey : Error {
  using Error::Error;
  std::string path;  ///< of the module that asked
};
/// A random key was used a second time (`settings::set_key_reuse_check`).
struct KeyReuseError : Error {
  using Error::Error;
  Where first;  ///< where it was used before
};
/// A tree was written that must not change.
struct MutabilityError : Error {
  using Error::Error;
  std::string type;    ///< that has the member
  std::string member;  ///< that was written
  std::string path;    ///< of the member
};
/// A device that is not there.
struct DeviceError : Error {
  using Error::Error;
  std::string device;  ///< "gpu:0"
};

}  // namespace espalier
