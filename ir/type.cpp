#include "espalier/ir/type.h"

#include <deque>
#include <mutex>
#include <unordered_map>

#include "espalier/ir/error.h"
#include "espalier/ir/hash.h"

namespace espalier {

std::int64_t Shape::operator[](Position axis) const {
  const std::int64_t n = ndim(), i = axis.number < 0 ? axis.number + n : axis.number;
  if (i < 0 || i >= n) {
    AxisError error("shape", "axis " + std::to_string(axis.number) + " is out of range for shape " + str(),
                    "an array of " + std::to_string(n) + " dimensions has axes " + std::to_string(-n) + " to " + std::to_string(n - 1), axis.where);
    error.axis = axis.number;
    error.ndim = ndim();
    throw error;
  }
  return extents_[i];
}

std::string Shape::str() const {
  std::string text = "[";
  for (std::size_t i = 0; i < extents_.size(); ++i) text += (i ? "," : "") + std::to_string(extents_[i]);
  return text + "]";
}

// The lattice is that of JAX (jax.numpy type promotion, JEP 9407), for strong types: within a category the wider
// wins; signed with unsigned needs the next wider signed; integers with floats take the float; f16 with bf16 is f32.
DType promote(DType a, DType b) {
  using ir::Category, ir::category, ir::byte_size;
  if (a == b) return a;
  Category ca = category(a), cb = category(b);
  if (ca > cb) {
    std::swap(a, b);
    std::swap(ca, cb);
  }
  if (ca == Category::boolean) return b;
  if (ca == cb) {
    if ((a == f16 && b == bf16) || (a == bf16 && b == f16)) return f32;
    return byte_size(a) > byte_size(b) ? a : b;
  }
  if (cb == Category::signed_integer) {  // a is unsigned
    if (byte_size(b) > byte_size(a)) return b;
    switch (byte_size(a)) {
      case 1: return i16;
      case 2: return i32;
      case 4: return i64;
      default: return f32;
    }
  }
  if (cb == Category::complex && a == f64) return c128;
  return b;
}

namespace ir {
namespace {

std::uint64_t content_hash(DType dtype, const Shape& shape) {
  Hash h;
  h.add(static_cast<std::uint64_t>(dtype));
  for (auto extent : shape) h.add(static_cast<std::uint64_t>(extent));
  return h.value();
}

}  // namespace

Type::Type(DType dtype, const Shape& shape) {
  static std::mutex lock;
  static std::deque<Info>& infos = *new std::deque<Info>;  // never destroyed: types may be used during exit
  static auto& index = *new std::unordered_multimap<std::uint64_t, const Info*>;
  const std::uint64_t h = content_hash(dtype, shape);
  // A program has few types, so that a thread nearly always finds one that it has met.
  thread_local const Info* met[64] = {};
  const Info*& near = met[h % std::size(met)];
  if (near != nullptr && near->hash == h && near->dtype == dtype && near->shape == shape) {
    info_ = near;
    return;
  }
  const std::lock_guard guard(lock);
  for (auto [at, end] = index.equal_range(h); at != end; ++at) {
    if (at->second->dtype == dtype && at->second->shape == shape) {
      info_ = near = at->second;
      return;
    }
  }
  for (const std::int64_t extent : shape) {
    if (extent >= 0) continue;
    ShapeError error("shape", "extent " + std::to_string(extent) + " of shape " + shape.str() + " is negative", "an extent counts elements: it is 0 or more");
    error.shapes = {shape};
    throw error;
  }
  const std::int64_t size = shape.size();
  if (size > INT64_MAX / 16) {
    ShapeError error("shape", "an array of shape " + shape.str() + " is larger than any memory");
    error.shapes = {shape};
    throw error;
  }
  infos.push_back({dtype, shape, size, size * static_cast<std::int64_t>(byte_size(dtype)), h});
  info_ = near = &infos.back();
  index.emplace(h, info_);
}

std::string Type::str() const { return std::string(name(dtype())) + shape().str(); }

}  // namespace ir
}  // namespace espalier
