#pragma once
// Files that programs train on.
#include "espalier/stdlib/io/idx.h"
