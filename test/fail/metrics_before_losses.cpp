// expect: LossesAndMetrics takes its losses first
#include "espalier/stdlib/metrics.h"

auto group() { return espalier::metrics::LossesAndMetrics(espalier::metrics::Metrics(), espalier::metrics::Losses()); }
