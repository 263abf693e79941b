#include "espalier/stdlib/nn/attention.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/random/keys.h"

namespace espalier::nn {

namespace {

// [..., T, heads size] to [..., T, heads, size].
Array in_heads(const Array& x, std::int64_t size) {
  std::vector<std::int64_t> extents = x.shape().extents();
  extents.back() /= size;
  extents.push_back(size);
  return reshape(x, extents);
}
// [..., T, heads, size] to [..., T, heads size].
Array side_by_side(const Array& x) {
  std::vector<std::int64_t> extents = x.shape().extents();
  extents.pop_back();
  extents.back() *= x.shape(-1);
  return reshape(x, extents);
}

[[noreturn]] void refuse(const Array& x, const std::string& what, const char* hint, Where where) {
  ShapeError error("MultiHeadAttention", "x has shape " + x.shape().str() + what, hint, where);
  error.shapes = {x.shape()};
  throw error;
}

// The weights of attention, [..., T, heads, S]: attention to values of which each says its own place.
Array weights_of(const Array& q, const Array& k, const AttentionOptions& options) {
  std::vector<std::int64_t> extents = k.shape().extents();
  const std::int64_t places = extents[extents.size() - 3];
  extents.back() = places;
  const Array own = broadcast_to(expand_dims(eye(places, {.dtype = q.dtype()}), 1), extents);
  return dot_product_attention(q, k, own, options);
}

Array dropped_attention(const Dropout& drop, const Array& q, const Array& k, const Array& v, const AttentionOptions& options, Where where) {
  const Array weights = drop(Operand(weights_of(q, k, options), where));
  std::vector<std::int64_t> extents = weights.shape().extents();
  const std::int64_t groups = v.shape(-2);
  extents.insert(extents.end() - 1, extents[extents.size() - 2] / groups);
  extents[extents.size() - 3] = groups;
  Array y = einsum("...tges,...sgd->...tged", reshape(weights, extents), v);
  extents = y.shape().extents();
  extents[extents.size() - 3] *= extents[extents.size() - 2];
  extents.erase(extents.end() - 2);
  return reshape(y, extents);
}

// The cache with the places that k and v are of written behind those so far.
void append(MultiHeadAttention& layer, const Array& x, const Array& k, const Array& v, Where where) {
  const std::int64_t length = layer.keys.shape(-3), places = k.shape(-3);
  if (layer.keys.ndim() != k.ndim() || (k.ndim() == 4 && layer.keys.shape(0) != k.shape(0))) {
    refuse(x, ", the cache's keys " + layer.keys.shape().str(), "with_cache(length) is for one sequence [T, features], with_cache(length, batch) for [batch, T, features]", where);
  }
  if (places > length) refuse(x, ", which are more places than the cache's " + std::to_string(length), "make a longer cache", where);
  if (!layer.filled.is_traced() && layer.filled.item<std::int64_t>() + places > length) {
    IndexError error("MultiHeadAttention", "the cache has " + std::to_string(length) + " places, of which " + std::to_string(layer.filled.item<std::int64_t>()) + " are filled, and x has " + std::to_string(places) + " more",
                     "make a longer cache, or start again with an empty one: with_cache", where);
    error.index = layer.filled.item<std::int64_t>() + places - 1;
    error.size = length;
    throw error;
  }
  std::vector<Array> starts(static_cast<std::size_t>(k.ndim()), Array(0, i32));
  starts[starts.size() - 3] = layer.filled;
  layer.keys = dynamic_update_slice(layer.keys, k.as(layer.keys.dtype()), starts);
  layer.values = dynamic_update_slice(layer.values, v.as(layer.values.dtype()), starts);
  layer.filled = layer.filled + places;
}
[[noreturn]] void append(const MultiHeadAttention& layer, const Array&, const Array&, const Array&, Where where) {
  const std::string path = tree::Streams::running_path(&layer, &tree::type_key<MultiHeadAttention>).value_or("") + ".keys";
  MutabilityError error("MultiHeadAttention", "a call writes its cache " + path + ", and the layer is const", "call it through mutate or apply, from call operators that are not const", where);
  error.type = "MultiHeadAttention";
  error.member = "keys";
  error.path = path;
  throw error;
}

// Which places of the cache each of the last `places` sees, [T, length].
Array seen(const MultiHeadAttention& layer, std::int64_t places) {
  const Array all = arange(layer.keys.shape(-3), {.dtype = i32});
  const Array first = layer.filled - places;
  return layer.causal ? all <= expand_dims(arange(places, {.dtype = i32}) + first, 1) : broadcast_to(all < layer.filled, {places, layer.keys.shape(-3)});
}

template <class Layer> Array attend(Layer& own, const Operand& x, const AttentionCall& call) {
  return layer_call(own, x, [&](Layer& layer) {
    detail::require_present("MultiHeadAttention", layer, "query.weight", layer.query.weight, x.where);
    detail::require_present("MultiHeadAttention", layer, "key.weight", layer.key.weight, x.where);
    detail::require_present("MultiHeadAttention", layer, "value.weight", layer.value.weight, x.where);
    if (x.array.ndim() < 2 || x.array.ndim() > 3) refuse(x.array, "", "it is [T, features] or [B, T, features]; further axes go through vmap", x.where);
    const bool cached = !layer.keys.is_nothing();
    if (cached && !call.context.is_nothing()) throw ArgumentError("MultiHeadAttention", "it has a cache and was given a context", "a cache is of the places of x itself: attend to a context with another layer, without a cache", x.where);
    const Array source = call.context.is_nothing() ? x.array : call.context;
    const std::int64_t size = layer.query.weight.shape(1) / layer.heads;
    if (size * layer.heads != layer.query.weight.shape(1) || size == 0 || layer.key.weight.shape(1) % size != 0) {
      throw ArgumentError("MultiHeadAttention", std::to_string(layer.heads) + " heads do not divide queries of " + std::to_string(layer.query.weight.shape(1)) + " and keys of " + std::to_string(layer.key.weight.shape(1)), "make the layer with init", x.where);
    }
    const std::int64_t groups = layer.key.weight.shape(1) / size;
    Array q = in_heads(layer.query(x), size), k = in_heads(layer.key(Operand(source, x.where)), size);
    Array v = in_heads(layer.value(Operand(source, x.where)), layer.value.weight.shape(1) / groups);
    if (layer.rope) {
      const RotaryEmbedding turn{layer.rope_base};
      const Array first = cached ? static_cast<const Array&>(layer.filled) : Array(0);
      q = turn(q, first);
      k = turn(k, first);
    }
    AttentionOptions options{.mask = call.mask, .causal = layer.causal && !cached};
    if (cached) {
      append(layer, x.array, k, v, x.where);
      k = layer.keys;
      v = layer.values;
      const Array visible = seen(layer, x.array.shape(-2));
      options.mask = call.mask.is_nothing() ? visible : call.mask & visible;
    }
    const bool drops = layer.drop.mode == Mode::train && layer.drop.rate != 0;
    return layer.out(side_by_side(drops ? dropped_attention(layer.drop, q, k, v, options, x.where) : dot_product_attention(q, k, v, options)));
  });
}

}  // namespace

MultiHeadAttention MultiHeadAttention::init(const Key& key, std::int64_t features, std::int64_t heads, MultiHeadAttentionOptions o, Where where) {
  if (heads < 1 || features % heads != 0) {
    throw ArgumentError("MultiHeadAttention", std::to_string(heads) + " heads do not divide " + std::to_string(features) + " features", "each head gets features / heads of them", where);
  }
  const Key keys = random::split(key, 4, where);
  const std::int64_t source = o.context_features == 0 ? features : o.context_features;
  const auto linear = [&](int i, std::int64_t in) {
    return Linear::init(keys[i], in, features, {.bias = o.bias, .weight_init = o.weight_init, .bias_init = o.bias_init, .dtype = o.dtype}, where);
  };
  const MultiHeadAttention layer{.query = linear(0, features), .key = linear(1, source), .value = linear(2, source), .out = linear(3, features), .drop = {.rate = o.dropout}, .heads = heads, .causal = o.causal, .rope = o.rope};
  return layer.with_cache(o.cache, 0, where);
}

MultiHeadAttention MultiHeadAttention::with_cache(std::int64_t length, std::int64_t batch, Where where) const {
  if (length < 0 || batch < 0) throw ArgumentError("with_cache", "a cache of " + std::to_string(length) + " places for a batch of " + std::to_string(batch), "give numbers of at least 0", where);
  MultiHeadAttention layer = *this;
  layer.keys = layer.values = layer.filled = Cache();
  if (length == 0) return layer;
  detail::require_present("MultiHeadAttention", *this, "query.weight", query.weight, where);
  detail::require_present("MultiHeadAttention", *this, "key.weight", key.weight, where);
  detail::require_present("MultiHeadAttention", *this, "value.weight", value.weight, where);
  const std::int64_t size = query.weight.shape(1) / heads, groups = key.weight.shape(1) / size;
  const auto empty = [&](std::int64_t own) { return zeros(batch == 0 ? Shape{length, groups, own} : Shape{batch, length, groups, own}, key.weight.dtype(), where); };
  layer.keys = empty(size);
  layer.values = empty(value.weight.shape(1) / groups);
  layer.filled = Array(0, i32, where);
  return layer;
}

Array MultiHeadAttention::operator()(Operand x, AttentionCall call) { return attend(*this, x, call); }
Array MultiHeadAttention::operator()(Operand x, AttentionCall call) const { return attend(*this, x, call); }

}  // namespace espalier::nn
