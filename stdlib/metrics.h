#pragma once
// Metrics: immutable trees that accumulate over batches. Each has
//   M update(inputs) const;         with one batch more
//   M batch_updates(inputs) const;  of this batch alone: reset().update(inputs)
//   auto compute() const;           the value of all batches seen; NaN before the first where it is a mean
//   M merge(const M&) const;        of the batches of both: over time
//   M aggregate() const;            of states stacked along a leading axis: over devices, or a vmapped axis
//   M reset() const;                of no batch
// Metrics(m…) groups several: compute() gives their values by name. LossesAndMetrics(Losses(l…), Metrics(m…)) is what a training
// step needs: loss_and_update(inputs) gives the loss of the batch and the group with one batch more.
#include "espalier/stdlib/metrics/accuracy.h"
#include "espalier/stdlib/metrics/auc.h"
#include "espalier/stdlib/metrics/aux_values.h"
#include "espalier/stdlib/metrics/confusion.h"
#include "espalier/stdlib/metrics/group.h"
#include "espalier/stdlib/metrics/last_value.h"
#include "espalier/stdlib/metrics/losses.h"
#include "espalier/stdlib/metrics/losses_and_metrics.h"
#include "espalier/stdlib/metrics/mean.h"
#include "espalier/stdlib/metrics/perplexity.h"
#include "espalier/stdlib/metrics/precision.h"
#include "espalier/stdlib/metrics/r2.h"
#include "espalier/stdlib/metrics/reduce.h"
#include "espalier/stdlib/metrics/select.h"
#include "espalier/stdlib/metrics/std.h"
