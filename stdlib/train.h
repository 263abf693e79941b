#pragma once
// Training: the Trainer and what goes with it.
#include "espalier/stdlib/train/callback.h"
#include "espalier/stdlib/train/progress.h"
#include "espalier/stdlib/train/checkpoint.h"
#include "espalier/stdlib/train/model_checkpoint.h"
#include "espalier/stdlib/train/event_file.h"
#include "espalier/stdlib/train/png.h"
#include "espalier/stdlib/train/tensorboard.h"
#include "espalier/stdlib/train/plot.h"
