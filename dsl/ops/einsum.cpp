#include "espalier/dsl/ops/einsum.h"

#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/diagonals.h"
#include "espalier/dsl/ops/einsum_plan.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

using detail::EinsumFormula;
// Everything here runs within called_at, which knows the user's place.

// An array with a label for each axis, no label twice.
struct Labelled {
  Array array;
  std::string labels;
  bool has(char label) const { return labels.find(label) != std::string::npos; }
};

Labelled with_diagonals(Labelled x) {
  for (std::size_t i = 0; i < x.labels.size();) {
    const char label = x.labels[i];
    const auto j = x.labels.find(label, i + 1);
    if (j == std::string::npos) {
      ++i;
      continue;
    }
    x.array = detail::diagonal_of(x.array, static_cast<int>(i), static_cast<int>(j), 0);
    x.labels.erase(j, 1);
    x.labels.erase(i, 1);
    x.labels += label;
  }
  return x;
}

// Without the axes of extent 1 that other operands have more of: these are repeated along them.
Labelled without_repeated(const Labelled& x, const EinsumFormula& f) {
  Labelled out{x.array, ""};
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < x.labels.size(); ++i) {
    const std::int64_t extent = x.array.shape()[static_cast<int>(i)];
    if (extent == 1 && f.extents.at(x.labels[i]) != 1) continue;
    shape.push_back(extent);
    out.labels += x.labels[i];
  }
  out.array = reshape(x.array, Shape(shape));
  return out;
}

// Summed over the labels that are not kept, in the dtype asked for; of bools the "or".
Labelled summed(Labelled x, const std::string& kept, std::optional<DType> preferred) {
  std::vector<std::int64_t> gone;
  std::string left;
  for (std::size_t i = 0; i < x.labels.size(); ++i) {
    if (kept.find(x.labels[i]) == std::string::npos) gone.push_back(static_cast<std::int64_t>(i));
    else left += x.labels[i];
  }
  if (gone.empty()) return x;
  const bool truth = x.array.dtype() == bool_ && !preferred;
  const Axes axis = detail::axes_from(gone);
  return {truth ? any(x.array, {.axis = axis}) : sum(x.array, {.axis = axis, .dtype = preferred.value_or(x.array.dtype())}), left};
}

Array in_order(const Labelled& x, const std::string& labels) {
  std::vector<int> order;
  for (char label : labels) order.push_back(static_cast<int>(x.labels.find(label)));
  return labels.empty() ? x.array : transpose(x.array, order);
}

// Element by element, where no label is summed over.
Labelled multiplied(const Labelled& a, const Labelled& b, const std::string& labels, std::optional<DType> preferred) {
  const auto spread = [&](const Labelled& x) {
    std::string own;
    std::vector<std::int64_t> missing;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (x.has(labels[i])) own += labels[i];
      else missing.push_back(static_cast<std::int64_t>(i));
    }
    const Array ordered = expand_dims(in_order(x, own), detail::axes_from(missing));
    return preferred ? ordered.as(*preferred) : ordered;
  };
  return {spread(a) * spread(b), labels};
}

// The labels of a product of matrices: those along both, in the order of the result, then those of a, then those of b.
std::string labels_of_product(const Labelled& a, const Labelled& b, const std::string& kept) {
  std::string labels;
  for (char label : kept)
    if (a.has(label) && b.has(label)) labels += label;
  for (char label : a.labels)
    if (!b.has(label)) labels += label;
  for (char label : b.labels)
    if (!a.has(label)) labels += label;
  return labels;
}

// As one product of matrices, which reads both operands as they lie.
Labelled contracted(const Labelled& a, const Labelled& b, const std::string& kept, std::optional<DType> preferred) {
  DotGeneralOptions o{.preferred = preferred};
  const auto pair_up = [&](char label, auto& axes) {
    axes.first.push_back(static_cast<std::int64_t>(a.labels.find(label)));
    axes.second.push_back(static_cast<std::int64_t>(b.labels.find(label)));
  };
  for (char label : kept)
    if (a.has(label) && b.has(label)) pair_up(label, o.batch);
  for (char label : a.labels)
    if (b.has(label) && kept.find(label) == std::string::npos) pair_up(label, o.contract);
  return {dot_general(a.array, b.array, o), labels_of_product(a, b, kept)};
}

