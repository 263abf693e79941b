// The Trainer: beside a loop written by hand, on its three levels, with its strategies, callbacks and errors.
#include "espalier/stdlib/train.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "espalier/espalier.h"
#include "says.h"

namespace {

using ep::test::expect_says;
namespace nn = ep::nn;
namespace losses = ep::losses;
namespace metrics = ep::metrics;
using ep::Array;
using ep::Progress;
using Place = ep::metrics::Inputs;

struct Batch {
  Array inputs, target;
};
// 22 samples: batches of 8, 8 and 6.
Batch data() {
  auto [a, b] = ep::random::split(ep::random::key(3));
  return {ep::random::normal(a, {22, 4}), ep::random::randint(b, {22}, 0, 3)};
}

struct Net {
  nn::Linear linear;
  nn::Dropout drop{0.25};
  Array operator()(Array x) const { return linear(drop(x)); }
};
Net net() { return {nn::Linear::init(ep::random::key(1), 4, 3)}; }
auto recipe(ep::Strategy strategy = ep::jit_donate) {
  return ep::Recipe{.loss = losses::CrossEntropy(), .metrics = metrics::Accuracy(), .optimizer = ep::optim::adam(1e-1), .seed = 7, .strategy = strategy};
}
auto trainer_of(ep::Strategy strategy = ep::jit_donate) { return ep::Trainer(net(), recipe(strategy)); }
const ep::FitOptions three{.epochs = 3, .batch_size = 8, .shuffle = false, .verbose = 0};

// The same net on the managed level.
struct ManagedNet {
  Net net;
  std::pair<Array, ManagedNet> step(const ep::Key& key, const Batch& batch, const Net& called) const {
    const Array logits = apply(called, key)(batch.inputs).output;
    ep::log("accuracy", metrics::Accuracy().update(Place{.target = batch.target, .preds = logits}));
    ep::log("mean_logit", mean(logits));
    return {mean(losses::cross_entropy(logits, batch.target)), *this};
  }
  std::pair<Array, ManagedNet> managed_train_step(const ep::Key& key, const Batch& batch) const { return step(key, batch, net); }
  std::pair<Array, ManagedNet> managed_test_step(const ep::Key& key, const Batch& batch) const { return step(key, batch, nn::eval(net)); }
};
// And on the core level, where the module holds its optimizer and key.
struct CoreNet {
  Net net;
  ep::optim::Adam optimizer;
  ep::Key key;
  Array count;
  metrics::Mean loss = {};
  std::pair<ep::metrics::Logs, CoreNet> train_step(const Batch& batch) const {
    const auto of = [&](const Net& n) { return mean(losses::cross_entropy(apply(n, ep::random::fold_in(key, count))(batch.inputs).output, batch.target)); };
    auto [value, grads] = ep::value_and_grad(of)(net);
    auto [next, opt] = optimizer.update(grads, net);
    const metrics::Mean seen = loss.update(Place{.values = ep::full({batch.target.shape(0)}, value)});
    return {{{"loss", seen.compute()}}, {next, opt, key, count + 1, seen}};
  }
  CoreNet reset_step() const { return {net, optimizer, key, count, {}}; }
};

bool same(const Net& a, const Net& b) { return ep::equal(a, b); }

// The steps of `three`, written by hand.
std::pair<Net, std::vector<double>> by_hand() {
  const auto step = ep::jit([](Net n, ep::optim::Adam opt, metrics::Mean seen, ep::Key key, Array count, Batch batch) {
    const auto of = [&](const Net& m) { return losses::CrossEntropy()(Place{.target = batch.target, .preds = apply(m, ep::random::fold_in(key, count))(batch.inputs).output}); };
    auto [value, grads] = ep::value_and_grad(of)(n);
    auto [next, after] = opt.update(grads, n);
    return std::tuple{next, after, seen.update(Place{.values = ep::full({batch.target.shape(0)}, value)})};
  });
  const ep::Key key = ep::random::split<3>(ep::random::key(7))[1];
  Net n = net();
  auto opt = ep::optim::adam(1e-1).init(n);
  std::vector<double> epochs;
  for (int epoch = 0, count = 0; epoch < 3; ++epoch) {
    metrics::Mean seen;
    for (int begin = 0; begin < 22; begin += 8, ++count) {
      const ep::Slice rows = ep::slice(begin, std::min(22, begin + 8));
      std::tie(n, opt, seen) = step(n, opt, seen, key, ep::full({}, count, ep::i32), Batch{data().inputs[rows], data().target[rows]});
    }
    epochs.push_back(seen.compute().item<double>());
  }
  return {n, epochs};
}

TEST(Trainer, FitsAsTheLoopByHandBitForBit) {
  auto trainer = trainer_of();
  const ep::History history = trainer.fit(data(), three);
  const auto [expected, epochs] = by_hand();
  EXPECT_TRUE(same(trainer.module(), expected));
  ASSERT_EQ(history["loss"].size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(history["loss"][i], epochs[i], 1e-6);  // the last, smaller batch weighs less
  EXPECT_EQ(trainer.step(), 9);
  EXPECT_EQ(trainer.epoch(), 3);
  EXPECT_EQ(history.epochs(), (std::vector<int>{0, 1, 2}));
}

TEST(Trainer, StrategiesGiveTheSameNumbers) {
  auto donated = trainer_of();
  donated.fit(data(), three);
  auto kept = trainer_of(ep::jit_only), at_once = trainer_of(ep::eager);
  kept.fit(data(), three);
  at_once.fit(data(), three);
  EXPECT_TRUE(same(kept.module(), donated.module()));
  EXPECT_TRUE(ep::allclose(at_once.module(), donated.module(), {.rtol = 1e-4, .atol = 1e-5}));
  // Without draws, lanes are as one device on the same batch; a batch of 6 takes 2 or 3 of 4 lanes.
  const Net quiet{net().linear, nn::Dropout{0}};
  ep::Trainer one(quiet, recipe()), four(quiet, recipe(ep::data_parallel(4)));
  const auto a = one.fit(data(), three), b = four.fit(data(), three);
  EXPECT_TRUE(ep::allclose(four.module(), one.module(), {.rtol = 1e-4, .atol = 1e-5}));
  EXPECT_NEAR(b["loss"][2], a["loss"][2], 1e-5);
  EXPECT_DOUBLE_EQ(b["accuracy"][2], a["accuracy"][2]);
}

TEST(Trainer, LanesDrawEachForItself) {
  auto four = trainer_of(ep::data_parallel(4));
  four.fit(data(), three);
  EXPECT_FALSE(same(four.module(), trainer_of().module()));
}

TEST(Trainer, LevelsGiveEqualNumbers) {
  auto high = trainer_of();
  const auto wanted = high.fit(data(), three);
  ep::Trainer managed(ManagedNet{net()}, ep::Recipe{.optimizer = ep::optim::adam(1e-1), .seed = 7});
  const auto m = managed.fit(data(), data(), three);
  EXPECT_TRUE(ep::allclose(managed.module().net, high.module(), {.rtol = 1e-5, .atol = 1e-6}));
  const auto start = net();
  ep::Trainer core(CoreNet{start, ep::optim::adam(1e-1).init(start), ep::random::split<3>(ep::random::key(7))[1], ep::full({}, 0, ep::i32)});
  const auto c = core.fit(data(), three);
  EXPECT_TRUE(ep::allclose(core.module().net, high.module(), {.rtol = 1e-5, .atol = 1e-6}));
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(m["loss"][i], wanted["loss"][i], 1e-5);
    EXPECT_NEAR(c["loss"][i], wanted["loss"][i], 1e-5);
    EXPECT_NEAR(m["accuracy"][i], wanted["accuracy"][i], 1e-6);
  }
  EXPECT_TRUE(m.contains("mean_logit") && m.contains("val_accuracy") && m.contains("val_loss"));
  // Lanes: metrics are aggregated, scalars are means.
  ep::Trainer spread(ManagedNet{{start.linear, nn::Dropout{0}}}, ep::Recipe{.optimizer = ep::optim::adam(1e-1), .seed = 7, .strategy = ep::data_parallel(2)});
  ep::Trainer single(ManagedNet{{start.linear, nn::Dropout{0}}}, ep::Recipe{.optimizer = ep::optim::adam(1e-1), .seed = 7});
  const auto s = spread.fit(data(), three), o = single.fit(data(), three);
  for (const char* name : {"loss", "accuracy", "mean_logit"}) EXPECT_NEAR(s[name][2], o[name][2], 1e-5) << name;
}

TEST(Trainer, EvaluatesAndPredictsTheWholeSet) {
  auto trainer = trainer_of();
  const Array logits = nn::eval(trainer.module())(data().inputs);
  const auto logs = trainer.evaluate(data(), {.batch_size = 8});
  EXPECT_NEAR(logs.at("loss").item<double>(), mean(losses::cross_entropy(logits, data().target)).item<double>(), 1e-6);
  EXPECT_FLOAT_EQ(logs.at("accuracy").item<float>(), mean((argmax(logits, -1) == data().target).as(ep::f32)).item<float>());
  EXPECT_TRUE(ep::allclose(trainer.predict(data().inputs, {.batch_size = 8}), logits, {.rtol = 1e-6, .atol = 1e-6}));
  EXPECT_TRUE(ep::allclose(trainer.predict_on_batch(data().inputs), logits, {.rtol = 1e-6, .atol = 1e-6}));
  EXPECT_TRUE(same(trainer.module(), net()));
  EXPECT_NEAR(trainer.test_on_batch(data()).at("loss").item<double>(), logs.at("loss").item<double>(), 1e-6);
  EXPECT_NE(trainer.summary(data().inputs).find("Linear"), std::string::npos);
}

TEST(Trainer, BatchesByHandAreOfThatBatchAlone) {
  auto trainer = trainer_of();
  const auto first = trainer.train_on_batch(data()), second = trainer.train_on_batch(data());
  EXPECT_NE(first.at("loss").item<double>(), second.at("loss").item<double>());
  EXPECT_EQ(trainer.step(), 2);
}

TEST(Trainer, ResumesInTheMiddleOfAnEpochBitForBit) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("trainer_test." + std::to_string(getpid()));
  ep::FitOptions options = three;
  options.shuffle = true;
  const auto check = [&](const auto& make) {
    auto whole = make();
    options.callbacks = {};
    const auto wanted = whole.fit(data(), options);
    auto first = make();
    options.callbacks = {ep::LambdaCallback{.on_train_batch_end = [&](Progress& p) {
      if (p.step == 5) p.trainer->saver()(path);
    }}};
    first.fit(data(), options);
    auto second = make();
    second.load(path);
    EXPECT_EQ(second.step(), 5);
    EXPECT_EQ(second.epoch(), 1);
    options.callbacks = {};
    options.initial_epoch = second.epoch();
    const auto rest = second.fit(data(), options);
    options.initial_epoch = 0;
    EXPECT_TRUE(ep::equal(second.module(), whole.module()));
    for (const char* name : {"loss", "accuracy"}) {
      std::vector<double> last = wanted[name];
      last.erase(last.begin());
      EXPECT_EQ(rest[name], last) << name;
    }
  };
  check([] { return trainer_of(); });
  check([] { return ep::Trainer(ManagedNet{net()}, ep::Recipe{.optimizer = ep::optim::adam(1e-1), .seed = 7}); });
  auto high = trainer_of();
  expect_says<ep::StructureError>([&] { high.load(path); }, {"load", ".module", "another module"});
  std::filesystem::remove(path);
}

