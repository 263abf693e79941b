#include <gtest/gtest.h>

#include "differences.h"

#include <cmath>

#include "espalier/ir/linearize.h"

namespace espalier::test {

namespace {

std::string number(long double x) {
  std::ostringstream text;
  text.precision(12);
  text << x;
  return text.str();
}

Literal stepped(const Literal& x, const Literal& along, double h) {
  std::vector<double> out;
  for (std::int64_t i = 0, n = numbers_shape(x.type).size(); i < n; ++i) out.push_back(static_cast<const double*>(x.data())[i] + h * static_cast<const double*>(along.data())[i]);
  return literal(x.type, out.data());
}

std::vector<Literal> evaluated_at(const Graph& graph, std::vector<Literal> at, const std::vector<bool>& active, const std::vector<Literal>& along, double h) {
  for (std::size_t i = 0, next = 0; i < at.size(); ++i)
    if (active[i]) at[i] = stepped(at[i], along[next++], h);
  return evaluated({graph, at});
}

}  // namespace

std::string tangents_wrong(const Graph& graph, const std::vector<Literal>& at, const std::vector<bool>& active, const std::vector<Literal>& along, bool zero) {
  const Jvp derivative = jvp(graph, active);
  if (auto invalid = verify(derivative.graph); !invalid.empty()) return "the derivative is no graph: " + invalid;
  const auto results = evaluated({derivative.graph, joined(at, along)});
  const std::size_t n = graph.outputs.size();
  if (auto differ = bits_differ({results.begin(), results.begin() + static_cast<std::ptrdiff_t>(n)}, evaluated({graph, at})); !differ.empty()) return "beside its derivative the value is another: " + differ;
  constexpr double h = 1e-3;
  std::vector<std::vector<Literal>> values;
  for (double step : {h, -h, 2 * h, -2 * h}) values.push_back(evaluated_at(graph, at, active, along, step));
  std::size_t next = n;
  for (std::size_t o = 0; o < n; ++o) {
    const Type type = graph.type_of(graph.outputs[o]);
    const bool has = derivative.output_active[o];
    if (!is_inexact(type.dtype())) {
      if (has) return "output " + std::to_string(o) + " is no number, and has a tangent";
      continue;
    }
    const Numbers tangent = has ? numbers_of(results[next++]) : blank(numbers_shape(type));
    const double tolerance = part_of(type.dtype()) == f64 ? 2e-8 : 1e-2;
    for (std::int64_t i = 0; i < tangent.size(); ++i) {
      const auto value = [&](std::size_t k) { return numbers_of(values[k][o])[i]; };
      const bool still = value(0) == value(1) && value(2) == value(3);  // infinities too
      const long double difference = zero || still ? 0 : (8 * (value(0) - value(1)) - (value(2) - value(3))) / (12 * h);
      if (!(std::fabs(tangent[i] - difference) <= tolerance * (1 + std::fabs(difference)))) {
        return "tangent " + std::to_string(i) + " of output " + std::to_string(o) + " is " + number(tangent[i]) + ", the difference " + number(difference);
      }
    }
  }
  return "";
}

std::string transpose_wrong(const Graph& graph, const std::vector<Literal>& at, const std::vector<bool>& active, const std::vector<Literal>& along) {
  const Jvp forward = jvp(graph, active);
  const Vjp reverse = vjp(graph, active);
  if (auto invalid = verify(reverse.graph); !invalid.empty()) return "the gradient is no graph: " + invalid;
  if (reverse.output_active != forward.output_active) return "forwards and backwards other outputs have derivatives";
  const std::size_t n = graph.outputs.size();
  const auto pushed = evaluated({forward.graph, joined(at, along)});
  std::vector<Literal> cotangents;
  bool single = false;
  for (std::size_t o = 0; o < n; ++o) {
    if (!forward.output_active[o]) continue;
    const Type type = graph.type_of(graph.outputs[o]);
    single = single || part_of(type.dtype()) == f32;
    cotangents.push_back(draw_direction(type, 100 + o));
  }
  const auto pulled = evaluated({reverse.graph, joined(at, cotangents)});
  if (pulled.size() != n + along.size()) return "there are " + std::to_string(pulled.size()) + " results of the gradient";
  long double left = 0, right = 0, size = 0;
  const auto add = [&](long double& sum, const Literal& x, const Literal& y) {
    // Of complex numbers it is the real part of their product, as JAX has cotangents.
    const Numbers a = numbers_of(x), b = numbers_of(y);
    for (std::int64_t i = 0; i < a.size(); ++i) sum += (is_complex(x.type.dtype()) && i % 2 == 1 ? -1 : 1) * a[i] * b[i], size += std::fabs(a[i] * b[i]);
  };
  for (std::size_t k = 0; k < cotangents.size(); ++k) add(left, cotangents[k], pushed[n + k]);
  for (std::size_t k = 0; k < along.size(); ++k) {
    if (pulled[n + k].type != along[k].type) return "cotangent " + std::to_string(k) + " is " + pulled[n + k].type.str() + ", its operand " + along[k].type.str();
    add(right, pulled[n + k], along[k]);
  }
  if (std::fabs(left - right) <= (single ? 1e-5 : 1e-12) * (size + 1e-3L)) return "";
  return "forwards the product is " + number(left) + ", backwards " + number(right);
}

}  // namespace espalier::test
