#include "elementwise.h"

#include <algorithm>

#include "../noise.h"

namespace espalier::test {

using namespace ir;

namespace {

// A number of the result from those at the same place, whatever the shape.
template <class F> Exact pointwise(F f) {
  return [f](const std::vector<Numbers>& x) {
    Numbers out = blank(x[0].shape);
    std::vector<long double> at(x.size());
    for (std::int64_t i = 0; i < out.size(); ++i) {
      for (std::size_t o = 0; o < x.size(); ++o) at[o] = x[o][i];
      out[i] = f(at);
    }
    return std::vector{out};
  };
}

// The same of complex numbers; of a result that is real, its real part.
Exact of_parts(Op op, const std::function<std::complex<long double>(Complexes)>& f) {
  return [f, real = info(op).gives != Gives::same](const std::vector<Numbers>& x) {
    std::vector<std::vector<std::complex<long double>>> operands;
    for (const Numbers& parts : x) operands.push_back(complex_of(parts));
    std::vector<std::complex<long double>> out, at(x.size());
    for (std::size_t i = 0; i < operands[0].size(); ++i) {
      for (std::size_t o = 0; o < x.size(); ++o) at[o] = operands[o][i];
      out.push_back(f(at));
    }
    Ints shape = x[0].shape.extents();
    shape.pop_back();
    Numbers parts = parts_of(Shape(shape), out);
    if (!real) return std::vector{parts};
    Numbers reals = blank(Shape(shape));
    for (std::size_t i = 0; i < out.size(); ++i) reals.values[i] = out[i].real();
    return std::vector{reals};
  };
}

Exact exact_in(Op op, DType dtype, const Meaning& meaning) {
  if (is_complex(dtype)) return of_parts(op, meaning.complex);
  if (is_floating(dtype)) return pointwise([f = meaning.real](const std::vector<long double>& x) { return f(x); });
  if (is_bool(dtype)) {
    return pointwise([f = meaning.boolean](const std::vector<long double>& x) -> long double {
      bool values[3] = {};
      for (std::size_t i = 0; i < x.size(); ++i) values[i] = x[i] != 0;
      return f({values, x.size()}) ? 1 : 0;
    });
  }
  return pointwise([f = meaning.integer, dtype](const std::vector<long double>& x) {
    Int values[3] = {};
    for (std::size_t i = 0; i < x.size(); ++i) values[i] = static_cast<Int>(x[i]);
    return static_cast<long double>(wrapped(f({values, x.size()}, dtype), dtype));
  });
}

}  // namespace

Use elementwise_use(Op op, const std::string& name, std::vector<Type> operands, std::vector<Domain> domains) {
  domains.resize(operands.size());
  Use use{.op = op, .name = name, .operands = std::move(operands), .domains = std::move(domains)};
  use.flops = static_cast<double>(small.size());
  return use;
}

Row elementwise(Op op, std::vector<Domain> domains, const Meaning& meaning) {
  Row row;
  const auto n = static_cast<std::size_t>(info(op).operands.number);
  for (DType dtype : every_dtype()) {
    const bool taken = is_complex(dtype) ? static_cast<bool>(meaning.complex) : is_floating(dtype) ? static_cast<bool>(meaning.real)
                                                                                                   : (is_bool(dtype) ? static_cast<bool>(meaning.boolean) : static_cast<bool>(meaning.integer));
    if (!taken) continue;
    row.takes.push_back(dtype);
    Use use = elementwise_use(op, std::string(name(op)) + "_" + std::string(name(dtype)), std::vector<Type>(n, Type(dtype, small)), domains);
    if (has_arithmetic(dtype)) use.exact = exact_in(op, dtype, meaning);
    (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use));
  }
  return row;
}

}  // namespace espalier::test
