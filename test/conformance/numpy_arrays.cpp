// Family numpy: making, moving and sorting arrays; samples, polynomials, indices and images.
#include "numpy.h"

namespace espalier::conformance {
namespace {

using Int = std::int64_t;
using Ints = std::vector<Int>;

Int argument(const Json& a, std::size_t i, Int otherwise) { return i < a.at("args").size() ? a["args"][i].get<Int>() : otherwise; }

// ---- making ---------------------------------------------------------------------------------------------------------

template <Array (*f)(double, double, Int, LinspaceOptions, Where)> Arrays spaced(const Json& a, const Arrays&) {
  return {f(number_at(a, "start"), number_at(a, "stop"), a.at("num").get<Int>(), {.endpoint = a.value("endpoint", true), .dtype = f64}, {})};
}
Arrays counted(const Json& a, const Arrays&) {
  const Json& args = a.at("args");
  if (args[0].is_number_integer()) return {wide(arange(args[0].get<Int>()))};
  return {args.size() == 2 ? arange(args[0].get<double>(), args[1].get<double>(), {.dtype = f64}) : arange(args[0].get<double>(), args[1].get<double>(), args[2].get<double>(), {.dtype = f64})};
}
template <Array (*f)(Int, EyeOptions, Where), DType dtype> Arrays square(const Json& a, const Arrays&) {
  const Int n = argument(a, 0, 0);
  return {f(n, {.m = argument(a, 1, n), .k = argument(a, 2, 0), .dtype = dtype}, {})};
}
template <Array (*f)(Int, DType, Where)> Arrays window(const Json& a, const Arrays&) { return {f(argument(a, 0, 0), f64, {})}; }
template <std::pair<Array, Array> (*f)(Int, TriangleOptions, Where)> Arrays triangle(const Json& a, const Arrays&) {
  const auto [rows, columns] = f(argument(a, 0, 0), {.k = argument(a, 1, 0)}, {});
  return wide({rows, columns});
}

// ---- moving ---------------------------------------------------------------------------------------------------------

template <Array (*f)(Operand)> Arrays plain(const Json&, const Arrays& x) { return {f(x[0])}; }
template <Array (*f)(Operand, Int)> Arrays with_k(const Json& a, const Arrays& x) { return {f(x[0], a.value("k", Int{0}))}; }
template <Array (*f)(const Arrays&, Where)> Arrays joined(const Json&, const Arrays& x) { return {f(x, {})}; }

// Shifts and repetitions: one, or one for each axis or element.
Arrays roll(const Json& a, const Arrays& x) {
  const AxisOptions along{.axis = axes_at(a)};
  return {a.at("shift").is_number() ? espalier::roll(x[0], a["shift"].get<Int>(), along) : espalier::roll(x[0], a["shift"].get<Ints>(), along)};
}
Arrays tile(const Json& a, const Arrays& x) { return {espalier::tile(x[0], a.at("reps").is_number() ? Shape(a["reps"].get<Int>()) : Shape(a["reps"].get<Ints>()))}; }
Arrays repeat(const Json& a, const Arrays& x) {
  const RepeatOptions along{.axis = axis_at(a)};
  return {a.at("repeats").is_number() ? espalier::repeat(x[0], a["repeats"].get<Int>(), along) : espalier::repeat(x[0], a["repeats"].get<Ints>(), along)};
}
Arrays pad(const Json& a, const Arrays& x) {
  const std::string mode = a.at("mode");
  if (a.at("pad_width").is_number()) return {espalier::pad(x[0], a["pad_width"].get<Int>(), {.mode = mode})};
  return {espalier::pad(x[0], a["pad_width"].get<std::vector<std::pair<Int, Int>>>(), {.mode = mode})};
}
Arrays sorted(const Json& a, const Arrays& x) { return {sort(x[0], {.axis = axis_at(a), .descending = a.value("descending", false)})}; }
Arrays order(const Json& a, const Arrays& x) { return {wide(argsort(x[0], {.axis = axis_at(a), .descending = a.value("descending", false)}))}; }

// ---- samples --------------------------------------------------------------------------------------------------------

Arrays differences(const Json& a, const Arrays& x) { return {diff(x[0], {.n = a.at("n").get<Int>(), .axis = a.at("axis").get<Int>()})}; }
Arrays slopes(const Json& a, const Arrays& x) {
  if (!a.at("varargs").empty()) throw Unsupported("gradient with distances");
  return gradient(x[0]);
}
template <Array (*f)(Operand, Operand)> Arrays of_two(const Json&, const Arrays& x) { return {f(x[0], x[1])}; }

}  // namespace

const Rules& numpy_array_rules() {
  static const Rules rules = {
      {"linspace", spaced<linspace>},
      {"logspace", spaced<logspace>},
      {"geomspace", spaced<geomspace>},
      {"arange", counted},
      {"eye", square<eye, f64>},
      {"tri", square<tri, f32>},
      {"identity", [](const Json& a, const Arrays&) { return Arrays{identity(argument(a, 0, 0)).as(f64)}; }},
      {"meshgrid", [](const Json& a, const Arrays& x) {
    const std::string indexing = a.at("indexing");
    return meshgrid(x, {.indexing = indexing});
  }},
      {"one_hot", [](const Json& a, const Arrays& x) { return Arrays{one_hot(x[0], a.at("num_classes").get<Int>(), {.axis = a.at("axis").get<Int>(), .dtype = dtype_at(a, "dtype")})}; }},
      {"hanning", window<hann>},
      {"hamming", window<hamming>},
      {"blackman", window<blackman>},
      {"bartlett", window<bartlett>},
      {"kaiser", [](const Json& a, const Arrays&) { return Arrays{kaiser(argument(a, 0, 0), a["args"][1].get<double>(), f64)}; }},
      {"tril_indices", triangle<tril_indices>},
      {"triu_indices", triangle<triu_indices>},
      {"diag_indices", [](const Json& a, const Arrays&) { return wide(diag_indices(argument(a, 0, 0))); }},
      {"indices", [](const Json& a, const Arrays&) { return Arrays{wide(indices(Shape(a.at("args")[0].get<Ints>())))}; }},
      {"unravel_index", [](const Json& a, const Arrays& x) { return unravel_index(x[0], Shape(a.at("shape").get<Ints>())); }},
      {"ravel_multi_index", [](const Json& a, const Arrays& x) { return Arrays{ravel_multi_index(x, Shape(a.at("shape").get<Ints>()))}; }},

      {"roll", roll},
      {"tile", tile},
      {"repeat", repeat},
      {"jnp_pad", pad},
      {"pad", pad},
      {"tril", with_k<tril>},
      {"triu", with_k<triu>},
      {"diag", with_k<diag>},
      {"diagflat", with_k<diagflat>},
      {"diagonal", [](const Json& a, const Arrays& x) { return Arrays{diagonal(x[0], {.offset = a.at("k").get<Int>()})}; }},
      {"trace", [](const Json& a, const Arrays& x) { return Arrays{trace(x[0], {.offset = a.at("k").get<Int>()})}; }},
      {"rot90", [](const Json& a, const Arrays& x) { return Arrays{rot90(x[0], a.at("k").get<Int>())}; }},
      {"flip", [](const Json&, const Arrays& x) { return Arrays{flip(x[0])}; }},
      {"fliplr", plain<fliplr>},
      {"moveaxis", [](const Json& a, const Arrays& x) { return Arrays{moveaxis(x[0], argument(a, 0, 0), argument(a, 1, 0))}; }},
      {"swapaxes", [](const Json& a, const Arrays& x) { return Arrays{swapaxes(x[0], argument(a, 0, 0), argument(a, 1, 0))}; }},
      {"expand_dims", [](const Json& a, const Arrays& x) { return Arrays{expand_dims(x[0], argument(a, 0, 0))}; }},
      {"ravel", plain<ravel>},
      {"ravel_F", [](const Json&, const Arrays& x) { return Arrays{ravel(x[0].T())}; }},
      {"atleast_2d", plain<atleast_2d>},
      {"broadcast_to", [](const Json& a, const Arrays& x) { return Arrays{broadcast_to(x[0], Shape(a.at("args")[0].get<Ints>()))}; }},
      {"stack", [](const Json& a, const Arrays& x) { return Arrays{stack(x, {.axis = a.at("axis").get<Int>()})}; }},
      {"vstack", joined<vstack>},
      {"dstack", joined<dstack>},
      {"column_stack", joined<column_stack>},
      {"block", [](const Json&, const Arrays& x) { return Arrays{block({{x[0], x[1]}, {x[1], x[0]}})}; }},
      {"split", [](const Json& a, const Arrays& x) { return split(x[0], a.at("indices_or_sections").get<Int>(), {.axis = a.at("axis").get<Int>()}); }},
      {"array_split", [](const Json& a, const Arrays& x) { return array_split(x[0], a.at("indices_or_sections").get<Int>(), {.axis = a.at("axis").get<Int>()}); }},
      {"vsplit", [](const Json& a, const Arrays& x) { return vsplit(x[0], a.at("indices_or_sections").get<Int>()); }},
      {"insert", [](const Json& a, const Arrays& x) { return Arrays{insert(x[0], a.at("index").get<Int>(), x[1])}; }},
      {"delete", [](const Json& a, const Arrays& x) { return Arrays{delete_(x[0], a.at("index").get<Int>())}; }},
      {"sort", sorted},
      {"argsort", order},
      {"flip_argsort", order},
      {"lexsort", [](const Json&, const Arrays& x) { return Arrays{wide(lexsort(x))}; }},
      {"partition", [](const Json& a, const Arrays& x) { return Arrays{sort(partition_kth(x[0], a.at("kth").get<Int>())[slice(0, a["kth"].get<Int>())])}; }},

      {"diff", differences},
      {"ediff1d", [](const Json&, const Arrays& x) { return Arrays{ediff1d(x[0])}; }},
      {"gradient", slopes},
      {"trapezoid", [](const Json& a, const Arrays& x) { return Arrays{trapezoid(x[0], {.dx = number_at(a, "dx"), .axis = a.at("axis").get<Int>()})}; }},
      {"unwrap", [](const Json& a, const Arrays& x) { return Arrays{unwrap(x[0], {.discont = maybe_at<double>(a, "discont"), .period = number_at(a, "period")})}; }},
      {"interp", [](const Json&, const Arrays& x) { return Arrays{interp(x[0], x[1], x[2])}; }},
      {"convolve", [](const Json& a, const Arrays& x) {
    const std::string mode = a.at("mode");
    return Arrays{convolve(x[0], x[1], {.mode = mode})};
  }},
      {"correlate", [](const Json& a, const Arrays& x) {
    const std::string mode = a.at("mode");
    return Arrays{correlate(x[0], x[1], {.mode = mode})};
  }},
      {"polyfit", [](const Json& a, const Arrays& x) { return Arrays{polyfit(x[0], x[1], a.at("deg").get<Int>())}; }},
      {"polyval", of_two<polyval>},
      {"polyadd", of_two<polyadd>},
      {"polysub", of_two<polysub>},
      {"polymul", of_two<polymul>},
      {"polyder", [](const Json&, const Arrays& x) { return Arrays{polyder(x[0])}; }},
      {"polyint", [](const Json&, const Arrays& x) { return Arrays{polyint(x[0])}; }},
      {"vander", [](const Json& a, const Arrays& x) { return Arrays{vander(x[0], {.n = a.at("N").get<Int>(), .increasing = a.at("increasing").get<bool>()})}; }},
      {"packbits", [](const Json& a, const Arrays& x) {  // of all bits: their last axis is that of the flattened array
    const std::string order = a.at("bitorder");
    return Arrays{packbits(x[0], {.bitorder = order})};
  }},
      {"unpackbits", [](const Json& a, const Arrays& x) { return Arrays{unpackbits(x[0], {.axis = axis_at(a)})}; }},
      {"image_resize", [](const Json& a, const Arrays& x) {
    const std::string method = a.at("method");
    return Arrays{image_resize(x[0], Shape(a.at("shape").get<Ints>()), {.method = method, .antialias = a.at("antialias").get<bool>()})};
  }},
  };
  return rules;
}

}  // namespace espalier::conformance
