#pragma once
// The lines of a table as text: RFC 4180 with any separator, and NumPy's comments and blank lines.
#include <optional>
#include <string>
#include <vector>

#include "espalier/stdlib/io/byte_source.h"

namespace espalier::io {

/// A field as it stands in a row.
struct CsvField {
  std::string text;         ///< without spaces around it and quotes about it
  bool quoted = false;
  std::int64_t offset = 0;  ///< of its first byte
};
struct CsvRow {
  std::vector<CsvField> fields;
  std::int64_t line = 0;    ///< the number of its first line, from 1
  std::int64_t offset = 0;  ///< of its first byte
};

/// ArgumentError for a separator that numbers, quotes, comments or lines are made of.
void require_separator(char separator, const char* op, Where where);

/// Reads rows one after the other.
class CsvRows {
 public:
  CsvRows(ByteSource source, char separator, std::int64_t most_bytes);

  /// What is done with '#'.
  enum class Comments {
    skip,          ///< it starts a comment
    part_of_text,  ///< it is text, except before the first field
  };
  /// The next row that is not blank; nothing at the end of the file. The reference is valid until the next call.
  const CsvRow* next(Comments comments);
  /// Throws a FormatError at a line and a byte.
  [[noreturn]] void fail(std::int64_t line, std::int64_t offset, const std::string& message, const std::string& hint) const;

 private:
  static constexpr int end = -1;
  int peek();
  int take();
  bool at_line_end();
  void skip_spaces();
  void end_line();
  void read_quoted(CsvField& field, Comments comments);
  void read_plain(CsvField& field, Comments comments);

  ByteSource source_;
  char separator_;
  std::int64_t most_bytes_, line_ = 1, offset_ = 0;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0, filled_ = 0;
  CsvRow row_;
};

}  // namespace espalier::io
