#include "espalier/dsl/transform/batching.h"

#include "espalier/ir/batch.h"
#include "espalier/ir/expr.h"

namespace espalier::detail {
namespace {

int normalised(std::int64_t axis, int ndim, const char* what, ir::Type type) {
  const std::int64_t n = axis < 0 ? axis + ndim : axis;
  if (n >= 0 && n < ndim) return static_cast<int>(n);
  AxisError error("vmap", std::string(what) + " axis " + std::to_string(axis) + " is out of range for " + type.str(), "axes count from 0, or from the end if negative");
  error.axis = axis;
  error.ndim = ndim;
  throw error;
}

ir::Expr move_axis(ir::Expr x, int from, int to) {
  if (from == to) return x;
  ir::Ints order;
  for (int i = 0; i < x.ndim(); ++i)
    if (i != from) order.push_back(i);
  order.insert(order.begin() + to, from);
  return ir::transpose(x, order);
}

}  // namespace

Examples examples_of(std::span<const Array> leaves, std::vector<MaybeAxis> axes, std::int64_t axis_size) {
  Examples out;
  out.axes = std::move(axes);
  std::optional<std::int64_t> size;
  ir::Type sized_by;
  if (axis_size < 0) throw ArgumentError("vmap", "axis_size is " + std::to_string(axis_size), "it is a number of examples: 0 or more");
  if (axis_size > 0) size = axis_size;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const ir::Type type = ArrayAccess::kind(leaves[i]) == ArrayAccess::Kind::donated ? ArrayAccess::type(materialise(leaves[i], "vmap", {})) : ArrayAccess::type(leaves[i]);
    Input input{type, leaves[i].weak(), leaves[i].where()};
    if (out.axes[i]) {
      const int axis = normalised(*out.axes[i], type.ndim(), "in", type);
      out.axes[i] = axis;
      std::vector<std::int64_t> shape = type.shape().extents();
      if (size && *size != shape[axis]) {
        ShapeError error("vmap", "mapped axes differ in size: " + (sized_by ? sized_by.str() + " has " : std::string("axis_size is ")) + std::to_string(*size) + ", axis " + std::to_string(axis) + " of " + type.str() + " has " + std::to_string(shape[axis]), "all mapped axes have one size; use none for what is not mapped");
        if (sized_by) error.shapes = {sized_by.shape(), type.shape()};
        throw error;
      }
      size = shape[axis];
      sized_by = type;
      shape.erase(shape.begin() + axis);
      input.type = type.with(Shape(shape));
      input.weak = false;
    }
    out.inputs.push_back(input);
  }
  if (!size) throw ArgumentError("vmap", "no argument is mapped, so the size of the axis is not known", "map an argument by in_axes, or give axis_size");
  out.size = *size;
  return out;
}

std::vector<Array> run_batched(const ir::Graph& graph, std::span<const Array> args, const Examples& examples, std::span<const MaybeAxis> out, std::string_view axis_name) {
  std::vector<bool> flags(graph.n_inputs, false);
  for (std::size_t i = 0; i < examples.axes.size(); ++i) flags[i] = examples.axes[i].has_value();
  std::vector<bool> keep(graph.outputs.size());
  for (std::size_t o = 0; o < keep.size(); ++o) keep[o] = out[o].has_value();
  const ir::Batched batched = ir::batch(graph, flags, examples.size, keep, axis_name);
  ir::Builder b;
  std::vector<ir::Value> inputs;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const ir::Expr x{&b, b.input(ArrayAccess::physical(args[i]))};
    inputs.push_back(flags[i] ? move_axis(x, static_cast<int>(*examples.axes[i]), 0).value : x.value);
  }
  auto outputs = b.splice(batched.graph, inputs);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const ir::Type type = b.type(outputs[o]);
    if (!out[o]) {
      if (batched.output_batched[o]) throw ArgumentError("vmap", "out_axes is none for result " + std::to_string(o) + ", which depends on the mapped axis", "give it an axis");
      continue;
    }
    outputs[o] = move_axis({&b, outputs[o]}, 0, normalised(*out[o], type.ndim(), "out", type)).value;
  }
  return run(b.finish(outputs), args, {});
}

}  // namespace espalier::detail
