// Tables of modules: a golden text, what rows and amounts hold, and that nothing is computed.
#include <gtest/gtest.h>

#include <sstream>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/nn.h"
#include "espalier/stdlib/random.h"

namespace ep = espalier;
namespace nn = espalier::nn;

namespace {

using ep::Array, ep::Key, ep::Shape;

struct Normal {
  Array loc, scale;
};
struct Output {
  Array logits;
  Normal code;
};
// A struct of layers: its rows say what it is called with because its call operator is a layer_call.
struct Encoder {
  std::vector<nn::Linear> layers;
  Array operator()(ep::Operand x) const {
    return nn::layer_call(*this, x, [&](const Encoder& self) { return ep::relu(self.layers[1](ep::relu(self.layers[0](x)))); });
  }
};
struct Model {
  nn::Flatten flatten;
  Encoder encoder = {{nn::lazy<nn::Linear>(300), nn::lazy<nn::Linear>(100, {.bias = false})}};
  nn::LayerNorm norm = nn::lazy<nn::LayerNorm>();
  nn::Dropout drop{0.1};
  nn::Sequential<nn::Linear, nn::Activation, nn::Linear> head{nn::lazy<nn::Linear>(20), &ep::tanh, nn::lazy<nn::Linear>(10)};
  ep::State calls = Array(0, ep::i32);

  Output operator()(Array x) {
    calls += 1;
    x = drop(norm(encoder(flatten(x))));
    return {head(x), {x, ep::exp(x)}};
  }
};

// 267,930 = 784 300 + 300 + 300 100 + 2 100 + 100 20 + 20 + 20 10 + 10.
const char* const golden =
    R"(path                module      params                          inputs          outputs                   Parameter         State
*                   Model       calls: State i32[]              u8[64,28,28,1]  Output                                      1  4B
                                                                                .logits: f32[64,10]
                                                                                .code.loc: f32[64,100]
                                                                                .code.scale: f32[64,100]
.flatten            Flatten                                     u8[64,28,28,1]  u8[64,784]
.encoder            Encoder                                     u8[64,784]      f32[64,100]
.encoder.layers[0]  Linear      weight: Parameter f32[784,300]  u8[64,784]      f32[64,300]               235,500  942.0KB
                                bias: Parameter f32[300]
.encoder.layers[1]  Linear      weight: Parameter f32[300,100]  f32[64,300]     f32[64,100]               30,000  120.0KB
.norm               LayerNorm   weight: Parameter f32[100]      f32[64,100]     f32[64,100]               200  800B
                                bias: Parameter f32[100]
.drop               Dropout                                     f32[64,100]     f32[64,100]
.head               Sequential                                  f32[64,100]     f32[64,10]
.head.layers[0]     Linear      weight: Parameter f32[100,20]   f32[64,100]     f32[64,20]                2,020  8.1KB
                                bias: Parameter f32[20]
.head.layers[2]     Linear      weight: Parameter f32[20,10]    f32[64,20]      f32[64,10]                210  840B
                                bias: Parameter f32[10]
                                                                                Total:                    267,930  1.1MB    1  4B

Total: 267,931  1.1MB
)";
const Array images = ep::abstract({64, 28, 28, 1}, ep::u8);
// The same with parameters, of which shapes count.
Model made_model() {
  return ep::eval_shape([](Array x) { return nn::init(Model(), Key(0), x); }, images);
}

TEST(Summary, IsAnAlignedTable) {
  EXPECT_EQ(nn::summary(Model(), images), golden);
  // It is the same of a module that has its parameters, and of an example with data.
  EXPECT_EQ(nn::summary(made_model(), ep::ones({64, 28, 28, 1}, ep::u8)), golden);
  std::ostringstream out;
  out << nn::tabulate(Model(), images);
  EXPECT_EQ(out.str(), golden);
}

TEST(Summary, ComputesNothing) {
  // More elements than any machine has memory for.
  const nn::SummaryTable table = nn::tabulate(Model(), ep::abstract({std::int64_t{1} << 40, 28, 28, 1}, ep::u8));
  EXPECT_EQ(table.rows[0].outputs[1], ".logits: f32[1099511627776,10]");
}

const nn::SummaryRow& row_of(const nn::SummaryTable& table, std::string_view path) {
  for (const nn::SummaryRow& row : table.rows) {
    if (row.path == path) return row;
  }
  ADD_FAILURE() << path;
  return table.rows[0];
}

