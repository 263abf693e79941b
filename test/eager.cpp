// An eager program: the link tests look at what it loads.
#include "espalier/dsl/ops.h"

int main() {
  espalier::Array x = {1.0, 2.0};
  return (x + x).to_vector<float>() == std::vector<float>{2, 4} ? 0 : 1;
}
