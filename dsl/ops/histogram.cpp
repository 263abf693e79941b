// Counts: of integers, of bins, and of what lies in them.
#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/sets.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/statistics.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

// How much falls in each of `length` places; what is named beyond them is left out.
Array counted(const Array& places, std::int64_t length, const Array& weights) {
  const detail::Intended left_out(Check::bounds);
  const Array nothing = zeros({length}, weights.is_nothing() ? i32 : weights.dtype());
  return nothing.at(ravel(places)).add(weights.is_nothing() ? Array(1).as(i32) : ravel(weights));
}

Array weights_like(const Array& x, const Array& weights, const char* name) {
  if (weights.is_nothing() || weights.shape() == x.shape()) return weights;
  ShapeError error(name, "weights of shape " + weights.shape().str() + " meet " + x.shape().str(), "give a weight for each element");
  error.shapes = {x.shape(), weights.shape()};
  throw error;
}

void require_integers(const Array& x, const char* name) {
  if (ir::is_integer(x.dtype())) return;
  DTypeError error(name, "it counts integers, not " + detail::ArrayAccess::type(x).str(), "convert them with .as(i32)");
  error.dtypes = {x.dtype()};
  throw error;
}

// The edges of bins of one width.
Array equal_bins(const Array& x, const HistogramOptions& o) {
  if (o.bins < 1) throw ArgumentError("histogram", std::to_string(o.bins) + " bins", "give at least one");
  if (o.range && !(o.range->first <= o.range->second)) throw ArgumentError("histogram", "the range ends before it begins", "give finite numbers, the lesser one first");
  const bool empty = x.size() == 0;
  const Array least = o.range ? Array(o.range->first).as(x.dtype()) : (empty ? Array(0.0).as(x.dtype()) : min(x));
  const Array most = o.range ? Array(o.range->second).as(x.dtype()) : (empty ? Array(1.0).as(x.dtype()) : max(x));
  const Array widened = where(least == most, 0.5, 0.0);
  return linspace(least - widened, most + widened, o.bins + 1, {.dtype = x.dtype()});
}

}  // namespace

Array bincount(Operand x, BincountOptions o) {
  return called_at(x.where, "bincount", [&] {
    const Array a = detail::settled(x);
    require_integers(a, "bincount");
    const std::int64_t length = o.length ? *o.length : (a.size() == 0 ? 0 : detail::known_count(max(a) + 1, "bincount", "length"));
    if (length < 0) throw ArgumentError("bincount", "the length is " + std::to_string(length), "give 0 or more");
    return counted(maximum(a, 0), length, weights_like(a, o.weights, "bincount"));
  });
}

Array digitize(Operand x, Operand bins, DigitizeOptions o) {
  return called_at(x.where, "digitize", [&] {
    const Array edges = detail::settled(bins);
    if (edges.ndim() != 1) {
      ShapeError error("digitize", detail::ArrayAccess::type(edges).str() + " are no edges", "give a vector");
      error.shapes = {edges.shape()};
      throw error;
    }
    const std::int64_t n = edges.size();
    const SearchsortedOptions side{.right = !o.right};
    const Array ascending = searchsorted(edges, x, side);
    if (n < 2) return ascending;
    return where(edges[-1] >= edges[0], ascending, n - searchsorted(flip(edges), x, side)).as(ascending.dtype());
  });
}

Histogram histogram(Operand x, HistogramOptions o) {
  return called_at(x.where, "histogram", [&] {
    const Array a = ravel(detail::settled_floats(x));
    const Array weights = weights_like(x.array, o.weights, "histogram");
    const Array edges = o.edges.is_nothing() ? equal_bins(a, o) : detail::settled_floats(o.edges);
    if (edges.ndim() != 1 || edges.size() < 2) {
      ShapeError error("histogram", detail::ArrayAccess::type(edges).str() + " are the edges of no bin", "give a vector of two edges or more");
      error.shapes = {edges.shape()};
      throw error;
    }
    const std::int64_t bins = edges.size() - 1;
    // What lies below the first edge is counted as if it lay above the last one: not at all.
    const Array place = searchsorted(edges, a, {.right = true}) - 1, last = where(a == edges[-1], bins - 1, place);
    Array counts = counted(where(last < 0, bins, last), bins, weights);
    if (weights.is_nothing()) counts = counts.as(a.dtype());
    if (o.density) counts = counts / (edges[slice(1, none)] - edges[slice(0, -1)]) / sum(counts);
    return Histogram{counts, edges};
  });
}

}  // namespace espalier
