// Files of the format safetensors: against those that its package wrote (../data/io/make.py), and ones made byte by byte.
#include "data_file.h"
#include "espalier/dsl/key.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/io.h"
#include "espalier/stdlib/random.h"
#include "files.h"

namespace ep = espalier;
using namespace ep::test;
using ep::io::load_safetensors, ep::io::read_safetensors, ep::io::read_safetensors_metadata, ep::io::save_safetensors;

namespace {

using Arrays = std::map<std::string, ep::Array>;
std::string golden(const std::string& name) { return data_path("io/safetensors/" + name + ".safetensors"); }

TEST(Safetensors, ReadsEveryDTypeAsNumPyHasIt) {
  const Arrays arrays = read_safetensors(golden("every"));
  EXPECT_EQ(arrays.size(), 13u);
  for (const auto& [name, array] : arrays) {
    const ep::Array expected = ep::io::read_npy(data_path("io/npy/" + name + ".npy"));
    ASSERT_EQ(array.dtype(), expected.dtype());
    ASSERT_EQ(array.shape(), expected.shape());
    const TemporaryFolder folder;  // bits, since NaN is not equal to itself
    ep::io::save_npy(array, folder / "x");
    EXPECT_EQ(bytes_of(folder / "x"), bytes_of(data_path("io/npy/" + name + ".npy"))) << name;
  }
  const ep::Array halves = read_safetensors(golden("bf16")).at("halves");
  EXPECT_EQ(halves.dtype(), ep::bf16);
  EXPECT_EQ(halves.to_vector<float>(), (std::vector<float>{1, -2.5, INFINITY}));
}

TEST(Safetensors, ReadsNamesShapesAndMetadata) {
  const Arrays arrays = read_safetensors(golden("metadata"));
  ASSERT_EQ(arrays.size(), 3u);
  EXPECT_EQ(arrays.at("a").item<double>(), 2.5);
  EXPECT_EQ(arrays.at("b").to_vector<int>(), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(arrays.at("c \"quoted\" π").shape(), (ep::Shape{0, 2}));
  EXPECT_EQ(read_safetensors_metadata(golden("metadata")), (std::map<std::string, std::string>{{"format", "np"}}));
  EXPECT_TRUE(read_safetensors(golden("none")).empty());
  EXPECT_TRUE(read_safetensors_metadata(golden("every")).empty());
}

TEST(Safetensors, WritesWhatThePackageWrites) {
  const TemporaryFolder folder;
  for (const char* name : {"every", "metadata", "bf16", "none"}) {
    save_safetensors(read_safetensors(golden(name)), folder / name, {.metadata = read_safetensors_metadata(golden(name))});
    EXPECT_EQ(bytes_of(folder / name), bytes_of(golden(name))) << name;
  }
}

enum class Side {
  left,
  right
};
struct Linear {
  ep::Parameter weight, bias;
};
struct Net {
  std::vector<Linear> layers;
  ep::BatchStat mean;
  std::map<Side, ep::Array> sides;
  std::optional<ep::State> state;
  ep::Key key{7};
  int depth = 1;
};
Net net(float x) {
  return {{{ep::full({2, 3}, x), ep::full({3}, x)}, {ep::full({3, 1}, x), ep::Array()}}, ep::Array{x, 2.5}, {{Side::left, ep::Array{1, 2}}}, ep::State(ep::zeros({}, ep::bf16)), ep::Key(static_cast<std::uint64_t>(x)), 4};
}

TEST(Safetensors, TreesGoThereAndBack) {
  const TemporaryFolder folder;
  save_safetensors(net(3), folder / "net");
  std::vector<std::string> names;
  for (const auto& [name, array] : read_safetensors(folder / "net")) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"key", "layers[0].bias", "layers[0].weight", "layers[1].weight", "mean", "sides[0]", "state"}));
  const Net loaded = load_safetensors(net(0), folder / "net");
  EXPECT_TRUE(ep::equal(loaded, net(3)));
  EXPECT_TRUE(loaded.layers[1].bias.is_nothing());
  EXPECT_TRUE(ep::equal(ep::random::bits(loaded.key), ep::random::bits(ep::Key(3))));
  // Of the tree given only shapes and dtypes are asked.
  const Net abstract = ep::map([](ep::Array x) { return ep::abstract(x.shape(), x.dtype()); }, net(0));
  EXPECT_TRUE(ep::equal(load_safetensors(abstract, folder / "net"), net(3)));
}

