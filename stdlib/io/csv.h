#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier::io {

/// A table of numbers.
struct [[nodiscard]] Csv {
  std::vector<std::string> names = {};  ///< of the columns; empty if the file has no header
  Array values = {};                    ///< f64 [rows, columns]
};

/// Options of `read_csv`.
struct ReadCsvOptions {
  Named by_name = Named();
  bool header = true;    ///< the first line has the names of the columns
  char separator = ',';  ///< between two fields
  /// The most that a gzipped file may expand to: two megabytes can be made to hold two gigabytes.
  std::int64_t max_unzipped_bytes = std::int64_t{1} << 30;
};

/// Options of `save_csv`.
struct SaveCsvOptions {
  Named by_name = Named();
  std::vector<std::string> names = {};  ///< of the columns; without them the file has no header
  char separator = ',';                 ///< between two fields
};

/// The numbers in a text file, gzipped or not, as numpy.loadtxt and numpy.genfromtxt read them: a row per line, lines end in LF, CRLF or
/// CR, blank ones are passed over, '#' starts a comment; spaces around a field and quotes about it ("" within is one) fall away; inf
/// and nan in any case; a field without text is nan. A header may start with '#'. IoError if the file cannot be read;
/// FormatError, with line and byte, where a field is no number, a row has more or fewer fields than the first line, a quote does
/// not end, or beyond the limit once unzipped; ArgumentError for a separator that numbers or quotes are made of.
Csv read_csv(const std::filesystem::path& path, ReadCsvOptions options = {}, Where where = Where::current());

/// Writes an array of rank 2, or of rank 1 as a column, of any dtype but complex ones: each number in the fewest digits that read back as
/// the same one, bools as 0 and 1. The file is there whole or not at all. IoError if it cannot be written; ShapeError for
/// another rank, no columns, or names of which there are more or fewer than columns; DTypeError of complex numbers.
void save_csv(Operand values, const std::filesystem::path& path, SaveCsvOptions options = {});

/// The same of a table that `read_csv` gave.
void save_csv(const Csv& table, const std::filesystem::path& path, SaveCsvOptions options = {}, Where where = Where::current());

}  // namespace espalier::io
