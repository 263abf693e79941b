// expect: a metric is a value
// one error
#include "espalier/espalier.h"

void count(ep::metrics::Accuracy accuracy, ep::metrics::Inputs batch) { accuracy.update(batch); }
