#pragma once
// Text as numbers, one per character.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier::data {

/// The characters of a text, in the order of their code points, and their numbers. A character is a code point in UTF-8.
class Characters {
 public:
  /// Those of a text. ArgumentError if it is empty or no UTF-8.
  explicit Characters(std::string_view text, Where where = Where::current());
  /// How many there are.
  std::int64_t size() const { return static_cast<std::int64_t>(symbols_.size()); }
  /// Numbers of the text's characters: i32[n]. ArgumentError for one that there is none of.
  [[nodiscard]] Array encode(std::string_view text, Where where = Where::current()) const;
  /// The text of numbers, of any shape, row-major. DTypeError unless they are integers; IndexError for one that names no character.
  [[nodiscard]] std::string decode(const Array& numbers, Where where = Where::current()) const;

 private:
  std::vector<std::string> symbols_;
  std::map<std::string, std::int32_t, std::less<>> numbers_;
};

}  // namespace espalier::data
