#include "espalier/stdlib/train/trainer.h"

namespace espalier::detail {

void require_batch_size(const char* op, int batch_size, Where where) {
  if (batch_size < 1) throw ArgumentError(op, "batch_size is " + std::to_string(batch_size), "a batch has 1 sample or more", where);
}

void require_fit_options(const FitOptions& options, Where where) {
  require_batch_size("fit", options.batch_size, where);
  if (!(options.validation_split >= 0 && options.validation_split < 1)) {
    throw ArgumentError("fit", "validation_split is " + std::to_string(options.validation_split), "it is the fraction of the data to test on: at least 0, and below 1", where);
  }
  if (options.steps_per_epoch < 0) throw ArgumentError("fit", "steps_per_epoch is " + std::to_string(options.steps_per_epoch), "0 means all batches", where);
  if (options.initial_epoch < 0) throw ArgumentError("fit", "initial_epoch is " + std::to_string(options.initial_epoch), "epochs count from 0", where);
  if (options.epochs > options.initial_epoch) return;
  throw TrainingError("fit", "no step would be run: epochs is " + std::to_string(options.epochs) + " and initial_epoch " + std::to_string(options.initial_epoch),
                      "epochs is the number of the last epoch: it runs epochs - initial_epoch", where);
}

void throw_no_step(const char* op, Where where) {
  throw TrainingError(op, "no step was run: the data gave no batch", "give at least one sample; with drop_last, at least batch_size of them", where);
}

void throw_lost(Where where) {
  throw TrainingError("Trainer", "a step failed after it was given the memory of the state, which is lost", "load a checkpoint, or train with ep::jit_only, which keeps the state", where);
}

}  // namespace espalier::detail
