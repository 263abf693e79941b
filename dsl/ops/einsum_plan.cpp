#include "espalier/dsl/ops/einsum_plan.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "espalier/ir/error.h"

namespace espalier::detail {
namespace {

bool contains(const std::string& labels, char label) { return labels.find(label) != std::string::npos; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Subscripts as they are written: of one operand, or of the result.
struct Subscripts {
  std::string labels;                       // letters
  std::optional<std::size_t> ellipsis = {};  // how many of them stand before "..."
  std::vector<std::size_t> places;          // where each letter stands in the formula
  std::size_t begin = 0;                    // where the subscripts begin there
};

class Parser {
 public:
  Parser(std::string_view formula, std::span<const ir::Type> operands) : text_(formula), operands_(operands) {}

  EinsumFormula run() {
    const auto arrow = text_.find("->");
    const std::vector<Subscripts> inputs = inputs_before(std::min(arrow, text_.size()));
    EinsumFormula out;
    for (std::size_t i = 0; i < inputs.size(); ++i) out.inputs.push_back(labels_of(inputs[i], operands_[i]));
    for (std::size_t i = 0; i < inputs.size(); ++i) take_extents(out, i, inputs[i]);
    out.output = arrow == std::string_view::npos ? implied_output(out) : stated_output(out, arrow + 2);
    return out;
  }

 private:
  [[noreturn]] void fail(std::size_t place, const std::string& what) const {
    throw ArgumentError("einsum", what + marked(place), "write a letter for each axis, commas between operands, and the result behind an arrow: \"ij,jk->ik\"");
  }
  std::string marked(std::size_t place) const { return "\n    " + std::string(text_) + "\n    " + std::string(place, ' ') + "^"; }

  Subscripts read(std::size_t begin, std::size_t end) const {
    Subscripts out;
    out.begin = begin;
    for (std::size_t i = begin; i < end; ++i) {
      const char c = text_[i];
      if (c == ' ') continue;
      if (is_letter(c)) {
        out.labels += c;
        out.places.push_back(i);
        continue;
      }
      if (c != '.') fail(i, std::string("'") + c + "' labels no axis");
      if (i + 3 > end || text_.substr(i, 3) != "...") fail(i, "an ellipsis has three dots");
      if (out.ellipsis) fail(i, "a second ellipsis");
      out.ellipsis = out.labels.size();
      i += 2;
    }
    return out;
  }

  std::vector<Subscripts> inputs_before(std::size_t end) const {
    std::vector<Subscripts> inputs;
    for (std::size_t begin = 0; begin <= end;) {
      const std::size_t comma = std::min(text_.find(',', begin), end);
      if (inputs.size() == operands_.size()) fail(begin == 0 ? 0 : begin - 1, "there are more subscripts than operands, of which there are " + std::to_string(operands_.size()));
      inputs.push_back(read(begin, comma));
      begin = comma + 1;
    }
    if (inputs.size() < operands_.size()) fail(end, "operand " + std::to_string(inputs.size() + 1) + " of " + std::to_string(operands_.size()) + " has no subscripts");
    return inputs;
  }

  // The labels of an operand's axes, of which those under an ellipsis count from the last one.
  std::string labels_of(const Subscripts& s, const ir::Type& operand) const {
    const int free = operand.ndim() - static_cast<int>(s.labels.size());
    if (free < 0 || (free > 0 && !s.ellipsis)) {
      fail(s.begin, "\"" + s.labels + "\" does not label the " + std::to_string(operand.ndim()) + (operand.ndim() == 1 ? " axis of " : " axes of ") + operand.str());
    }
    std::string labels = s.labels;
    if (s.ellipsis) labels.insert(*s.ellipsis, axes_of_ellipsis(free));
    return labels;
  }
  static std::string axes_of_ellipsis(int count) {
    std::string labels;
    for (int i = count; i > 0; --i) labels += static_cast<char>(i);
    return labels;
  }

  // An extent of 1 is repeated where other operands have more; within one operand extents are the same.
  void take_extents(EinsumFormula& f, std::size_t operand, const Subscripts& written) const {
    const std::string& labels = f.inputs[operand];
    for (std::size_t axis = 0; axis < labels.size(); ++axis) {
      const std::int64_t extent = operands_[operand].shape()[static_cast<int>(axis)];
      const auto first = labels.find(labels[axis]);
      const std::int64_t before = operands_[operand].shape()[static_cast<int>(first)];
      std::int64_t& known = f.extents.try_emplace(labels[axis], extent).first->second;
      if (known == 1) known = extent;
      if (extent == before && (extent == known || extent == 1)) continue;
      const auto letter = written.labels.find(labels[axis]);
      const std::string axis_text = letter == std::string::npos ? "an axis of the ellipsis" : std::string("'") + labels[axis] + "'";
      ShapeError error("einsum", axis_text + " has extent " + std::to_string(extent) + " in " + operands_[operand].str() + ", and " + std::to_string(extent == before ? known : before) + " before" + marked(letter == std::string::npos ? written.begin : written.places[letter]),
                       "a label stands for axes of one extent, or of 1");
      for (const ir::Type& type : operands_) error.shapes.push_back(type.shape());
      throw error;
    }
  }

  std::string implied_output(const EinsumFormula& f) const {
    std::string output = axes_of_ellipsis(most_free(f));
    for (char c = 'A'; c <= 'z'; ++c) {
      std::int64_t count = 0;
      for (const std::string& labels : f.inputs) count += std::count(labels.begin(), labels.end(), c);
      if (count == 1) output += c;
    }
    return output;
  }
  // How many axes the ellipses stand for, all broadcast.
  static int most_free(const EinsumFormula& f) {
    int most = 0;
    for (const auto& [label, extent] : f.extents) most = std::max(most, is_letter(label) ? 0 : static_cast<int>(label));
    return most;
  }
  std::string stated_output(const EinsumFormula& f, std::size_t begin) const {
    const Subscripts s = read(begin, text_.size());
    for (std::size_t i = 0; i < s.labels.size(); ++i) {
      const std::string name = std::string("'") + s.labels[i] + "'";
      if (!f.extents.contains(s.labels[i])) fail(s.places[i], name + " labels no axis of an operand");
      if (s.labels.find(s.labels[i]) < i) fail(s.places[i], name + " comes twice in the result");
    }
    const int free = most_free(f);
    if (free > 0 && !s.ellipsis) fail(begin, "the result has no place for the axes of the ellipsis");
    std::string output = s.labels;
    if (s.ellipsis) output.insert(*s.ellipsis, axes_of_ellipsis(free));
    return output;
  }

  std::string_view text_;
  std::span<const ir::Type> operands_;
};

// How many multiplications it takes to multiply two parts of a set: one for each place along all of their labels.
double multiplications(const EinsumFormula& f, const std::string& a, const std::string& b) {
  double count = 1;
  for (const auto& [label, extent] : f.extents)
    if (contains(a, label) || contains(b, label)) count *= static_cast<double>(extent);
  return count;
}

}  // namespace

EinsumFormula parse_einsum(std::string_view formula, std::span<const ir::Type> operands) { return Parser(formula, operands).run(); }

std::string labels_kept(const EinsumFormula& f, unsigned operands) {
  std::string inside, outside = f.output;
  for (std::size_t i = 0; i < f.inputs.size(); ++i) ((operands >> i & 1) != 0 ? inside : outside) += f.inputs[i];
  std::string kept;
  for (char label : inside)
    if (contains(outside, label) && !contains(kept, label)) kept += label;
  return kept;
}

std::vector<unsigned> einsum_order(const EinsumFormula& f) {
  const unsigned sets = 1U << f.inputs.size();
  std::vector<std::string> labels(sets);
  std::vector<double> cost(sets, 0);
  std::vector<unsigned> left(sets, 0);
  for (unsigned set = 1; set < sets; ++set) {
    labels[set] = labels_kept(f, set);
    if ((set & (set - 1)) == 0) continue;
    cost[set] = std::numeric_limits<double>::infinity();
    const unsigned first = set & -set;  // the left factor has it, so that each pair is tried once
    for (unsigned part = set & (set - 1); part != 0; part = (part - 1) & (set & ~first)) {
      const unsigned other = set & ~part;
      const double total = cost[part] + cost[other] + multiplications(f, labels[part], labels[other]);
      if (total < cost[set]) cost[set] = total, left[set] = other;
    }
  }
  return left;
}

}  // namespace espalier::detail
