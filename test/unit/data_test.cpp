// Data: batches, their order, exact resumption, and what is refused.
#include <atomic>
#include <fstream>

#include "espalier/stdlib/data.h"
#include "files.h"

namespace ep = espalier;
using namespace ep::test;
using ep::data::Batch, ep::data::Characters, ep::data::DataLoader, ep::data::LoaderState, ep::data::TokenFile;

namespace {

/// n samples whose inputs are [i, 10 i], whose target is i.
Batch counting(std::int64_t n) {
  const ep::Array numbers = ep::arange(n).as(ep::i32);
  return {.inputs = ep::stack({numbers, numbers * 10}, 1), .target = numbers};
}
std::vector<int> targets(const Batch& batch) { return batch.target.to_vector<int>(); }
template <class L> std::vector<int> epoch_of(L& loader) {
  std::vector<int> all;
  for (const Batch& batch : loader) {
    for (const int t : targets(batch)) all.push_back(t);
    EXPECT_EQ(batch.inputs.to_vector<int>()[1], 10 * targets(batch)[0]);  // rows stay together
    EXPECT_TRUE(batch.sample_weight.is_nothing());
  }
  return all;
}
/// A data set; of 8, the seventh sample throws.
struct Squares {
  std::int64_t n = 10;
  std::int64_t size() const { return n; }
  Batch get(std::int64_t i) const {
    if (i == 7 && n == 8) throw std::runtime_error("sample 7 is torn");
    return {.inputs = ep::Array({static_cast<int>(i), static_cast<int>(10 * i)}), .target = ep::Array(static_cast<int>(i), ep::i32)};
  }
};

TEST(DataLoader, GivesEverySampleInOrderAndKeepsTheLastBatch) {
  DataLoader loader(counting(10), {.batch_size = 4});
  EXPECT_EQ(loader.size(), 3);
  for (int epoch = 0; epoch < 2; ++epoch) EXPECT_EQ(epoch_of(loader), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  DataLoader full(counting(10), {.batch_size = 4, .drop_last = true});
  EXPECT_EQ(full.size(), 2);
  EXPECT_EQ(epoch_of(full).size(), 8u);
}

TEST(DataLoader, CopiesNothingWhereTheBatchIsAllThereIs) {
  const Batch all = counting(5);
  DataLoader loader(all, {.batch_size = 8});
  EXPECT_EQ((*loader.begin()).inputs.span<std::int32_t>().data(), all.inputs.span<std::int32_t>().data());
}

TEST(DataLoader, ShufflesBySeedAndEpochAlone) {
  const auto order = [](std::uint64_t seed, int workers) {
    DataLoader loader(counting(50), {.batch_size = 7, .shuffle = true, .seed = seed, .workers = workers});
    const auto first = epoch_of(loader), second = epoch_of(loader);
    EXPECT_NE(first, second);
    auto sorted = second;
    std::ranges::sort(sorted);
    EXPECT_EQ(sorted, targets(counting(50)));
    return std::pair(first, second);
  };
  EXPECT_EQ(order(1, 0), order(1, 3));
  EXPECT_NE(order(1, 0), order(2, 0));
  // The shuffle in Python with the words of jax.random.bits(fold_in(key(1), 2), (8,), "uint64").
  EXPECT_EQ(ep::data::epoch_order(8, 1, 2), (std::vector<std::int64_t>{4, 2, 0, 7, 5, 3, 1, 6}));
}

TEST(DataLoader, StacksTheSamplesOfADataset) {
  for (const int workers : {0, 2}) {
    DataLoader loader(Squares{}, {.batch_size = 4, .workers = workers});
    EXPECT_EQ(epoch_of(loader), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ((*loader.begin()).inputs.shape(), (ep::Shape{4, 2}));
  }
}

TEST(DataLoader, ResumesExactly) {
  for (const int workers : {0, 2}) {
    const ep::data::DataLoaderOptions<Batch> options{.batch_size = 3, .shuffle = true, .seed = 5, .workers = workers};
    DataLoader<Batch> whole(counting(11), options);
    std::vector<std::vector<int>> batches;
    std::vector<LoaderState> states;
    for (int epoch = 0; epoch < 3; ++epoch) {
      for (const Batch& batch : whole) {
        batches.push_back(targets(batch));
        states.push_back(whole.state());
      }
    }
    ASSERT_EQ(batches.size(), 12u);
    for (std::size_t at = 0; at + 1 < batches.size(); ++at) {
      DataLoader<Batch> other(counting(11), options);
      other.resume(states[at]);
      for (std::size_t i = at + 1; i < batches.size();) {
        for (const Batch& batch : other) EXPECT_EQ(targets(batch), batches.at(i++)) << "after " << at;
      }
    }
  }
}

TEST(DataLoader, GoesOnWhereALoopLeft) {
  DataLoader loader(counting(9), {.batch_size = 3, .workers = 2});
  for (const Batch& batch : loader) {
    EXPECT_EQ(targets(batch)[0], 0);
    break;
  }
  EXPECT_EQ(epoch_of(loader), (std::vector<int>{3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(epoch_of(loader).size(), 9u);
}

TEST(DataLoader, Transforms) {
  DataLoader loader(counting(4), {.batch_size = 2, .workers = 1, .transform = [](const Batch& b) { return Batch{b.inputs * 2, b.target + 1}; }});
  std::vector<int> all;
  for (const Batch& batch : loader) all.push_back(targets(batch)[0]);
  EXPECT_EQ(all, (std::vector<int>{1, 3}));
}

TEST(DataLoader, ThrowsWhatAWorkerThrewAtItsBatch) {
  for (const int workers : {0, 2}) {
    DataLoader loader(Squares{8}, {.batch_size = 2, .workers = workers});
    int batches = 0;
    EXPECT_THROW(for ([[maybe_unused]] const Batch& batch : loader)++ batches, std::runtime_error);
    EXPECT_EQ(batches, 3);
  }
}

TEST(DataLoader, RefusesWhatMakesNoBatches) {
  EXPECT_EQ(error_of<ep::ArgumentError>([] { DataLoader(counting(0)); }), "the data have no samples: .inputs is i32[0,2]");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { DataLoader(Squares{0}); }), "the data set has 0 samples");
  EXPECT_EQ(error_of<ep::ShapeError>([] { DataLoader(Batch{ep::zeros({3, 2}), ep::zeros({4})}); }), "the leaf .inputs has 3 samples, .target has 4: f32[3,2] and f32[4]");
  EXPECT_EQ(error_of<ep::ShapeError>([] { DataLoader(Batch{ep::zeros({3, 2}), ep::zeros({})}); }), "the leaf .target is a scalar: it has no axis of samples");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { DataLoader(Batch{}); }), "the data have no arrays");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { DataLoader(counting(3), {.batch_size = 0}); }), ".batch_size = 0");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { DataLoader(counting(3), {.workers = -1}); }), ".workers = -1");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { DataLoader(counting(3), {.prefetch = 0}); }), ".prefetch = 0");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { DataLoader(counting(3), {.batch_size = 4, .drop_last = true}); }), "3 samples are less than a batch of 4, and drop_last leaves it out");
  DataLoader a(counting(3), {.batch_size = 2}), b(counting(5), {.batch_size = 2});
  EXPECT_EQ(error_of<ep::ArgumentError>([&] { a.resume(b.state()); }), "the state is of 5 samples in batches of 2, the loader has 3 in batches of 2");
  LoaderState beyond = a.state();
  beyond.batch = ep::Array(2, ep::i64);
  EXPECT_EQ(error_of<ep::ArgumentError>([&] { a.resume(beyond); }), "epoch 0, batch 2 of 2: there is no such place");
}

