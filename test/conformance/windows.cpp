// Windows and convolutions of jax.lax, and those of family nn.
#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/stdlib/nn.h"

namespace espalier::conformance {
namespace {

using Ints = std::vector<std::int64_t>;

Ints ints(const Json& attrs, const char* name) { return attrs.at(name).get<Ints>(); }
// Numbers for each axis, or what there is without them.
Shape numbers(const Json& attrs, const char* name, const Shape& otherwise = 1) { return attrs.contains(name) && !attrs[name].is_null() ? Shape(ints(attrs, name)) : otherwise; }

Padding padding_at(const Json& attrs) {
  if (!attrs.contains("padding")) return {};
  const Json& padding = attrs["padding"];
  if (padding.is_string()) return padding.get<std::string>().c_str();
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
  for (const Json& pair : padding) pairs.emplace_back(pair[0], pair[1]);
  return pairs;
}

template <Monoid op> Arrays reduce_window(const Json& a, const Arrays& x) {
  return {espalier::reduce_window(x[0], op, numbers(a, "window_dimensions"), {.strides = numbers(a, "window_strides"), .padding = padding_at(a), .base_dilation = numbers(a, "base_dilation"), .window_dilation = numbers(a, "window_dilation")})};
}

Arrays select_and_scatter_add(const Json& a, const Arrays& x) {
  const Monoid select = a.at("select_prim") == "ge" ? Monoid::max : Monoid::min;
  return {espalier::select_and_scatter_add(x[0], x[1], numbers(a, "window_dimensions"), {.strides = numbers(a, "window_strides"), .padding = padding_at(a), .select = select})};
}

// Letters for the axes of x, the kernel and the result: N, C, O, I, and others for spatial ones, in the order in which x has them.
struct Letters {
  std::string x, kernel, result, spatial;
  explicit Letters(const Json& a) : x(a.at("dimension_numbers")[0]), kernel(a["dimension_numbers"][1]), result(a["dimension_numbers"][2]) {
    for (char c : x)
      if (c != 'N' && c != 'C') spatial += c;
  }
};
Array in_order(const Array& x, const std::string& from, const std::string& to) {
  std::vector<int> order;
  for (char c : to) order.push_back(static_cast<int>(from.find(c)));
  return transpose(x, order);
}

std::optional<DType> preferred_at(const Json& a) {
  const char* name = "preferred_element_type";
  return a.contains(name) && !a[name].is_null() ? std::optional(dtype_at(a, name)) : std::nullopt;
}

Arrays conv_general_dilated(const Json& a, const Arrays& x) {
  const Letters by(a);
  const Array z = conv(in_order(x[0], by.x, "N" + by.spatial + "C"), in_order(x[1], by.kernel, by.spatial + "IO"),
                       {.strides = numbers(a, "window_strides"), .padding = padding_at(a), .input_dilation = numbers(a, "lhs_dilation"), .kernel_dilation = numbers(a, "rhs_dilation"), .groups = a.at("feature_group_count").get<std::int64_t>(), .batch_groups = a.at("batch_group_count").get<std::int64_t>(), .preferred = preferred_at(a)});
  return {in_order(z, "N" + by.spatial + "C", by.result)};
}

Arrays lax_conv_transpose(const Json& a, const Arrays& x) {
  const Letters by(a);
  const Array z = conv_transpose(in_order(x[0], by.x, "N" + by.spatial + "C"), in_order(x[1], by.kernel, by.spatial + "IO"),
                                 {.strides = numbers(a, "strides"), .padding = padding_at(a), .kernel_dilation = numbers(a, "rhs_dilation"), .transpose_kernel = a.at("transpose_kernel").get<bool>()});
  return {in_order(z, "N" + by.spatial + "C", by.result)};
}

// ---- family nn: layers with a bias ------------------------------------------------------------------------------------

Padding layer_padding(const Json& a) { return a.contains("padding") ? padding_at(a) : Padding("SAME"); }

Arrays conv_layer(const Json& a, const Arrays& x) {
  return {nn::Conv{x[1], x.size() > 2 ? x[2] : Array(), numbers(a, "strides"), layer_padding(a), numbers(a, "kernel_dilation"), a.value("feature_group_count", std::int64_t{1})}(x[0])};
}
Arrays conv_transpose_layer(const Json& a, const Arrays& x) {
  return {nn::ConvTranspose{x[1], x.size() > 2 ? x[2] : Array(), numbers(a, "strides"), layer_padding(a)}(x[0])};
}
template <class Pool> Arrays pooled(const Json& a, const Arrays& x) { return {Pool{numbers(a, "window"), numbers(a, "strides"), padding_at(a)}(x[0])}; }

}  // namespace

const Rules& window_rules() {
  static const Rules rules = {
      {"reduce_window_sum", reduce_window<Monoid::sum>},
      {"reduce_window_max", reduce_window<Monoid::max>},
      {"reduce_window_min", reduce_window<Monoid::min>},
      {"select_and_scatter_add", select_and_scatter_add},
      {"conv_general_dilated", conv_general_dilated},
      {"conv_transpose", lax_conv_transpose},
  };
  return rules;
}

const Rules& window_layer_rules() {
  static const Rules rules = {
      {"conv", conv_layer},
      {"conv_transpose", conv_transpose_layer},
      {"max_pool", pooled<nn::MaxPool>},
      {"avg_pool", pooled<nn::AvgPool>},
  };
  return rules;
}

}  // namespace espalier::conformance
