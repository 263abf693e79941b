#pragma once
// Losses. A function gives one value per sample (or per element, where Optax's does); a value, such as
// CrossEntropy{.label_smoothing = 0.1}, is called with inputs and gives a scalar. Predictions come first.
#include "espalier/stdlib/losses/classification.h"
#include "espalier/stdlib/losses/embedding.h"
#include "espalier/stdlib/losses/regression.h"
#include "espalier/stdlib/losses/regularizers.h"
#include "espalier/stdlib/losses/segmentation.h"
#include "espalier/stdlib/losses/sequence.h"
