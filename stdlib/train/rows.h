#pragma once
// Samples of a tree of arrays in the order of an epoch, cut into batches.
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/data/order.h"
#include "espalier/stdlib/train/levels.h"

namespace espalier::detail {

/// These samples of an array, one behind the other.
Array samples_at(const Array& x, const std::int64_t* numbers, std::int64_t count);
/// The samples from `begin` to `end`.
Array samples_between(const Array& x, std::int64_t begin, std::int64_t end);

/// How a tree is cut.
struct RowsOptions {
  std::int64_t batch_size = 32;
  bool shuffle = false;
  bool drop_last = false;
  std::uint64_t seed = 0;
};

/// Batches of a tree whose leaves have one leading axis.
template <class T> class Rows {
 public:
  using Batch = T;
  Rows(const T& data, RowsOptions options, Where where) : data_(data), options_(options), size_(samples_of_batch(data, where)) {}

  /// How many batches an epoch has.
  std::int64_t batches() const { return options_.drop_last ? size_ / options_.batch_size : (size_ + options_.batch_size - 1) / options_.batch_size; }
  /// Begins an epoch with its batch number `at`.
  void start(int epoch, std::int64_t at) {
    next_ = at;
    if (options_.shuffle) order_ = data::epoch_order(size_, options_.seed, epoch);
  }
  /// The next batch; false after the last one.
  bool next(std::optional<T>& batch) {
    if (next_ >= batches()) return false;
    const std::int64_t begin = next_++ * options_.batch_size, end = std::min(size_, begin + options_.batch_size);
    batch = map([&](const Array& x) { return options_.shuffle ? samples_at(x, order_.data() + begin, end - begin) : samples_between(x, begin, end); }, data_);
    return true;
  }

 private:
  const T& data_;
  RowsOptions options_;
  std::int64_t size_, next_ = 0;
  std::vector<std::int64_t> order_;
};

/// Batches of a range that makes them, such as a loader. An epoch begins where the range's begin() stands.
template <class R> class Ranged {
 public:
  using Batch = std::remove_cvref_t<decltype(*std::declval<R&>().begin())>;
  explicit Ranged(R& range) : range_(range) {}

  std::int64_t batches() const {
    if constexpr (requires { { range_.size() } -> std::convertible_to<std::int64_t>; }) return static_cast<std::int64_t>(range_.size());
    else return 0;
  }
  void start(int, std::int64_t) {
    at_.emplace(range_.begin());
    fetched_ = false;
  }
  bool next(std::optional<Batch>& batch) {
    if (fetched_) ++*at_;
    fetched_ = *at_ != range_.end();
    if (fetched_) batch = **at_;
    return fetched_;
  }

 private:
  R& range_;
  std::optional<decltype(std::declval<R&>().begin())> at_;
  bool fetched_ = false;
};

}  // namespace espalier::detail