TEST(Split, CutsTheLastFraction) {
  const auto [train, validation] = ep::data::split(counting(10), 0.25);
  EXPECT_EQ(targets(train), (std::vector<int>{0, 1, 2, 3, 4, 5, 6}));  // Keras: floor(10 · 0.75)
  EXPECT_EQ(targets(validation), (std::vector<int>{7, 8, 9}));
  EXPECT_EQ(validation.inputs.to_vector<int>(), (std::vector<int>{7, 70, 8, 80, 9, 90}));
  for (const double fraction : {0., 1., -0.1, 0.99, double(NAN)}) EXPECT_NE(error_of<ep::ArgumentError>([&] { ep::data::split(counting(10), fraction); }).find("without any"), std::string::npos) << fraction;
}

TEST(Characters, GoAndComeBack) {
  const Characters characters("hello, wörld");
  EXPECT_EQ(characters.size(), 10);
  const ep::Array numbers = characters.encode("wörld");
  EXPECT_EQ(numbers.shape(), (ep::Shape{5}));
  EXPECT_EQ(numbers.to_vector<int>(), (std::vector<int>{8, 9, 7, 5, 2}));  // Python: sorted(set(text)).index
  EXPECT_EQ(characters.decode(numbers), "wörld");
  EXPECT_EQ(error_of<ep::ArgumentError>([&] { characters.encode("he!"); }), "the character \"!\" at 2 is none of the 10");
  EXPECT_EQ(error_of<ep::IndexError>([&] { characters.decode(ep::Array({10})); }), "there is no character 10 of 10");
  EXPECT_EQ(error_of<ep::DTypeError>([&] { characters.decode(ep::Array({1.f})); }), "numbers of characters are integers, not f32");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { Characters(""); }), "the text is empty");
  EXPECT_EQ(error_of<ep::ArgumentError>([] { Characters("\xff"); }), "the text is no UTF-8");
}

TEST(TokenFile, GivesWindowsAndTheirNextTokens) {
  const TemporaryFolder folder;
  std::ofstream(folder / "tokens", std::ios::binary) << std::string("\1\0\2\0\3\0\4\0\xff\xff", 10);
  const TokenFile tokens(folder / "tokens", {.length = 2});
  EXPECT_EQ(tokens.tokens(), 5);
  EXPECT_EQ(tokens.size(), 3);
  EXPECT_EQ(tokens.get(2).inputs.to_vector<int>(), (std::vector<int>{3, 4}));
  EXPECT_EQ(tokens.get(2).target.to_vector<int>(), (std::vector<int>{4, 65535}));
  DataLoader loader(TokenFile(folder / "tokens", {.length = 1, .stride = 2}), {.batch_size = 2});
  EXPECT_EQ((*loader.begin()).target.to_vector<int>(), (std::vector<int>{2, 4}));
  EXPECT_EQ(error_of<ep::IndexError>([&] { tokens.get(3); }), "there is no sample 3 of 3");
  EXPECT_NE(error_of<ep::ArgumentError>([&] { TokenFile(folder / "tokens", {.length = 5}); }).find("5 tokens"), std::string::npos);
  EXPECT_NE(error_of<ep::FormatError>([&] { TokenFile(folder / "tokens", {.dtype = ep::i32, .length = 1}); }).find("no whole number of tokens of 4"), std::string::npos);
  EXPECT_NE(error_of<ep::IoError>([&] { TokenFile(folder / "none"); }).find("none"), std::string::npos);
  EXPECT_EQ(error_of<ep::DTypeError>([&] { TokenFile(folder / "tokens", {.dtype = ep::f32}); }), "tokens are u8, u16, i32 or u32, not f32");
}

}  // namespace
