// Members of Array that are functions of it.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::ArrayAccess;

Array Array::as(DType dtype, Where where) const {
  where = detail::Caller::place_or(where);
  if (is_nothing()) (void)detail::materialise(*this, "as", where);
  return detail::located(where, "as", [&] {
    const Operand x(*this, where);
    // The op would ask the real part alone.
    return detail::to_dtype(dtype == bool_ && detail::is_complex(x) ? not_equal(x, 0) : *this, dtype, where);
  });
}
Array Array::to(Device device, Where where) const {
  if (device == Device{}) return *this;
  DeviceError error("to", "there is no device " + device.str(), "the device is cpu:0", where);
  error.device = device.str();
  throw error;
}
Array Array::T(Where where) const { return transpose(Operand(*this, where)); }
Array& Array::operator+=(Operand y) & { return *this = Operand(*this, y.where) + y; }
Array& Array::operator-=(Operand y) & { return *this = Operand(*this, y.where) - y; }
Array& Array::operator*=(Operand y) & { return *this = Operand(*this, y.where) * y; }
Array& Array::operator/=(Operand y) & { return *this = Operand(*this, y.where) / y; }

}  // namespace espalier
