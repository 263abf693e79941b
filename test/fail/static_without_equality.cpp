// expect: a static member of a tree needs ==
// expect: config
// one error
#include "espalier/dsl/mutate.h"

class Config {
 public:
  explicit Config(int depth) : depth_(depth) {}
  int depth() const { return depth_; }

 private:
  int depth_;
};
struct Net {
  espalier::Parameter weight;
  Config config;
};

bool same(const Net& a, const Net& b) { return espalier::equal(a, b); }
