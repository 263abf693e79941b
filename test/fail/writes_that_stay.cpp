// compiles
#include <algorithm>
#include <tuple>

#include "espalier/espalier.h"

struct Line {
  ep::Parameter weight, bias;
};
struct Lora : ep::Parameter {
  using Parameter::Parameter;
  using Parameter::operator=;
};

void write_kinds(ep::BatchStat mean, ep::LossLog log, ep::Key key, ep::Immutable<Line> fixed, const ep::Array& v) {
  mean = v;
  mean = ep::BatchStat(v);
  mean = 0.5;
  mean = {1., 2.};
  log = ep::LossLog(v);
  key = ep::random::key(1);
  key = ep::random::split(key, 2)[0];
  fixed = Line{v, v};
  fixed = ep::Immutable<Line>(fixed);
  ep::State state = mean;
  state = mean;
  std::vector<ep::OptState> moments(2, ep::OptState(v));
  moments[0] = v;
  std::swap(moments[0], moments[1]);
}
void write(ep::Array x, ep::Array v, Line line, Lora lora, std::vector<ep::Array> list, std::pair<ep::Array, Line> pair) {
  x = x.at(0).set(v);
  x = x.at(1).apply([](ep::Array item) { return 2 * item; });
  x += v;
  x /= 2;
  x = 1.0;
  x = {1., 2.};
  x = {};
  list[0] = v;
  list[0] += 1;
  *list.begin() = list.back();
  line.weight = v;
  line.weight = {1., 2.};
  line.bias = line.weight;
  line = Line{v, v};
  lora = v;
  lora = 0.5;
  pair = {v, line};
  std::swap(x, v);
  std::swap(list[0], list[1]);
  std::tie(x, v) = std::tuple{v, x};
  std::ranges::reverse(list);
  std::ranges::sort(list, {}, [](const ep::Array& item) { return item.size(); });
  list.insert(list.begin(), x);
  list.erase(list.begin());
  std::optional<ep::Array> maybe;
  maybe = x;
  *maybe = v;
  v = std::exchange(x, v);
  (void)(x * 2);
  auto [next, after] = ep::optim::sgd(0.1).init(line).update(line, line);
  line = next;
  for (ep::Array row : x) list.push_back(row);
}
static_assert(std::is_nothrow_move_assignable_v<ep::Array> && std::is_nothrow_swappable_v<ep::Array>);
static_assert(std::copyable<ep::Array> && std::copyable<ep::Parameter> && std::copyable<Line> && std::copyable<Lora>);
static_assert(std::copyable<ep::Key> && std::copyable<ep::Immutable<Line>> && std::is_nothrow_move_assignable_v<ep::MetricState>);
