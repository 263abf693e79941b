// expect: keep the parameters and the optimizer it returns
// one error
#include "espalier/espalier.h"

void train(espalier::optim::Adam opt, espalier::Array grads, espalier::Array params) { opt.update(grads, params); }
