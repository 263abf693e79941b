#pragma once
// Layers: plain aggregates of parameters, with a call operator. `init` makes one from a key and sizes.
#include "espalier/stdlib/nn/activation.h"
#include "espalier/stdlib/nn/batch_norm.h"
#include "espalier/stdlib/nn/containers.h"
#include "espalier/stdlib/nn/dropout.h"
#include "espalier/stdlib/nn/flatten.h"
#include "espalier/stdlib/nn/group_norm.h"
#include "espalier/stdlib/nn/initializers.h"
#include "espalier/stdlib/nn/layer_norm.h"
#include "espalier/stdlib/nn/linear.h"
#include "espalier/stdlib/nn/mlp.h"
#include "espalier/stdlib/nn/mode.h"
