// expect: a tree cannot have data in two classes of one hierarchy: make the base a member
// one error
#include "espalier/dsl/mutate.h"

struct Layer {
  espalier::Parameter weight;
};
struct Biased : Layer {
  espalier::Parameter bias;
};

auto parts(const Biased& layer) { return espalier::leaves(layer); }
