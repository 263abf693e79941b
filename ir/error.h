#pragma once
// Every failure says who (op), where (the user's file:line), what (both shapes or dtypes) and what to do (hint). Here are the errors of
// graphs, of their text and of the compiler; those of arrays and trees are in dsl/error.h.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "espalier/ir/check.h"
#include "espalier/ir/dtype.h"
#include "espalier/ir/shape.h"

namespace espalier {

/// The root of all errors. what(): "file.cpp:31: add: shapes f32[2,3] and f32[3,2] do not broadcast\n  hint".
struct Error : std::runtime_error {
  /// Its parts, of which what() makes one text.
  Error(std::string op, std::string message, std::string hint = "", Where where = {});
  Where where;          ///< the user's call
  std::string op;       ///< the operation that failed, as the user spells it
  std::string message;  ///< the sentence without place, op and hint
  std::string hint;     ///< what to do
  /// All of it as one text.
  const char* what() const noexcept override { return text_.c_str(); }
  /// Names the user's place, if none is named yet: rules that know no place throw, the caller who knows adds it.
  void locate(Where place);

 private:
  void compose();
  std::string text_;
};

/// Shapes that do not go together, or that no array can have.
struct ShapeError : Error {
  using Error::Error;
  std::vector<Shape> shapes;  ///< those in question
};
/// Dtypes that an operation does not take, or numbers that do not fit one.
struct DTypeError : Error {
  using Error::Error;
  std::vector<DType> dtypes;  ///< those in question
};
/// An axis that an array does not have.
struct AxisError : Error {
  using Error::Error;
  std::int64_t axis = 0;  ///< as it was given
  int ndim = 0;           ///< how many axes there are
};
/// A named axis that no vmap around has.
struct AxisNameError : Error {
  using Error::Error;
  std::string name;  ///< as it was given
};
/// An index out of range.
struct IndexError : Error {
  using Error::Error;
  std::int64_t index = 0;  ///< as it was given
  std::int64_t size = 0;   ///< how many elements there are
};
/// Any other argument that is not one of those it may be.
struct ArgumentError : Error {
  using Error::Error;
};
/// Trees whose structures differ.
struct StructureError : Error {
  using Error::Error;
  std::string path;      ///< where they do: ".layers[0]"
  std::string expected;  ///< what should stand there
  std::string actual;    ///< what does
};
/// A derivative that does not exist.
struct DifferentiationError : Error {
  using Error::Error;
};
/// A check that found a defect: one of `Check`, or `debug::check`.
struct CheckError : Error {
  using Error::Error;
  Check check = Check::none;        ///< which; none: of the program's own
  std::vector<std::int64_t> index;  ///< of the first bad element in the op's result, or among the indices that it was given
  std::vector<std::int64_t> loops;  ///< the iterations of the loops around it, the outermost first; of a scan, which of its xs
};
/// Code that cannot be made, or a compiler that cannot be opened.
struct CompileError : Error {
  using Error::Error;
};
/// A file that cannot be read or written.
struct IoError : Error {
  using Error::Error;
  std::string path;  ///< of the file
};
/// A file or text that is not what it should be.
struct FormatError : IoError {
  using IoError::IoError;
  std::int64_t offset = 0;  ///< the byte at which that shows
};

}  // namespace espalier
