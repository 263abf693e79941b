// expect: this group needs a member `metrics::Logs aux_values` in its inputs
#include "espalier/stdlib/metrics.h"

auto kl(const espalier::metrics::Inputs& batch) { return espalier::metrics::AuxMetrics{{"kl"}}.update(batch); }
