// expect: this step of the path leads to nothing in the member
#include "espalier/stdlib/metrics.h"

auto error(const espalier::metrics::Inputs& batch) { return espalier::metrics::slice<"preds", "far">(espalier::metrics::MeanSquaredError()).update(batch); }
