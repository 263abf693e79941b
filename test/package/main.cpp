#include <espalier/espalier.h>
namespace ep = espalier;

int main() {
  auto square = [](ep::Array x) { return x * x; };
  auto slope = ep::jit(ep::grad(square))(ep::Array(3.0f));
  return slope.item<float>() == 6.0f ? 0 : 1;
}
