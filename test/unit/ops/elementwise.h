#pragma once
// Rows of elementwise ops: what is the same for all of them.
#include <cmath>
#include <utility>

#include "table.h"

namespace espalier::test {

using Reals = std::span<const long double>;
using Complexes = std::span<const std::complex<long double>>;
using Ints128 = std::span<const Int>;

/// The meaning of an elementwise op, number by number.
struct Meaning {
  std::function<long double(Reals)> real{};                ///< of floats; empty: it takes none
  std::function<Word(Ints128, DType)> integer{};           ///< of integers, up to a multiple of 2^128; empty: it takes none
  std::function<bool(std::span<const bool>)> boolean{};  ///< of bools; empty: it takes none
  /// Of complex numbers; of an op that gives real numbers or bools the real part. Empty: it takes none.
  std::function<std::complex<long double>(Complexes)> complex{};
};

/// Functions of long doubles, as meanings want them.
inline std::function<long double(Reals)> of(long double (*f)(long double)) {
  return [f](Reals x) { return f(x[0]); };
}
inline std::function<long double(Reals)> of(long double (*f)(long double, long double)) {
  return [f](Reals x) { return f(x[0], x[1]); };
}

/// Functions of complex numbers of the C++ library, as meanings want them.
inline std::function<std::complex<long double>(Complexes)> of(std::complex<long double> (*f)(const std::complex<long double>&)) {
  return [f](Complexes z) { return f(z[0]); };
}

/// Where floats, complex numbers, integers and bools mean something, the row has uses; every other dtype is refused.
Row elementwise(ir::Op op, std::vector<Domain> domains, const Meaning& meaning);
/// A use in one dtype, with attributes, of [2, 3] elements.
Use elementwise_use(ir::Op op, const std::string& name, std::vector<ir::Type> operands, std::vector<Domain> domains);
/// The shape of uses of elementwise ops.
inline const Shape small{2, 3};

}  // namespace espalier::test
