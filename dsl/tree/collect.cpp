// What the templates of collect.h and select.h ask of arrays.
#include <cmath>

#include "espalier/dsl/trace.h"
#include "espalier/dsl/tree/collect.h"
#include "espalier/dsl/tree/replace.h"
#include "espalier/ir/half.h"

namespace espalier::tree {
namespace {

using detail::ArrayAccess;

// Every dtype is read as complex pairs: exact for all but 64-bit integers, which compare exactly first.
std::vector<double> pairs_of(const Array& array) {
  const Array held = detail::materialise(array, "allclose", Where{});
  std::vector<double> pairs(static_cast<std::size_t>(2 * held.size()));
  const bool real = ir::visit_real(held.dtype(), [&]<class T>() {
    const T* data = static_cast<const T*>(ArrayAccess::data(held));
    for (std::size_t i = 0; i < pairs.size(); i += 2) pairs[i] = static_cast<double>(data[i / 2]);
  });
  if (real) return pairs;
  const Array wide = held.as(c128);
  const auto* data = static_cast<const double*>(ArrayAccess::data(wide));
  return {data, data + pairs.size()};
}

bool close(double a, double b, double rtol, double atol, bool equal_nan) {
  if (std::isnan(a) || std::isnan(b)) return equal_nan && std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::isfinite(b) && std::abs(a - b) <= atol + rtol * std::abs(b);
}

}  // namespace

void throw_structure(const char* op, const Difference& d, Where where) {
  StructureError error(op, "the trees differ at " + (d.path.empty() ? "their root" : d.path) + ": " + d.left + " and " + d.right,
                       "statics and containers must agree; replace the member, or pass ignore_static to merge", where);
  error.path = d.path;
  error.expected = d.left;
  error.actual = d.right;
  throw error;
}

void throw_leaf_count(std::size_t expected, std::size_t actual, Where where) {
  StructureError error("unflatten", "the tree has " + number_text(std::uint64_t{expected}) + " leaves, but " + number_text(std::uint64_t{actual}) + " arrays were given",
                       "give one array for each leaf that is not Nothing, in the order of leaves(tree)", where);
  error.expected = number_text(std::uint64_t{expected});
  error.actual = number_text(std::uint64_t{actual});
  throw error;
}

void throw_index(std::int64_t index, std::int64_t size, Where where) {
  IndexError error("replace", "index " + number_text(index) + " is past the end of a container of " + number_text(size), "indices go from 0, or from -1 backwards", where);
  error.index = index;
  error.size = size;
  throw error;
}

void throw_absent(std::string_view owner, std::string_view what, Where where) {
  StructureError error("replace", "there is no " + std::string(owner) + " at this path: " + std::string(what), "replace the whole member instead", where);
  error.expected = owner;
  throw error;
}

void throw_parameter_change(const std::string& above, const LeafInfo& from, const Array& to, Where where) {
  const std::string before = ir::Type(from.dtype, from.shape).str(), after = ir::Type(to.dtype(), to.shape()).str();
  StructureError error("replace", "the Parameter at " + above + from.path + " would change from " + before + " to " + after,
                       "give an array of the same shape and dtype, or make a new model", where);
  error.path = above + from.path;
  error.expected = before;
  error.actual = after;
  throw error;
}

std::vector<ir::Type> types_of(std::span<const Array> arrays) {
  std::vector<ir::Type> types;
  for (const Array& a : arrays) types.push_back(ir::Type(a.dtype(), a.shape()));
  return types;
}

Array concatenate_leaves(std::span<const Array> leaves, Where where) {
  if (leaves.empty()) return Array(std::vector<float>(), where);
  std::vector<Array> flat;
  DType dtype = leaves[0].dtype();
  for (const Array& a : leaves) dtype = promote(dtype, a.dtype());
  for (const Array& a : leaves) {
    const Array strong = a.as(dtype, where);
    flat.push_back(detail::apply(ir::Op::reshape, {Operand(strong, where)}, ir::ReshapeAttrs{Shape(a.size())}, where, "ravel_tree"));
  }
  if (flat.size() == 1) return flat[0];
  return detail::apply_many(ir::Op::concatenate, flat, ir::ConcatenateAttrs{0}, where, "ravel_tree")[0];
}

std::vector<Array> split_like(const Array& flat, std::span<const ir::Type> types, Where where) {
  std::int64_t total = 0;
  for (const ir::Type type : types) total += type.size();
  if (flat.ndim() != 1 || flat.size() != total) {
    ShapeError error("Unravel", "shape " + flat.shape().str() + " does not fill a tree of " + number_text(total) + " elements",
                     "give an array of shape " + Shape(total).str(), where);
    error.shapes = {flat.shape(), Shape(total)};
    throw error;
  }
  std::vector<Array> parts;
  std::int64_t at = 0;
  for (const ir::Type type : types) {
    const Array part = detail::apply(ir::Op::slice, {Operand(flat, where)}, ir::SliceAttrs{{at}, {at + type.size()}, {1}}, where, "Unravel");
    const Array shaped = detail::apply(ir::Op::reshape, {Operand(part, where)}, ir::ReshapeAttrs{type.shape()}, where, "Unravel");
    parts.push_back(shaped.as(type.dtype(), where));
    at += type.size();
  }
  return parts;
}

bool close_arrays(const Array& a, const Array& b, double rtol, double atol, bool equal_nan) {
  if (a.is_nothing() || b.is_nothing()) return a.is_nothing() == b.is_nothing();
  if (a.shape() != b.shape()) return false;
  if (equal_arrays(a, b)) return true;
  const std::vector<double> x = pairs_of(a), y = pairs_of(b);
  for (std::size_t i = 0; i < x.size(); i += 2) {
    const bool real = x[i + 1] == 0 && y[i + 1] == 0;
    if (real ? !close(x[i], y[i], rtol, atol, equal_nan)
             : !close(std::hypot(x[i] - y[i], x[i + 1] - y[i + 1]), 0, 0, atol + rtol * std::hypot(y[i], y[i + 1]), equal_nan)) {
      return false;
    }
  }
  return true;
}

}  // namespace espalier::tree
