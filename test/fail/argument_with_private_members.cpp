// expect: an argument of a transformed function is a tree or can be compared
// expect: a class with private members or a constructor that is a tree needs `fields`
// expect: Rotation
// one error
#include "espalier/dsl/transform.h"

class Rotation {
 public:
  explicit Rotation(espalier::Array angle) : angle_(angle) {}
  espalier::Array angle() const { return angle_; }

 private:
  espalier::Parameter angle_;
};

auto run(const Rotation& rotation, espalier::Array x) {
  return espalier::jit([](const Rotation& r, espalier::Array x) { return x * r.angle(); })(rotation, x);
}
