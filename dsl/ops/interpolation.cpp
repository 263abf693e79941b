// Interpolation between points, and convolution of vectors.
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/convolution.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/numeric.h"
#include "espalier/dsl/ops/sets.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/sorting.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

// The points in the order of their places, of which one period is known, with one more of them at each end.
struct Points {
  Array places, values;
};
Points around(const Array& places, const Array& values, double period) {
  const Array within = mod(places, period);
  const std::vector<Array> sorted = sort(std::vector<Array>{within, values});
  const std::int64_t n = places.size();
  const auto circled = [&](const Array& x, double turn) { return concatenate({detail::part_of(x, 0, n - 1, n) - turn, x, detail::part_of(x, 0, 0, 1) + turn}); };
  return {circled(sorted[0], period), circled(sorted[1], 0)};
}

// Between the points i - 1 and i; where both are at one place, the first.
Array between(const Array& x, const Points& p) {
  const std::int64_t n = p.places.size();
  if (n == 1) return broadcast_to(p.values, x.ndim() == 0 ? Shape{1} : x.shape());
  const Array i = clip(searchsorted(p.places, x, {.right = true}), 1, n - 1);
  const auto at = [](const Array& of, const Array& index) { return take(of, index, {.mode = AtMode::clip}); };
  const Array place = at(p.places, i - 1), value = at(p.values, i - 1);
  const Array distance = at(p.places, i) - place, same = distance == 0;
  return where(same, value, value + (x - place) / where(same, 1.0, distance) * (at(p.values, i) - value));
}

// A sum of products for each place of the shorter vector along the longer one.
Array slid(const Array& longer, const Array& shorter, std::string_view mode) {
  const std::int64_t n = shorter.size();
  const std::int64_t before = mode == "full" ? n - 1 : (mode == "same" ? n / 2 : 0), behind = mode == "full" ? n - 1 : (mode == "same" ? n - n / 2 - 1 : 0);
  const Array out = conv(reshape(longer, {1, -1, 1}), reshape(shorter, {-1, 1, 1}), {.padding = {{before, behind}}});
  return reshape(out, {-1});
}

// Two vectors of one dtype.
std::pair<Array, Array> vectors(const Operand& a, const Operand& v, std::string_view mode, const char* name) {
  if (mode != "full" && mode != "same" && mode != "valid") throw ArgumentError(name, "mode \"" + std::string(mode) + "\" is not known", "it is full, same or valid");
  const auto met = detail::promote_operands(std::vector<Array>{detail::settled(a), detail::settled(v)}, name, a.where).arrays;
  for (const Array& x : met) {
    if (x.ndim() == 1 && x.size() != 0) continue;
    ShapeError error(name, detail::ArrayAccess::type(x).str() + " is no vector of some elements", "give vectors");
    error.shapes = {met[0].shape(), met[1].shape()};
    throw error;
  }
  return {met[0], met[1]};
}

}  // namespace

Array interp(Operand x, Operand xp, Operand fp, InterpOptions o) {
  return called_at(x.where, "interp", [&] {
    std::vector<Array> arrays = detail::promote_operands(std::vector<Array>{x.array, xp.array, fp.array}, "interp", x.where).arrays;
    for (Array& a : arrays) a = detail::settled_floats(a);
    if (arrays[1].ndim() != 1 || arrays[2].shape() != arrays[1].shape() || arrays[1].size() == 0) {
      ShapeError error("interp", "places " + detail::ArrayAccess::type(arrays[1]).str() + " and values " + detail::ArrayAccess::type(arrays[2]).str() + " are no points", "give two vectors of one size, which is not 0");
      error.shapes = {arrays[1].shape(), arrays[2].shape()};
      throw error;
    }
    const bool circle = o.period.has_value();
    if (circle && !(*o.period != 0)) throw ArgumentError("interp", "the period is 0", "give another, or none");
    const double period = circle ? std::abs(*o.period) : 1;
    const Array at = circle ? mod(arrays[0], period) : arrays[0];
    const Points p = circle ? around(arrays[1], arrays[2], period) : Points{arrays[1], arrays[2]};
    const Array first = p.values[0], last = p.values[-1];
    const Array inside = reshape(between(at, p), at.shape());
    if (circle) return inside;
    const auto given = [&](const Array& value, const Array& otherwise) { return value.is_nothing() ? otherwise : value.as(inside.dtype()); };
    const Array above = where(at > p.places[-1], given(o.right, last), inside);
    return where(at < p.places[0], given(o.left, first), above);
  });
}

Array convolve(Operand a, Operand v, ConvolveOptions o) {
  return called_at(a.where, "convolve", [&] {
    const auto [x, y] = vectors(a, v, o.mode, "convolve");
    return x.size() < y.size() ? slid(y, flip(x), o.mode) : slid(x, flip(y), o.mode);
  });
}
Array correlate(Operand a, Operand v, CorrelateOptions o) {
  return called_at(a.where, "correlate", [&] {
    const auto [x, y] = vectors(a, v, o.mode, "correlate");
    // Exchanged, both the order and the conjugates are.
    return x.size() < y.size() ? conj(flip(slid(y, conj(x), o.mode))) : slid(x, conj(y), o.mode);
  });
}

}  // namespace espalier