TEST(Trainer, ResumesBehindTheLastBatchOfAnEpoch) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("trainer_last." + std::to_string(getpid()));
  auto whole = trainer_of();
  ep::FitOptions options = three;
  options.callbacks = {ep::LambdaCallback{.on_train_batch_end = [&](Progress& p) {
    if (p.step == 6) whole.save(path);
  }}};
  const auto wanted = whole.fit(data(), options);
  auto resumed = trainer_of();
  resumed.load(path);
  options.callbacks = {};
  options.initial_epoch = resumed.epoch();
  const auto rest = resumed.fit(data(), options);
  EXPECT_TRUE(same(resumed.module(), whole.module()));
  EXPECT_EQ(rest.epochs(), (std::vector<int>{1, 2}));
  EXPECT_EQ(rest["loss"], (std::vector<double>{wanted["loss"][1], wanted["loss"][2]}));
  std::filesystem::remove(path);
}

TEST(Strategy, SaysWhatItDoes) {
  EXPECT_EQ(ep::eager, ep::Strategy::eagerly());
  EXPECT_FALSE(ep::eager.compiles());
  EXPECT_TRUE(ep::jit_only.compiles() && !ep::jit_only.donates());
  EXPECT_TRUE(ep::jit_donate.compiles() && ep::jit_donate.donates());
  EXPECT_EQ(ep::data_parallel(3).lanes(), 3);
}

