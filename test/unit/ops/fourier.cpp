// Rows of Fourier transforms: their results are those of the definition, summed in long double.
#include <cmath>
#include <complex>
#include <numbers>

#include "espalier/ir/builder.h"
#include "table.h"

namespace espalier::test {

using namespace ir;

namespace {

using Number = std::complex<long double>;

Number at(const Numbers& x, bool pairs, std::int64_t k) { return pairs ? Number(x[2 * k], x[2 * k + 1]) : Number(x[k], 0); }

// The elements of a whole line, of which a real one's transform gives no more than half.
std::vector<Number> whole_line(Fourier op, const FourierAttrs& a, const std::vector<Number>& x) {
  if (op != Fourier::irfft) return x;
  std::vector<Number> whole(static_cast<std::size_t>(a.length));
  for (std::size_t k = 0; k < x.size(); ++k) {
    const bool own = k == 0 || 2 * k == whole.size();  // of the element and its conjugate's place, which are one
    whole[k] = own ? Number(x[k].real(), 0) : x[k];
    if (!own) whole[whole.size() - k] = std::conj(x[k]);
  }
  return whole;
}
Number element(const std::vector<Number>& x, std::int64_t k, bool inverse) {
  Number sum = 0;
  const auto n = static_cast<std::int64_t>(x.size());
  for (std::int64_t j = 0; j < n; ++j) {
    const long double angle = 2 * std::numbers::pi_v<long double> * static_cast<long double>(j * k % n) / static_cast<long double>(n);
    sum += x[static_cast<std::size_t>(j)] * std::polar(1.0L, inverse ? angle : -angle);
  }
  return sum;
}

Equations definition(Fourier op, const FourierAttrs& a) {
  return [=](const std::vector<Literal>& operands, const std::vector<Literal>& results) -> std::string {
    const Type from = operands[0].type, to = results[0].type;
    const Numbers x = numbers_of(operands[0]), y = numbers_of(results[0]);
    const int axis = from.ndim() + a.axis;
    std::int64_t outer = 1, inner = 1;
    for (int i = 0; i < axis; ++i) outer *= from.shape()[i];
    for (int i = axis + 1; i < from.ndim(); ++i) inner *= from.shape()[i];
    const std::int64_t have = from.shape()[axis], gives = to.shape()[axis];
    const long double unit = part_of(to.dtype()) == f32 ? 0x1p-24L : 0x1p-53L;
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t c = 0; c < inner; ++c) {
        std::vector<Number> line;
        long double norm = 0;
        for (std::int64_t j = 0; j < have; ++j) line.push_back(at(x, is_complex(from.dtype()), (o * have + j) * inner + c));
        line = whole_line(op, a, line);
        for (const Number& v : line) norm += std::norm(v);
        // Errors of the stages add up like their number, and each is one of the line's length in the Euclidean sense.
        const long double bound = 4 * unit * (2 + std::log2(static_cast<long double>(a.length))) * std::sqrt(norm * static_cast<long double>(a.length));
        for (std::int64_t k = 0; k < gives; ++k) {
          const Number want = element(line, k, op == Fourier::irfft || a.inverse), got = at(y, is_complex(to.dtype()), (o * gives + k) * inner + c);
          if (!(std::abs(got - want) <= bound)) return "element " + std::to_string(k) + " of a line of " + std::to_string(a.length) + " is off by " + std::to_string(static_cast<double>(std::abs(got - want) / bound)) + " bounds";
        }
      }
    }
    return "";
  };
}

struct Way {
  std::string name;
  Ints shape;  // of the whole lines
  FourierAttrs attrs;
};
std::vector<Way> ways() {
  return {{"power_of_2", {8}, {-1, 8, false}}, {"inverse", {3, 6}, {-1, 6, true}}, {"first_axis", {5, 3}, {-2, 5, false}}, {"middle_axis", {2, 12, 2}, {-2, 12, true}}, {"prime", {2, 37}, {-1, 37, false}}, {"point", {3, 1}, {-1, 1, false}}, {"none", {0, 4}, {-1, 4, false}}};
}
bool complex_operand(Fourier op) { return op != Fourier::rfft; }

}  // namespace

Row describe(Fourier op) {
  Row row;
  for (DType part : {f32, f64}) {
    const DType t = complex_operand(op) ? ir::complex_of(part) : part;
    for (Way way : ways()) {
      if (op != Fourier::fft) way.attrs.inverse = op == Fourier::irfft;
      if (op == Fourier::irfft) way.shape[way.shape.size() + static_cast<std::size_t>(way.attrs.axis)] = way.attrs.length / 2 + 1;
      Use use{.op = op, .name = std::string(name(Op(op))) + "_" + std::string(name(part)) + "_" + way.name, .attrs = way.attrs};
      use.operands = {Type(t, Shape(way.shape))};
      use.domains = {Domain{.f32 = {-2, 2}, .f64 = {-2, 2}}};
      use.equations = definition(op, way.attrs);
      use.flops = static_cast<double>(infer(use.op, use.attrs, use.operands)[0].size());
      row.uses.push_back(std::move(use));
    }
  }
  const FourierAttrs four{-1, 4, op == Fourier::irfft};
  const Ints line = {op == Fourier::irfft ? 3 : 4};
  for (DType t : every_dtype()) {
    const bool taken = complex_operand(op) ? is_complex(t) : t == f32 || t == f64;
    if (!taken) row.wrong.push_back({std::string(name(t)), Refusal::dtype, {Type(t, Shape(line))}, four});
  }
  const DType t = complex_operand(op) ? c64 : f32;
  FourierAttrs beyond = four, none = four;
  beyond.axis = -2, none.length = 0;
  row.wrong.push_back({"an axis that is not there", Refusal::axis, {Type(t, Shape(line))}, beyond});
  row.wrong.push_back({"another length", Refusal::shape, {Type(t, {7})}, four});
  row.wrong.push_back({"no points", Refusal::argument, {Type(t, Shape(line))}, none});
  return row;
}

}  // namespace espalier::test
