#pragma once
// DataLoader: batches of a tree or a data set, epoch after epoch.
#include <iterator>
#include <memory>

#include "espalier/stdlib/data/order.h"
#include "espalier/stdlib/data/pipeline.h"
#include "espalier/stdlib/data/samples.h"

namespace espalier::data {

/// A data set: it says how many samples it has, and gives each as a tree. With workers, `get` is called from several threads.
template <class D>
concept Dataset = requires(const D& d, std::int64_t i) {
  { d.size() } -> std::convertible_to<std::int64_t>;
  requires Tree<std::remove_cvref_t<decltype(d.get(i))>>;
};

namespace detail {
template <class S> struct BatchOf {
  using type = S;
};
template <Dataset D> struct BatchOf<D> {
  using type = std::remove_cvref_t<decltype(std::declval<const D&>().get(0))>;
};
}  // namespace detail
/// The type of the batches of a source: that of its samples, or the tree itself.
template <class S> using batch_of = typename detail::BatchOf<S>::type;

/// Options of `DataLoader`.
template <class T> struct DataLoaderOptions {
  Named by_name = Named();
  std::int64_t batch_size = 32;           ///< samples in a batch
  bool shuffle = false;                   ///< whether each epoch has an order of its own
  std::uint64_t seed = 0;                 ///< of the orders
  bool drop_last = false;                 ///< whether a last batch that is not full is left out; else it is smaller
  int workers = 0;                        ///< threads that make batches; 0: the caller's makes each when it is asked for
  int prefetch = 2;                       ///< batches that each worker makes ahead
  std::function<T(const T&)> transform = {};  ///< of each batch, on the thread that makes it
};

/// Where a loader stands: a tree, so that a checkpoint can hold it. All are i64 scalars but the seed, u64.
struct LoaderState {
  Array seed = {};        ///< of the orders
  Array epoch = {};       ///< from 0
  Array batch = {};       ///< of the epoch, that comes next
  Array batch_size = {};  ///< samples in a batch
  Array samples = {};     ///< in an epoch
};

namespace detail {
/// Refuses bad options with an ArgumentError; the number of batches in an epoch.
std::int64_t batches_in(std::int64_t samples, std::int64_t batch_size, bool drop_last, int workers, int prefetch, Where where);
/// ArgumentError unless the state is one of a loader of that many samples and batches of that size; the batch and epoch in it.
std::pair<std::int64_t, std::int64_t> position_in(const LoaderState& state, std::int64_t samples, std::int64_t batch_size, std::int64_t batches, Where where);
LoaderState state_of(std::uint64_t seed, std::int64_t epoch, std::int64_t batch, std::int64_t batch_size, std::int64_t samples);
}  // namespace detail

/// Batches of a tree with one leading axis, or of a data set whose samples it stacks. A range: begin() goes on where the loader
/// stands, an epoch ends at end(), and begin() then starts the next one. A range-for over it that is left early goes on with the next
/// batch. The order depends on seed and epoch alone, not on the workers. One thread uses a loader, with one iterator at a time.
template <class T> class DataLoader {
 public:
  /// Of a tree or a data set, which it keeps. ArgumentError of no samples, a batch size below 1, or `drop_last` with less
  /// than a batch; ShapeError of leaves that do not share the leading axis.
  template <class Source>
  explicit DataLoader(Source source, DataLoaderOptions<T> options = {}, Where where = Where::current()) : options_(std::move(options)), where_(where) {
    if constexpr (Dataset<Source>) {
      samples_ = static_cast<std::int64_t>(source.size());
      take_ = [source = std::make_shared<const Source>(std::move(source)), where](std::span<const std::int64_t> numbers, bool) {
        std::vector<std::vector<std::pair<std::string, Array>>> samples;
        std::optional<T> first;
        for (const std::int64_t number : numbers) {
          T sample = source->get(number);
          samples.push_back(leaves_with_path(sample));
          if (!first) first = std::move(sample);
        }
        return unflatten(*first, detail::stacked(samples, numbers, where));
      };
    } else {
      samples_ = detail::samples_in(leaves_with_path(source), "DataLoader", where);
      take_ = [source = std::make_shared<const T>(std::move(source)), where](std::span<const std::int64_t> numbers, bool in_order) {
        return detail::each_leaf(*source, [&](const Array& x) {
          return in_order ? detail::rows_between(x, numbers.front(), numbers.back() + 1, where) : detail::rows_at(x, numbers, where);
        });
      };
    }
    batches_ = detail::batches_in(samples_, options_.batch_size, options_.drop_last, options_.workers, options_.prefetch, where);
  }

  /// How many batches an epoch has.
  std::int64_t size() const { return batches_; }
  /// How many samples the source has.
  std::int64_t samples() const { return samples_; }

  /// An input iterator over what is left of the epoch.
  class Iterator {
   public:
    /// Of an input iterator.
    /// @{
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    const T& operator*() const { return *batch_; }
    const T* operator->() const { return &*batch_; }
    Iterator& operator++() {
      batch_ = loader_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !batch_; }
    /// @}
   private:
    friend DataLoader;
    explicit Iterator(DataLoader* loader) : loader_(loader), batch_(loader->next()) {}
    DataLoader* loader_;
    std::optional<T> batch_;
  };
  /// The batches from where the loader stands to the end of the epoch.
  /// @{
  [[nodiscard]] Iterator begin() {
    start();
    return Iterator(this);
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  /// @}

  /// Where the loader stands: behind the last batch that an iterator came to, whatever was made ahead.
  [[nodiscard]] LoaderState state() const { return detail::state_of(options_.seed, epoch_, batch_, options_.batch_size, samples_); }
  /// Goes on from a state: the batches that follow are bit for bit those that followed it. ArgumentError if it is of a loader with
  /// another number of samples or batch size.
  void resume(const LoaderState& state, Where where = Where::current()) {
    std::tie(epoch_, batch_) = detail::position_in(state, samples_, options_.batch_size, batches_, where);
    options_.seed = state.seed.item<std::uint64_t>();
    pipeline_.reset();
  }

 private:
  void start() {
    pipeline_.reset();
    auto order = std::make_shared<const std::vector<std::int64_t>>(options_.shuffle ? epoch_order(samples_, options_.seed, epoch_) : std::vector<std::int64_t>());
    pipeline_ = std::make_unique<detail::Pipeline<T>>(batch_, batches_, options_.workers, std::int64_t{options_.prefetch} * std::max(1, options_.workers),
                                                      [take = take_, transform = options_.transform, order, size = options_.batch_size, samples = samples_](std::int64_t batch) {
      const std::int64_t begin = batch * size, n = std::min(size, samples - begin);
      std::vector<std::int64_t> numbers(static_cast<std::size_t>(n));
      for (std::int64_t i = 0; i < n; ++i) numbers[static_cast<std::size_t>(i)] = order->empty() ? begin + i : (*order)[static_cast<std::size_t>(begin + i)];
      T taken = take(numbers, order->empty());
      return transform ? transform(taken) : taken;
    });
  }
  std::optional<T> next() {
    std::optional<T> batch = pipeline_ ? pipeline_->next() : std::nullopt;
    if (!batch) pipeline_.reset();
    else if (++batch_ == batches_) ++epoch_, batch_ = 0;  // behind the last batch is the start of the next epoch
    return batch;
  }

  DataLoaderOptions<T> options_;
  Where where_;
  std::function<T(std::span<const std::int64_t>, bool)> take_;
  std::int64_t samples_ = 0, batches_ = 0, epoch_ = 0, batch_ = 0;
  std::unique_ptr<detail::Pipeline<T>> pipeline_;
};
/// DataLoader(images, {.batch_size = 64, .shuffle = true}): the batches' type follows from the source.
/// @{
template <class S> DataLoader(S) -> DataLoader<batch_of<S>>;
template <class S> DataLoader(S, DataLoaderOptions<batch_of<S>>) -> DataLoader<batch_of<S>>;
/// @}

}  // namespace espalier::data
