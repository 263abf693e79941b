#include "espalier/ir/error.h"

namespace espalier {

Error::Error(std::string op, std::string message, std::string hint, Where where)
    : std::runtime_error(message), where(where), op(std::move(op)), message(std::move(message)), hint(std::move(hint)) {
  compose();
}

void Error::locate(Where place) {
  if (where.line() != 0) return;
  where = place;
  compose();
}

void Error::compose() {
  text_.clear();
  if (where.line() != 0) text_ += std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": ";
  if (!op.empty()) text_ += op + ": ";
  text_ += message;
  if (!hint.empty()) text_ += "\n  " + hint;
}

}  // namespace espalier
