#pragma once
// Format strings over arrays, in the style of std::format: "x = {}, y = {:.3f}, first again: {0}".
#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// A format string and the place of the call that it is given to.
struct FormatText {
  std::string_view text;  ///< as it was written
  Where where;            ///< the user's call
  /// From anything that is text.
  template <std::convertible_to<std::string_view> T> FormatText(const T& text, Where where = Where::current()) : text(text), where(where) {}
};

namespace detail {

/// How one number is written: what stands behind the ':' of a field.
struct NumberFormat {
  char fill = ' ', align = 0, sign = '-', type = 0;  // 0: none is given
  bool alternate = false, zeros = false;
  int width = 0, precision = -1;
  /// Whether all of it is left to `to_string`.
  bool is_plain() const { return align == 0 && sign == '-' && type == 0 && !alternate && !zeros && width == 0 && precision < 0; }
};

/// What a field stands for: an array, or text that is known when the string is read.
struct FormatArgument {
  Array array;
  std::string text;
  bool is_text = false;
  template <class T> FormatArgument(const T& value, Where where) {
    if constexpr (std::convertible_to<const T&, std::string_view>) text = std::string(std::string_view(value)), is_text = true;
    else array = Operand(value, where).array;
  }
};

/// A format string, read: pieces of text, and how each array is written between them.
class Format {
 public:
  /// ArgumentError, at the place of the call, where the string is not well-formed, names an argument that is not there, leaves one
  /// out, or writes one in a way that its dtype has not.
  Format(FormatText text, std::span<const FormatArgument> arguments, const char* op);

  /// The arrays that it writes, in order: those of the arguments that are arrays.
  const std::vector<Array>& arrays() const { return arrays_; }
  /// From now on it holds none: it is given them when it writes.
  void forget_arrays() { arrays_.clear(); }
  /// The text with these arrays, which are concrete and of the types of `arrays()`.
  std::string with(std::span<const Array> arrays) const;

 private:
  struct Piece {
    std::string text;         // in front of the array
    std::size_t array = 0;    // which; past the end: none
    NumberFormat format;
  };
  std::vector<Piece> pieces_;
  std::vector<Array> arrays_;
};

/// The elements of a concrete array, each written so; arrays as `to_string` lays them out.
std::string to_text(const Array& x, const NumberFormat& format);

}  // namespace detail
}  // namespace espalier
