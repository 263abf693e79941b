// expect: rename: the inputs have no member of the first name
#include "espalier/stdlib/metrics.h"

auto mean(const espalier::metrics::Inputs& batch) { return espalier::metrics::rename<"los", "values">(espalier::metrics::Mean()).update(batch); }
