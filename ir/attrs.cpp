#include "espalier/ir/attrs.h"

#include <cstring>

#include "espalier/ir/convert.h"
#include "espalier/ir/error.h"
#include "espalier/ir/graph.h"
#include "espalier/ir/hash.h"

namespace espalier::ir {
namespace {

bool same(const GraphRef& a, const GraphRef& b) { return a == b || (a && b && *a == *b); }

// One overload per field type; each attribute struct hashes its fields in order.
struct Fields {
  Hash h;
  void operator()(std::uint64_t word) { h.add(word); }
  void operator()(const Ints& ints) {
    h.add(ints.size());
    for (auto i : ints) h.add(static_cast<std::uint64_t>(i));
  }
  void operator()(const Shape& shape) { (*this)(shape.extents()); }
  void operator()(Type type) { h.add(type.hash()); }
  void operator()(const Literal& value) {
    h.add(value.type.hash());
    h.add_bytes(value.bytes->data(), value.bytes->size());
  }
  void operator()(const GraphRef& graph) { h.add(hash(*graph)); }
  void operator()(const std::string& text) { h.add(text); }
  template <class... T> void all(const T&... fields) { ((*this)(fields), ...); }
};

std::uint64_t word(auto e) { return static_cast<std::uint64_t>(e); }

struct Visitor {
  Fields& f;
  void operator()(std::monostate) const {}
  void operator()(const CompareAttrs& a) const { f.all(word(a.direction)); }
  void operator()(const ConvertAttrs& a) const { f.all(word(a.to)); }
  void operator()(const ConstantAttrs& a) const { f.all(a.value); }
  void operator()(const IotaAttrs& a) const { f.all(a.type, word(a.axis)); }
  void operator()(const BroadcastAttrs& a) const { f.all(a.shape, a.dims); }
  void operator()(const ReshapeAttrs& a) const { f.all(a.shape); }
  void operator()(const TransposeAttrs& a) const { f.all(a.permutation); }
  void operator()(const SliceAttrs& a) const { f.all(a.start, a.limit, a.stride); }
  void operator()(const PadAttrs& a) const { f.all(a.low, a.high, a.interior); }
  void operator()(const ConcatenateAttrs& a) const { f.all(word(a.axis)); }
  void operator()(const ReverseAttrs& a) const { f.all(a.axes); }
  void operator()(const DynamicSliceAttrs& a) const { f.all(a.sizes); }
  void operator()(const ReduceAttrs& a) const { f.all(word(a.kind), a.axes); }
  void operator()(const ArgReduceAttrs& a) const { f.all(word(a.kind), word(a.axis), word(a.index)); }
  void operator()(const CumulativeAttrs& a) const { f.all(word(a.kind), word(a.axis), word(a.reverse)); }
  void operator()(const DotAttrs& a) const {
    f.all(a.lhs_batch, a.rhs_batch, a.lhs_contract, a.rhs_contract, word(a.result));
  }
  void operator()(const CallAttrs& a) const { f.all(a.body, a.name); }
  void operator()(const CondAttrs& a) const {
    for (const auto& branch : a.branches) f(branch);
  }
  void operator()(const ScanAttrs& a) const {
    f.all(a.body, word(a.consts), word(a.carries), word(a.length), word(a.reverse));
  }
};

template <class T> Literal scalar_of(DType dtype, T value) {
  const Type type(dtype);
  std::byte bytes[16] = {};
  const bool done = visit_dtype(dtype, [&]<class S>() {
    const S s = scalar::convert<S>(value);
    std::memcpy(bytes, &s, sizeof s);
  });
  if (!done) throw DTypeError("constant", "no literal of dtype " + std::string(name(dtype)) + " can be made here");
  return literal(type, bytes);
}

}  // namespace

Literal literal(Type type, const void* data) {
  auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()));
  if (!bytes->empty()) std::memcpy(bytes->data(), data, bytes->size());
  return {type, std::move(bytes)};
}
Literal scalar_literal(DType dtype, double value) { return scalar_of(dtype, value); }
Literal scalar_literal(DType dtype, std::int64_t value) { return scalar_of(dtype, value); }

bool CallAttrs::operator==(const CallAttrs& other) const { return name == other.name && same(body, other.body); }
bool CondAttrs::operator==(const CondAttrs& other) const {
  if (branches.size() != other.branches.size()) return false;
  for (std::size_t i = 0; i < branches.size(); ++i) {
    if (!same(branches[i], other.branches[i])) return false;
  }
  return true;
}
bool ScanAttrs::operator==(const ScanAttrs& other) const {
  return consts == other.consts && carries == other.carries && length == other.length && reverse == other.reverse &&
         same(body, other.body);
}

std::uint64_t hash(const Attrs& attrs) {
  Fields fields;
  fields.h.add(attrs.index());
  std::visit(Visitor{fields}, attrs);
  return fields.h.value();
}

}  // namespace espalier::ir
