// Event files: their records byte by byte, and what the package tensorboard reads of them where it is installed. Pictures.
#include <cstdio>

#include "data_file.h"
#include "espalier/stdlib/train.h"
#include "espalier/stdlib/train/curves.h"
#include "espalier/stdlib/train/crc32c.h"
#include "espalier/stdlib/train/protobuf.h"
#include "files.h"

namespace ep = espalier;
using namespace ep::test;

namespace {

TEST(Crc32c, IsThatOfTheStandard) {
  EXPECT_EQ(ep::detail::crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(ep::detail::crc32c(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720, B.4
  EXPECT_EQ(ep::detail::crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(ep::detail::masked_crc32c("123456789"), ((0xe3069283u >> 15) | (0xe3069283u << 17)) + 0xa282ead8u);
}

TEST(Protobuf, EncodesAsItsGuideSays) {
  using ep::detail::Message;
  EXPECT_EQ(Message().integer(1, 150).bytes(), "\x08\x96\x01");
  EXPECT_EQ(Message().text(2, "testing").bytes(), "\x12\x07testing");
  EXPECT_EQ(Message().message(3, Message().integer(1, 150)).bytes(), "\x1a\x03\x08\x96\x01");
  EXPECT_EQ(Message().integer(1, -2).bytes(), "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  EXPECT_EQ(Message().number(2, 1.f).bytes(), std::string("\x15\0\0\x80\x3f", 5));
}

/// The records of a file, their checksums verified.
std::vector<std::string> records_of(const std::filesystem::path& path) {
  const Bytes bytes = bytes_of(path);
  const std::string all(bytes.begin(), bytes.end());
  std::vector<std::string> records;
  for (std::size_t at = 0; at < all.size();) {
    std::uint64_t length = 0;
    std::uint32_t crc = 0;
    std::memcpy(&length, all.data() + at, 8);
    std::memcpy(&crc, all.data() + at + 8, 4);
    EXPECT_EQ(crc, ep::detail::masked_crc32c(all.substr(at, 8)));
    records.push_back(all.substr(at + 12, length));
    std::memcpy(&crc, all.data() + at + 12 + length, 4);
    EXPECT_EQ(crc, ep::detail::masked_crc32c(records.back()));
    at += 16 + length;
  }
  return records;
}

TEST(EventFile, HoldsRecordsAsTheirFormatSays) {
  const TemporaryFolder folder;
  ep::EventFile file(folder / "run");
  file.scalar("loss", 0.5, 3);
  const auto records = records_of(file.path());
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].substr(9), std::string("\x1a\x0d") + "brain.Event:2");
  EXPECT_EQ(records[1].substr(9), std::string("\x10\x03\x2a\x0d\x0a\x0b\x0a\x04loss\x15\0\0\0\x3f", 17));
}

/// What a command prints; false if it fails.
bool output_of(const std::string& command, std::string& text) {
  FILE* const pipe = popen(command.c_str(), "r");
  char part[4096];
  for (std::size_t n; (n = std::fread(part, 1, sizeof(part), pipe)) > 0;) text.append(part, n);
  return pclose(pipe) == 0;
}

TEST(EventFile, IsReadByTensorBoard) {
  const char* given = std::getenv("ESPALIER_TENSORBOARD_PYTHON");
  const std::string python = given != nullptr ? given : "python3";
  std::string text;
  if (!output_of(python + " -c 'import tensorboard' 2>/dev/null", text)) {
    std::printf("  not read by the package tensorboard: %s does not have it (ESPALIER_TENSORBOARD_PYTHON names another)\n", python.c_str());
    return;
  }
  const TemporaryFolder folder;
  ep::EventFile file(folder / "run");
  file.scalar("loss", 0.5, 1);
  file.scalar("loss", 0.25, 2);
  file.histogram("weights", ep::Array({1., 2., 3., double(INFINITY)}), 2);
  file.histogram("nothing", ep::Array({double(NAN)}), 2);
  file.image("sample", ep::full({2, 3, 3}, 0.5f), 2);
  file.text("note", "a **text**", 2);
  ASSERT_TRUE(output_of(python + " " + data_path("read_events.py") + " " + (folder / "run").string() + " 2>/dev/null", text));
  EXPECT_NE(text.find("scalar loss 1 0.5\nscalar loss 2 0.25\nhistogram weights 2 1.0 3.0 3.0 6.0 14.0 3.0\nimage sample 2 3 2 "), std::string::npos) << text;
  EXPECT_NE(text.find("text note 2 a **text**\n"), std::string::npos) << text;
}

TEST(TensorBoard, WritesTheValuesOfEpochs) {
  const TemporaryFolder folder;
  ep::TensorBoard board{.path = folder / "runs"};
  ep::Progress progress{.step = 7, .logs = {{"loss", ep::Array(0.5f)}, {"val_loss", ep::Array(1.f)}, {"confusion", ep::ones({2, 2})}}};
  board.on_train_begin(progress);
  board.on_epoch_end(progress);
  EXPECT_EQ(records_of(board.train->path()).size(), 3u);
  EXPECT_EQ(records_of(board.validation->path()).size(), 2u);
  EXPECT_NE(records_of(board.validation->path())[1].find("loss"), std::string::npos);
  EXPECT_EQ(records_of(board.validation->path())[1].find("val_loss"), std::string::npos);
  EXPECT_THROW(ep::TensorBoard().on_train_begin(progress), ep::ArgumentError);
  std::ofstream(folder / "file") << "x";
  EXPECT_NE(error_of<ep::IoError>([&] { ep::EventFile(folder / "file/x"); }).find("x"), std::string::npos);
}

TEST(Png, IsAPictureOfItsSize) {
  const TemporaryFolder folder;
  ep::save_png(ep::zeros({2, 3, 3}), folder / "p.png");
  const Bytes bytes = bytes_of(folder / "p.png");
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_EQ(text.substr(0, 29), std::string("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\3\0\0\0\2\x08\2\0\0\0", 29));
  EXPECT_NE(error_of<ep::ShapeError>([&] { ep::save_png(ep::zeros({2, 3, 2}), folder / "q"); }).find("not [2,3,2]"), std::string::npos);
  EXPECT_EQ(error_of<ep::DTypeError>([&] { ep::save_png(ep::zeros({2, 3}, ep::i32), folder / "q"); }), "pixels are u8, or floats from 0 to 1, not i32");
}

TEST(Plot, ChoosesTicksThatAreReadEasily) {
  EXPECT_EQ(ep::detail::ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(ep::detail::ticks(-1, 1, 4), (std::vector<double>{-1, -0.5, 0, 0.5, 1}));
  EXPECT_EQ(ep::detail::ticks(0.11, 0.19, 4).size(), 4u);  // 0.12, 0.14, 0.16, 0.18
  EXPECT_EQ(ep::detail::tick_text(0.25), "0.25");
  EXPECT_EQ(ep::detail::tick_text(1e-5), "1e-05");
}

TEST(Plot, DrawsTheCurvesOfTheEpochs) {
  const TemporaryFolder folder;
  for (const char* name : {"curves.svg", "curves.png"}) {
    ep::Plot plot{.path = folder / name};
    ep::Progress progress;
    plot.on_train_begin(progress);
    for (progress.epoch = 0; progress.epoch < 4; ++progress.epoch) {
      progress.logs = {{"loss", ep::Array(progress.epoch == 2 ? NAN : 1. / (1 + progress.epoch))}, {"a<b", ep::Array(0.5)}, {"matrix", ep::ones({2, 2})}};
      plot.on_epoch_end(progress);
    }
    const Bytes bytes = bytes_of(folder / name);
    const std::string text(bytes.begin(), bytes.end());
    if (text.starts_with("<svg")) {
      std::size_t lines = 0;
      for (std::size_t at = 0; (at = text.find("<polyline", at)) != std::string::npos; ++at) ++lines;
      EXPECT_EQ(lines, 3u);  // the loss is broken by its NaN
      EXPECT_NE(text.find(">a&lt;b</text>"), std::string::npos);
      EXPECT_EQ(text.find("matrix"), std::string::npos);
      EXPECT_EQ(text.find("nan"), std::string::npos);
      // By hand: x of epochs 0 to 3 over 630 pixels from 70, y of 1 at 4 % of the range from the top of 370 pixels.
      EXPECT_NE(text.find("points=\"70.0,33.7 280.0,"), std::string::npos) << text;
    } else {
      EXPECT_TRUE(text.starts_with("\x89PNG"));
    }
  }
  ep::Progress progress;
  EXPECT_THROW(ep::Plot{.path = "curves.pdf"}.on_train_begin(progress), ep::ArgumentError);
}

}  // namespace
