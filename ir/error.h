#pragma once
// Every failure is one of these: who (op), where (the user's file:line), what (both shapes or dtypes), what to do (hint).
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "espalier/ir/dtype.h"
#include "espalier/ir/shape.h"

namespace espalier {

/// The root of all errors. what(): "file.cpp:31: add: shapes f32[2,3] and f32[3,2] do not broadcast\n  hint".
struct Error : std::runtime_error {
  Error(std::string op, std::string message, std::string hint = "", Where where = {});
  Where where;          ///< the user's call
  std::string op;       ///< the operation that failed, as the user spells it
  std::string message;  ///< the sentence without place, op and hint
  std::string hint;     ///< what to do
  const char* what() const noexcept override { return text_.c_str(); }
  /// Names the user's place, if none is named yet: rules that know no place throw, the caller who knows adds it.
  void locate(Where place);

 private:
  void compose();
  std::string text_;
};

struct ShapeError : Error { using Error::Error; std::vector<Shape> shapes; };
struct DTypeError : Error { using Error::Error; std::vector<DType> dtypes; };
struct AxisError : Error { using Error::Error; std::int64_t axis = 0; int ndim = 0; };
struct AxisNameError : Error { using Error::Error; std::string name; };
struct IndexError : Error { using Error::Error; std::int64_t index = 0, size = 0; };
struct ArgumentError : Error { using Error::Error; };
struct StructureError : Error { using Error::Error; std::string path, expected, actual; };
/// The data of a traced array was asked for; `made` is where the array was made.
struct TracedValue : Error { using Error::Error; Where made; };
/// A traced array was used after its trace ended.
struct EscapedValue : Error { using Error::Error; Where made; };
/// An array that was moved into a compiled call was used again; `donated` is where the array was made.
struct DonatedValue : Error { using Error::Error; Where donated; };
/// An operation on Nothing.
struct MissingValue : Error { using Error::Error; std::string path; };
struct MissingKey : Error { using Error::Error; std::string path; };
struct MutabilityError : Error { using Error::Error; std::string type, member, path; };
struct DifferentiationError : Error { using Error::Error; };
struct CheckError : Error { using Error::Error; std::string check; };
struct CompileError : Error { using Error::Error; };
struct DeviceError : Error { using Error::Error; std::string device; };
struct IoError : Error { using Error::Error; std::string path; };
/// A file or text that is not what it should be, at byte `offset`.
struct FormatError : IoError { using IoError::IoError; std::int64_t offset = 0; };
struct TrainingError : Error { using Error::Error; };

}  // namespace espalier
