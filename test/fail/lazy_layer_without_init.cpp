// expect: nn::lazy needs a layer with one function `static L init(key, in, …)`, `init(in, …)`, or `for_input(key, x, …)`
#include "espalier/espalier.h"

struct Gate {
  ep::Parameter weight;
  ep::nn::Lazy lazy = {};
  ep::Array operator()(ep::Array x) const { return matmul(x, weight); }
};
auto gate() { return ep::nn::lazy<Gate>(3); }
