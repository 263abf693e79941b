// Checkpoints: what is written comes back bit for bit; what is damaged is refused, and the one before is used.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "espalier/stdlib/io.h"
#include "espalier/stdlib/train.h"
#include "files.h"

namespace ep = espalier;
using namespace ep::test;
using ep::checkpoint_info, ep::checkpoint_path, ep::checkpoints_in, ep::load_checkpoint, ep::ModelCheckpoint, ep::save_checkpoint;

namespace {

struct State {
  ep::Parameter weight;
  ep::Array step;
  ep::Key key;
  ep::Array nothing = {};
};
State state_at(std::int64_t step, std::int64_t n = 3) { return {ep::Parameter(ep::full({n}, static_cast<float>(step))), ep::Array(step, ep::i64), ep::Key(7)}; }
std::int64_t step_of(const State& state) { return state.step.item<std::int64_t>(); }
void write(const std::filesystem::path& path, const Bytes& bytes) { std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())); }

TEST(SavedCheckpoint, GivesBackWhatWasSaved) {
  const TemporaryFolder folder;
  save_checkpoint(state_at(12), folder / "c", {.step = 12, .metadata = {{"val_loss", "0.25"}}});
  const State loaded = load_checkpoint(state_at(0), folder / "c");
  EXPECT_EQ(loaded.weight.to_vector<float>(), std::vector<float>(3, 12));
  EXPECT_EQ(step_of(loaded), 12);
  EXPECT_EQ(loaded.key.data().to_vector<int>(), ep::Key(7).data().to_vector<int>());
  EXPECT_TRUE(loaded.nothing.is_nothing());
  EXPECT_EQ(checkpoint_info(folder / "c").step, 12);
  EXPECT_EQ(checkpoint_info(folder / "c").metadata, (std::map<std::string, std::string>{{"val_loss", "0.25"}}));
  EXPECT_EQ(ep::io::read_safetensors(folder / "c").size(), 3u);  // any reader of the format has the arrays
  EXPECT_EQ(folder.count(), 1);
}

TEST(SavedCheckpoint, RefusesFlippedBitsAndTruncations) {
  const TemporaryFolder folder;
  save_checkpoint(state_at(1), folder / "good", {.step = 1});
  const Bytes good = bytes_of(folder / "good");
  const auto refused = [&](const Bytes& bytes) {
    write(folder / "bad", bytes);
    return error_of<ep::FormatError>([&] { load_checkpoint(state_at(0), folder / "bad"); });
  };
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const std::size_t bit : {at % 8, std::size_t{5}}) {  // the fifth makes a space a byte 0
      Bytes bytes = good;
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << bit));
      const std::string said = refused(bytes);
      ASSERT_TRUE(said != "none" && !said.starts_with("another")) << "byte " << at << ", bit " << bit << ": " << said;
    }
  }
  for (std::size_t size = 0; size < good.size(); size += 3) ASSERT_FALSE(refused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))).starts_with("none")) << size;
  ep::io::save_safetensors(state_at(1), folder / "foreign");
  EXPECT_NE(error_of<ep::FormatError>([&] { load_checkpoint(state_at(0), folder / "foreign"); }).find("the file has no manifest"), std::string::npos);
}

TEST(SavedCheckpoint, RefusesAnotherTree) {
  const TemporaryFolder folder;
  save_checkpoint(state_at(1), folder / "c");
  EXPECT_NE(error_of<ep::StructureError>([&] { load_checkpoint(state_at(0, 4), folder / "c"); }).find("the leaf .weight is f32[4], and f32[3] in"), std::string::npos);
  struct Other {
    ep::Array weight, bias;
  };
  EXPECT_NE(error_of<ep::StructureError>([&] { load_checkpoint(Other{ep::zeros({3}), ep::zeros({1})}, folder / "c"); }).find("no array for the leaf .bias"), std::string::npos);
  EXPECT_NE(error_of<ep::StructureError>([&] { load_checkpoint(Other{ep::zeros({3}), {}}, folder / "c"); }).find("for which there is no leaf"), std::string::npos);
}

