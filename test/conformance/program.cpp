#include "program.h"

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform.h"

namespace espalier::conformance {
namespace {

using detail::ArrayAccess;

const std::map<std::string_view, DType> dtypes = {
    {"bool", bool_},
    {"int8", i8},
    {"int16", i16},
    {"int32", i32},
    {"int64", i64},
    {"uint8", u8},
    {"uint16", u16},
    {"uint32", u32},
    {"uint64", u64},
    {"float16", f16},
    {"bfloat16", bf16},
    {"float32", f32},
    {"float64", f64},
    {"complex64", c64},
    {"complex128", c128},
};

// Families share names (`logistic` is a function and a distribution), so each has tables of its own.
const std::map<std::string_view, std::vector<const Rules& (*)()>> tables = {
    {"unary", {lax_rules}},
    {"binary", {lax_rules}},
    {"structural", {lax_rules, indexing_rules, window_rules}},
    {"contraction", {lax_rules, window_rules}},
    {"grads", {lax_rules, indexing_rules, window_rules, named_rules, linalg_rules}},
    {"vmap", {lax_rules, indexing_rules, window_rules, named_rules, collective_rules}},
    {"control", {control_rules}},
    {"linalg", {linalg_rules, fourier_rules}},
    {"random", {random_rules}},
    {"numpy", {numpy_elementwise_rules, numpy_reduction_rules, numpy_array_rules}},
    {"nn", {nn_rules, optimizer_rules, layer_rules, sequence_layer_rules, window_layer_rules}},
};

Program rule_of(const Case& c, const std::string& family) {
  const auto table = tables.find(family);
  if (table == tables.end()) throw Unsupported("no table for family " + family);
  for (const auto& rules : table->second) {
    const auto found = rules().find(c.op);
    if (found == rules().end()) continue;
    Json attrs = c.attrs;
    if (rules == linalg_rules) attrs["output_count"] = c.outputs.size();
    return [rule = found->second, attrs](const Arrays& x) { return rule(attrs, x); };
  }
  throw Unsupported("no row for " + c.op);
}

// ---- the maps of a case -----------------------------------------------------------------------------------------------

AxisSpec axis_spec(const Json& axes) {
  if (axes.is_null()) return none;
  if (axes.is_number()) return axes.get<int>();
  AxisSpec spec = 0;
  spec.is_list = true;
  for (const Json& axis : axes) spec.list.push_back(axis_spec(axis));
  return spec;
}

Program mapped(Program f, const Json& in_axes, const Json& out_axes, const std::string& axis_name = "") {
  VmapOptions options;
  options.axis_name = axis_name;
  options.in_axes = axis_spec(Json::array({in_axes}));  // the one argument is the list of arrays
  options.out_axes = axis_spec(out_axes);
  return vmap(std::move(f), options);
}

// The gradient of sum(sin(f(x))) with respect to one operand.
Program gradient(Program f, std::size_t argnum) {
  return [f, argnum](const Arrays& x) {
    auto loss = [&](const Array& one) {
      Arrays all = x;
      all[argnum] = one;
      Array total = 0.0;
      for (const Array& y : f(all)) total = total + sum(sin(y));
      return total;
    };
    return Arrays{grad(loss)(x[argnum])};
  };
}

Program transformed(Program f, const Case& c) {
  if (c.transform.empty()) return f;
  const Json &in = c.mapping["in_axes"], &out = c.mapping["out_axes"];
  if (c.transform == "vmap") return mapped(f, in, out, c.mapping.value("axis_name", ""));
  if (c.transform == "vmap(vmap)") return mapped(mapped(f, in[1], out[1]), in[0], out[0]);
  const auto argnum = c.mapping.value("argnum", std::size_t{0});
  if (c.transform == "vmap(grad)") return mapped(gradient(f, argnum), in, out);
  if (c.transform == "grad(vmap)") return gradient(mapped(f, in, out), argnum);
  throw Unsupported("no transform " + c.transform);
}

// ---- derivatives ----------------------------------------------------------------------------------------------------

Arrays part(const Arrays& all, std::size_t first, std::size_t count) {
  return {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(first + count)};
}
Arrays chosen(const Arrays& all, const std::vector<std::size_t>& which) {
  Arrays result;
  for (std::size_t i : which) result.push_back(all[i]);
  return result;
}

Program differentiated(Program f, const Case& c) {
  if (c.tangents.empty() && c.cotangents.empty()) return f;
  return [f, wrt = c.diff_inputs, of = c.diff_outputs, n = c.inputs.size(), tangents = c.tangents.size(), cotangents = c.cotangents.size(),
          with_jvp = !c.jvp_outputs.empty(), with_vjp = !c.vjp_outputs.empty(), with_hvp = !c.hvp_outputs.empty()](const Arrays& all) {
    const Arrays x = part(all, 0, n), dx = part(all, n, tangents), bars = part(all, n + tangents, cotangents);
    const Arrays at = chosen(x, wrt);
    auto restricted = [&](const Arrays& active) {
      Arrays inputs = x;
      for (std::size_t i = 0; i < wrt.size(); ++i) inputs[wrt[i]] = active[i];
      return chosen(f(inputs), of);
    };
    auto pulled = [&](const Arrays& active) { return vjp(restricted, active).second(bars); };
    Arrays results = f(x);
    auto append = [&](const Arrays& more) { results.insert(results.end(), more.begin(), more.end()); };
    if (with_jvp) append(jvp(restricted, at, dx).second);
    if (with_vjp) append(pulled(at));
    if (with_hvp) append(jvp(pulled, at, dx).second);
    return results;
  };
}

}  // namespace

DType dtype_at(const Json& attrs, const char* name) {
  return dtypes.at(attrs.at(name).get<std::string>());
}

double number_at(const Json& attrs, const char* name) {
  const Json& value = attrs.at(name);
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

namespace {

// What is right to differ from: JAX 0.10.2 differentiates the extremum of windows that `clip` moves as if they were left out, where
// differences of its own function say otherwise.
void require_right(const Case& c) {
  const bool extremum = c.op == "scatter_min" || c.op == "scatter_max";
  if (extremum && c.transform.find("grad") != std::string::npos && c.attrs.value("mode", "") == "clip") throw Unsupported("JAX leaves out windows that clip moves when it differentiates " + c.op);
}

}  // namespace

Program program_of(const Case& c, const std::string& family) {
  require_right(c);
  return differentiated(transformed(rule_of(c, family), c), c);
}

Recorded record(const Program& program, const std::vector<ir::Type>& inputs) {
  Trace trace;
  Arrays x;
  for (ir::Type type : inputs) x.push_back(trace.input(type, false, {}));
  const Arrays results = program(x);
  Recorded recorded{trace.finish(detail::settle_outputs(trace, results, "conformance")), {}};
  for (const Array& constant : trace.captures()) {
    const bool literal = ArrayAccess::kind(constant) == ArrayAccess::Kind::literal;
    recorded.constants.push_back(literal ? ArrayAccess::literal(constant) : ir::literal(ArrayAccess::physical(constant), ArrayAccess::data(constant)));
  }
  return recorded;
}

}  // namespace espalier::conformance