TEST(Summary, CountsEachLeafOnce) {
  const Model model = made_model();
  for (const int depth : {-1, 0, 1, 2, 5}) {
    const nn::SummaryTable table = nn::tabulate(nn::SummaryOptions{.depth = depth}, model, images);
    EXPECT_EQ(table.total.at("Parameter").count, ep::count<ep::Parameter>(model));
    EXPECT_EQ(table.total.at("Parameter").bytes, ep::nbytes<ep::Parameter>(model));
    EXPECT_EQ(table.total.at("State").count, 1);
    EXPECT_EQ(table.all.count, ep::count(model));
    std::int64_t in_rows = 0;
    for (const nn::SummaryRow& row : table.rows) {
      if (const auto found = row.kinds.find("Parameter"); found != row.kinds.end()) in_rows += found->second.count;
    }
    EXPECT_EQ(in_rows, ep::count<ep::Parameter>(model)) << depth;
  }
  const nn::SummaryTable whole = nn::tabulate(nn::SummaryOptions{.depth = 0}, model, images), parts = nn::tabulate(nn::SummaryOptions{.depth = 1}, model, images);
  ASSERT_EQ(whole.rows.size(), 1u);
  EXPECT_EQ(whole.rows[0].params, (std::vector<std::string>{"calls: State i32[]"}));  // its own
  ASSERT_EQ(parts.rows.size(), 6u);
  EXPECT_EQ(row_of(parts, ".encoder").kinds.at("Parameter").count, 784 * 300 + 300 + 300 * 100);
  EXPECT_EQ(row_of(parts, ".head").inputs, (std::vector<std::string>{"f32[64,100]"}));
}

TEST(Summary, WithoutAnExampleSaysWhatThereIs) {
  const nn::SummaryTable table = nn::tabulate(Model());
  EXPECT_EQ(row_of(table, ".encoder.layers[1]").params, (std::vector<std::string>{"waits for init"}));
  EXPECT_EQ(table.str(false).find("inputs"), std::string::npos);
  struct Mixed {
    std::vector<nn::Linear> layers;
    std::map<std::string, ep::BatchStat> stats;
    std::optional<ep::Parameter> scale;
    Array plain;
  };
  Mixed mixed{{nn::Linear{ep::ones({2, 3}), {}}}, {{"mean", ep::ones(250)}}, ep::ones(251), ep::ones(1250000, ep::f64)};
  mixed.layers = ep::freeze(mixed.layers);
  const std::string text = nn::summary(mixed);
  const char* const expected =
      R"(path        module  params                             Parameter   BatchStat    Array
*           Mixed   stats["mean"]: BatchStat f32[250]  251  1.0KB  250  1,000B  1,250,000  10.0MB
                    scale: Parameter f32[251]
                    plain: f64[1250000]
.layers[0]  Linear  weight: Parameter frozen f32[2,3]  6  24B
                    Total:                             257  1.0KB  250  1,000B  1,250,000  10.0MB

Total: 1,250,507  10.0MB
)";
  EXPECT_EQ(text, expected);
}

TEST(Summary, HasColorsWhereTheyAreAsked) {
  const nn::Linear layer = nn::Linear::init(Key(0), 3, 2);
  EXPECT_EQ(nn::summary(layer).find('\x1b'), std::string::npos);
  const std::string colored = nn::summary(nn::SummaryOptions{.color = true}, layer);
  EXPECT_NE(colored.find("\x1b[32mLinear\x1b[0m"), std::string::npos) << colored;
  // Columns stand as without.
  std::string bare;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b') i = colored.find('m', i);
    else bare += colored[i];
  }
  EXPECT_EQ(bare, nn::summary(layer));
}

// Layers that a module calls as they are, through containers and through transforms; the first call counts.
TEST(Summary, ShowsTheFirstCallOfEach) {
  struct Net {
    nn::Residual<nn::Sequential<Encoder, nn::Identity>> block{nn::Sequential(Encoder{{nn::lazy<nn::Linear>(4), nn::lazy<nn::Linear>(3)}}, nn::Identity())};
    nn::RNN<nn::GRUCell> rnn{nn::lazy<nn::GRUCell>(5)};
    nn::MultiHeadAttention attention = nn::lazy<nn::MultiHeadAttention>(1, {.context_features = 3});
    std::pair<Array, Array> operator()(Array x, Array context) const {
      const Array y = block(x);
      return {attention(rnn(block(ep::concatenate({y, y}))), {.context = context}), y};
    }
  };
  const nn::SummaryTable table = nn::tabulate(Net(), ep::ones({7, 3}), ep::ones({2, 3}));
  using Lines = std::vector<std::string>;
  EXPECT_EQ(row_of(table, "*").inputs, (Lines{"0: f32[7,3]", "1: f32[2,3]"}));
  EXPECT_EQ(row_of(table, "*").outputs, (Lines{"[0]: f32[14,5]", "[1]: f32[7,3]"}));
  EXPECT_EQ(row_of(table, ".block").outputs, (Lines{"f32[7,3]"}));
  EXPECT_EQ(row_of(table, ".block.layer.layers[0]").module, "Encoder");
  EXPECT_EQ(row_of(table, ".block.layer.layers[0].layers[0]").outputs, (Lines{"f32[7,4]"}));
  EXPECT_EQ(row_of(table, ".block.layer.layers[1]").module, "Identity");
  EXPECT_EQ(row_of(table, ".rnn").inputs, (Lines{"f32[14,3]"}));
  EXPECT_EQ(row_of(table, ".rnn.cell").inputs, (Lines{"f32[3]"}));
  EXPECT_EQ(row_of(table, ".attention").outputs, (Lines{"f32[14,5]"}));
  EXPECT_EQ(row_of(table, ".attention.key").inputs, (Lines{"f32[2,3]"}));
}

}  // namespace
