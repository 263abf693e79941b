// Of Fourier transforms.
#include "espalier/ir/infer/rules.h"
#include "espalier/ir/library.h"

namespace espalier::ir::inference {

Type infer(Fourier op, const Attrs& attrs, Types in) {
  const auto& a = std::get<FourierAttrs>(attrs);
  Type x = a.packed && info(Op(op)).takes == Takes::complex ? unpacked(in[0]) : in[0];
  require_dtype(op, {&x, 1});
  if (a.axis >= 0 || a.axis < -x.ndim()) fail_axis(op, a.axis, x);
  if (a.length < 1) fail_arguments(op, "a transform of " + std::to_string(a.length) + " points is none", "give a length of 1 or more");
  const std::int64_t have = x.shape()[a.axis], half = a.length / 2 + 1;
  const auto checked = [&](std::int64_t wanted) {
    if (have != wanted) fail_shapes(op, "axis " + std::to_string(a.axis) + " of " + x.str() + " has " + std::to_string(have) + " elements, not the " + std::to_string(wanted) + " of a line of " + std::to_string(a.length), in, "cut or pad the line first");
  };
  const auto with = [&](DType t, std::int64_t extent) {
    Ints shape = x.shape().extents();
    shape[static_cast<std::size_t>(x.ndim() + a.axis)] = extent;
    return Type(t, Shape(shape));
  };
  Type result;
  switch (op) {
    case Fourier::fft: checked(a.length), result = x; break;
    case Fourier::rfft: checked(a.length), result = with(complex_of(x.dtype()), half); break;
    case Fourier::irfft: checked(half), result = with(part_of(x.dtype()), a.length); break;
  }
  return a.packed ? packed(result) : result;
}

}  // namespace espalier::ir::inference
