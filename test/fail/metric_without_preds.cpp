// expect: this loss or metric needs a member `preds` in its inputs
// one error
#include "espalier/stdlib/metrics.h"

struct Batch {
  espalier::Array target, logits;
};

auto score(const Batch& batch) { return espalier::metrics::Accuracy().update(batch); }
