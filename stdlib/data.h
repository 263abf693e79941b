#pragma once
// Data to train on: batches of trees and data sets, in a seeded order that resumes exactly; text and tokens.
#include "espalier/stdlib/data/batch.h"
#include "espalier/stdlib/data/characters.h"
#include "espalier/stdlib/data/loader.h"
#include "espalier/stdlib/data/split.h"
#include "espalier/stdlib/data/token_file.h"
