#include "espalier/dsl/transform/differentiate.h"

#include "espalier/dsl/transform/grad.h"

#include "espalier/ir/batch.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"

namespace espalier::detail {
namespace {

Array constant_array(ir::Type type, double value) {
  ir::Builder b;
  const ir::Value v = ir::full(b, type, value).value;
  return run(b.finish({&v, 1}), {}, {})[0];
}

ir::Graph only_output(const ir::Graph& graph, std::size_t output) {
  ir::Graph one = graph;
  one.outputs = {graph.outputs[output]};
  return ir::canonical(one);
}

}  // namespace

void require_like(std::span<const Array> given, std::span<const ir::Type> wanted, const char* op, const char* what, Where where) {
  const auto place = [&](std::size_t i) { return where.line() != 0 || i >= given.size() ? where : given[i].where(); };
  if (given.size() != wanted.size()) {
    throw StructureError(op, std::to_string(given.size()) + " " + what + "s were given for " + std::to_string(wanted.size()) + " values", "give a tree with the structure of the values", place(0));
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i].is_nothing() || (given[i].weak() && wanted[i].ndim() == 0)) continue;
    if (given[i].shape() == wanted[i].shape() && given[i].dtype() == wanted[i].dtype()) continue;
    const std::string message = std::string("a ") + what + " of " + ArrayAccess::type(given[i]).str() + " was given for a value of " + wanted[i].str();
    const char* hint = "they must have one shape and dtype";
    if (given[i].shape() != wanted[i].shape()) {
      ShapeError error(op, message, hint, place(i));
      error.shapes = {given[i].shape(), wanted[i].shape()};
      throw error;
    }
    DTypeError error(op, message, hint, place(i));
    error.dtypes = {given[i].dtype(), wanted[i].dtype()};
    throw error;
  }
}

std::vector<Array> outputs_and_gradients(const ir::Graph& graph, std::span<const Array> args, const std::vector<bool>& active) {
  return run(ir::value_and_gradient(graph, active), args, {});
}

Pushed push_forward(const ir::Graph& graph, std::span<const Array> args, const std::vector<bool>& active, std::span<const Array> tangents) {
  const ir::Jvp jvp = ir::jvp(graph, active);
  std::vector<Array> all(args.begin(), args.end());
  all.insert(all.end(), tangents.begin(), tangents.end());
  const auto results = run(jvp.graph, all, {});
  Pushed out;
  out.outputs.assign(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(graph.outputs.size()));
  std::size_t next = graph.outputs.size();
  for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
    const ir::Type type = graph.type_of(graph.outputs[o]);
    if (jvp.output_active[o]) out.tangents.push_back(results[next++]);
    else out.tangents.push_back(ir::is_inexact(type.dtype()) ? constant_array(type, 0) : Array());
  }
  return out;
}

std::vector<Array> Linearization::push(std::span<const Array> tangents) const {
  std::vector<Array> args = residuals;
  args.insert(args.end(), tangents.begin(), tangents.end());
  const auto results = run(linear, args, {});
  std::vector<Array> out;
  std::size_t next = 0;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (output_active[o]) out.push_back(results[next++]);
    else out.push_back(ir::is_inexact(outputs[o].dtype()) ? constant_array(outputs[o], 0) : Array());
  }
  return out;
}

std::vector<Array> Linearization::pull(std::span<const Array> cotangents) const {
  std::vector<Array> args = residuals;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (!output_active[o]) continue;
    const Array& given = cotangents[o];
    if (given.is_nothing()) args.push_back(constant_array(outputs[o], 0));
    else args.push_back(given.weak() ? given.as(outputs[o].dtype()) : given);
  }
  return run(ir::transpose(linear, static_cast<std::uint32_t>(residuals.size())), args, {});
}

Linearized linearize_at(const ir::Graph& graph, std::span<const Array> args, const std::vector<bool>& active) {
  ir::Linearized split = ir::linearize(graph, active);
  auto results = run(split.primal, args, {});
  Linearized out;
  const auto n = static_cast<std::ptrdiff_t>(graph.outputs.size());
  out.outputs.assign(results.begin(), results.begin() + n);
  out.at.residuals.assign(results.begin() + n, results.end());
  out.at.linear = std::move(split.linear);
  out.at.active = active;
  out.at.output_active = std::move(split.output_active);
  const auto inputs = graph.input_types();
  out.at.inputs.assign(inputs.begin(), inputs.end());
  out.at.outputs = graph.output_types();
  return out;
}

Linearization linear_at(const ir::Graph& graph, std::size_t n_linear, std::span<const Array> captures) {
  ir::Builder b;
  std::vector<ir::Value> inputs(graph.n_inputs);
  for (std::size_t i = n_linear; i < inputs.size(); ++i) inputs[i] = b.input(graph.type_of(static_cast<ir::Value>(i)));
  for (std::size_t i = 0; i < n_linear; ++i) inputs[i] = b.input(graph.type_of(static_cast<ir::Value>(i)));
  Linearization out;
  out.outputs = graph.output_types();
  std::vector<ir::Value> outputs;
  const auto values = b.splice(graph, inputs);
  for (std::size_t o = 0; o < values.size(); ++o) {
    out.output_active.push_back(ir::is_inexact(out.outputs[o].dtype()));
    if (out.output_active.back()) outputs.push_back(values[o]);
  }
  out.linear = b.finish(outputs);
  ir::require_linear(out.linear, static_cast<std::uint32_t>(captures.size()));
  out.residuals.assign(captures.begin(), captures.end());
  out.active.assign(n_linear, true);
  const auto types = graph.input_types();
  out.inputs.assign(types.begin(), types.end());
  return out;
}

