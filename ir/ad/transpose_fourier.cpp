// Transposes of Fourier transforms. A transform's matrix is symmetric, so it is its own transpose. Cotangents multiply without a
// conjugate: of real lines, Re(sum_k ct_k w^(jk)) is what element j is handed.
#include "espalier/ir/ad/rules.h"

namespace espalier::ir {
namespace {

// How often each of the n / 2 + 1 elements of a real line's transform stands in the whole: twice but for the first, and the last of an even length.
Expr times_in_whole(const Expr& like, const FourierAttrs& a) {
  const int axis = like.ndim() + a.axis;
  const Expr at = convert(iota(*like.builder, like.type().with(i32), axis), part_of(like.dtype()));
  const Expr first = compare(at, Comparison::eq, full_like(at, 0)), twice = full_like(at, 2), once = full_like(at, 1);
  Expr times = select(first, once, twice);
  if (a.length % 2 == 0) times = select(compare(at, Comparison::eq, full_like(at, static_cast<double>(a.length / 2))), once, times);
  return convert(times, like.dtype());
}
Expr line(Op op, Expr x, FourierAttrs a, bool inverse) {
  a.inverse = inverse;
  return apply(op, {x}, a);
}

}  // namespace

std::vector<Tangent> transpose_fourier(Fourier op, const TransposeNode& n) {
  const auto& a = std::get<FourierAttrs>(n.attrs);
  const Expr ct = n.ct().expr;
  switch (op) {
    case Fourier::fft: return {line(Op::fft, ct, a, a.inverse)};
    case Fourier::rfft: return {line(Op::irfft, unary(Op::conj, ct) / times_in_whole(ct, a), a, true)};
    case Fourier::irfft: {
      const Expr back = line(Op::rfft, ct, a, false);
      return {unary(Op::conj, back) * times_in_whole(back, a)};
    }
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
