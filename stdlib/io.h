#pragma once
// Files of arrays and trees: what programs train on, and what they keep.
#include "espalier/stdlib/io/csv.h"
#include "espalier/stdlib/io/idx.h"
#include "espalier/stdlib/io/npy.h"
#include "espalier/stdlib/io/npz.h"
#include "espalier/stdlib/io/safetensors.h"
