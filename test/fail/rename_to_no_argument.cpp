// expect: rename: a metric takes target, preds, sample_weight, values or aux_values
#include "espalier/stdlib/metrics.h"

auto mean() { return espalier::metrics::rename<"loss", "value">(espalier::metrics::Mean()); }
