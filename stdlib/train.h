#pragma once
// Training: the Trainer with its three levels, its strategies and its callbacks.
#include "espalier/stdlib/train/callback.h"
#include "espalier/stdlib/train/callbacks.h"
#include "espalier/stdlib/train/early_stopping.h"
#include "espalier/stdlib/train/history.h"
#include "espalier/stdlib/train/interrupt.h"
#include "espalier/stdlib/train/log.h"
#include "espalier/stdlib/train/options.h"
#include "espalier/stdlib/train/progress.h"
#include "espalier/stdlib/train/progress_bar.h"
#include "espalier/stdlib/train/strategy.h"
#include "espalier/stdlib/train/trainer.h"
