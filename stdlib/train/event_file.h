#pragma once
// Event files, which TensorBoard shows.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "espalier/dsl/array.h"

namespace espalier {

/// A file of events in a folder of its own, "events.out.tfevents.…": records as TensorFlow's TFRecord format has them, messages as
/// tensorflow/core/util/event.proto and framework/summary.proto say. Copies write the same file; what is added is there at once.
class EventFile {
 public:
  /// Makes the folder and a new file in it. IoError if that cannot be.
  explicit EventFile(const std::filesystem::path& folder, Where where = Where::current());
  /// A number.
  void scalar(std::string_view tag, double value, std::int64_t step);
  /// How the elements of an array are distributed: 30 bins from the least to the largest finite one. Nothing of an array without any.
  void histogram(std::string_view tag, const Array& values, std::int64_t step, Where where = Where::current());
  /// A picture, as `save_png` takes it, with its errors.
  void image(std::string_view tag, const Array& image, std::int64_t step, Where where = Where::current());
  /// A text, which TensorBoard reads as Markdown.
  void text(std::string_view tag, std::string_view text, std::int64_t step);
  /// Where it is.
  const std::filesystem::path& path() const;

 private:
  struct Open;
  std::shared_ptr<Open> open_;
};

}  // namespace espalier
