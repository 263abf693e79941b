#pragma once
// Tokens in a file that is mapped, not read: a data set of windows.
#include <filesystem>
#include <memory>

#include "espalier/stdlib/data/batch.h"

namespace espalier::data {

/// Options of `TokenFile`.
struct TokenFileOptions {
  Named by_name = Named();
  DType dtype = u16;          ///< of the tokens in the file, least byte first: u8, u16, i32 or u32
  std::int64_t length = 256;  ///< tokens of a sample
  std::int64_t stride = 1;    ///< between the beginnings of samples
};

/// A data set over a file that holds nothing but tokens: sample i begins at token i · stride. The file stays on the disk; only what is
/// asked for is read. It must not be shortened while it is used.
class TokenFile {
 public:
  /// IoError if the file cannot be read; FormatError if its size is no multiple of a token's; ArgumentError of options that
  /// make no sense, or if there are less than length + 1 tokens; DTypeError of another dtype.
  explicit TokenFile(const std::filesystem::path& path, TokenFileOptions options = {}, Where where = Where::current());
  /// How many samples there are.
  std::int64_t size() const;
  /// How many tokens the file has.
  std::int64_t tokens() const { return tokens_; }
  /// Inputs i32[length], and as target the same one token on. IndexError if there is no such sample.
  [[nodiscard]] Batch get(std::int64_t i, Where where = Where::current()) const;

 private:
  TokenFileOptions options_;
  std::int64_t tokens_ = 0;
  std::shared_ptr<const void> mapped_;
};

}  // namespace espalier::data
