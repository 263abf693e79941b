#include "espalier/stdlib/train/event_file.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <fstream>

#include "espalier/stdlib/io/file_use.h"
#include "espalier/stdlib/train/crc32c.h"
#include "espalier/stdlib/train/png.h"
#include "espalier/stdlib/train/protobuf.h"

namespace espalier {
namespace {

using detail::Message;

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// HistogramProto: min, max, num, sum, sum_squares, bucket_limit, bucket.
Message histogram_of(const std::vector<double>& values) {
  constexpr std::size_t bins = 30;
  const auto [least, largest] = std::ranges::minmax(values);
  double sum = 0, squares = 0;
  std::vector<double> limits(bins), counts(bins);
  const double width = largest > least ? (largest - least) / bins : 1;
  for (std::size_t i = 0; i < bins; ++i) limits[i] = i + 1 == bins && largest > least ? largest : least + width * static_cast<double>(i + 1);
  for (const double value : values) {
    sum += value;
    squares += value * value;
    ++counts[std::min(bins - 1, static_cast<std::size_t>((value - least) / width))];
  }
  return Message().number(1, least).number(2, largest).number(3, static_cast<double>(values.size())).number(4, sum).number(5, squares).numbers(6, limits).numbers(7, counts);
}

/// SummaryMetadata that names the plugin which shows the value.
Message shown_by(const char* plugin) { return Message().message(1, Message().text(1, plugin)); }

}  // namespace

struct EventFile::Open {
  std::filesystem::path path;
  Where where;
  std::ofstream file;

  /// Appends a record: length, its checksum, the bytes, their checksum.
  void add(const Message& event) {
    const std::string length = detail::little_endian_bytes(static_cast<std::uint64_t>(event.bytes().size()));
    file << length << detail::little_endian_bytes(detail::masked_crc32c(length)) << event.bytes() << detail::little_endian_bytes(detail::masked_crc32c(event.bytes())) << std::flush;
    if (!file) io::fail_to_write({"EventFile", path.string(), where}, "the disk is full or gone");
  }
  /// Event: wall_time, step, summary with one value.
  void add_value(Message value, std::int64_t step) { add(Message().number(1, now()).integer(2, step).message(5, Message().message(1, value))); }
};

EventFile::EventFile(const std::filesystem::path& folder, Where where) : open_(std::make_shared<Open>()) {
  static std::atomic<int> count{0};
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) io::fail_to_write({"EventFile", folder.string(), where}, problem.message());
  char host[256] = "host";
  static_cast<void>(gethostname(host, sizeof(host) - 1));
  open_->path = folder / ("events.out.tfevents." + std::to_string(static_cast<std::int64_t>(now())) + "." + std::string(host) + "." + std::to_string(getpid()) + "." + std::to_string(count++));
  open_->where = where;
  open_->file.open(open_->path, std::ios::binary);
  if (!open_->file) io::fail_to_write({"EventFile", open_->path.string(), where}, "it cannot be opened");
  open_->add(Message().number(1, now()).text(3, "brain.Event:2"));  // the version of the format
}

void EventFile::scalar(std::string_view tag, double value, std::int64_t step) { open_->add_value(Message().text(1, tag).number(2, static_cast<float>(value)), step); }

void EventFile::histogram(std::string_view tag, const Array& values, std::int64_t step, Where where) {
  std::vector<double> finite = values.to_vector<double>(where);
  std::erase_if(finite, [](double value) { return !std::isfinite(value); });
  if (!finite.empty()) open_->add_value(Message().text(1, tag).message(5, histogram_of(finite)), step);
}

void EventFile::image(std::string_view tag, const Array& image, std::int64_t step, Where where) {
  const std::string png = detail::png_of(image, "image", where);
  const std::int64_t channels = image.ndim() == 3 ? image.shape(2) : 1;
  open_->add_value(Message().text(1, tag).message(4, Message().integer(1, image.shape(0)).integer(2, image.shape(1)).integer(3, channels).text(4, png)), step);
}

void EventFile::text(std::string_view tag, std::string_view text, std::int64_t step) {
  constexpr int string_type = 7;  // DT_STRING; a TensorProto of shape [1]
  const Message tensor = Message().integer(1, string_type).message(2, Message().message(2, Message().integer(1, 1))).text(8, text);
  open_->add_value(Message().text(1, tag).message(8, tensor).message(9, shown_by("text")), step);
}

const std::filesystem::path& EventFile::path() const { return open_->path; }

}  // namespace espalier
