// Printed trees: columns and colour.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "espalier/dsl/trace.h"
#include "espalier/dsl/tree/text.h"

namespace espalier::tree {
namespace {

// Columns of a terminal: bytes that start a character in UTF-8.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string shown(const TextRow& row) {
  std::string line(static_cast<std::size_t>(row.depth) * 4, ' ');
  line += row.label + row.text;
  if (row.what != TextRow::What::open && row.depth > 0) line += ',';
  return line;
}

void append_values(std::string& out, const TextRow& row) {
  const std::string indent(static_cast<std::size_t>(row.depth) * 4 + 4, ' ');
  out += '\n' + indent;
  for (const char c : to_string(row.value)) {
    out += c;
    if (c == '\n') out += indent;
  }
}

}  // namespace

std::string leaf_text(const Array& leaf) {
  if (leaf.is_nothing()) return "Nothing";
  const ir::Type type = detail::ArrayAccess::type(leaf);
  return type ? type.str() : "donated";
}

std::string leaf_json(std::string_view kind, const Array& leaf, bool frozen) {
  if (leaf.is_nothing()) return "null";
  std::string extents;
  for (const auto extent : leaf.shape()) extents += (extents.empty() ? "" : ",") + number_text(extent);
  return "{\"kind\":" + quoted_text(kind) + ",\"dtype\":" + quoted_text(ir::name(leaf.dtype())) + ",\"shape\":[" + extents + "]" +
         (frozen ? ",\"frozen\":true}" : "}");
}

bool in_color(std::optional<bool> color) { return color ? *color : isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr; }

std::string align(const std::vector<TextRow>& rows, const PrintTree& options) {
  const bool color = in_color(options.color);
  std::size_t column = 0;
  for (const TextRow& row : rows) {
    if (!row.kind.empty()) column = std::max(column, width(shown(row)) + 4);
  }
  std::string out;
  for (const TextRow& row : rows) {
    if (!out.empty()) out += '\n';
    const std::string line = shown(row);
    const bool dim = color && row.what == TextRow::What::fixed;
    out += dim ? "\x1b[2m" + line + "\x1b[0m" : line;
    if (!row.kind.empty()) {
      out.append(column - width(line), ' ');
      out += color ? "\x1b[36m" + row.kind + "\x1b[0m" : row.kind;
    }
    const bool concrete = !row.value.is_nothing() && !row.value.is_traced() && !row.value.is_abstract();
    if (concrete) append_values(out, row);
  }
  return out;
}

}  // namespace espalier::tree
