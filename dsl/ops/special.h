#pragma once
// Special functions that are compositions of others: Bessel's, and those of the normal distribution and of the gamma function. Dtypes are
// those of elementwise.h; DTypeError for complex numbers.
#include "espalier/dsl/array.h"

namespace espalier {

Array i0(Operand x);   ///< I0(x), the modified Bessel function of the first kind (DLMF 10.25)
Array i0e(Operand x);  ///< exp(-|x|) I0(x)
Array i1e(Operand x);  ///< exp(-|x|) I1(x), which has the sign of x
Array logit(Operand p);     ///< log(p / (1 - p)), the inverse of `sigmoid`; NaN outside [0, 1]
Array ndtr(Operand x);      ///< the normal distribution function, exact for x far below 0
Array log_ndtr(Operand x);  ///< log(ndtr(x)), also where ndtr(x) is less than any number
/// The inverse of `ndtr`, also of numbers near 0: minus infinity of 0, infinity of 1, NaN outside [0, 1].
Array ndtri(Operand p);
Array betaln(Operand a, Operand b);  ///< log |B(a, b)|: lgamma(a) + lgamma(b) - lgamma(a + b)
/// The logarithm of the multivariate gamma function: d (d - 1) / 4 log π + the sum of lgamma(a - j / 2) over j from 0 to d - 1.
/// ArgumentError for a d below 1.
Array multigammaln(Operand a, std::int64_t d);

}  // namespace espalier
