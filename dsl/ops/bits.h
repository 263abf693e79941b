#pragma once
// Bits as elements, and elements as bits.
#include <optional>
#include <string_view>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `packbits`.
struct PackbitsOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};  ///< along which; none: of the flattened array
  std::string_view bitorder = "big";      ///< "big": the first element is the highest bit; "little": the lowest
};
/// Eight elements to a u8, whose bits say which are not 0; those missing at the end are. DTypeError unless x holds bools or
/// integers, AxisError, ArgumentError for another order.
Array packbits(Operand x, PackbitsOptions options = {});
/// Options of `unpackbits`.
struct UnpackbitsOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};   ///< along which; none: of the flattened array
  std::optional<std::int64_t> count = {};  ///< how many bits: more are zeros, negative numbers are cut off the end; by default all
  std::string_view bitorder = "big";       ///< "big": the highest bit comes first; "little": the lowest
};
/// The eight bits of each element, 0 or 1, in u8. DTypeError unless x holds u8, AxisError, ArgumentError for another order, or a count
/// that cuts off more than there is.
Array unpackbits(Operand x, UnpackbitsOptions options = {});

}  // namespace espalier