TEST(Safetensors, KeepsWhatIsStaticOrFrozen) {
  const TemporaryFolder folder;
  save_safetensors(net(3), folder / "net");
  Net like = ep::freeze(net(0));
  like.depth = 9;
  const Net loaded = load_safetensors(like, folder / "net");
  EXPECT_EQ(loaded.depth, 9);
  EXPECT_TRUE(loaded.layers[0].weight.frozen);
}

TEST(Safetensors, IsStrictUnlessToldOtherwise) {
  const TemporaryFolder folder;
  const Linear both{ep::ones({2, 3}), ep::ones({3})}, weight{ep::full({2, 3}, 5.0), ep::Array()};
  save_safetensors(both, folder / "both");
  save_safetensors(weight, folder / "weight");
  const auto refused = [](const Linear& like, const std::filesystem::path& path) {
    try {
      (void)load_safetensors(like, path);
    } catch (const ep::StructureError& error) {
      EXPECT_EQ(error.op, "load_safetensors");
      return error.message + " | " + error.path + " | " + error.expected + " | " + error.actual;
    }
    return std::string("loaded");
  };
  const auto quoted = [&](const char* name) { return "\"" + (folder / name).string() + "\""; };
  EXPECT_EQ(refused(both, folder / "weight"), quoted("weight") + " has no array \"bias\" | .bias | f32[3] | nothing");
  EXPECT_EQ(refused(weight, folder / "both"), "the tree has no leaf for \"bias\" of " + quoted("both") + " | bias | nothing | f32[3]");
  EXPECT_EQ(refused({}, folder / "both"), "the tree has no leaf for \"bias\" of " + quoted("both") + ", nor for 1 other arrays | bias | nothing | f32[3]");

  const Linear loaded = load_safetensors(both, folder / "weight", {.strict = false});
  EXPECT_TRUE(ep::equal(loaded, Linear{ep::full({2, 3}, 5.0), ep::ones({3})})) << "what the file has not stays";
  EXPECT_TRUE(ep::equal(load_safetensors(weight, folder / "both", {.strict = false}), Linear{ep::ones({2, 3}), ep::Array()}));

  // Another shape or dtype is never right.
  const Linear other_shape{ep::ones({3, 2}), ep::ones({3})}, other_dtype{ep::ones({2, 3}, ep::f64), ep::ones({3})};
  EXPECT_EQ(refused(other_shape, folder / "both"), "the leaf at .weight is f32[3,2], and \"weight\" in " + quoted("both") + " is f32[2,3] | .weight | f32[3,2] | f32[2,3]");
  EXPECT_EQ(refused(other_dtype, folder / "both"), "the leaf at .weight is f64[2,3], and \"weight\" in " + quoted("both") + " is f32[2,3] | .weight | f64[2,3] | f32[2,3]");
  EXPECT_NE(error_of<ep::StructureError>([&] { (void)load_safetensors(other_shape, folder / "both", {.strict = false}); }), "none");
}

TEST(Safetensors, RenamesWhatTheFileHas) {
  const TemporaryFolder folder;
  const ep::Array w = ep::ones({2, 3}), b = ep::zeros({3});
  save_safetensors(Arrays{{"model.layers.0.weight", w}, {"model.layers.0.b", b}, {"model.layers.10.weight", 2 * w}}, folder / "x");
  struct Model {
    std::vector<Linear> layers;
  };
  const Model like{{{b, ep::Array()}, {}}};
  const Model three{{{w, b}, {3 * w, ep::Array()}}};
  const Model loaded = load_safetensors(three, folder / "x", {.rename = {{"model.layers.0.b", "layers[0].bias"}, {"model.layers.0", "layers[0]"}, {"model.layers.10", "layers[1]"}}});
  EXPECT_TRUE(ep::equal(loaded.layers[0].weight, ep::Parameter(w)));
  EXPECT_TRUE(ep::equal(loaded.layers[1].weight, ep::Parameter(2 * w))) << "\"layers.1\" is not the beginning of \"layers.10\"";
  EXPECT_TRUE(ep::equal(load_safetensors(Arrays{{"layers.0.b", b}}, folder / "x", {.strict = false, .rename = {{"model", ""}}}), Arrays{{"layers.0.b", b}}));

  EXPECT_NE(error_of<ep::ArgumentError>([&] { (void)load_safetensors(like, folder / "x", {.rename = {{"model.layers.1", "layers[1]"}}}); }).find("rename has \"model.layers.1\", and no array of"), std::string::npos);
  EXPECT_NE(error_of<ep::StructureError>([&] { (void)load_safetensors(like, folder / "x", {.rename = {{"model.layers.0", "l"}, {"model.layers.10", "l"}}}); })
                .find("\"model.layers.0.weight\" and \"model.layers.10.weight\", are both renamed to \"l.weight\""),
            std::string::npos);
}

