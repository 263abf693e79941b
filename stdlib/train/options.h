#pragma once
// What a Trainer is made of, and what its runs are told.
#include <cstdint>
#include <vector>

#include "espalier/stdlib/train/callback.h"
#include "espalier/stdlib/train/strategy.h"

namespace espalier {

/// What a Trainer needs beside the module: ep::Recipe{.loss = losses::CrossEntropy(), .metrics = metrics::Accuracy(), .optimizer =
/// optim::adam(1e-3)}. All types are deduced and all members optional; a level uses those that it needs.
template <class L = Nothing, class M = Nothing, class O = Nothing> struct Recipe {
  L loss = {};       ///< of the high level: a loss, or Losses(…)
  M metrics = {};    ///< of the high level: a metric, Metrics(…), or LossesAndMetrics(…), whose losses then count
  O optimizer = {};  ///< of the high and the managed level
  std::uint64_t seed = 42;         ///< of initial parameters, the keys of steps, and the order of batches
  Strategy strategy = jit_donate;  ///< how steps are run
};
/// Options of `Trainer::fit`.
struct FitOptions {
  Named by_name = Named();
  int epochs = 1;               ///< the last epoch's number: it runs epochs - initial_epoch
  int batch_size = 32;          ///< samples per step, where the data is a tree
  bool shuffle = true;          ///< each epoch in another order, which seed and epoch decide, where the data is a tree
  bool drop_last = false;       ///< whether a last, smaller batch is left out, where the data is a tree
  double validation_split = 0;  ///< this last fraction of the data is not trained on, but tested on after each epoch
  int initial_epoch = 0;        ///< the first epoch's number
  int steps_per_epoch = 0;      ///< that an epoch has at most; 0: all batches
  int verbose = 1;              ///< 0: no progress bar; 1: a ProgressBar, unless there is one among the callbacks
  std::vector<Callback> callbacks = {};  ///< in the order in which they are called
};

/// Options of `Trainer::evaluate` and `predict`.
struct BatchOptions {
  Named by_name = Named();
  int batch_size = 32;                   ///< samples per step, where the data is a tree
  std::vector<Callback> callbacks = {};  ///< in the order in which they are called
};

}  // namespace espalier
