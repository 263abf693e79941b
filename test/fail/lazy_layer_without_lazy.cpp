// expect: nn::lazy needs a layer with a member `nn::Lazy lazy = {}` whose call operator is nn::layer_call(*this, x, formula)
// one error
#include "espalier/espalier.h"

struct Gate {
  ep::Parameter weight;
  static Gate init(ep::Key, std::int64_t in, std::int64_t out) { return {ep::ones({in, out})}; }
  ep::Array operator()(ep::Array x) const { return matmul(x, weight); }
};
auto gate() { return ep::nn::lazy<Gate>(3); }