struct TwoLayers {
  Linear first, last;
  ep::Array operator()(const ep::Array& x) const { return matmul(tanh(matmul(x, first.weight) + first.bias), last.weight) + last.bias; }
};
TwoLayers two_layers() { return {{ep::abstract({3, 4}), ep::abstract({4})}, {ep::abstract({4, 2}), ep::abstract({2})}}; }
std::string foreign(const std::string& name) { return data_path("io/foreign/" + name + ".safetensors"); }
void expect_flaxs_result(const TwoLayers& net) {
  const Arrays result = read_safetensors(foreign("flax_result"));
  EXPECT_TRUE(ep::allclose(net(result.at("x")), result.at("y"), {.rtol = 1e-5, .atol = 1e-6}));
}

TEST(Safetensors, LoadsWhatFlaxSaves) {
  expect_flaxs_result(load_safetensors(two_layers(), foreign("flax"), {.rename = {{"params.Dense_0.kernel", "first.weight"}, {"params.Dense_0", "first"}, {"params.Dense_1.kernel", "last.weight"}, {"params.Dense_1", "last"}}}));
}

// PyTorch's Linear keeps [out, in]: the tree is turned to the file's layout, loaded, and turned back.
TEST(Safetensors, LoadsTransposedWeights) {
  const auto turned = [](const TwoLayers& net) {
    return ep::map_with_info([](const ep::LeafInfo& info, const ep::Array& leaf) { return info.member == "weight" ? leaf.T() : leaf; }, net);
  };
  const TwoLayers like{{ep::zeros({3, 4}), ep::zeros({4})}, {ep::zeros({4, 2}), ep::zeros({2})}};
  expect_flaxs_result(turned(load_safetensors(turned(like), foreign("torch_layout"), {.rename = {{"0", "first"}, {"2", "last"}}})));
  EXPECT_EQ(error_of<ep::StructureError>([&] { (void)load_safetensors(like, foreign("torch_layout"), {.rename = {{"0", "first"}, {"2", "last"}}}); }).find("the leaf at .first.weight is f32[3,4], and \"0.weight\""), 0u);
}

TEST(Safetensors, ReadsBackEveryShape) {
  const TemporaryFolder folder;
  Arrays arrays;
  for (const ep::Shape& shape : {ep::Shape{}, ep::Shape{0}, ep::Shape{7}, ep::Shape{3, 0, 2}, ep::Shape{2, 3, 4}, ep::Shape(std::vector<std::int64_t>(200, 1)), ep::Shape{100000}}) {
    arrays[shape.str()] = ep::reshape(ep::arange(shape.size()), shape);
    arrays["halves " + shape.str()] = ep::ones(shape, ep::f16);
  }
  arrays["a\n\t\x01 \"\\\" π 𝄞"] = ep::Array{true, false};
  save_safetensors(arrays, folder / "x", {.metadata = {{"a \"text\"", "of\nlines"}, {"", ""}}});
  EXPECT_TRUE(ep::equal(read_safetensors(folder / "x"), arrays));
  EXPECT_EQ(read_safetensors_metadata(folder / "x").at("a \"text\""), "of\nlines");
}

