#include "espalier/dsl/ops/sets.h"

#include <bit>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/sorting.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

DType counting(std::int64_t n) { return n > std::numeric_limits<std::int32_t>::max() ? i64 : i32; }

Array is_nan(const Array& x) { return ir::is_inexact(x.dtype()) ? isnan(x) : Array(false); }
// In the order of `sort`: NaN comes last.
Array comes_before(const Array& a, const Array& b) { return ir::is_inexact(a.dtype()) ? (a < b) | (isnan(b) & ~isnan(a)) : a < b; }
// Whether sorted neighbours are one element of a set.
Array is_same(const Array& a, const Array& b) { return (a == b) | (is_nan(a) & is_nan(b)); }

// Elements of a vector that a mask chooses, `size` of them: each goes to the place that counts those before it, what is not chosen or
// beyond goes nowhere.
struct Chosen {
  Array mask;     // [n]
  Array place;    // [n]: where an element goes, `size` if nowhere
  std::int64_t size;
};
Chosen choose(const Array& mask, const SizeOptions& o, const char* name) {
  const std::int64_t size = o.size ? *o.size : detail::known_count(sum(mask), name, "size");
  if (size < 0) throw ArgumentError(name, "a size of " + std::to_string(size), "give 0 or more");
  const DType count = counting(std::max(size, mask.size()));
  if (mask.size() == 0) return {mask, zeros({0}, count), size};
  return {mask, where(mask, cumsum(mask.as(count)) - 1, size).as(count), size};
}
Array chosen(const Chosen& c, const Array& x, const Array& fill) {
  const detail::Intended left_out(Check::bounds);  // what is not chosen is written behind the end
  const Array start = broadcast_to(detail::settled_in(fill, x.dtype(), "fill", {}), {c.size});
  return x.size() == 0 || c.size == 0 ? start : start.at(c.place).set(x);
}

// The sorted elements and which of them begin a run of equal ones.
struct Runs {
  Array sorted, begins;
};
Runs runs_of(const Array& sorted) {
  const std::int64_t n = sorted.size();
  if (n == 0) return {sorted, zeros({0}, bool_)};
  const Array again = is_same(detail::part_of(sorted, 0, 1, n), detail::part_of(sorted, 0, 0, n - 1));
  return {sorted, concatenate({ones({1}, bool_), ~again})};
}

// The chosen elements of a sorted vector; the first of them fills.
Array set_of(const Array& sorted, const Array& mask, const SizeOptions& o, const char* name) {
  const Chosen c = choose(mask, o, name);
  if (!o.fill.is_nothing() || sorted.size() == 0) return chosen(c, sorted, o.fill.is_nothing() ? Array(0) : o.fill);
  return chosen(c, sorted, sorted[argmax(mask)]);
}

Array vector_of(const Operand& x) { return ravel(detail::settled(x)); }
std::vector<Array> met(const Operand& x, const Operand& y, const char* name) {
  return detail::promote_operands(std::vector<Array>{detail::settled(x), detail::settled(y)}, name, x.where).arrays;
}
Array among(const Array& x, const Array& test) {
  if (test.size() == 0 || x.size() == 0) return zeros(x.shape(), bool_);
  const Array sorted = sort(ravel(test));
  const Array place = minimum(searchsorted(sorted, x), sorted.size() - 1);
  return take(sorted, place, {.mode = AtMode::clip}) == x;
}

// Indices of the places of a flattened array, axis by axis.
std::vector<Array> unravelled(const Array& flat, const Shape& shape) {
  std::vector<Array> indices(static_cast<std::size_t>(shape.ndim()));
  Array rest = flat;
  for (int axis = shape.ndim(); axis-- > 0;) {
    const std::int64_t extent = std::max<std::int64_t>(shape[axis], 1);
    indices[static_cast<std::size_t>(axis)] = axis == 0 ? rest : rest % extent;
    rest = floor_divide(rest, extent);
  }
  return indices;
}

std::vector<Array> places_of(const Operand& x, const SizeOptions& o, const char* name) {
  const Array a = detail::settled(x);
  if (a.ndim() == 0) {
    ShapeError error(name, detail::ArrayAccess::type(a).str() + " is a scalar: it has no places", "make it a vector with atleast_1d");
    error.shapes = {a.shape()};
    throw error;
  }
  const Array mask = ravel(a) != 0;
  const Chosen c = choose(mask, o, name);
  const Array flat = chosen(c, iota(mask.shape(), 0, counting(mask.size())), Array(0));
  std::vector<Array> indices = unravelled(flat, a.shape());
  if (o.fill.is_nothing() || !o.size) return indices;
  const Array found = iota({c.size}, 0, counting(c.size)) < sum(mask);
  for (Array& index : indices) index = where(found, index, o.fill).as(index.dtype());
  return indices;
}

}  // namespace

