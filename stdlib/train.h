#pragma once
// Training: the Trainer and what goes with it.
#include "espalier/stdlib/train/callback.h"
#include "espalier/stdlib/train/progress.h"