TEST(SavedCheckpoint, OfAFolderIsTheNewestThatIsUndamaged) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of<ep::IoError>([&] { load_checkpoint(state_at(0), folder / "."); }).find("no undamaged checkpoint"), std::string::npos);
  for (const std::int64_t step : {9, 10, 200}) save_checkpoint(state_at(step), checkpoint_path(folder / "", step));
  EXPECT_EQ(checkpoints_in(folder / "").size(), 3u);
  EXPECT_EQ(checkpoints_in(folder / "").front().filename(), "step-000000000200.safetensors");
  EXPECT_EQ(step_of(load_checkpoint(state_at(0), folder / "")), 200);
  std::filesystem::resize_file(checkpoint_path(folder / "", 200), 500);
  write(checkpoint_path(folder / "", 300), {});
  EXPECT_EQ(step_of(load_checkpoint(state_at(0), folder / "")), 10);
  EXPECT_EQ(ep::undamaged_checkpoint(folder / ""), checkpoint_path(folder / "", 10));
  EXPECT_EQ(ep::undamaged_checkpoint(checkpoint_path(folder / "", 9)), checkpoint_path(folder / "", 9));
  EXPECT_NE(error_of<ep::FormatError>([&] { static_cast<void>(ep::undamaged_checkpoint(checkpoint_path(folder / "", 200))); }).find("the header promises"), std::string::npos);
  EXPECT_TRUE(checkpoints_in(folder / "none").empty());
}