// A run that is killed again and again, each time resumed from what its checkpoints hold, ends with the bits of one that was not: with
// dropout, a shuffled order, a schedule and metrics. ESPALIER_KILLS says how often.
TEST(Trainer, SurvivesKillsBitForBit) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("trainer_kills." + std::to_string(getpid()));
  const auto make = [] {
    return ep::Trainer(net(), ep::Recipe{.loss = losses::CrossEntropy(), .metrics = metrics::Accuracy(), .optimizer = ep::optim::adam(ep::optim::schedules::cosine_decay(1e-1, 60)), .seed = 7});
  };
  ep::FitOptions options{.epochs = 20, .batch_size = 8, .verbose = 0};
  auto whole = make();
  whole.fit(data(), options);
  const char* asked = std::getenv("ESPALIER_KILLS");
  const int kills = asked != nullptr ? std::atoi(asked) : 3;
  std::mt19937 random(1);
  int tried = 0, killed = 0;
  for (bool done = false; !done;) {
    const pid_t child = fork();
    if (child == 0) {
      auto trainer = make();
      if (!ep::checkpoints_in(folder).empty()) trainer.load(folder);
      options.callbacks = {ep::ModelCheckpoint{.path = folder, .every_epochs = 0, .every_steps = 1, .keep = 3}, ep::LambdaCallback{.on_train_batch_end = [&](Progress&) { usleep(static_cast<useconds_t>(4'000 * kills)); }}};
      options.initial_epoch = trainer.epoch();
      if (options.initial_epoch < options.epochs) trainer.fit(data(), options);
      ep::save_checkpoint(trainer.module(), folder / "last");
      _exit(0);
    }
    if (tried < kills) {
      usleep(100'000 + static_cast<useconds_t>(random() % 400'000));
      kill(child, SIGKILL);
      ++tried;
    }
    int status = 0;
    waitpid(child, &status, 0);
    done = WIFEXITED(status);
    killed += WIFSIGNALED(status) ? 1 : 0;
    EXPECT_TRUE(!done || WEXITSTATUS(status) == 0);
  }
  EXPECT_GT(killed, 0);
  RecordProperty("killed", killed);
  EXPECT_TRUE(same(ep::load_checkpoint(whole.module(), folder / "last"), whole.module()));
  std::filesystem::remove_all(folder);
}

// The order of Keras' hooks, recorded.
struct Recorder {
  std::vector<std::string>* seen;
  void on_train_begin(Progress&) { seen->push_back("train("); }
  void on_train_end(Progress&) { seen->push_back(")train"); }
  void on_epoch_begin(Progress&) { seen->push_back("epoch("); }
  void on_epoch_end(Progress& p) { seen->push_back(p.logs.contains("val_loss") ? ")epoch+val" : ")epoch"); }
  void on_train_batch_begin(Progress& p) { seen->push_back("b" + std::to_string(p.batch)); }
  void on_train_batch_end(Progress& p) { seen->push_back(p.logs.contains("loss") ? "e" : "?"); }
  void on_test_begin(Progress&) { seen->push_back("test("); }
  void on_test_end(Progress&) { seen->push_back(")test"); }
  void on_test_batch_end(Progress&) { seen->push_back("t"); }
};

TEST(Callbacks, AreCalledInKerasOrder) {
  std::vector<std::string> seen;
  auto trainer = trainer_of();
  trainer.fit(data(), data(), {.epochs = 1, .batch_size = 11, .verbose = 0, .callbacks = {Recorder{&seen}}});
  EXPECT_EQ(seen, (std::vector<std::string>{"train(", "epoch(", "b0", "e", "b1", "e", "test(", "t", "t", ")test", ")epoch+val", ")train"}));
}

TEST(Callbacks, StopEarlyAndRestoreTheBest) {
  // A loss that gets worse: the rate is far too high from the second epoch on.
  std::vector<Net> after;
  std::vector<double> values{3, 1, 2, 2, 2};
  ep::EarlyStopping stopping{.monitor = "score", .patience = 2, .restore_best = true};
  auto trainer = trainer_of();
  const auto history = trainer.fit(data(), {.epochs = 5, .batch_size = 8, .verbose = 0, .callbacks = {ep::LambdaCallback{.on_epoch_end = [&](Progress& p) {
    after.push_back(trainer.module());
    p.logs["score"] = Array(values[static_cast<std::size_t>(p.epoch)]);
  }},
                                                                                                      std::ref(stopping)}});
  EXPECT_EQ(history["score"], (std::vector<double>{3, 1, 2, 2}));
  EXPECT_EQ(stopping.best_epoch, 1);
  EXPECT_TRUE(same(trainer.module(), after.at(1)));
  EXPECT_TRUE(ep::detail::is_better("val_accuracy", ep::MonitorMode::automatic, 0.9, 0.8, 0.05));
  EXPECT_FALSE(ep::detail::is_better("val_accuracy", ep::MonitorMode::automatic, 0.9, 0.8, 0.2));
  EXPECT_TRUE(ep::detail::is_better("loss", ep::MonitorMode::automatic, 0.7, 0.8, 0));
  auto other = trainer_of();
  expect_says<ep::TrainingError>([&] { other.fit(data(), {.verbose = 0, .callbacks = {ep::EarlyStopping()}}); }, {"val_loss", "accuracy, loss", "need validation data"});
}

TEST(Callbacks, WriteRowsAndRatesAndLines) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("trainer_test.csv." + std::to_string(getpid()));
  std::FILE* lines = std::tmpfile();
  auto trainer = trainer_of();
  trainer.fit(data(), {.epochs = 2, .batch_size = 8, .callbacks = {ep::LearningRateMonitor(), ep::CSVLogger{.path = path}, ep::ProgressBar{.out = lines}}});
  std::ifstream file(path);
  std::string header, row;
  std::getline(file, header);
  std::getline(file, row);
  EXPECT_EQ(header, "epoch,accuracy,learning_rate,loss");
  EXPECT_TRUE(row.starts_with("0,0.") && row.find(",0.1") != std::string::npos) << row;
  std::rewind(lines);
  char text[4096];
  const std::string shown(text, std::fread(text, 1, sizeof text, lines));
  std::fclose(lines);
  EXPECT_TRUE(shown.starts_with("epoch 1/2  3 batches in ")) << shown;
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 2);
  EXPECT_EQ(shown.find('\r'), std::string::npos);
  Progress progress{.batches = 4};
  EXPECT_EQ(ep::detail::progress_line(progress, 1, 2, false), "epoch 1/1  [======>                 ]  1/4  0.50 batches/s  ETA 0:06");
  std::filesystem::remove(path);
  expect_says<ep::IoError>([&] { trainer.fit(data(), {.verbose = 0, .callbacks = {ep::CSVLogger{.path = "/no/such/folder/a.csv"}}}); }, {"CSVLogger", "/no/such/folder"});
}

// A net whose third batch makes a NaN.
struct Fragile {
  ep::Parameter weight = 1.0;
  Array operator()(Array x) const { return sqrt(x[{ep::slice(), 0}]) * weight; }
};
TEST(Callbacks, TerminateOnNaNNamesTheFirstBadOp) {
  struct Pairs {
    Array inputs, target;
  };
  ep::Trainer trainer(Fragile(), ep::Recipe{.loss = losses::MeanSquaredError(), .optimizer = ep::optim::sgd(0.1)});
  const Pairs pairs{Array{{1.f}, {4.f}, {-1.f}, {2.f}}, Array{1.f, 2.f, 1.f, 1.f}};
  expect_says<ep::TrainingError>([&] { trainer.fit(pairs, {.batch_size = 1, .shuffle = false, .verbose = 0, .callbacks = {ep::TerminateOnNaN()}}); },
                                 {"TerminateOnNaN", "after batch 2 of epoch 0", "sqrt", "trainer_test.cpp"});
  EXPECT_EQ(trainer.step(), 3);
  EXPECT_TRUE(ep::Callback(ep::TerminateOnNaN()).asks_for_bad_op());
  EXPECT_FALSE(ep::Callback(ep::EarlyStopping()).asks_for_bad_op());
}

TEST(Callbacks, InterruptEndsTheEpochCleanly) {
  auto trainer = trainer_of();
  const auto history = trainer.fit(data(), {.epochs = 9, .batch_size = 8, .verbose = 0, .callbacks = {ep::LambdaCallback{.on_train_batch_begin = [](Progress& p) { if (p.step == 4) std::raise(SIGINT); }}, ep::Interrupt()}});
  EXPECT_EQ(history.epochs(), (std::vector<int>{0, 1}));
  EXPECT_EQ(trainer.step(), 5);
  EXPECT_EXIT(
      {
        auto other = trainer_of(ep::eager);
        other.fit(data(), {.verbose = 0, .callbacks = {ep::Interrupt(), ep::LambdaCallback{.on_train_batch_begin = [](Progress&) { std::raise(SIGINT); std::raise(SIGINT); }}}});
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(Callbacks, ThatThrowLeaveTheTrainerUsable) {
  auto trainer = trainer_of();
  const ep::LambdaCallback thrower{.on_train_batch_end = [](Progress& p) { if (p.step == 2) throw std::runtime_error("mine"); }};
  EXPECT_THROW(trainer.fit(data(), {.batch_size = 8, .verbose = 0, .callbacks = {thrower}}), std::runtime_error);
  EXPECT_EQ(trainer.step(), 2);
  trainer.fit(data(), three);
  EXPECT_EQ(trainer.step(), 11);
}

struct BadLog {
  nn::Linear linear;
  int which = 0;
  std::pair<Array, BadLog> managed_train_step(const ep::Key&, const Batch& batch) const {
    const Array y = linear(batch.inputs);
    if (which == 0) ep::log("y", y);
    if (which == 1) ep::log("y", mean(y)), ep::log("y", mean(y));
    if (which == 2) ep::log("loss", mean(y));
    return {mean(y), *this};
  }
};
TEST(Trainer, RefusesWhatIsWrong) {
  auto trainer = trainer_of();
  expect_says<ep::TrainingError>([&] { trainer.fit(data(), {.epochs = 0}); }, {"trainer_test.cpp", "no step would be run"});
  expect_says<ep::TrainingError>([&] { trainer.fit(data(), {.batch_size = 32, .drop_last = true, .verbose = 0}); }, {"trainer_test.cpp", "no step was run"});
  expect_says<ep::TrainingError>([&] { trainer.evaluate(Batch{ep::zeros({0, 4}), ep::zeros({0}, ep::i32)}); }, {"no step was run"});
  expect_says<ep::ShapeError>([&] { trainer.fit(Batch{ep::zeros({5, 4}), ep::zeros({6}, ep::i32)}, {.verbose = 0}); }, {".inputs: f32[5,4]", ".target: i32[6]"});
  expect_says<ep::ArgumentError>([&] { trainer.fit(data(), {.batch_size = 0}); }, {"batch_size is 0"});
  expect_says<ep::ArgumentError>([&] { trainer.fit(data(), {.validation_split = 1}); }, {"validation_split"});
  expect_says<ep::ArgumentError>([&] { (void)ep::data_parallel(0); }, {"0 lanes"});
  expect_says<ep::TrainingError>([&] { ep::log("x", Array(1.0)); }, {"trainer_test.cpp", "no managed step"});
  const auto log = [](int which) { ep::Trainer(BadLog{nn::Linear::init(ep::random::key(0), 4, 2), which}, ep::Recipe{.optimizer = ep::optim::sgd(0.1)}).fit(data(), {.verbose = 0}); };
  expect_says<ep::ShapeError>([&] { log(0); }, {"'y' is f32[22,2]"});
  expect_says<ep::TrainingError>([&] { log(1); }, {"'y' is taken"});
  expect_says<ep::TrainingError>([&] { log(2); }, {"'loss' is taken"});
  expect_says<ep::ArgumentError>([&] { (void)ep::History()["x"]; }, {"'x'", "no epoch was run"});
  trainer.fit(data(), three);  // still whole
  EXPECT_EQ(trainer.step(), 9);
}

}  // namespace
