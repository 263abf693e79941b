// expect: keep the loss of the batch, and the group with it
// one error
#include "espalier/espalier.h"

void step(ep::metrics::Losses<ep::losses::Huber> losses, ep::metrics::Inputs batch) { losses.loss_and_update(batch); }
