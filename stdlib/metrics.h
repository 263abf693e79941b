#pragma once
// Metrics: immutable trees that accumulate over batches. Each has
//   M update(inputs) const;         with one batch more
//   M batch_updates(inputs) const;  of this batch alone: reset().update(inputs)
//   auto compute() const;           the value of all batches seen; NaN before the first where it is a mean
//   M merge(const M&) const;        of the batches of both: over time
//   M aggregate() const;            of states stacked along a leading axis: over devices, or a vmapped axis
//   M reset() const;                of no batch
// Metrics(m…) groups several: compute() gives their values by name.
#include "espalier/stdlib/metrics/accuracy.h"
#include "espalier/stdlib/metrics/group.h"
#include "espalier/stdlib/metrics/mean.h"
