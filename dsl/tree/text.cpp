// The parts of trees' text that need no templates.
#include <charconv>

#include "espalier/dsl/trace.h"
#include "espalier/dsl/tree/paths.h"
#include "espalier/dsl/tree/static_text.h"

namespace espalier {
namespace tree {
namespace {

template <class N> std::string shortest(N value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

}  // namespace

std::string number_text(bool value) { return value ? "true" : "false"; }
std::string number_text(std::int64_t value) { return shortest(value); }
std::string number_text(std::uint64_t value) { return shortest(value); }
std::string number_text(double value) { return shortest(value); }

std::string quoted_text(std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += {'\\', c};
    else if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20) out += std::string("\\u00") + hex[c >> 4] + hex[c & 15];
    else out += c;
  }
  return out + '"';
}

std::string pointer_text(const void* pointer) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, reinterpret_cast<std::uintptr_t>(pointer), 16).ptr;
  return "0x" + std::string(digits, end);
}

void append_index(std::string& path, std::size_t index) { path += '[' + shortest(index) + ']'; }
void append_key(std::string& path, std::int64_t key) { path += '[' + shortest(key) + ']'; }
void append_key(std::string& path, const std::string& key) { path += '[' + quoted_text(key) + ']'; }

LeafInfo make_info(const PathText& text, const LeafType& type, const Array& array, bool frozen) {
  LeafInfo info;
  info.path = text.path;
  info.kind = type.name;
  info.owner = text.owner;
  info.member = text.member;
  info.present = !array.is_nothing();
  info.frozen = frozen;
  info.type = &type;
  if (const ir::Type held = detail::ArrayAccess::type(array)) {
    info.shape = held.shape();
    info.dtype = held.dtype();
  }
  return info;
}

}  // namespace tree

std::string to_string(const LeafInfo& info) {
  const std::string where = info.path.empty() ? "" : info.path + ": ";
  if (!info.present) return where + info.kind + " Nothing";
  const std::string extents = info.shape.str();
  return where + info.kind + " " + std::string(ir::name(info.dtype)) + extents;
}

}  // namespace espalier
