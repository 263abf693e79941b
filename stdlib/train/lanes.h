#pragma once
// A step over lanes: parts of a batch along a mapped axis named "device".
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random/keys.h"
#include "espalier/stdlib/train/levels.h"
#include "espalier/stdlib/train/log.h"

namespace espalier::detail {

inline constexpr const char* lane_axis = "device";

/// The tree of all lanes, as one batch, inside of a lane; outside the tree itself.
template <class T> T of_all_lanes(int lanes, const T& part) {
  if (lanes == 1) return part;
  return all_gather(part, lane_axis, {.tiled = true});
}
/// f(module, key, batch), each lane with its part of the batch and a key of its own. Results have a leading axis of lanes; of one
/// lane they have none.
template <class M, class B, class F> auto over_lanes(int lanes, const M& module, const Key& key, const B& batch, const F& f) {
  if (lanes == 1) return f(module, key, batch);
  const B parts = map([lanes](const Array& x) {
    std::vector<std::int64_t> shape{lanes, x.shape(0) / lanes};
    for (int axis = 1; axis < x.ndim(); ++axis) shape.push_back(x.shape(axis));
    return reshape(x, Shape(shape));
  }, batch);
  const auto lane = [&f](const M& m, const Key& k, const B& part) { return f(m, random::fold_in(k, axis_index(lane_axis)), part); };
  return vmap(lane, {.in_axes = {none, none, 0}, .axis_name = lane_axis})(module, key, parts);
}

/// Which leaves of a module the lanes average: those that say so, else floating states. The others are those of the first lane.
template <class M> bool is_averaged(const LeafInfo& leaf) {
  if constexpr (SaysBatchStats<M>) return M::batch_stats(leaf);
  else return leaf.is<State>();
}
template <class M> M joined_module(int lanes, const M& stacked) {
  if (lanes == 1) return stacked;
  return map_with_info([](const LeafInfo& leaf, const Array& x) { return is_averaged<M>(leaf) && ir::is_inexact(x.dtype()) ? mean(x, 0) : x[0]; }, stacked);
}
template <class T> T first_lane(int lanes, const T& stacked) {
  if (lanes == 1) return stacked;
  return map([](const Array& x) { return x[0]; }, stacked);
}
template <class T> T mean_of_lanes(int lanes, const T& stacked) {
  if (lanes == 1) return stacked;
  return map([](const Array& x) { return mean(x, 0); }, stacked);
}
inline Logged joined_logs(int lanes, const Logged& stacked, const LoggedKinds& kinds) {
  if (lanes == 1) return stacked;
  Logged logged;
  for (const auto& [name, value] : stacked.scalars) logged.scalars[name] = mean(value, 0);
  for (const auto& [name, leaves] : stacked.metrics) logged.metrics[name] = kinds.at(name).aggregate(leaves);
  return logged;
}
/// The outputs of the lanes as those of one batch.
template <class T> T joined_outputs(int lanes, const T& stacked) {
  if (lanes == 1) return stacked;
  return map([](const Array& x) {
    std::vector<std::int64_t> shape{x.shape(0) * x.shape(1)};
    for (int axis = 2; axis < x.ndim(); ++axis) shape.push_back(x.shape(axis));
    return reshape(x, Shape(shape));
  }, stacked);
}

}  // namespace espalier::detail
