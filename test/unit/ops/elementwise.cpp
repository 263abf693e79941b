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

Exact exact_in(DType dtype, const Meaning& meaning) {
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
    const bool taken = is_inexact(dtype) ? static_cast<bool>(meaning.real) : (is_bool(dtype) ? static_cast<bool>(meaning.boolean) : static_cast<bool>(meaning.integer));
    if (!taken) continue;
    row.takes.push_back(dtype);
    Use use = elementwise_use(op, std::string(name(op)) + "_" + std::string(name(dtype)), std::vector<Type>(n, Type(dtype, small)), domains);
    if (has_arithmetic(dtype)) use.exact = exact_in(dtype, meaning);
    (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use));
  }
  return row;
}

}  // namespace espalier::test
