// The parts of complex numbers.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
using detail::is_complex;
using ir::Op;

void detail::require_real(const Operand& x, const char* name) {
  if (!is_complex(x)) return;
  DTypeError error(name, "takes real numbers, not " + ArrayAccess::type(x.array).str(), "compute with real(x), imag(x) or abs(x)", Caller::place_or(x.where));
  error.dtypes = {x.array.dtype()};
  throw error;
}

Array real(Operand x) { return is_complex(x) ? detail::elementwise(Op::real, {x}, {}, "real") : +x; }
Array imag(Operand x) {
  if (is_complex(x)) return detail::elementwise(Op::imag, {x}, {}, "imag");
  return called_at(x.where, "imag", [&] { return x.array.weak() ? (ir::is_floating(x.array.dtype()) ? Array(0.0, x.where) : Array(0, x.where)) : zeros_like(x); });
}
Array conj(Operand x) { return is_complex(x) ? detail::elementwise(Op::conj, {x}, {}, "conj") : +x; }
Array angle(Operand x) {
  return called_at(x.where, "angle", [&] { return atan2(imag(x), real(x)); });
}
Array complex(Operand re, Operand im) { return detail::elementwise_float(Op::complex, {re, im}, "complex"); }

}  // namespace espalier
