// Every op that a function of the DSL records carries the place of the user's call, not one inside the library.
#include <espalier/espalier.h>
#include <gtest/gtest.h>

#include "espalier/dsl/trace.h"

namespace espalier::test {
namespace {

struct Row {
  const char* name;
  std::function<Array(Array)> f;  // of a f32[4,4]
};

const Row rows[] = {
    // operators and functions, composed ones above all
    {"x * 2 + 1", [](Array x) { return x * 2 + 1; }}, {"1 / -x", [](Array x) { return 1 / -x; }},
    {"trunc", [](Array x) { return trunc(x); }}, {"log10", [](Array x) { return log10(x); }}, {"log2", [](Array x) { return log2(x); }},
    {"reciprocal", [](Array x) { return reciprocal(x); }}, {"square", [](Array x) { return square(x); }},
    {"sinc", [](Array x) { return sinc(x); }}, {"deg2rad", [](Array x) { return deg2rad(x); }}, {"rad2deg", [](Array x) { return rad2deg(x); }},
    {"isnan", [](Array x) { return isnan(x); }}, {"isinf", [](Array x) { return isinf(x); }}, {"signbit", [](Array x) { return signbit(x); }},
    {"logical_not", [](Array x) { return logical_not(x); }}, {"floor_divide", [](Array x) { return floor_divide(x, 2); }},
    {"mod", [](Array x) { return mod(x, 2); }}, {"divmod", [](Array x) { return divmod(x, 2).second; }},
    {"pow", [](Array x) { return pow(x, 3); }}, {"float_power", [](Array x) { return float_power(x, 2); }},
    {"fmax", [](Array x) { return fmax(x, 0); }}, {"fmin", [](Array x) { return fmin(x, 0); }}, {"hypot", [](Array x) { return hypot(x, 1); }},
    {"copysign", [](Array x) { return copysign(x, -1); }}, {"logaddexp", [](Array x) { return logaddexp(x, 0); }},
    {"logaddexp2", [](Array x) { return logaddexp2(x, 0); }}, {"heaviside", [](Array x) { return heaviside(x, 0.5); }},
    {"polygamma", [](Array x) { return polygamma(1, x); }}, {"xlogy", [](Array x) { return xlogy(x, x); }},
    {"xlog1py", [](Array x) { return xlog1py(x, x); }}, {"entr", [](Array x) { return entr(x); }},
    {"kl_div", [](Array x) { return kl_div(x, x); }}, {"rel_entr", [](Array x) { return rel_entr(x, x); }},
    {"logical_and", [](Array x) { return logical_and(x, 1); }}, {"where", [](Array x) { return where(x > 0, x, 0); }},
    {"clip", [](Array x) { return clip(x, 0, 1); }}, {"isclose", [](Array x) { return isclose(x, 1); }},
    {"nan_to_num", [](Array x) { return nan_to_num(x); }},
    // activations
    {"relu", [](Array x) { return relu(x); }}, {"relu6", [](Array x) { return relu6(x); }}, {"sigmoid", [](Array x) { return sigmoid(x); }},
    {"silu", [](Array x) { return silu(x); }}, {"mish", [](Array x) { return mish(x); }}, {"softplus", [](Array x) { return softplus(x); }},
    {"soft_sign", [](Array x) { return soft_sign(x); }}, {"gelu", [](Array x) { return gelu(x); }},
    {"gelu_exact", [](Array x) { return gelu_exact(x); }}, {"selu", [](Array x) { return selu(x); }},
    {"hard_tanh", [](Array x) { return hard_tanh(x); }}, {"hard_sigmoid", [](Array x) { return hard_sigmoid(x); }},
    {"hard_silu", [](Array x) { return hard_silu(x); }}, {"log_sigmoid", [](Array x) { return log_sigmoid(x); }},
    {"leaky_relu", [](Array x) { return leaky_relu(x); }}, {"elu", [](Array x) { return elu(x); }}, {"celu", [](Array x) { return celu(x); }},
    {"glu", [](Array x) { return glu(x); }}, {"softmax", [](Array x) { return softmax(x); }},
    {"log_softmax", [](Array x) { return log_softmax(x); }}, {"standardize", [](Array x) { return standardize(x); }},
    {"masked softmax", [](Array x) { return softmax(x, {.where = x > 0}); }},
    // reductions
    {"sum", [](Array x) { return sum(x); }}, {"mean", [](Array x) { return mean(x, 0); }}, {"any", [](Array x) { return any(x); }},
    {"count_nonzero", [](Array x) { return count_nonzero(x); }}, {"ptp", [](Array x) { return ptp(x); }},
    {"var", [](Array x) { return var(x, {.axis = 1}); }}, {"std", [](Array x) { return std(x); }},
    {"average", [](Array x) { return average(x, {.weights = x}); }}, {"logsumexp", [](Array x) { return logsumexp(x); }},
    {"norm", [](Array x) { return norm(x); }}, {"argmax", [](Array x) { return argmax(x); }}, {"nansum", [](Array x) { return nansum(x); }},
    {"nanprod", [](Array x) { return nanprod(x); }}, {"nanmax", [](Array x) { return nanmax(x); }}, {"nanmean", [](Array x) { return nanmean(x); }},
    {"nanargmin", [](Array x) { return nanargmin(x); }}, {"cumsum", [](Array x) { return cumsum(x); }},
    {"cumlogsumexp", [](Array x) { return cumlogsumexp(x); }},
    // products
    {"matmul", [](Array x) { return matmul(x, x); }}, {"vdot", [](Array x) { return vdot(x, x); }}, {"inner", [](Array x) { return inner(x, x); }},
    {"outer", [](Array x) { return outer(x, x); }}, {"tensordot", [](Array x) { return tensordot(x, x, 1); }},
    {"vecdot", [](Array x) { return vecdot(x, x); }}, {"einsum", [](Array x) { return einsum("ij,jk->ik", x, x); }},
    {"einsum of one", [](Array x) { return einsum("ii->i", x); }},
    // shapes
    {"full_like", [](Array x) { return full_like(x, 2) + x; }}, {"eye", [](Array x) { return x + eye(4); }}, {"tri", [](Array x) { return x * tri(4); }},
    {"linspace", [](Array x) { return x + linspace(0, 1, 4); }}, {"geomspace", [](Array x) { return x + geomspace(1, 8, 4); }},
    {"arange", [](Array x) { return x + arange(4); }}, {"arange of floats", [](Array x) { return x + arange(0.5, 4.5); }},
    {"identity", [](Array x) { return x + identity(4); }}, {"one_hot", [](Array x) { return one_hot(x.as(i32), 3); }},
    {"swapaxes", [](Array x) { return swapaxes(x, 0, 1); }}, {"moveaxis", [](Array x) { return moveaxis(x, 0, 1); }},
    {"expand_dims", [](Array x) { return expand_dims(x, 0); }}, {"stack", [](Array x) { return stack({x, x}); }},
    {"dstack", [](Array x) { return dstack({x, x}); }}, {"split", [](Array x) { return split(x, 2)[1]; }},
    {"unstack", [](Array x) { return unstack(x)[1]; }}, {"pad", [](Array x) { return pad(x, {{1, 1}, {0, 0}}); }},
    {"flip", [](Array x) { return flip(x); }}, {"roll", [](Array x) { return roll(x, 1); }}, {"tile", [](Array x) { return tile(x, {2, 2}); }},
    {"repeat", [](Array x) { return repeat(x, 2); }}, {"tril", [](Array x) { return tril(x); }}, {"triu", [](Array x) { return triu(x, 1); }},
    {"dynamic_index", [](Array x) { return dynamic_index(x, sum(x).as(i32)); }}, {"x[1]", [](Array x) { return x[1]; }},
};

class Place : public testing::TestWithParam<Row> {};

TEST_P(Place, IsTheUsers) {
  Trace trace;
  const Array x = trace.input(ir::Type(f32, {4, 4}), false, Where::current());
  const Array y = GetParam().f(x);
  const ir::Value value = trace.value_of(y, "test", Where::current());
  for (const ir::Node& node : trace.finish({&value, 1}).nodes) {
    EXPECT_STREQ(node.loc.file, __FILE__) << name(node.op) << " at line " << node.loc.line;
  }
}

std::string plain(const testing::TestParamInfo<Row>& info) {
  std::string text = std::to_string(info.index) + "_" + info.param.name;
  std::replace_if(text.begin(), text.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return text;
}
INSTANTIATE_TEST_SUITE_P(Functions, Place, testing::ValuesIn(rows), plain);

}  // namespace
}  // namespace espalier::test
