#pragma once
// Trees: structs of arrays, without a base class and without a macro. What a leaf, a node and a static are, stands in
// tree/node.h; the functions on trees stand in the headers below.
#include "espalier/dsl/tree/collect.h"
#include "espalier/dsl/tree/immutable.h"
#include "espalier/dsl/tree/kinds.h"
#include "espalier/dsl/tree/replace.h"
#include "espalier/dsl/tree/select.h"
#include "espalier/dsl/tree/text.h"
#include "espalier/dsl/tree/walk.h"
