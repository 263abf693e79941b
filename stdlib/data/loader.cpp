#include "espalier/stdlib/data/loader.h"

namespace espalier::data::detail {

std::int64_t batches_in(std::int64_t samples, std::int64_t batch_size, bool drop_last, int workers, int prefetch, Where where) {
  if (samples < 1) throw ArgumentError("DataLoader", "the data set has " + std::to_string(samples) + " samples", "give at least one", where);
  if (batch_size < 1) throw ArgumentError("DataLoader", ".batch_size = " + std::to_string(batch_size), "a batch has at least one sample", where);
  if (workers < 0) throw ArgumentError("DataLoader", ".workers = " + std::to_string(workers), "0 loads on the caller's thread, n on n threads", where);
  if (prefetch < 1) throw ArgumentError("DataLoader", ".prefetch = " + std::to_string(prefetch), "a worker makes at least one batch ahead", where);
  if (drop_last && samples < batch_size) {
    throw ArgumentError("DataLoader", std::to_string(samples) + " samples are less than a batch of " + std::to_string(batch_size) + ", and drop_last leaves it out", "take a smaller batch_size, or keep the last batch", where);
  }
  return drop_last ? samples / batch_size : (samples - 1) / batch_size + 1;
}

std::pair<std::int64_t, std::int64_t> position_in(const LoaderState& state, std::int64_t samples, std::int64_t batch_size, std::int64_t batches, Where where) {
  const auto its_samples = state.samples.item<std::int64_t>(where), its_size = state.batch_size.item<std::int64_t>(where);
  if (its_samples != samples || its_size != batch_size) {
    throw ArgumentError("resume", "the state is of " + std::to_string(its_samples) + " samples in batches of " + std::to_string(its_size) + ", the loader has " + std::to_string(samples) + " in batches of " + std::to_string(batch_size),
                        "resume with the data and the batch size that the state was taken with", where);
  }
  const auto epoch = state.epoch.item<std::int64_t>(where), batch = state.batch.item<std::int64_t>(where);
  if (epoch < 0 || batch < 0 || batch >= batches) throw ArgumentError("resume", "epoch " + std::to_string(epoch) + ", batch " + std::to_string(batch) + " of " + std::to_string(batches) + ": there is no such place", "keep the state as state() gave it", where);
  return {epoch, batch};
}

LoaderState state_of(std::uint64_t seed, std::int64_t epoch, std::int64_t batch, std::int64_t batch_size, std::int64_t samples) {
  return {Array(seed, u64), Array(epoch, i64), Array(batch, i64), Array(batch_size, i64), Array(samples, i64)};
}

}  // namespace espalier::data::detail
