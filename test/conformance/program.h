#pragma once
// What a case computes, as a function of arrays written in the DSL, and that function as a graph.
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "oracle.h"

#include "espalier/dsl/array.h"
#include "espalier/ir/graph.h"

namespace espalier::conformance {

using Arrays = std::vector<Array>;
using Program = std::function<Arrays(const Arrays&)>;

/// Thrown where a case needs an op, a form of an op, or a dtype that there is no row for.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One row of a table: what an operation or a named program does with its inputs, given the attributes.
using Rule = Arrays (*)(const Json& attrs, const Arrays& x);
using Rules = std::map<std::string_view, Rule>;

/// Operations as jax.lax and jax.numpy name them.
const Rules& lax_rules();
/// Gather, scatter and index expressions.
const Rules& indexing_rules();
/// Windows, pooling and convolutions: of jax.lax, and as layers of family nn.
const Rules& window_rules();
const Rules& window_layer_rules();
/// The named programs of families grads and vmap, and those of family control.
const Rules& named_rules();
const Rules& collective_rules();
const Rules& control_rules();
/// Operations as jax.random names them.
const Rules& random_rules();
/// Functions as NumPy and jax.scipy name them.
const Rules& numpy_elementwise_rules();
const Rules& numpy_reduction_rules();
const Rules& numpy_array_rules();
/// The programs of family nn: activations, losses, schedules.
const Rules& nn_rules();
/// Its optimizers.
const Rules& optimizer_rules();
/// Layers of family nn.
const Rules& layer_rules();
const Rules& sequence_layer_rules();

/// Linear algebra, and its named programs of family grads. `output_count` among the attributes is that of the case.
const Rules& linalg_rules();

/// Fourier transforms.
const Rules& fourier_rules();

/// The function of a case: (inputs, tangents, cotangents) -> (outputs, jvp, vjp, hvp), each list as the case has it.
/// Unsupported if no table has its op, or a tensor's dtype has no arithmetic.
Program program_of(const Case& c, const std::string& family);

/// `attrs[name]` as a dtype: "float32" and so on. Unsupported if it has no arithmetic.
DType dtype_at(const Json& attrs, const char* name);
/// `attrs[name]` as a number; "inf", "-inf" and "nan" are strings.
double number_at(const Json& attrs, const char* name);

/// A program recorded for inputs of these types. Constants that it made on the way are further inputs.
struct Recorded {
  ir::Graph graph;
  std::vector<Tensor> constants;
};
Recorded record(const Program& program, const std::vector<ir::Type>& inputs);

}  // namespace espalier::conformance
