#include "espalier/stdlib/io/file_use.h"

namespace espalier::io {

void fail_to_read(const FileUse& file, const std::string& why) {
  IoError error(file.op, "cannot read \"" + file.path + "\": " + why, "check the path, and that this user may read the file", file.where);
  error.path = file.path;
  throw error;
}

void fail_to_write(const FileUse& file, const std::string& why) {
  IoError error(file.op, "cannot write \"" + file.path + "\": " + why, "check that the folder is there, that this user may write to it, and that the disk is not full", file.where);
  error.path = file.path;
  throw error;
}

void fail_format(const FileUse& file, const std::string& part, std::int64_t offset, const std::string& message, const std::string& hint) {
  FormatError error(file.op, "\"" + file.path + "\", " + (part.empty() ? "" : part + ", ") + "byte " + std::to_string(offset) + ": " + message, hint, file.where);
  error.path = file.path;
  error.offset = offset;
  throw error;
}

}  // namespace espalier::io
