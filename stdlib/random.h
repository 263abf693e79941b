#pragma once
// Random numbers: explicit keys, threefry2x32, bit for bit as jax.random in its partitionable mode.
#include "espalier/stdlib/random/continuous.h"
#include "espalier/stdlib/random/counts.h"
#include "espalier/stdlib/random/discrete.h"
#include "espalier/stdlib/random/gamma.h"
#include "espalier/stdlib/random/keys.h"
#include "espalier/stdlib/random/matrices.h"
#include "espalier/stdlib/random/parameters.h"
#include "espalier/stdlib/random/selection.h"
#include "espalier/stdlib/random/uniform.h"
