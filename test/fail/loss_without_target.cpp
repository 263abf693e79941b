// expect: this loss or metric needs a member `target` in its inputs
// one error
#include "espalier/stdlib/losses.h"

struct Batch {
  espalier::Array label, preds;
};

auto loss(const Batch& batch) { return espalier::losses::CrossEntropy{}(batch); }
