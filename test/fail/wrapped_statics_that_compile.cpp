// compiles
#include <functional>
#include <memory>
#include <unordered_map>

#include "espalier/dsl/transform.h"

class Config {
 public:
  explicit Config(int depth) : depth_(depth) {}
  bool operator==(const Config&) const = default;

 private:
  int depth_;
};
class Rotation {
 public:
  explicit Rotation(espalier::Array angle) : angle_(angle) {}
  espalier::Array angle() const { return angle_; }

 private:
  espalier::Parameter angle_;

 public:
  static constexpr auto fields = espalier::fields<&Rotation::angle_>;
};
struct Net {
  Rotation rotation;
  Config config{1};
  std::unordered_map<std::string, int> sizes;
  espalier::Opaque<std::function<espalier::Array(espalier::Array)>> activation;
  espalier::Static<std::shared_ptr<espalier::Array>> scale;
  espalier::Array (*relu)(espalier::Array) = nullptr;
};

espalier::Array run(const Net& net, espalier::Array x) {
  return espalier::jit([](const Net& net, espalier::Array x) { return net.activation.value(x * net.rotation.angle()); })(net, x);
}
