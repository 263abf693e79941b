#pragma once
// What indices mean for an array: which part of each axis, and which index arrays count along which. Not part of the interface.
#include "espalier/dsl/ops/indexing.h"
#include "espalier/ir/attrs.h"
#include "espalier/ir/check.h"

namespace espalier::detail {

/// What an index does to one axis of the array.
struct Cut {
  std::int64_t start = 0, count = 0, step = 1;
  Array at = {};  ///< a start that is a value
  /// The first element in memory order, and the distance between elements.
  std::int64_t low() const { return count == 0 ? 0 : (step > 0 ? start : start + (count - 1) * step); }
  std::int64_t stride() const { return std::abs(step); }
  bool is_whole(std::int64_t extent) const { return at.is_nothing() && start == 0 && step == 1 && count == extent; }
};

/// The indices of an array. Where one of them is an array with axes, numbers beside it are index arrays too, as in NumPy.
struct IndexPlan {
  std::vector<Cut> cuts;            ///< per axis of the array; the whole axis where an index array counts along it
  std::vector<std::int64_t> shape;  ///< of the place
  bool dynamic = false;             ///< some start is a value
  std::vector<int> axes;            ///< along which index arrays count,
  std::vector<Array> arrays;        ///< and these, from 0, of one shape: the batch
  int batch_at = 0;                 ///< at which axis of the place, without new axes, the batch is
};
/// Within `called_at`. IndexError, ArgumentError, DTypeError, ShapeError, and TracedValue for a mask without data.
IndexPlan plan_indices(const Array& x, const std::vector<Index>& indices, AtMode mode);

/// How a place is changed.
enum class Change : std::uint8_t {
  set,
  add,
  multiply,
  divide,
  min,
  max
};
/// What stands at a place.
Array read(const Array& x, const IndexPlan& plan, const AtOptions& options);
/// x with a value written, or combined, into a place.
Array changed(const Array& x, const IndexPlan& plan, const Array& value, Change change, const AtOptions& options);
/// The same through index arrays.
Array read_windows(const Array& x, const IndexPlan& plan, const AtOptions& options);
Array changed_windows(const Array& x, const IndexPlan& plan, const Array& value, Change change, const AtOptions& options);

/// An index array as places along an axis: negative ones count from its end, once, or it goes round and round (`wrap`).
Array placed(const Array& index, std::int64_t extent, AtMode mode);
/// Whether an index that reads outside gives a filler; whether one that writes outside writes nothing.
bool reads_fill(AtMode mode);
bool writes_drop(AtMode mode);
/// The check that a mode answers: where it says what an index outside means, one is no mistake.
Check meant_by(AtMode mode);
/// The filler: as given, or NaN, the least or, if unsigned, the greatest number.
Array filler(const AtOptions& options, DType dtype);

}  // namespace espalier::detail
