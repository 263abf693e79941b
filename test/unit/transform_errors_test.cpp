// What the errors of transforms say, word for word. A call operator that takes a pack cannot know its caller's place: there
// % stands for the call of vmap, grad or jit that made it.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

using namespace espalier;

namespace {

struct Net {
  std::vector<Array> layers;
  int depth = 1;
};
Array x2() { return {1., 2.}; }
Array x3() { return {1., 2., 3.}; }
const auto same = [](Array x) { return x; };

struct Row {
  const char* name;
  bool (*is_type)(const Error&);
  int line;
  void (*call)();
  const char* said;
};
template <class E> bool is(const Error& error) { return dynamic_cast<const E*>(&error) != nullptr; }

const Row rows[] = {
    {"loss_of_a_vector", is<DifferentiationError>, __LINE__, [] { grad([](Array x) { return x * 2; })(x2()); },
     "%: grad: the loss is f32[2] made at %, not a floating-point scalar\n  reduce it with sum or mean; for arrays use jacrev, jacfwd or vjp"},
    {"loss_of_integers", is<DifferentiationError>, __LINE__, [] { value_and_grad([](Array x) { return sum(x).as(i32); })(x2()); },
     "%: grad: the loss is i32[] made at %, not a floating-point scalar\n  reduce it with sum or mean; for arrays use jacrev, jacfwd or vjp"},
    {"jacobian_of_integers", is<DifferentiationError>, __LINE__, [] { jacrev([](Array x) { return x * 2; })(Array{1, 2}); },
     "%: jacrev: the argument is i32[2], which has no derivative\n  convert it with .as(f32)"},
    {"gradient_of_integers", is<DifferentiationError>, __LINE__, [] { grad([](Array x, Array y) { return sum(x * y); }, argnums<1>)(x2(), Array{1, 2}); },
     "%: grad: argument 1 is i32[2], which has no derivative\n  convert it with .as(f32), or name others with argnums"},
    {"tangent_shape", is<ShapeError>, __LINE__, [] { jvp(same, x2(), x3()); },
     "%: jvp: a tangent of f32[3] was given for a value of f32[2]\n  they must have one shape and dtype"},
    {"tangent_dtype", is<DTypeError>, __LINE__, [] { jvp(same, x2(), x2().as(f64)); },
     "%: jvp: a tangent of f64[2] was given for a value of f32[2]\n  they must have one shape and dtype"},
    {"tangent_structure", is<StructureError>, __LINE__, [] { jvp([](Net n) { return n.layers[0]; }, Net{{x2()}}, Net{{x2(), x2()}}); },
     "%: jvp: 2 tangents were given for 1 leaves\n  the tangent has the structure of the primal"},
    {"cotangent_shape", is<ShapeError>, __LINE__, [] { vjp(same, x2()).second(Array{1., 2., 3.}); },
     "%: vjp: a cotangent of f32[3] was given for a value of f32[2]\n  they must have one shape and dtype"},
    {"cotangent_structure", is<StructureError>, __LINE__, [] { vjp([](Array x) { return std::vector{x, x}; }, x2()).second({Array{1., 2.}}); },
     "%: vjp: 1 cotangents were given for 2 values\n  give a tree with the structure of the values"},
    {"linearized_structure", is<StructureError>, __LINE__, [] { linearize(same, x2()).second(x2(), x2()); },
     "%: linearize: 2 tangents were given for 1 leaves\n  the tangent has the structure of the primal"},
    {"mapped_sizes", is<ShapeError>, __LINE__, [] { vmap([](Array x, Array y) { return x * y; })(x2(), x3()); },
     "%: vmap: mapped axes differ in size: f32[2] has 2, axis 0 of f32[3] has 3\n  all mapped axes have one size; use none for what is not mapped"},
    {"axis_size", is<ShapeError>, __LINE__, [] { vmap(same, {.axis_size = 3})(x2()); },
     "%: vmap: mapped axes differ in size: axis_size is 3, axis 0 of f32[2] has 2\n  all mapped axes have one size; use none for what is not mapped"},
    {"in_axis", is<AxisError>, __LINE__, [] { vmap(same, {.in_axes = 1})(x2()); },
     "%: vmap: in axis 1 is out of range for f32[2]\n  axes count from 0, or from the end if negative"},
    {"out_axis", is<AxisError>, __LINE__, [] { vmap(same, {.out_axes = 2})(x2()); },
     "%: vmap: out axis 2 is out of range for f32[2]\n  axes count from 0, or from the end if negative"},
    {"nothing_mapped", is<ArgumentError>, __LINE__, [] { vmap(same, {.in_axes = none})(x2()); },
     "%: vmap: no argument is mapped, so the size of the axis is not known\n  map an argument by in_axes, or give axis_size"},
    {"unmapped_result", is<ArgumentError>, __LINE__, [] { vmap(same, {.out_axes = none})(x2()); },
     "%: vmap: out_axes is none for result 0, which depends on the mapped axis\n  give it an axis"},
    {"axes_per_argument", is<StructureError>, __LINE__, [] { vmap(same, {.in_axes = {0, 0}})(x2()); },
     "%: vmap: in_axes has 2 entries for 1 arguments\n  give one entry per argument, or one axis for all"},
    {"axes_of_a_tree", is<StructureError>, __LINE__, [] { vmap([](Net n) { return n.layers[0]; }, {.in_axes = {{{0, 0}}}})(Net{{x2()}}); },
     "%: vmap: the list of axes has 2 entries for 1 children\n  give one entry per child that is a tree"},
    {"axes_of_a_leaf", is<StructureError>, __LINE__, [] { vmap(same, {.in_axes = {{0}}})(x2()); },
     "%: vmap: a list of axes stands where the tree has one leaf\n  give an axis or none"},
    {"scan_carry", is<StructureError>, __LINE__, [] { scan([](Array c, Array x) { return std::pair{c + x, x}; }, zeros({}, i32), x2()); },
     "%: scan: carry 0 enters as i32[] and leaves as f32[]\n  the body must return its carry with the same shape and dtype"},
    {"scan_statics", is<StructureError>, __LINE__, [] { scan([](Net n, Array x) { return std::pair{Net{n.layers, n.depth + 1}, x}; }, Net{{x2()}}, x2()); },
     "%: scan: the carry enters and leaves with different structures: .depth: 1 -> 2\n  the body must return a carry like the one it takes"},
    {"scan_xs", is<ShapeError>, __LINE__, [] { scan([](Array c, std::pair<Array, Array> x) { return std::pair{c + x.first, x.second}; }, 0.0, std::pair{x3(), x2()}); },
     "%: scan: leading axes differ: f32[3] and f32[2]\n  all leaves of xs have one leading extent"},
    {"scan_scalar", is<ShapeError>, __LINE__, [] { scan([](Array c, Array x) { return std::pair{c + x, x}; }, 0.0, ones({})); },
     "%: scan: f32[] has no axis to loop over\n  capture what does not change, or give it a leading axis"},
    {"scan_length", is<ArgumentError>, __LINE__, [] { scan([](Array c) { return std::pair{c, c}; }, 0.0, none); },
     "%: scan: the number of rounds is not known\n  give xs or {.length = n}"},
    {"fori_carry", is<StructureError>, __LINE__, [] { fori_loop(0, 3, [](Array, Array c) { return stack({c, c}); }, x2()); },
     "%: fori_loop: carry 0 enters as f32[2] and leaves as f32[2,2]\n  the body must return its carry with the same shape and dtype"},
    {"cond_predicate", is<ShapeError>, __LINE__, [] { cond(x2() > 0, same, same, x2()); },
     "%: cond: the predicate is bool[2], not a scalar\n  reduce it with all or any; to choose element by element use where"},
    {"cond_results", is<StructureError>, __LINE__, [] { cond(true, same, [](Array x) { return x.as(f64); }, x2()); },
     "%: cond: branches differ in their results: f32[2] and f64[2]\n  make both branches return the same shapes and dtypes"},
    {"cond_structures", is<StructureError>, __LINE__, [] { cond(true, [](Array x) { return Net{{x}, 1}; }, [](Array x) { return Net{{x}, 2}; }, x2()); },
     "%: cond: branches return different structures: .depth: 1 -> 2\n  make all branches return one structure"},
    {"switch_without_branches", is<ArgumentError>, __LINE__, [] { switch_(0, std::vector<Array (*)(Array)>{}, x2()); },
     "%: switch_: there is no branch\n  give at least one"},
    {"switch_index", is<DTypeError>, __LINE__, [] { switch_(Array(1.f), std::tuple{same, same}, x2()); },
     "%: switch_: the index is f32[], not an integer scalar\n  convert it with .as(i32)"},
};

class TransformErrors : public testing::TestWithParam<Row> {};

TEST_P(TransformErrors, SayWhatIsWrongAndWhatToDo) {
  const Row& row = GetParam();
  std::string expected = row.said;
  const std::string place = std::string(__FILE__) + ":" + std::to_string(row.line);
  for (auto at = expected.find('%'); at != std::string::npos; at = expected.find('%', at + place.size())) expected.replace(at, 1, place);
  try {
    row.call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), expected);
    EXPECT_TRUE(row.is_type(error)) << "another type of error: " << typeid(error).name();
  }
}
INSTANTIATE_TEST_SUITE_P(All, TransformErrors, testing::ValuesIn(rows), [](const auto& test) { return std::string(test.param.name); });

}  // namespace
