#pragma once
// The order of the samples in an epoch.
#include <cstdint>
#include <vector>

namespace espalier::data {

/// The numbers from 0 to n - 1 as epoch number `epoch` of a seed has them: Fisher's and Yates' shuffle with the words that
/// `random::bits` gives the key fold_in(Key(seed), epoch), so it is the same on every machine.
[[nodiscard]] std::vector<std::int64_t> epoch_order(std::int64_t n, std::uint64_t seed, std::int64_t epoch);

}  // namespace espalier::data