std::vector<Array> tangent_arrays(std::span<const Array> primals, std::span<const Array> tangents, const std::vector<bool>& active, const char* op, Where where) {
  std::vector<Array> out;
  for (std::size_t i = 0; i < primals.size(); ++i) {
    if (!active[i]) continue;
    const ir::Type type = ArrayAccess::physical(primals[i]);
    if (tangents[i].is_nothing()) {
      out.push_back(constant_array(type, 0));
      continue;
    }
    require_like(tangents.subspan(i, 1), std::vector{ArrayAccess::type(primals[i])}, op, "tangent", where);
    out.push_back(tangents[i].weak() || primals[i].weak() ? tangents[i].as(type.dtype()) : tangents[i]);
  }
  return out;
}

namespace {

// The identity over the elements of a type, one row each: [size] + shape.
ir::Expr basis(ir::Builder& b, ir::Type type) {
  const std::int64_t n = type.size();
  const ir::Type square(i32, Shape{n, n});
  const ir::Expr eye = ir::compare(ir::iota(b, square, 0), ir::Comparison::eq, ir::iota(b, square, 1));
  std::vector<std::int64_t> shape = type.shape().extents();
  shape.insert(shape.begin(), n);
  return ir::reshape(ir::convert(eye, type.dtype()), Shape(shape));
}

void require_floating(ir::Type type, const char* op, const char* what, Where where) {
  if (ir::is_floating(type.dtype())) return;
  if (ir::is_complex(type.dtype())) throw DifferentiationError(op, std::string("the ") + what + " is " + type.str() + ": its derivative need not be one complex number", "take the real and the imaginary part apart, or use jvp or vjp", where);
  throw DifferentiationError(op, std::string("the ") + what + " is " + type.str() + ", which has no derivative", "convert it with .as(f32)", where);
}

}  // namespace

Array jacobian_forward(const ir::Graph& graph, std::span<const Array> args, std::size_t input, std::size_t output) {
  const ir::Graph one = only_output(graph, output);
  const ir::Type x = one.type_of(static_cast<ir::Value>(input)), y = one.type_of(one.outputs[0]);
  require_floating(x, "jacfwd", "argument", {});
  require_floating(y, "jacfwd", "result", {});
  std::vector<bool> active(one.n_inputs, false);
  active[input] = true;
  const ir::Jvp jvp = ir::jvp(one, active, {true});
  ir::Graph tangent_only = jvp.graph;
  tangent_only.outputs = {jvp.graph.outputs[1]};
  std::vector<bool> batched(one.n_inputs + 1, false);
  batched.back() = true;
  const ir::Batched pushed = ir::batch(ir::canonical(tangent_only), batched, x.size(), {true});
  ir::Builder b;
  std::vector<ir::Value> inputs;
  for (ir::Type type : one.input_types()) inputs.push_back(b.input(type));
  inputs.push_back(basis(b, x).value);
  ir::Expr columns{&b, b.splice(pushed.graph, inputs)[0]};  // [x.size] + y.shape
  ir::Ints order;
  for (int i = 1; i <= y.ndim(); ++i) order.push_back(i);
  order.push_back(0);
  std::vector<std::int64_t> shape = y.shape().extents();
  shape.insert(shape.end(), x.shape().begin(), x.shape().end());
  const ir::Value result = ir::reshape(ir::transpose(columns, order), Shape(shape)).value;
  return run(b.finish({&result, 1}), args, {})[0];
}

Array jacobian_reverse(const ir::Graph& graph, std::span<const Array> args, std::size_t input, std::size_t output) {
  const ir::Graph one = only_output(graph, output);
  const ir::Type x = one.type_of(static_cast<ir::Value>(input)), y = one.type_of(one.outputs[0]);
  require_floating(x, "jacrev", "argument", {});
  require_floating(y, "jacrev", "result", {});
  std::vector<std::int64_t> shape = y.shape().extents();
  shape.insert(shape.end(), x.shape().begin(), x.shape().end());
  std::vector<bool> active(one.n_inputs, false);
  active[input] = true;
  const ir::Vjp vjp = ir::vjp(one, active);
  if (!vjp.output_active[0]) return constant_array(ir::Type(x.dtype(), Shape(shape)), 0);
  ir::Graph cotangent_only = vjp.graph;
  cotangent_only.outputs = {vjp.graph.outputs[1]};
  std::vector<bool> batched(one.n_inputs + 1, false);
  batched.back() = true;
  const ir::Batched pulled = ir::batch(ir::canonical(cotangent_only), batched, y.size(), {true});
  ir::Builder b;
  std::vector<ir::Value> inputs;
  for (ir::Type type : one.input_types()) inputs.push_back(b.input(type));
  inputs.push_back(basis(b, y).value);
  const ir::Expr rows{&b, b.splice(pulled.graph, inputs)[0]};  // [y.size] + x.shape
  const ir::Value result = ir::reshape(rows, Shape(shape)).value;
  return run(b.finish({&result, 1}), args, {})[0];
}

}  // namespace espalier::detail
