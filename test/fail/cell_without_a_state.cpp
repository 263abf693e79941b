// expect: what a cell carries is an Array, or a struct with a member `hidden`, the Array that the layer above sees
// one error
#include "espalier/espalier.h"

struct Cell {
  struct Carry {
    ep::Array a, b;
  };
  Carry operator()(const Carry& carry, const ep::Array& x) const { return {carry.a + x, carry.b}; }
  Carry initial() const { return {0.0, 0.0}; }
};
ep::Array f(ep::Array xs) { return ep::nn::RNN{Cell()}(xs); }