TEST(Safetensors, SaysWhatItCannotWrite) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_safetensors(ep::Array{1, 2}, folder / "x"); }).find("an array alone has no name"), std::string::npos);
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_safetensors(Arrays{{"\xc0\x80", ep::Array{1}}}, folder / "x"); }).find("no text in UTF-8"), std::string::npos);
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_safetensors(Arrays{{"__metadata__", ep::Array{1}}}, folder / "x"); }).find("the name __metadata__"), std::string::npos);
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_safetensors(Arrays{}, folder / "x", {.metadata = {{"a", "\xed\xa0\x80"}}}); }).find("the metadata are no text in UTF-8"), std::string::npos);
  EXPECT_EQ(error_of<ep::DTypeError>([&] { save_safetensors(Linear{ep::zeros({1}, ep::c128), ep::Array()}, folder / "x"); }), "the array at .weight is c128, which the format safetensors has not");
  EXPECT_NE(error_of<ep::IoError>([&] { save_safetensors(Arrays{}, folder / "no" / "x"); }).find("No such file"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { (void)read_safetensors(folder / "x"); }).find("No such file"), std::string::npos);
  EXPECT_EQ(folder.count(), 0);
}

Bytes file_of(const std::string& json, std::size_t bytes) {
  Bytes all;
  for (int i = 0; i < 8; ++i) all.push_back(static_cast<std::uint8_t>(json.size() >> 8 * i));
  all.insert(all.end(), json.begin(), json.end());
  all.resize(all.size() + bytes, 1);
  return all;
}

