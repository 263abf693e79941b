// compiles
#include "espalier/dsl/array.h"

int main() {
  espalier::Array x = 1.0;
  if (x.item<bool>()) return 1;
}