TEST(SavedCheckpoint, SurvivesAKillAtAnyMoment) {
  const TemporaryFolder folder;
  const char* asked = std::getenv("ESPALIER_KILLS");
  const int kills = asked != nullptr ? std::atoi(asked) : 5;
  std::mt19937 random(1);
  std::int64_t last = 0;
  save_checkpoint(state_at(0, 100'000), checkpoint_path(folder / "", 0));
  for (int i = 0; i < kills; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      for (std::int64_t step = last + 1;; ++step) {
        save_checkpoint(state_at(step, 100'000), checkpoint_path(folder / "", step % 2 == 0 ? 1'000'000 + step : step));  // some over all others
        save_checkpoint(state_at(step, 100'000), folder / "latest");
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(5'000 + random() % 40'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    for (const auto& file : checkpoints_in(folder / "")) {
      const State state = load_checkpoint(state_at(0, 100'000), file);  // not one is damaged
      EXPECT_EQ(state.weight.to_vector<float>(), std::vector<float>(100'000, static_cast<float>(step_of(state))));
    }
    if (std::filesystem::exists(folder / "latest")) {
      const std::int64_t step = step_of(load_checkpoint(state_at(0, 100'000), folder / "latest"));
      EXPECT_GE(step, last);
      last = step;
    }
    for (const auto& file : checkpoints_in(folder / "")) std::filesystem::remove(file);
  }
}

TEST(SavedCheckpoint, OfAFullDiskLeavesTheOneBefore) {
  const TemporaryFolder folder;
  save_checkpoint(state_at(1), folder / "c");
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{4096, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &little), 0);
  const std::string said = error_of<ep::IoError>([&] { save_checkpoint(state_at(2, 100'000), folder / "c"); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old);
  EXPECT_NE(said.find("File too large"), std::string::npos) << said;
  EXPECT_EQ(step_of(load_checkpoint(state_at(0), folder / "c")), 1);
  EXPECT_EQ(folder.count(), 1);  // nothing half written stays
}

/// A trainer of which only the state matters.
struct FakeTrainer final : ep::RunningTrainer {
  std::int64_t step = 0;
  bool fails = false;
  void stop() override {}
  std::vector<std::pair<std::string, ep::Array>> parameters() const override { return {}; }
  std::function<void(const std::filesystem::path&)> saver() const override {
    return [step = step, fails = fails](const std::filesystem::path& path) {
      if (fails) throw std::runtime_error("the disk is gone");
      save_checkpoint(state_at(step), path, {.step = step});
    };
  }
  std::shared_ptr<const void> snapshot() const override { return nullptr; }
  void restore(const std::shared_ptr<const void>&) override {}
  std::optional<double> learning_rate() const override { return std::nullopt; }
  std::string first_bad_op() override { return ""; }
};
/// Runs epochs of 10 steps whose monitored values are given; the steps of the checkpoints that stay.
std::vector<std::int64_t> kept_steps(ModelCheckpoint checkpoint, const std::string& name, const std::vector<double>& values, const std::filesystem::path& folder) {
  checkpoint.path = folder;
  ep::Callback callback(checkpoint);
  FakeTrainer trainer;
  ep::Progress progress{.epochs = static_cast<int>(values.size()), .batches = 10, .trainer = &trainer};
  callback(ep::Hook::train_begin, progress);
  for (const double value : values) {
    for (progress.batch = 0; progress.batch < 10; ++progress.batch) {
      trainer.step = ++progress.step;
      callback(ep::Hook::train_batch_end, progress);
    }
    progress.logs[name] = ep::Array(value);
    callback(ep::Hook::epoch_end, progress);
    ++progress.epoch;
  }
  callback(ep::Hook::train_end, progress);
  std::vector<std::int64_t> steps;
  for (const auto& file : checkpoints_in(folder)) steps.push_back(step_of(load_checkpoint(state_at(0), file)));
  return steps;
}

TEST(ModelCheckpoint, SavesByEpochsByStepsAndTheBest) {
  using Steps = std::vector<std::int64_t>;
  const std::vector<double> values{3, 1, 2, NAN, 4};
  const auto kept = [&](ModelCheckpoint checkpoint, const std::string& name = "val_loss") {
    const TemporaryFolder folder;
    return kept_steps(std::move(checkpoint), name, values, folder / "made");
  };
  EXPECT_EQ(kept({}), (Steps{50, 40, 30, 20, 10}));
  EXPECT_EQ(kept({.every_epochs = 2}), (Steps{40, 20}));
  EXPECT_EQ(kept({.every_epochs = 0, .every_steps = 15}), (Steps{45, 30, 15}));
  EXPECT_EQ(kept({.every_steps = 20}), (Steps{50, 40, 30, 20, 10}));
  EXPECT_EQ(kept({.best_only = true}), (Steps{20, 10}));
  EXPECT_EQ(kept({.monitor = "accuracy", .best_only = true}, "accuracy"), (Steps{50, 10}));
  EXPECT_EQ(kept({.keep = 2}), (Steps{50, 40, 20}));  // the best, too
  EXPECT_EQ(kept({.best_only = true, .keep = 1}), (Steps{20}));
}

TEST(ModelCheckpoint, SaysWhatItCannotDo) {
  const TemporaryFolder folder;
  FakeTrainer trainer;
  ep::Progress progress{.trainer = &trainer};
  const auto said = [&](ModelCheckpoint checkpoint) -> std::string {
    try {
      checkpoint.on_train_begin(progress);
      checkpoint.on_epoch_end(progress);
      checkpoint.on_train_end(progress);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "nothing";
  };
  EXPECT_NE(said({}).find("it has no .path"), std::string::npos);
  EXPECT_NE(said({.path = folder / "x", .every_epochs = 0}).find("one of the first two is above 0"), std::string::npos);
  EXPECT_NE(said({.path = folder / "x", .best_only = true}).find("there is no value \"val_loss\""), std::string::npos);
  write(folder / "file", {});
  EXPECT_NE(said({.path = folder / "file/x"}).find("cannot be made"), std::string::npos);
  ModelCheckpoint by_steps{.path = folder / "x", .every_steps = 2, .best_only = true};
  EXPECT_TRUE(by_steps.wants_logs(progress));
  by_steps.on_train_begin(progress);
  EXPECT_THROW(by_steps.on_train_batch_end(progress), ep::ArgumentError);
  trainer.fails = true;
  EXPECT_EQ(said({.path = folder / "x"}), "the disk is gone");  // thrown on another thread, told on this one
}

}  // namespace