Labelled product(Labelled a, Labelled b, const std::string& wanted, std::optional<DType> preferred) {
  std::string kept;  // of a label that both repeat nothing is left
  for (char label : wanted)
    if (a.has(label) || b.has(label)) kept += label;
  a = summed(a, kept + b.labels, preferred);
  b = summed(b, kept + a.labels, preferred);
  const bool sums = std::any_of(a.labels.begin(), a.labels.end(), [&](char label) { return b.has(label) && kept.find(label) == std::string::npos; });
  if (!sums) return multiplied(a, b, kept, preferred);
  // Of both orders the one that gives the axes as they are wanted.
  return labels_of_product(b, a, kept) == kept ? contracted(b, a, kept, preferred) : contracted(a, b, kept, preferred);
}

class Contraction {
 public:
  Contraction(EinsumFormula formula, std::vector<Array> operands, std::optional<DType> preferred)
      : formula_(std::move(formula)), operands_(std::move(operands)), left_(detail::einsum_order(formula_)), preferred_(preferred) {}

  Array run() const {
    const unsigned all = (1U << operands_.size()) - 1;
    const Labelled x = summed(of(all), formula_.output, preferred_);
    const Array out = in_order(x, formula_.output);
    return preferred_ ? out.as(*preferred_) : out;
  }

 private:
  // The product of a set of operands, with the labels that are needed.
  Labelled of(unsigned set) const {
    if ((set & (set - 1)) == 0) {
      const auto i = static_cast<std::size_t>(__builtin_ctz(set));
      return without_repeated(with_diagonals({operands_[i], formula_.inputs[i]}), formula_);
    }
    const unsigned left = left_[set];
    return product(of(left), of(set & ~left), wanted(set), preferred_);
  }
  // The labels of the last product come in the order of the result.
  std::string wanted(unsigned set) const { return set == (1U << operands_.size()) - 1 ? formula_.output : detail::labels_kept(formula_, set); }

  EinsumFormula formula_;
  std::vector<Array> operands_;
  std::vector<unsigned> left_;
  std::optional<DType> preferred_;
};

Array einsum_of(std::string_view formula, const std::vector<Operand>& operands, std::optional<DType> preferred) {
  return detail::called_at(operands[0].where, "einsum", [&] {
    std::vector<Array> arrays;
    for (const Operand& x : operands) arrays.push_back(x.array);
    detail::Promoted promoted = detail::promote_operands(arrays, "einsum", operands[0].where);
    std::vector<ir::Type> types;
    for (Array& x : promoted.arrays) {
      if (promoted.weak) x = x.as(promoted.dtype);
      types.push_back(detail::ArrayAccess::type(x));
    }
    return Contraction(detail::parse_einsum(formula, types), promoted.arrays, preferred).run();
  });
}

}  // namespace

Array einsum(std::string_view formula, Operand a, DotOptions o) { return einsum_of(formula, {a}, o.preferred); }
Array einsum(std::string_view formula, Operand a, Operand b, DotOptions o) { return einsum_of(formula, {a, b}, o.preferred); }
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, DotOptions o) { return einsum_of(formula, {a, b, c}, o.preferred); }
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, DotOptions o) { return einsum_of(formula, {a, b, c, d}, o.preferred); }
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, DotOptions o) { return einsum_of(formula, {a, b, c, d, e}, o.preferred); }
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, DotOptions o) { return einsum_of(formula, {a, b, c, d, e, f}, o.preferred); }
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, DotOptions o) { return einsum_of(formula, {a, b, c, d, e, f, g}, o.preferred); }
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, Operand h, DotOptions o) {
  return einsum_of(formula, {a, b, c, d, e, f, g, h}, o.preferred);
}

}  // namespace espalier
