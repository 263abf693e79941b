// Softmax and layer normalisation over rows, with their gradients.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

ep::Array row_softmax(ep::Array x) { return softmax(x, -1); }

auto softmax_with_gradient(ep::Array x, ep::Array w) {
  return ep::value_and_grad([](ep::Array x, ep::Array w) { return sum(softmax(x, -1) * w); })(x, w);
}

ep::Array layer_norm(ep::Array x, ep::Array gain, ep::Array bias) {
  const auto centred = x - mean(x, {.axis = -1, .keepdims = true});
  const auto variance = mean(square(centred), {.axis = -1, .keepdims = true});
  return centred * rsqrt(variance + 1e-5) * gain + bias;
}

auto layer_norm_with_gradient(ep::Array x, ep::Array gain, ep::Array bias, ep::Array w) {
  const auto loss = [](ep::Array x, ep::Array gain, ep::Array bias, ep::Array w) { return sum(layer_norm(x, gain, bias) * w); };
  return ep::value_and_grad(loss, ep::argnums<0, 1, 2>)(x, gain, bias, w);
}

}  // namespace

Workloads normalised() {
  const ep::Shape wide{4096, 1024}, narrow{4096, 768};
  return {
      jitted("softmax4096x1024", "4096x1024", row_softmax, [=] { return std::tuple{uniform(1, wide, -3, 3)}; }),
      jitted("softmax_grad", "4096x1024", softmax_with_gradient,
             [=] { return std::tuple{uniform(1, wide, -3, 3), uniform(2, wide)}; }),
      jitted("layernorm_grad", "4096x768", layer_norm_with_gradient,
             [=] { return std::tuple{uniform(1, narrow), uniform(2, 768), uniform(3, 768), uniform(4, narrow)}; }),
  };
}

}  // namespace bench
