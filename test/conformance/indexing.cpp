// jax.lax's gather and scatter, jax.numpy's index expressions and what takes by indices, one row each.
#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/ops/index_plan.h"
#include "espalier/dsl/trace.h"

namespace espalier::conformance {
namespace {

using ir::Ints;
using ir::Op;
using ir::Reduction;

Ints ints(const Json& attrs, const char* name) { return attrs.at(name).get<Ints>(); }

AtMode mode_of(const Json& attrs, AtMode otherwise) {
  const Json mode = attrs.value("mode", Json());
  if (mode.is_null()) return otherwise;
  const auto name = mode.get<std::string>();
  if (name == "clip") return AtMode::clip;
  if (name == "fill" || name == "drop") return AtMode::fill_or_drop;
  if (name == "wrap") return AtMode::wrap;
  if (name == "promise_in_bounds") return AtMode::promise_in_bounds;
  throw Unsupported("mode " + name);
}
ir::Outside outside_of(AtMode mode) { return mode == AtMode::fill_or_drop ? ir::Outside::drop : ir::Outside::clip; }

// The columns of an array of index vectors: an index array for each axis that they count along.
Arrays columns(const Array& indices) {
  Arrays out;
  for (std::int64_t k = 0; k < indices.shape()[-1]; ++k) out.push_back(indices[{ellipsis, k}]);
  return out;
}
Array applied(Op op, Arrays operands, const Arrays& indices, ir::Attrs attrs) {
  operands.insert(operands.end(), indices.begin(), indices.end());
  return detail::apply_many(op, operands, std::move(attrs), {})[0];
}

Arrays gather(const Json& a, const Arrays& x) {
  const Json& d = a.at("dimension_numbers");
  const AtMode mode = mode_of(a, AtMode::fill_or_drop);
  const ir::WindowDims dims{ints(d, "offset_dims"), ints(d, "collapsed_slice_dims"), ints(d, "start_index_map"), ints(d, "operand_batching_dims"), ints(d, "start_indices_batching_dims")};
  const ir::GatherAttrs attrs{dims, ints(a, "slice_sizes"), outside_of(mode)};
  const Arrays indices = columns(x[1]);
  const Array out = applied(Op::gather, {x[0]}, indices, attrs);
  if (mode != AtMode::fill_or_drop) return {out};
  AtOptions options;
  if (!a.at("fill_value").is_null()) options.fill = Array(a.at("fill_value").get<double>());
  // The same of ones: what is missing there is filled.
  const Array there = applied(Op::gather, {ones(x[0].shape(), i32)}, indices, attrs) == 1;
  return {where(there, out, detail::filler(options, out.dtype()))};
}

ir::ScatterAttrs scatter_attrs(const Json& a) {
  const Json& d = a.at("dimension_numbers");
  const ir::WindowDims dims{ints(d, "update_window_dims"), ints(d, "inserted_window_dims"), ints(d, "scatter_dims_to_operand_dims"), ints(d, "operand_batching_dims"), ints(d, "scatter_indices_batching_dims")};
  return {dims, outside_of(mode_of(a, AtMode::fill_or_drop)), a.at("unique_indices").get<bool>()};
}
Arrays scatter(const Json& a, const Arrays& x) { return {applied(Op::scatter, {x[0], x[2]}, columns(x[1]), scatter_attrs(a))}; }
template <Reduction kind> Arrays scatter_reduce(const Json& a, const Arrays& x) {
  return {applied(Op::scatter_reduce, {x[0], x[2]}, columns(x[1]), ir::ScatterReduceAttrs{scatter_attrs(a), kind})};
}

// "1:4:2" and its like.
Slice slice_of(const std::string& text) {
  std::optional<std::int64_t> parts[3];
  std::size_t at = 0;
  for (auto& part : parts) {
    const std::size_t end = std::min(text.find(':', at), text.size());
    if (end > at) part = std::stoll(text.substr(at, end - at));
    at = std::min(end + 1, text.size());
  }
  return slice(parts[0], parts[1], parts[2].value_or(1));
}
struct Place {
  Updater at;
  std::size_t arrays;  // operands after x that are indices
};
Place place_of(const Json& a, const Arrays& x) {
  std::vector<Index> indices;
  std::size_t arrays = 0;
  for (const Json& index : a.at("index")) {
    if (index.is_number()) {
      indices.emplace_back(index.get<std::int64_t>());
      continue;
    }
    const auto text = index.get<std::string>();
    if (text == "...") indices.emplace_back(ellipsis);
    else if (text == "newaxis") indices.emplace_back(newaxis);
    else if (text.starts_with("array")) indices.emplace_back(x.at(1 + std::stoul(text.substr(5)))), ++arrays;
    else indices.emplace_back(slice_of(text));
  }
  return {Updater(x[0], std::move(indices)), arrays};
}
AtOptions options_of(const Json& a) {
  AtOptions options;
  options.mode = mode_of(a, AtMode::automatic);
  return options;
}
Arrays at_get(const Json& a, const Arrays& x) { return {place_of(a, x).at.get(options_of(a))}; }
template <Array (Updater::*update)(Operand, AtOptions) const> Arrays at_update(const Json& a, const Arrays& x) {
  const Place place = place_of(a, x);
  return {(place.at.*update)(x.at(1 + place.arrays), options_of(a))};
}

Arrays take(const Json& a, const Arrays& x) {
  TakeOptions options;
  if (!a.at("axis").is_null()) options.axis = a.at("axis").get<std::int64_t>();
  options.mode = mode_of(a, AtMode::fill_or_drop);
  return {espalier::take(x[0], x[1], options)};
}
Arrays take_along_axis(const Json& a, const Arrays& x) {
  AlongAxisOptions options;
  options.mode = mode_of(a, AtMode::fill_or_drop);
  return {espalier::take_along_axis(x[0], x[1], a.at("axis").get<int>(), options)};
}

}  // namespace

const Rules& indexing_rules() {
  static const Rules rules = {
      {"gather", gather},
      {"scatter", scatter},
      {"scatter_add", scatter_reduce<Reduction::sum>},
      {"scatter_mul", scatter_reduce<Reduction::prod>},
      {"scatter_min", scatter_reduce<Reduction::min>},
      {"scatter_max", scatter_reduce<Reduction::max>},
      {"at_get", at_get},
      {"at_set", at_update<&Updater::set>},
      {"at_add", at_update<&Updater::add>},
      {"at_multiply", at_update<&Updater::multiply>},
      {"at_min", at_update<&Updater::min>},
      {"at_max", at_update<&Updater::max>},
      {"take", take},
      {"take_along_axis", take_along_axis},
  };
  return rules;
}

}  // namespace espalier::conformance
