#include "goldens.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <sstream>

#include "../data_file.h"
#include "espalier/ir/half.h"

namespace espalier::test {

using namespace ir;

namespace {

struct Polygamma {
  std::vector<double> order, x;
  std::vector<long double> value, scale;
};

long double scale_of(double order, double x, long double value) {
  if (order == 0) return std::max(std::fabs(value), 1.0L);
  // At half-integers terms cancel exactly.
  const bool cancels = x < 0 && std::fmod(order, 2) == 0 && std::fabs(x - std::floor(x)) != 0.5;
  return cancels ? std::max(std::fabs(value), std::tgamma(static_cast<long double>(order) + 1) * std::pow(static_cast<long double>(std::fabs(x - std::nearbyint(x))), static_cast<long double>(-order - 1))) : std::fabs(value);
}

// Whether the dtype has the number: of the arguments, halves have few.
bool holds(DType dtype, double x) { return dtype == f16 ? static_cast<double>(Float16(x)) == x : (dtype == bf16 ? static_cast<double>(BFloat16(x)) == x : true); }

Polygamma read_polygamma(DType dtype, bool digamma_only) {
  Polygamma out;
  std::ifstream file = data_file("polygamma.txt");
  for (std::string line, order, x, value; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream(line) >> order >> x >> value;
    if ((digamma_only && order != "0") || !holds(dtype, std::stod(order)) || !holds(dtype, std::stod(x))) continue;
    out.order.push_back(std::stod(order));
    out.x.push_back(std::stod(x));
    out.value.push_back(std::stold(value));
    out.scale.push_back(scale_of(out.order.back(), out.x.back(), out.value.back()));
  }
  return out;
}

Literal literal_of(DType dtype, const std::vector<double>& values) {
  const Type type(dtype, {static_cast<std::int64_t>(values.size())});
  if (is_half(dtype)) {
    std::vector<std::byte> bytes;
    for (double v : values) {
      const Literal one = scalar_literal(dtype, v);
      bytes.insert(bytes.end(), one.bytes->begin(), one.bytes->end());
    }
    return literal(type, bytes.data());
  }
  const std::vector<float> singles(values.begin(), values.end());
  return dtype == f32 ? literal(type, singles.data()) : literal(type, values.data());
}

}  // namespace

std::shared_ptr<const Golden> digamma_goldens(DType dtype) {
  const Polygamma p = read_polygamma(dtype, true);
  return std::make_shared<const Golden>(Golden{{literal_of(dtype, p.x)}, {{{static_cast<std::int64_t>(p.x.size())}, p.value, p.scale}}});
}

std::shared_ptr<const Golden> polygamma_goldens(DType dtype) {
  const Polygamma p = read_polygamma(dtype, false);
  return std::make_shared<const Golden>(Golden{{literal_of(dtype, p.order), literal_of(dtype, p.x)}, {{{static_cast<std::int64_t>(p.x.size())}, p.value, p.scale}}});
}

namespace {
long double special_scale(Op op, std::span<const double> x, long double value) {
  if (op == Op::zeta || op == Op::random_gamma_grad) return std::fabs(value);
  const long double scale = std::fabs(value) * (1 + std::fabs(std::log(std::fabs(value))));
  return op == Op::betainc && x[2] >= (x[0] + 1) / (x[0] + x[1] + 2) ? std::max(scale, 1.0L) : scale;
}
}  // namespace

std::shared_ptr<const Golden> special_goldens(Op op, DType dtype) {
  const auto count = static_cast<std::size_t>(info(op).operands.number);
  std::vector<std::vector<double>> operands(count);
  Numbers result;
  std::ifstream file = data_file("special_functions.txt");
  for (std::string line, function, word; std::getline(file, line);) {
    std::istringstream words(line);
    words >> function;
    if (function != name(op)) continue;
    std::vector<double> x;
    for (std::size_t i = 0; i < count; ++i) words >> word, x.push_back(std::stod(word));
    words >> word;
    if (!std::all_of(x.begin(), x.end(), [&](double v) { return holds(dtype, v); })) continue;
    for (std::size_t i = 0; i < count; ++i) operands[i].push_back(x[i]);
    result.values.push_back(std::stold(word));
    result.scale.push_back(special_scale(op, x, result.values.back()));
  }
  result.shape = Shape(static_cast<std::int64_t>(result.values.size()));
  Golden golden{{}, {result}};
  for (const auto& x : operands) golden.operands.push_back(literal_of(dtype, x));
  return std::make_shared<const Golden>(std::move(golden));
}

std::shared_ptr<const Golden> threefry_goldens() {
  const Type type(u32, {3});
  const std::uint32_t key0[] = {0, 0xffffffff, 0x13198a2e}, key1[] = {0, 0xffffffff, 0x03707344};
  const std::uint32_t counter0[] = {0, 0xffffffff, 0x243f6a88}, counter1[] = {0, 0xffffffff, 0x85a308d3};
  return std::make_shared<const Golden>(Golden{{literal(type, key0), literal(type, key1), literal(type, counter0), literal(type, counter1)},
                                               {{{3}, {0x6b200159, 0x1cb996fc, 0xc4923a9c}}, {{3}, {0x99ba4efe, 0xbb002be7, 0x483df7a0}}}});
}

}  // namespace espalier::test
