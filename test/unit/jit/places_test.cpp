// Every error names a place of the user's: the file and line of the call, never one inside the library. One row per function
// that can fail in a way of its own; what the errors say is held word for word by the tests of errors.
#include <gtest/gtest.h>

#include "espalier/espalier.h"

using namespace espalier;

namespace {

struct Net {
  std::vector<Array> layers;
  int depth = 1;
};
struct Model {
  Parameter weight;
  std::vector<Parameter> more;
};
Array x2() { return {1., 2.}; }
Array x3() { return {1., 2., 3.}; }
Array x23() { return ones({2, 3}); }
Array i2() { return {1, 2}; }
Array nothing_there() { return {}; }
Array donated() {  // what was moved into a compiled call
  Array x = x2();
  (void)jit([](Array a) { return a + 1; })(std::move(x));
  return x;
}
Array escaped() {  // what is left where the error was caught
  Array leak;
  try {
    (void)vmap([&](Array x) { return leak = x * 2; })(x2());
  } catch (const EscapedValue&) {
  }
  return leak;
}
Net net(int depth = 1) { return {{x2()}, depth}; }
Model model() { return {ones({2}), {ones({2})}}; }
const auto same = [](Array x) { return x; };
const auto twice = [](Array x, Array) { return x; };
const auto add = [](Array x, Array y) { return x + y; };
const auto total = [](Array x) { return sum(x); };
const auto step = [](Array c, Array x) { return std::pair{c + x, x}; };
const auto first_layer = [](Net n) { return n.layers[0]; };

struct Row {
  const char* name;
  int line;
  void (*call)();
};

const Row rows[] = {
    // arrays
    {"shape_of_an_axis", __LINE__, [] { (void)x23().shape(2); }},
    {"shape_in_brackets", __LINE__, [] { (void)x23().shape()[2]; }},
    {"shape_in_brackets_from_the_end", __LINE__, [] { (void)x23().shape()[-3]; }},
    {"shape_far_beyond", __LINE__, [] { (void)x23().shape()[std::int64_t{1} << 32]; }},
    {"shape_beyond_all", __LINE__, [] { (void)Shape({2, 3})[UINT64_MAX]; }},
    {"shape_of_nothing", __LINE__, [] { (void)nothing_there().shape(); }},
    {"size_of_nothing", __LINE__, [] { (void)nothing_there().size(); }},
    {"nbytes_of_nothing", __LINE__, [] { (void)nothing_there().nbytes(); }},
    {"ndim_of_nothing", __LINE__, [] { (void)nothing_there().ndim(); }},
    {"dtype_of_nothing", __LINE__, [] { (void)nothing_there().dtype(); }},
    {"items_of_a_scalar", __LINE__, [] { for (Array x : ones({})) (void)x; }},
    {"item", __LINE__, [] { (void)x2().item<float>(); }},
    {"to_vector", __LINE__, [] { (void)donated().to_vector<float>(); }},
    {"as", __LINE__, [] { (void)Array().as(f32); }},
    {"data", __LINE__, [] { (void)Array(std::vector<float>{1, 2}, {3}); }},
    {"data_of_bools", __LINE__, [] { (void)Array(std::vector<bool>{true}, {2}); }},
    {"ragged", __LINE__, [] { (void)Array{{1., 2.}, {3.}}; }},
    {"plus", __LINE__, [] { (void)(x2() + x3()); }},
    {"plus_assign", __LINE__, [] { Array x = x2(); x += x3(); }},
    {"nothing", __LINE__, [] { (void)exp(nothing_there()); }},
    {"donated", __LINE__, [] { (void)sum(donated()); }},
    {"escaped", __LINE__, [] { (void)(escaped() + 1); }},
    {"index", __LINE__, [] { (void)x23()[2]; }},
    {"indices", __LINE__, [] { (void)x23()[{0, 3}]; }},
    {"slice", __LINE__, [] { (void)x2()[slice(0, 2, 0)]; }},
    {"at_get", __LINE__, [] { (void)x23().at(2).get(); }},
    {"at_set", __LINE__, [] { (void)x23().at(0).set(x2()); }},
    {"at_add", __LINE__, [] { (void)x23().at(5).add(1); }},
    {"at_apply", __LINE__, [] { (void)x23().at(5).apply(same); }},
    {"transpose_method", __LINE__, [] { (void)nothing_there().T(); }},
    // making arrays, and their shape
    {"arange", __LINE__, [] { (void)arange(0, 5, 0); }},
    {"iota", __LINE__, [] { (void)iota({2}, 1); }},
    {"linspace", __LINE__, [] { (void)linspace(x2(), x3()); }},
    {"linspace_axis", __LINE__, [] { (void)linspace(x2(), 1.0, 3, {.axis = 3}); }},
    {"full", __LINE__, [] { (void)full({3}, x2()); }},
    {"zeros_like", __LINE__, [] { (void)zeros_like(nothing_there()); }},
    {"full_like", __LINE__, [] { (void)full_like(x2(), x3()); }},
    {"one_hot", __LINE__, [] { (void)one_hot(i2(), 3, {.axis = 4}); }},
    {"meshgrid", __LINE__, [] { (void)meshgrid({x2()}, {.indexing = "no"}); }},
    {"reshape", __LINE__, [] { (void)reshape(x23(), {4}); }},
    {"ravel", __LINE__, [] { (void)ravel(nothing_there()); }},
    {"transpose", __LINE__, [] { (void)transpose(x23(), {0, 2}); }},
    {"swapaxes", __LINE__, [] { (void)swapaxes(x23(), 0, 2); }},
    {"moveaxis", __LINE__, [] { (void)moveaxis(x23(), 0, 2); }},
    {"moveaxis_counts", __LINE__, [] { (void)moveaxis(x23(), {0, 1}, 0); }},
    {"squeeze", __LINE__, [] { (void)squeeze(x23(), 0); }},
    {"expand_dims", __LINE__, [] { (void)expand_dims(x23(), 5); }},
    {"broadcast_to", __LINE__, [] { (void)broadcast_to(x2(), {3}); }},
    {"broadcast_arrays", __LINE__, [] { (void)broadcast_arrays({x2(), x3()}); }},
    {"broadcast_shapes", __LINE__, [] { (void)broadcast_shapes({2}, {3}); }},
    {"concatenate", __LINE__, [] { (void)concatenate({x23(), ones({2, 4})}); }},
    {"concatenate_nothing", __LINE__, [] { (void)concatenate({}); }},
    {"stack", __LINE__, [] { (void)stack({x2(), x3()}); }},
    {"stack_nothing", __LINE__, [] { (void)stack({}); }},
    {"hstack", __LINE__, [] { (void)hstack({x23(), x2()}); }},
    {"vstack", __LINE__, [] { (void)vstack({x2(), x3()}); }},
    {"dstack", __LINE__, [] { (void)dstack({x2(), x3()}); }},
    {"split", __LINE__, [] { (void)split(x3(), 2); }},
    {"unstack", __LINE__, [] { (void)unstack(x3(), {.axis = 1}); }},
    {"pad", __LINE__, [] { (void)pad(x2(), {{1, 1}, {1, 1}}); }},
    {"pad_mode", __LINE__, [] { (void)pad(x2(), 1, {.mode = "no"}); }},
    {"pad_nothing_to_repeat", __LINE__, [] { (void)pad(zeros({0}), 1, {.mode = "edge"}); }},
    {"pad_by_less", __LINE__, [] { (void)pad(x2(), -1, {.mode = "wrap"}); }},
    {"flip", __LINE__, [] { (void)flip(x2(), 1); }},
    {"roll", __LINE__, [] { (void)roll(x2(), 1, 1); }},
    {"roll_shifts", __LINE__, [] { (void)roll(x23(), {1, 2}, {.axis = 0}); }},
    {"tile", __LINE__, [] { (void)tile(nothing_there(), {2}); }},
    {"repeat", __LINE__, [] { (void)repeat(x2(), -1); }},
    {"repeat_axis", __LINE__, [] { (void)repeat(x2(), 2, {.axis = 1}); }},
    {"repeat_counts", __LINE__, [] { (void)repeat(x2(), {1, 2, 3}); }},
    {"repeat_count", __LINE__, [] { (void)repeat(x2(), {1, -2}); }},
    {"tril", __LINE__, [] { (void)tril(x2()); }},
    {"atleast_3d", __LINE__, [] { (void)atleast_3d(nothing_there()); }},
    {"dynamic_slice", __LINE__, [] { (void)dynamic_slice(x2(), {0}, {3}); }},
    {"dynamic_update_slice", __LINE__, [] { (void)dynamic_update_slice(x2(), x3(), {0}); }},
    {"dynamic_index", __LINE__, [] { (void)dynamic_index(x2(), 0, {.axis = 1}); }},
    // elementwise, reductions, products, activations
    {"where", __LINE__, [] { (void)where(x3() > 0, x2(), 0.0); }},
    {"clip", __LINE__, [] { (void)clip(x2(), x3(), 1); }},
    {"clip_below", __LINE__, [] { (void)clip(x2(), x3(), none); }},
    {"bitcast", __LINE__, [] { (void)bitcast(x2(), bool_); }},
    {"divmod", __LINE__, [] { (void)divmod(x2(), x3()); }},
    {"isclose", __LINE__, [] { (void)isclose(x2(), x3()); }},
    {"nan_to_num", __LINE__, [] { (void)nan_to_num(nothing_there()); }},
    {"pow", __LINE__, [] { (void)pow(x2(), x3()); }},
    {"sum", __LINE__, [] { (void)sum(x2(), 1); }},
    {"sum_where", __LINE__, [] { (void)sum(x2(), {.where = x3() > 0}); }},
    {"mean", __LINE__, [] { (void)mean(x2(), 1); }},
    {"var", __LINE__, [] { (void)var(x2(), 1); }},
    {"max", __LINE__, [] { (void)max(zeros({0})); }},
    {"average", __LINE__, [] { (void)average(x2(), {.weights = x3()}); }},
    {"logsumexp", __LINE__, [] { (void)logsumexp(x2(), 1); }},
    {"norm", __LINE__, [] { (void)norm(x2(), {.axis = 1}); }},
    {"argmax", __LINE__, [] { (void)argmax(x2(), 1); }},
    {"nanmean", __LINE__, [] { (void)nanmean(x2(), 1); }},
    {"cumsum", __LINE__, [] { (void)cumsum(x2(), 1); }},
    {"matmul", __LINE__, [] { (void)matmul(x23(), x2()); }},
    {"dot", __LINE__, [] { (void)dot(x23(), x2()); }},
    {"vdot", __LINE__, [] { (void)vdot(x3(), x2()); }},
    {"inner", __LINE__, [] { (void)inner(x3(), x2()); }},
    {"outer", __LINE__, [] { (void)outer(x3(), nothing_there()); }},
    {"vecdot", __LINE__, [] { (void)vecdot(x3(), x2()); }},
    {"tensordot", __LINE__, [] { (void)tensordot(x23(), x2(), 1); }},
    {"tensordot_too_many", __LINE__, [] { (void)tensordot(x23(), x2(), 2); }},
    {"tensordot_axes", __LINE__, [] { (void)tensordot(x23(), x2(), {0, 1}); }},
    {"tensordot_counts", __LINE__, [] { (void)tensordot(x23(), x2(), {{0, 1}, 0}); }},
    {"einsum", __LINE__, [] { (void)einsum("ij,j->i", x23(), x2()); }},
    {"einsum_of_five", __LINE__, [] { (void)einsum("i,i,i,i,i->", x2(), x2(), x2(), x2(), x3()); }},
    {"outer_preferred", __LINE__, [] { (void)outer(x3(), nothing_there(), {.preferred = f64}); }},
    {"pad_statistic_of_nothing", __LINE__, [] { (void)pad(zeros({0}), 1, {.mode = "median"}); }},
    {"pad_ramp_value", __LINE__, [] { (void)pad(Array({1}, u8), 1, {.mode = "linear_ramp", .value = 300}); }},
    {"einsum_formula", __LINE__, [] { (void)einsum("i->j", x2()); }},
    {"dot_general", __LINE__, [] { (void)dot_general(x2(), x3(), {.contract = {{0}, {0}}}); }},
    {"relu", __LINE__, [] { (void)relu(nothing_there()); }},
    {"glu", __LINE__, [] { (void)glu(x3()); }},
    {"softmax", __LINE__, [] { (void)softmax(x2(), 1); }},
    {"log_softmax", __LINE__, [] { (void)log_softmax(x2(), 1); }},
    {"standardize", __LINE__, [] { (void)standardize(x2(), {.axis = 1}); }},
    // trees
    {"equal", __LINE__, [] { (void)equal(escaped(), x2()[0]); }},
    {"equal_donated", __LINE__, [] { (void)equal(Net{{donated()}}, net()); }},
    {"allclose", __LINE__, [] { (void)allclose(escaped(), x2()[0]); }},
    {"map_two", __LINE__, [] { (void)map(add, net(), net(2)); }},
    {"map_two_shapes", __LINE__, [] { (void)map([](Array x, Array y) { return x + y; }, x2(), x3()); }},
    {"map_three", __LINE__, [] { (void)map([](Array a, Array b, Array c) { return a + b + c; }, net(), net(), net(2)); }},
    {"merge", __LINE__, [] { (void)merge(net(), net(2)); }},
    {"merge_three", __LINE__, [] { (void)merge(net(), net(), net(2)); }},
    {"map_five", __LINE__, [] { (void)map([](Array a, Array, Array, Array, Array e) { return a + e; }, net(), net(), net(), net(), net(2)); }},
    {"merge_five", __LINE__, [] { (void)merge(net(), net(), net(), net(), net(2)); }},
    {"merge_ignoring_five", __LINE__, [] { (void)merge(ignore_static, net(), net(), net(), net(), Net{}); }},
    {"replace_four_fields", __LINE__, [] { (void)replace(model(), field<&Model::weight> = x2(), field<&Model::weight> = x2(), field<&Model::weight> = x2(), field<&Model::weight> = x3()); }},
    {"replace_fields_in_immutable", __LINE__, [] { (void)Immutable<Model>(model()).replace(field<&Model::weight> = x3()); }},
    {"merge_ignoring", __LINE__, [] { (void)merge(ignore_static, net(), Net{}); }},
    {"merge_ignoring_three", __LINE__, [] { (void)merge(ignore_static, net(), net(), Net{}); }},
    {"unflatten", __LINE__, [] { (void)unflatten(net(), leaves(Net{{x2(), x2()}})); }},
    {"unravel", __LINE__, [] { (void)ravel_tree(net()).second(x3()); }},
    {"replace", __LINE__, [] { (void)replace<&Model::weight>(model(), x3()); }},
    {"replace_index", __LINE__, [] { (void)replace<&Model::more, 3>(model(), x2()); }},
    {"replace_fields", __LINE__, [] { (void)replace(model(), field<&Model::weight> = x3()); }},
    {"replace_two_fields", __LINE__, [] { (void)replace(model(), field<&Model::weight> = x2(), field<&Model::more, 1> = x2()); }},
    {"replace_in_immutable", __LINE__, [] { (void)Immutable<Model>(model()).replace<&Model::weight>(x3()); }},
    {"stop_gradient", __LINE__, [] { (void)stop_gradient(donated()); }},
    // transforms
    {"grad_of_a_vector", __LINE__, [] { (void)grad(same)(x2()); }},
    {"grad_of_integers", __LINE__, [] { (void)grad(total)(i2()); }},
    {"grad_with_aux", __LINE__, [] { (void)grad([](Array x) { return std::pair{x, x}; }, has_aux)(x2()); }},
    {"grad_of_the_second", __LINE__, [] { (void)value_and_grad(twice, argnums<1>, wrt<>)(x2(), x2()); }},
    {"grad_inside", __LINE__, [] { (void)grad([](Array x) { return sum(x + x3()); })(x2()); }},
    {"jacfwd", __LINE__, [] { (void)jacfwd(same)(i2()); }},
    {"jacrev", __LINE__, [] { (void)jacrev(same)(i2()); }},
    {"hessian", __LINE__, [] { (void)hessian(same)(x2()); }},
    {"hvp", __LINE__, [] { (void)hvp(same, x2(), x2()); }},
    {"jvp", __LINE__, [] { (void)jvp(same, x2(), x3()); }},
    {"vjp", __LINE__, [] { (void)vjp(same, escaped()); }},
    {"vjp_of_four", __LINE__, [] { (void)vjp([](Array a, Array, Array, Array) { return a; }, x2(), x2(), x2(), escaped()); }},
    {"linearize_of_four", __LINE__, [] { (void)linearize([](Array a, Array, Array, Array) { return a; }, x2(), x2(), x2(), donated()); }},
    {"pullback", __LINE__, [] { (void)vjp(same, x2()).second(x3()); }},
    {"linearize", __LINE__, [] { (void)linearize(same, donated()); }},
    {"pushforward", __LINE__, [] { (void)linearize(same, x2()).second(x3()); }},
    {"pushforward_count", __LINE__, [] { (void)linearize(same, x2()).second(x2(), x2()); }},
    {"vmap_sizes", __LINE__, [] { (void)vmap(add)(x2(), x3()); }},
    {"vmap_axis_size", __LINE__, [] { (void)vmap(same, {.axis_size = 3})(x2()); }},
    {"vmap_in_axis", __LINE__, [] { (void)vmap(same, {.in_axes = 1})(x2()); }},
    {"vmap_out_axis", __LINE__, [] { (void)vmap(same, {.out_axes = 2})(x2()); }},
    {"vmap_nothing", __LINE__, [] { (void)vmap(same, {.in_axes = none})(x2()); }},
    {"vmap_unmapped_result", __LINE__, [] { (void)vmap(same, {.out_axes = none})(x2()); }},
    {"vmap_axes_per_argument", __LINE__, [] { (void)vmap(same, {.in_axes = {0, 0}})(x2()); }},
    {"vmap_axes_of_a_tree", __LINE__, [] { (void)vmap(first_layer, {.in_axes = {{{0, 0}}}})(net()); }},
    {"vmap_axes_of_a_leaf", __LINE__, [] { (void)vmap(same, {.in_axes = {{0}}})(x2()); }},
    {"vmap_donated", __LINE__, [] { (void)vmap(same)(donated()); }},
    {"eval_shape", __LINE__, [] { (void)eval_shape([](Array x) { return x + x3(); }, abstract({2})); }},
    {"eval_shape_donated", __LINE__, [] { (void)eval_shape(same, donated()); }},
    {"eval_shape_escaped", __LINE__, [] { (void)eval_shape(same, escaped()); }},
    {"eval_shape_of_four", __LINE__, [] { (void)eval_shape([](Array a, Array, Array, Array) { return a; }, x2(), x2(), x2(), escaped()); }},
    {"cond_predicate", __LINE__, [] { (void)cond(x2(), same, same, x2()); }},
    {"cond_results", __LINE__, [] { (void)cond(true, same, [](Array x) { return x.as(f64); }, x2()); }},
    {"cond_statics", __LINE__, [] { (void)cond(true, [](Array x) { return Net{{x}, 1}; }, [](Array x) { return Net{{x}, 2}; }, x2()); }},
    {"switch_index", __LINE__, [] { (void)switch_(Array(1.f), std::tuple{same, same}, x2()); }},
    {"switch_without_branches", __LINE__, [] { (void)switch_(0, std::vector<Array (*)(Array)>{}, x2()); }},
    {"scan_length", __LINE__, [] { (void)scan(step, 0.0, x2(), {.length = 3}); }},
    {"scan_negative_length", __LINE__, [] { (void)scan([](Array c) { return std::pair{c, nothing}; }, 0.0, none, {.length = -1}); }},
    {"scan_no_length", __LINE__, [] { (void)scan([](Array c) { return std::pair{c, nothing}; }, 0.0, none); }},
    {"scan_carry", __LINE__, [] { (void)scan(step, zeros({}, i32), x2()); }},
    {"scan_scalar", __LINE__, [] { (void)scan(step, 0.0, ones({})); }},
    {"fori_loop", __LINE__, [] { (void)fori_loop(0, 3, [](Array, Array c) { return c[newaxis]; }, x2()); }},
    // compiled functions
    {"jit_max_compiles", __LINE__, [] { const auto f = jit(same, {.max_compiles = 1}); (void)f(x2()); (void)f(x3()); }},
    {"jit_device", __LINE__, [] { (void)jit(same, {.device = Device{Device::Kind::gpu, 0}}); }},
    {"jit_donated", __LINE__, [] { (void)jit(same)(donated()); }},
    {"jit_nothing", __LINE__, [] { (void)jit([](Net n) { return n.layers[0] + 1; })(Net{{Array()}}); }},
    {"jit_inside", __LINE__, [] { (void)jit([](Array x) { return x + x3(); })(x2()); }},
    {"compiled_signature", __LINE__, [] { (void)jit(same).lower(x2()).compile()(x3()); }},
    {"lowered_stage", __LINE__, [] { (void)jit(same).lower(x2()).text("no"); }},
    // keys and draws
    {"key_words", __LINE__, [] { (void)Key(x2()); }},
    {"key_shape", __LINE__, [] { (void)Key(Array({1, 2, 3}, u32)); }},
    {"key_of_many", __LINE__, [] { (void)random::split(random::key(0), 3)[3]; }},
    {"key_far_beyond", __LINE__, [] { (void)random::split(random::key(0), 3)[std::int64_t{1} << 32]; }},
    {"key_without_words", __LINE__, [] { (void)Key().shape(); }},
    {"next_key", __LINE__, [] { (void)next_key(); }},
    {"uniform_keys", __LINE__, [] { (void)random::uniform(random::split(random::key(0), 3)); }},
    {"uniform_dtype", __LINE__, [] { (void)random::uniform(random::key(0), 2, {.dtype = i32}); }},
    {"normal_dtype", __LINE__, [] { (void)random::normal(random::key(0), 2, {.dtype = i32}); }},
    {"bernoulli", __LINE__, [] { (void)random::bernoulli(random::key(0), x2(), {3}); }},
    {"fold_in", __LINE__, [] { (void)random::fold_in(random::key(0), 1.5); }},
    {"bits", __LINE__, [] { (void)random::bits(random::key(0), 2, f32); }},
    // layers, losses, metrics, optimizers, readers
    {"linear", __LINE__, [] { (void)nn::Linear{x23(), x3()}(x3()); }},
    {"mlp", __LINE__, [] { (void)nn::MLP::init(random::key(0), 2, {}); }},
    {"mlp_call", __LINE__, [] { (void)nn::MLP::init(random::key(0), 2, {3})(x3()); }},
    {"flatten", __LINE__, [] { (void)nn::Flatten()(1.0); }},
    {"dropout", __LINE__, [] { (void)nn::Dropout{2}(x2()); }},
    {"dropout_key", __LINE__, [] { (void)nn::Dropout{0.5}(x2()); }},
    {"layer_norm", __LINE__, [] { (void)nn::LayerNorm::init(2)(x3()); }},
    {"rms_norm", __LINE__, [] { (void)nn::RMSNorm::init(2)(x3()); }},
    {"group_norm", __LINE__, [] { (void)nn::GroupNorm::init(2, 3); }},
    {"group_norm_call", __LINE__, [] { (void)nn::GroupNorm::init(2, 4)(x23()); }},
    {"batch_norm", __LINE__, [] { auto norm = nn::BatchNorm::init(2); (void)norm(x23()); }},
    {"sequential", __LINE__, [] { (void)nn::Sequential(nn::Linear{x23(), x3()}, &relu)(x3()); }},
    {"mean_squared_error", __LINE__, [] { (void)losses::mean_squared_error(x2(), x3()); }},
    {"cross_entropy", __LINE__, [] { (void)losses::cross_entropy(1.0, i2()); }},
    {"huber", __LINE__, [] { (void)losses::huber(x2(), x3()); }},
    {"loss_as_a_value", __LINE__, [] { (void)losses::MeanSquaredError()(metrics::Inputs{.target = x3(), .preds = x2()}); }},
    {"loss_weights", __LINE__, [] { (void)losses::MeanSquaredError()(metrics::Inputs{.target = x23(), .preds = x23(), .sample_weight = x3()}); }},
    {"accuracy", __LINE__, [] { (void)metrics::Accuracy().update(metrics::Inputs{.target = i2(), .preds = ones({3, 4})}); }},
    {"accuracy_classes", __LINE__, [] { (void)metrics::Accuracy{.average = metrics::Average::macro}.update(metrics::Inputs{.target = i2(), .preds = ones({2, 4})}); }},
    {"metric_weights", __LINE__, [] { (void)metrics::Mean().update(metrics::Inputs{.sample_weight = x3(), .values = x2()}); }},
    {"metric_without_values", __LINE__, [] { (void)metrics::Mean().update(metrics::Inputs{}); }},
    {"metric_group", __LINE__, [] { (void)metrics::Metrics(metrics::MeanSquaredError()).update(metrics::Inputs{.target = x3(), .preds = x2()}); }},
    {"metric_merge", __LINE__, [] { (void)metrics::Mean().merge(metrics::Mean{zeros({2}, f64), zeros({2}, f64)}); }},
    {"metric_merge_of_a_group", __LINE__, [] { (void)metrics::Metrics(metrics::Sum()).merge(metrics::Metrics(metrics::Sum{zeros({2}, f64)})); }},
    {"metric_aggregate", __LINE__, [] { (void)metrics::Mean().aggregate(); }},
    {"metric_compute", __LINE__, [] { (void)metrics::Mean{donated(), donated()}.compute(); }},
    {"accuracy_merge", __LINE__, [] { (void)metrics::Accuracy().merge(metrics::Accuracy{.top_k = 2}); }},
    {"accuracy_compute", __LINE__, [] { (void)metrics::Accuracy{.correct = donated()}.compute(); }},
    {"group_compute", __LINE__, [] { (void)metrics::Metrics(metrics::Mean{donated(), donated()}).compute(); }},
    {"regularizer", __LINE__, [] { (void)losses::L2()(Model{donated(), {}}); }},
    {"apply_updates", __LINE__, [] { (void)optim::apply_updates(net(), net(2)); }},
    {"global_norm", __LINE__, [] { (void)optim::global_norm(Net{{donated()}}); }},
    {"clip_shapes", __LINE__, [] { (void)optim::clip(1).transform(x3(), x2()); }},
    {"clip_by_global_norm_donated", __LINE__, [] { (void)optim::clip_by_global_norm(1).transform(donated(), x2()); }},
    {"adam_transform", __LINE__, [] { (void)optim::scale_by_adam().transform(x2(), x2()); }},
    {"momentum_transform", __LINE__, [] { (void)optim::trace(0.9).transform(x2(), x2()); }},
    {"schedule_transform", __LINE__, [] { (void)optim::scale(0.1).transform(donated(), x2()); }},
    {"decay_transform", __LINE__, [] { (void)optim::add_decayed_weights(0.1).transform(x3(), x2()); }},
    {"optimizer_without_init", __LINE__, [] { (void)optim::adam(0.1).update(model(), model()); }},
    {"optimizer_shapes", __LINE__, [] { (void)optim::sgd(0.1).init(x2()).update(x3(), x2()); }},
    {"optimizer_structures", __LINE__, [] { (void)optim::sgd(0.1).init(net()).transform(net(2), net()); }},
    {"incremental_update", __LINE__, [] { (void)optim::incremental_update(net(), net(2), 0.1); }},
    {"normalize_by_update_norm", __LINE__, [] { (void)optim::normalize_by_update_norm().transform(x3(), x2()); }},
    {"masked_transform", __LINE__, [] { (void)optim::masked(optim::clip(1)).transform(x3(), x2()); }},
    {"multi_transform", __LINE__, [] { (void)optim::multi_transform([](const LeafInfo&) { return std::string("b"); }, optim::branch("a", optim::clip(1))).init(x2()); }},
    {"apply_if_finite", __LINE__, [] { (void)optim::apply_if_finite(optim::clip(1), 2).transform(x2(), x2()); }},
    {"accumulate", __LINE__, [] { (void)optim::accumulate(optim::clip(1), 0); }},
    {"accumulate_transform", __LINE__, [] { (void)optim::accumulate(optim::clip(1), 2).transform(x2(), x2()); }},
    {"lookahead", __LINE__, [] { (void)optim::lookahead(optim::clip(1), 0); }},
    {"lookahead_transform", __LINE__, [] { (void)optim::lookahead(optim::clip(1), 2).transform(x2(), x2()); }},
    {"sam_transform", __LINE__, [] { (void)optim::sam(optim::clip(1)).transform(x2(), x2()); }},
    {"noise_transform", __LINE__, [] { (void)optim::add_noise(1, 1, Key(0)).transform(x2(), x2()); }},
    {"sophia_transform", __LINE__, [] { (void)optim::sophia(1).transform(x2(), x2()); }},
    {"sophia_curvature", __LINE__, [] { (void)optim::with_curvature(optim::sophia(1), x2()); }},
    {"hessian_diagonal", __LINE__, [] { (void)optim::hessian_diagonal([](Array x) { return x; }, x2(), Key(0)); }},
    {"lbfgs_transform", __LINE__, [] { (void)optim::lbfgs().transform(x2(), x2()); }},
    {"lbfgs_update", __LINE__, [] { (void)optim::lbfgs().init(x2()).update(x3(), x2()); }},
    {"lbfgs_search", __LINE__, [] { (void)optim::lbfgs().init(x2()).update([](Array x) { return x; }, x2()); }},
    {"inject_hyperparams", __LINE__, [] { (void)optim::inject_hyperparams(optim::adam(donated())).update(x2(), x2()); }},
    {"learning_rate", __LINE__, [] { (void)optim::learning_rate(optim::scale_by_adam()); }},
    {"with_learning_rate", __LINE__, [] { (void)optim::with_learning_rate(optim::scale_by_adam(), 1.); }},
    {"schedule_steps", __LINE__, [] { (void)optim::schedules::cosine_decay(1, 0); }},
    // solvers, equations, distributions
    {"newton", __LINE__, [] { (void)solvers::newton(same, i2()); }},
    {"broyden", __LINE__, [] { (void)solvers::broyden(same, i2()); }},
    {"bisection", __LINE__, [] { (void)solvers::bisection(same, x2(), x3()); }},
    {"fixed_point", __LINE__, [] { (void)solvers::fixed_point(total, x2()); }},
    {"bfgs", __LINE__, [] { (void)solvers::bfgs(same, x2()); }},
    {"lbfgs", __LINE__, [] { (void)solvers::lbfgs(same, x2()); }},
    {"gauss_newton", __LINE__, [] { (void)solvers::gauss_newton(same, i2()); }},
    {"levenberg_marquardt", __LINE__, [] { (void)solvers::levenberg_marquardt(same, i2()); }},
    {"cg", __LINE__, [] { (void)solvers::cg(total, x2()); }},
    {"gmres", __LINE__, [] { (void)solvers::gmres(total, x2()); }},
    {"bicgstab", __LINE__, [] { (void)solvers::bicgstab(total, x2()); }},
    {"quad", __LINE__, [] { (void)solvers::quad(same, 0., 1., {.order = 3}); }},
    {"odeint", __LINE__, [] { (void)ode::odeint(twice, 1., 2.); }},
    {"dense", __LINE__, [] { (void)ode::dense(twice, 1., x2(), 1.); }},
    {"dense_call", __LINE__, [] { (void)ode::Dense<Array>()(donated()); }},
    {"normal_sample", __LINE__, [] { (void)distributions::Normal{x2(), x3()}.sample(Key(0)); }},
    {"normal_log_prob", __LINE__, [] { (void)distributions::Normal{x2(), x2()}.log_prob(x3()); }},
    {"normal_cdf", __LINE__, [] { (void)distributions::Normal{x2(), x2()}.cdf(x3()); }},
    {"uniform_entropy", __LINE__, [] { (void)distributions::Uniform{x2(), x3()}.entropy(); }},
    {"laplace_mean", __LINE__, [] { (void)distributions::Laplace{x2(), x3()}.mean(); }},
    {"gamma_variance", __LINE__, [] { (void)distributions::Gamma{x2(), x3()}.variance(); }},
    {"beta_mode", __LINE__, [] { (void)distributions::Beta{x2(), x3()}.mode(); }},
    {"exponential_log_prob", __LINE__, [] { (void)distributions::Exponential{x2()}.log_prob(x3()); }},
    {"bernoulli_log_prob", __LINE__, [] { (void)distributions::Bernoulli{x2()}.log_prob(x3()); }},
    {"categorical_log_prob", __LINE__, [] { (void)distributions::Categorical{1.}.log_prob(x3()); }},
    {"poisson_cdf", __LINE__, [] { (void)distributions::Poisson{x2()}.cdf(x3()); }},
    {"dirichlet_log_prob", __LINE__, [] { (void)distributions::Dirichlet{x2()}.log_prob(x3()); }},
    {"multivariate_entropy", __LINE__, [] { (void)distributions::MultivariateNormal{x2(), x2()}.entropy(); }},
    {"mixture_batch", __LINE__, [] { (void)distributions::Mixture{x2(), distributions::Normal()}.batch_shape(); }},
    {"transformed_log_prob", __LINE__, [] { (void)distributions::Transformed{distributions::Normal{x2(), x2()}, distributions::Exp()}.log_prob(x3()); }},
    {"independent_entropy", __LINE__, [] { (void)distributions::Independent{distributions::Normal{x2(), x2()}, 2}.entropy(); }},
    {"exp_of_nothing", __LINE__, [] { (void)distributions::Exp().forward(nothing_there()); }},
    {"kl", __LINE__, [] { (void)distributions::kl(distributions::Normal{x2(), x2()}, distributions::Normal{x3(), x3()}); }},
    {"read_idx", __LINE__, [] { (void)io::read_idx("/no/such/file"); }},
    {"read_npy", __LINE__, [] { (void)io::read_npy("/no/such/file"); }},
    {"read_npz", __LINE__, [] { (void)io::read_npz("/no/such/file"); }},
    {"read_csv", __LINE__, [] { (void)io::read_csv("/no/such/file"); }},
    {"read_safetensors", __LINE__, [] { (void)io::read_safetensors("/no/such/file"); }},
    {"read_safetensors_metadata", __LINE__, [] { (void)io::read_safetensors_metadata("/no/such/file"); }},
    {"load_safetensors", __LINE__, [] { (void)io::load_safetensors(x2(), "/no/such/file"); }},
    {"save_npy", __LINE__, [] { io::save_npy(nothing_there(), "/no/such/file"); }},
    {"save_npz", __LINE__, [] { io::save_npz(Net{{x2()}}, "/no/such/file"); }},
    {"save_npz_name", __LINE__, [] { io::save_npz(x2(), "/no/such/file"); }},
    {"save_csv", __LINE__, [] { io::save_csv(x2(), "/no/such/file"); }},
    {"save_csv_table", __LINE__, [] { io::save_csv(io::Csv{}, "/no/such/file"); }},
    {"save_safetensors", __LINE__, [] { io::save_safetensors(Net{{x2()}}, "/no/such/file"); }},
};

class Places : public testing::TestWithParam<Row> {};

TEST_P(Places, AreTheUsers) {
  const Row& row = GetParam();
  try {
    row.call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_STREQ(error.where.file_name(), __FILE__) << error.what();
    EXPECT_EQ(static_cast<int>(error.where.line()), row.line) << error.what();
  }
}
INSTANTIATE_TEST_SUITE_P(All, Places, testing::ValuesIn(rows), [](const auto& test) { return std::string(test.param.name); });

}  // namespace