TEST(Safetensors, SaysWhatIsWrong) {
  // An array "a" with something else for one of its parts.
  const auto entry = [](const std::string& dtype, const std::string& shape, const std::string& offsets) { return "{\"a\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}"; };
  const std::string good = entry("\"I16\"", "[2]", "[0,4]");
  const auto two = [](int begin, int end) { return "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}}"; };
  Bytes huge = file_of(good, 4);
  huge[7] = 0x80;
  Bytes larger = file_of(good, 4);
  larger[0] += 5;
  const std::int64_t at_dtype = 8 + 15;
  const Malformed rows[] = {
      {"empty", {}, "ends within its first eight bytes", 0},
      {"seven bytes", Bytes(7, 0), "ends within its first eight bytes", 7},
      {"a header of 2^63 bytes", huge, "promises to be 92233720368547758", 0},
      {"a header beyond the file", larger, "more than the 58 that it can be", 0},
      {"no header", file_of("", 0), "the header is no JSON: syntax error while parsing value - unexpected end of input", 8},
      {"no JSON", file_of("{\"a\": x}", 0), "the header is no JSON: syntax error while parsing value - invalid literal"},
      {"half JSON", file_of("{\"a\":", 0), "the header is no JSON: syntax error while parsing value - unexpected end of input", 13},
      {"no UTF-8", file_of("{\"\xff\":3}", 0), "ill-formed UTF-8"},
      {"more after it", file_of("{} {}", 0), "the header is no JSON: syntax error while parsing value - unexpected '{'", 12},
      {"a list", file_of("[]", 0), "a list stands where the object of the header should", 9},
      {"a number", file_of("3", 0), "a number stands where the object of the header should"},
      {"null", file_of("null", 0), "null stands where the object of the header should"},
      {"an array that is a number", file_of("{\"a\":3}", 0), "a number stands where the object of the array \"a\" should"},
      {"an array that is a list", file_of("{\"a\":[3]}", 0), "a list stands where the object of the array \"a\" should"},
      {"nested deeply", file_of("{\"a\":" + std::string(100000, '{'), 0), "the header is no JSON"},
      {"lists nested deeply", file_of(entry("\"I16\"", "[[2]]", "[0,4]"), 4), "a list stands where an extent of the array \"a\" should"},
      {"objects nested deeply", file_of(entry("{\"x\":3}", "[2]", "[0,4]"), 4), "an object stands where the dtype of the array \"a\" should", at_dtype},
      {"a name twice", file_of("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{}}", 0), "two arrays have the name \"a\""},
      {"a key twice", file_of("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0), "has the key \"dtype\" twice"},
      {"an unknown key", file_of("{\"a\":{\"order\":\"F\"}}", 0), "has the key \"order\", and its keys are"},
      {"no dtype", file_of("{\"a\":{\"shape\":[2],\"data_offsets\":[0,4]}}", 4), "the array \"a\" lacks its dtype"},
      {"no shape", file_of("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}", 4), "the array \"a\" lacks its shape"},
      {"no offsets", file_of("{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}}", 4), "the array \"a\" lacks its data_offsets"},
      {"the dtype of a later one", file_of("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"b\":{}}", 0), "the array \"b\" lacks its dtype"},
      {"an unknown dtype", file_of(entry("\"F8_E4M3\"", "[4]", "[0,4]"), 4), "is of dtype \"F8_E4M3\", which is none of those here"},
      {"a dtype that is a number", file_of(entry("3", "[2]", "[0,4]"), 4), "a number stands where the dtype of the array \"a\" should"},
      {"a shape that is a text", file_of(entry("\"I16\"", "\"2\"", "[0,4]"), 4), "a text stands where the shape of the array \"a\" should"},
      {"an extent below 0", file_of(entry("\"I16\"", "[-2]", "[0,4]"), 4), "a number below 0 stands where an extent of the array \"a\" should"},
      {"an extent of 2.0", file_of(entry("\"I16\"", "[2.0]", "[0,4]"), 4), "a number that is no integer"},
      {"an extent of 65 bits", file_of(entry("\"I16\"", "[18446744073709551616]", "[0,4]"), 4), "a number that is no integer"},
      {"an extent of 64 bits", file_of(entry("\"I16\"", "[9223372036854775808]", "[0,4]"), 4), "a number beyond 63 bits"},
      {"an extent that is true", file_of(entry("\"I16\"", "[true]", "[0,4]"), 4), "a truth value stands where an extent"},
      {"a product of 65 bits", file_of(entry("\"I16\"", "[4294967296,4294967296]", "[0,4]"), 4), "beyond any memory, and its data_offsets are 4 bytes apart"},
      {"a product of 65 bits beside a 0", file_of(entry("\"I16\"", "[4294967296,0,4294967296]", "[0,0]"), 0), "beyond any memory"},
      {"many axes", file_of(entry("\"U8\"", "[1" + [] { std::string s; for (int i = 0; i < 255; ++i) s += ",1"; return s; }() + "]", "[0,1]"), 1), "more than 255 axes"},
      {"one offset", file_of(entry("\"I16\"", "[2]", "[0]"), 4), "no begin and end"},
      {"three offsets", file_of(entry("\"I16\"", "[2]", "[0,4,4]"), 4), "more than two offsets"},
      {"offsets reversed", file_of(entry("\"I16\"", "[2]", "[4,0]"), 4), "no begin and end"},
      {"offsets of another size", file_of(entry("\"I16\"", "[2]", "[0,3]"), 4), "is i16[2], 4 bytes, and its data_offsets are 3 bytes apart"},
      {"terabytes", file_of(entry("\"U8\"", "[1000000000000]", "[0,1000000000000]"), 4), "the arrays have 1000000000000 bytes, and 4 follow after the header"},
      {"truncated", file_of(good, 3), "the arrays have 4 bytes, and 3 follow after the header"},
      {"too long", file_of(good, 5), "the arrays have 4 bytes, and 5 follow after the header"},
      {"overlapping", file_of(two(3, 7), 7), "the bytes of the array \"b\" start at 3, within those of another one, which end at 4"},
      {"the same bytes", file_of(two(0, 4), 4), "the bytes of the array \"b\" start at 0, within those of another one"},
      {"a gap", file_of(two(5, 9), 9), "the bytes of the array \"b\" start at 5, behind a gap after 4"},
      {"a gap at the start", file_of(entry("\"I16\"", "[2]", "[1,5]"), 5), "start at 1, behind a gap after 0"},
      {"metadata of numbers", file_of("{\"__metadata__\":{\"epoch\":3}}", 0), "a number stands where a text of the metadata should"},
      {"metadata that are a text", file_of("{\"__metadata__\":\"x\"}", 0), "a text stands where the object of the metadata should"},
      {"metadata twice", file_of("{\"__metadata__\":{\"a\":\"x\",\"a\":\"y\"}}", 0), "the metadata have the key \"a\" twice"},
      {"metadata in objects", file_of("{\"__metadata__\":{\"a\":{}}}", 0), "an object stands where a text of the metadata should"},
  };
  expect_refused(rows, [](const auto& path) { (void)read_safetensors(path); });

  Bytes two_as_bool = file_of(entry("\"BOOL\"", "[2]", "[0,2]"), 2);
  two_as_bool.back() = 2;
  EXPECT_NE(format_error(two_as_bool, [](const auto& path) { (void)read_safetensors(path); }).find("neither 0 nor 1"), std::string::npos);
}

}  // namespace