std::int64_t detail::known_count(const Array& count, const char* name, const char* option) {
  if (count.is_traced() || count.is_abstract()) {
    throw ArgumentError(name, "how many elements it gives depends on data, which a trace does not have", "say how many with {." + std::string(option) + " = n}");
  }
  return count.item<std::int64_t>();
}

// By halving: `place` elements come before v for certain, and steps of powers of two are tried, the largest first.
Array searchsorted(Operand a, Operand v, SearchsortedOptions o) {
  return called_at(a.where, "searchsorted", [&] {
    const auto arrays = met(a, v, "searchsorted");
    const Array &sorted = arrays[0], &value = arrays[1];
    if (sorted.ndim() != 1) {
      ShapeError error("searchsorted", detail::ArrayAccess::type(sorted).str() + " is no vector", "search in a sorted vector");
      error.shapes = {sorted.shape()};
      throw error;
    }
    const std::int64_t n = sorted.size();
    Array place = zeros(value.shape(), counting(n));
    if (value.size() == 0) return place;
    for (auto step = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(n))); step > 0; step /= 2) {
      const Array next = place + step, element = take(sorted, minimum(next, n) - 1, {.mode = AtMode::clip});
      const Array before = o.right ? ~comes_before(value, element) : comes_before(element, value);
      place = where((next <= n) & before, next, place);
    }
    return place;
  });
}

std::vector<Array> nonzero(Operand x, SizeOptions o) {
  return called_at(x.where, "nonzero", [&] { return places_of(x, o, "nonzero"); });
}
Array flatnonzero(Operand x, SizeOptions o) {
  return called_at(x.where, "flatnonzero", [&] { return places_of(vector_of(x), o, "flatnonzero")[0]; });
}
Array argwhere(Operand x, SizeOptions o) {
  return called_at(x.where, "argwhere", [&] { return stack(places_of(x, o, "argwhere"), {.axis = 1}); });
}

Array unique(Operand x, SizeOptions o) {
  return called_at(x.where, "unique", [&] {
    const Runs runs = runs_of(sort(vector_of(x)));
    return set_of(runs.sorted, runs.begins, o, "unique");
  });
}
Unique unique_all(Operand x, SizeOptions o) {
  return called_at(x.where, "unique_all", [&] {
    const detail::Intended left_out(Check::bounds);
    const Array a = detail::settled(x), line = ravel(a);
    const std::int64_t n = line.size();
    const Array order = argsort(line);
    const Runs runs = runs_of(n == 0 ? line : take(line, order));
    const Chosen c = choose(runs.begins, o, "unique_all");
    if (n == 0) return Unique{set_of(runs.sorted, runs.begins, o, "unique_all"), zeros({c.size}, i32), zeros(a.shape(), i32), zeros({c.size}, i32)};
    const Array run = cumsum(runs.begins.as(counting(n))) - 1;
    return Unique{set_of(runs.sorted, runs.begins, o, "unique_all"), chosen(c, order, order[0]), reshape(zeros({n}, run.dtype()).at(order).set(run), a.shape()),
                  zeros({c.size}, run.dtype()).at(run).add(1)};
  });
}

Array isin(Operand x, Operand test, IsinOptions o) {
  return called_at(x.where, "isin", [&] {
    const auto arrays = met(x, test, "isin");
    const Array found = among(arrays[0], arrays[1]);
    return o.invert ? ~found : found;
  });
}
Array union1d(Operand x, Operand y, SizeOptions o) {
  return called_at(x.where, "union1d", [&] {
    const Runs runs = runs_of(sort(concatenate({vector_of(x), vector_of(y)})));
    return set_of(runs.sorted, runs.begins, o, "union1d");
  });
}
Array intersect1d(Operand x, Operand y, SizeOptions o) {
  return called_at(x.where, "intersect1d", [&] {
    const auto arrays = met(x, y, "intersect1d");
    const Runs runs = runs_of(sort(ravel(arrays[0])));
    return set_of(runs.sorted, runs.begins & among(runs.sorted, arrays[1]), o, "intersect1d");
  });
}
Array setdiff1d(Operand x, Operand y, SizeOptions o) {
  return called_at(x.where, "setdiff1d", [&] {
    const auto arrays = met(x, y, "setdiff1d");
    const Runs runs = runs_of(sort(ravel(arrays[0])));
    return set_of(runs.sorted, runs.begins & ~among(runs.sorted, arrays[1]), o, "setdiff1d");
  });
}
Array setxor1d(Operand x, Operand y, SizeOptions o) {
  return called_at(x.where, "setxor1d", [&] {
    const auto arrays = met(x, y, "setxor1d");
    const Runs runs = runs_of(sort(concatenate({ravel(arrays[0]), ravel(arrays[1])})));
    const Array alone = among(runs.sorted, arrays[0]) != among(runs.sorted, arrays[1]);
    return set_of(runs.sorted, runs.begins & alone, o, "setxor1d");
  });
}

}  // namespace espalier
