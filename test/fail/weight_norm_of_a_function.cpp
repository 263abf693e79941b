// expect: SpectralNorm, WeightNorm and WeightStandardised hold a layer that has a Parameter `weight` and is called on a const object, such as Linear or Conv
#include "espalier/stdlib/nn.h"

namespace ep = espalier;

auto standardise(ep::Array x) { return ep::nn::WeightStandardised{ep::nn::Identity()}(x); }
