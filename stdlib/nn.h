#pragma once
// Layers: plain aggregates of parameters, with a call operator. `init` makes one from a key and sizes.
#include "espalier/stdlib/nn/activation.h"
#include "espalier/stdlib/nn/dropout.h"
#include "espalier/stdlib/nn/initializers.h"
#include "espalier/stdlib/nn/linear.h"
#include "espalier/stdlib/nn/mode.h"
#include "espalier/stdlib/nn/normalization.h"
