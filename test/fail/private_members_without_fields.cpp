// expect: a class with private members that is a tree needs `fields`
// expect: rotation
#include "espalier/dsl/mutate.h"

class Rotation {
 public:
  explicit Rotation(espalier::Array angle) : angle_(angle) {}
  espalier::Array angle() const { return angle_; }

 private:
  espalier::Parameter angle_;
};
struct Net {
  espalier::Parameter weight;
  Rotation rotation;
};

Net merged(const Net& a, const Net& b) { return espalier::merge(a, b); }
