#include "espalier/dsl/print_layout.h"

namespace espalier::detail {
namespace {

constexpr std::size_t line_width = 75;

// Nested brackets; rows longer than a line are broken, long axes are cut to their ends.
class Layout {
 public:
  Layout(const Shape& shape, const std::vector<std::string>& cells, std::int64_t edge) : shape_(shape), cells_(cells), edge_(edge) {}

  // Recursion is as deep as the array has axes. `width` is what the brackets to come leave of a line.
  std::string text(int axis, const std::string& indent, std::size_t width) {
    if (axis == shape_.ndim()) return cells_[next_++];
    std::string out, line = indent;
    const bool is_row = axis + 1 == shape_.ndim();
    const std::string between = is_row ? " " : std::string(static_cast<std::size_t>(shape_.ndim() - axis - 1), '\n');
    bool first = true;
    auto add = [&](const std::string& word) {
      if (!first && is_row) line += between;
      if (!first && !is_row) out += between;
      first = false;
      if (!is_row) {
        out += indent + word;
        return;
      }
      if (line.size() + word.size() > width - 1 && line.size() > indent.size()) {
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
        line = indent;
      }
      line += word;
    };
    const std::int64_t n = shape_[axis];
    const bool cut = edge_ >= 0 && n > 2 * edge_;
    for (std::int64_t i = 0; i < n; ++i) {
      if (cut && i == edge_) {
        add("...");
        if ((i = n - edge_) >= n) break;
      }
      add(text(axis + 1, indent + " ", width - 1));
    }
    if (is_row) out += line;
    return "[" + out.substr(indent.size()) + "]";
  }

 private:
  const Shape& shape_;
  const std::vector<std::string>& cells_;
  const std::int64_t edge_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<std::int64_t> shown_elements(const Shape& shape, std::int64_t edge) {
  std::vector<std::int64_t> at{0};
  for (std::int64_t n : shape) {
    std::vector<std::int64_t> next;
    for (std::int64_t base : at) {
      for (std::int64_t i = 0; i < n; ++i) {
        if (edge >= 0 && n > 2 * edge && i == edge) i = n - edge;
        if (i < n) next.push_back(base * n + i);
      }
    }
    at = std::move(next);
  }
  return at;
}

std::string laid_out(const Shape& shape, const std::vector<std::string>& cells, std::int64_t edge) { return Layout(shape, cells, edge).text(0, " ", line_width); }

}  // namespace espalier::detail
