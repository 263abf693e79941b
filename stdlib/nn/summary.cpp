#include "espalier/stdlib/nn/summary.h"

#include <algorithm>
#include <ostream>

#include "espalier/dsl/tree/text.h"

namespace espalier::nn {
namespace {

// 1234567 as 1,234,567.
std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::int64_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}
// 31400 as 31.4KB, in powers of 1000.
std::string bytes_text(std::int64_t bytes) {
  static constexpr const char* units[] = {"KB", "MB", "GB"};
  if (bytes <= 1000) return with_commas(bytes) + "B";
  double amount = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; unit < 2 && amount > 1000; ++unit) amount /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", amount);
  return text + std::string(units[unit]);
}
std::string amount_text(const SummaryAmount& amount) { return amount.count == 0 ? "" : with_commas(amount.count) + "  " + bytes_text(amount.bytes); }

using Cell = std::vector<std::string>;  // its lines
using Line = std::vector<Cell>;

Cell amount_cell(const std::map<std::string, SummaryAmount>& kinds, const std::string& kind) {
  const auto found = kinds.find(kind);
  if (found == kinds.end() || found->second.count == 0) return {};
  return {amount_text(found->second)};
}

std::string aligned(const std::vector<Line>& lines, bool color) {
  std::vector<std::size_t> widths(lines[0].size());
  for (const Line& line : lines)
    for (std::size_t c = 0; c < line.size(); ++c)
      for (const std::string& text : line[c]) widths[c] = std::max(widths[c], text.size());
  std::string out;
  for (const Line& line : lines) {
    std::size_t height = 1;
    for (const Cell& cell : line) height = std::max(height, cell.size());
    for (std::size_t row = 0; row < height; ++row) {
      std::string text;
      for (std::size_t c = 0; c < line.size(); ++c) {
        const std::string cell = row < line[c].size() ? line[c][row] : "";
        const bool bold = color && &line == &lines[0], path = color && c == 0 && !bold, type = color && c == 1 && !bold;
        const std::string pad(widths[c] - cell.size() + (c + 1 < line.size() ? 2 : 0), ' ');
        text += bold ? "\x1b[1m" + cell + "\x1b[0m" : path ? "\x1b[36m" + cell + "\x1b[0m"
                                                  : type   ? "\x1b[32m" + cell + "\x1b[0m"
                                                           : cell;
        text += pad;
      }
      while (text.ends_with(' ')) text.pop_back();
      out += text + '\n';
    }
  }
  return out;
}

}  // namespace

std::string SummaryTable::str(std::optional<bool> color) const {
  std::vector<Line> lines;
  Line head{{"path"}, {"module"}, {"params"}};
  if (called) head.insert(head.end(), {Cell{"inputs"}, Cell{"outputs"}});
  for (const std::string& kind : kinds) head.push_back({kind});
  lines.push_back(head);
  for (const SummaryRow& row : rows) {
    Line line{{row.path}, {row.module}, row.params};
    if (called) line.insert(line.end(), {row.inputs, row.outputs});
    for (const std::string& kind : kinds) line.push_back(amount_cell(row.kinds, kind));
    lines.push_back(line);
  }
  Line foot(head.size());
  foot[called ? 4 : 2] = {"Total:"};
  for (std::size_t k = 0; k < kinds.size(); ++k) foot[foot.size() - kinds.size() + k] = amount_cell(total, kinds[k]);
  lines.push_back(foot);
  return aligned(lines, tree::in_color(color)) + "\nTotal: " + (all.count == 0 ? "0  0B" : amount_text(all)) + "\n";
}

std::ostream& operator<<(std::ostream& out, const SummaryTable& table) { return out << table.str(); }

namespace detail {

void TableBuilder::open(const std::string& path, std::string_view type, bool waits) {
  const bool own = depth_ < 0 || static_cast<int>(open_.size()) <= depth_ || open_.empty();
  if (own) table_.rows.push_back({.path = path.empty() ? "*" : path, .module = std::string(type), .params = waits ? Cell{"waits for init"} : Cell{}});
  open_.push_back({own ? table_.rows.size() - 1 : open_.back().row, own, path});
}

void TableBuilder::leaf(const std::string& path, std::string_view kind, const Array& array, bool frozen) {
  if (array.is_nothing()) return;
  const Open& module = open_.back();
  SummaryRow& row = table_.rows[module.row];
  const std::string name(kind);
  std::string label = path.substr(module.path.size());
  if (label.starts_with('.')) label.erase(0, 1);
  const bool plain = name == "Array";
  if (module.own) row.params.push_back((label.empty() ? "" : label + ": ") + (plain ? "" : name + (frozen ? " frozen " : " ")) + type_text(array));
  for (auto* kinds : {&row.kinds, &table_.total}) {
    (*kinds)[name].count += array.size();
    (*kinds)[name].bytes += array.nbytes();
  }
  table_.all.count += array.size();
  table_.all.bytes += array.nbytes();
  if (std::find(table_.kinds.begin(), table_.kinds.end(), name) == table_.kinds.end()) table_.kinds.push_back(name);
}

SummaryTable TableBuilder::finish(const CallNotes* notes) {
  table_.called = notes != nullptr;
  for (SummaryRow& row : table_.rows) {
    const CallNotes::Call* call = notes == nullptr ? nullptr : notes->of(row.path == "*" ? "" : row.path);
    if (call == nullptr) continue;
    row.inputs = call->inputs;
    row.outputs = call->outputs;
  }
  return std::move(table_);
}

}  // namespace detail
}  // namespace espalier::nn
