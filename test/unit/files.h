#pragma once
// What tests of readers and writers share: folders of their own, whole files as bytes, and what is said of bad files.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "espalier/ir/error.h"
#include "idx_file.h"

namespace espalier::test {

/// A folder in the temporary one, gone with the object and all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() : file_(Bytes{}), path_(file_.path() + "-folder") { std::filesystem::create_directory(path_); }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// How many files there are in it.
  std::ptrdiff_t count() const { return std::distance(std::filesystem::directory_iterator(path_), {}); }

 private:
  TemporaryFile file_;  // has the name for itself
  std::filesystem::path path_;
};

inline Bytes bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return Bytes(std::istreambuf_iterator<char>(file), {});
}
inline Bytes bytes_in(std::string_view text) { return Bytes(text.begin(), text.end()); }

/// The FormatError of a reader given a file of these bytes: the sentence; and the offset, where that is asked for.
template <class Read> std::string format_error(const Bytes& bytes, const Read& read, std::int64_t* offset = nullptr) {
  const TemporaryFile file(bytes);
  try {
    read(std::filesystem::path(file.path()));
  } catch (const FormatError& error) {
    if (offset != nullptr) *offset = error.offset;
    EXPECT_EQ(error.path, file.path());
    EXPECT_GE(error.offset, 0);
    EXPECT_NE(std::string(error.what()).find("_test.cpp:"), std::string::npos) << error.what();
    EXPECT_NE(error.message.find(file.path()), std::string::npos) << error.message;
    EXPECT_FALSE(error.hint.empty());
    return error.message;
  } catch (const std::exception& error) {
    return std::string("no FormatError, but ") + error.what();
  }
  return "it was read";
}

/// A malformed file, and a part of what is said of it.
struct Malformed {
  const char* name;
  Bytes bytes;
  const char* wanted;
  std::int64_t offset = -1;  ///< or -1, where it does not matter
};
template <std::size_t n, class Read> void expect_refused(const Malformed (&rows)[n], const Read& read) {
  for (const Malformed& row : rows) {
    std::int64_t offset = -1;
    const std::string message = format_error(row.bytes, read, &offset);
    EXPECT_NE(message.find(row.wanted), std::string::npos) << row.name << ": " << message;
    if (row.offset >= 0) {
      EXPECT_EQ(offset, row.offset) << row.name;
    }
  }
}

/// The error of a type that a call gives, or "none".
template <class E, class F> std::string error_of(const F& call) {
  try {
    call();
  } catch (const E& error) {
    EXPECT_NE(std::string(error.what()).find("_test.cpp:"), std::string::npos) << error.what();
    return error.message;
  } catch (const std::exception& error) {
    return std::string("another: ") + error.what();
  }
  return "none";
}

}  // namespace espalier::test
