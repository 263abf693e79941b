#include "espalier/ir/attrs.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "espalier/ir/convert.h"
#include "espalier/ir/error.h"
#include "espalier/ir/graph.h"
#include "espalier/ir/half.h"
#include "espalier/ir/hash.h"

namespace espalier::ir {
namespace {

bool same(const GraphRef& a, const GraphRef& b) { return a == b || (a && b && *a == *b); }

bool same(const std::vector<GraphRef>& a, const std::vector<GraphRef>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const GraphRef& x, const GraphRef& y) { return same(x, y); });
}
template <class T> bool same(const T& a, const T& b) { return a == b; }

// Field by field, graphs by their content.
template <class A> bool same_fields(const A& a, const A& b) {
  bool equal = true;
  int i = 0;
  A::fields(a, [&](const char*, const auto& x) {
    int j = 0;
    A::fields(b, [&](const char*, const auto& y) {
      if constexpr (std::is_same_v<decltype(x), decltype(y)>) equal = equal && (i != j || same(x, y));
      ++j;
    });
    ++i;
  });
  return equal;
}

// One overload per field type.
struct FieldHash {
  Hash& h;
  template <class T>
    requires(std::is_enum_v<T> || std::is_integral_v<T>)
  void add(T word) const { h.add(static_cast<std::uint64_t>(word)); }
  void add(const Ints& ints) const {
    h.add(ints.size());
    for (auto i : ints) h.add(static_cast<std::uint64_t>(i));
  }
  void add(const Shape& shape) const { add(shape.extents()); }
  void add(Type type) const { h.add(type.hash()); }
  void add(const Literal& value) const {
    h.add(value.type.hash());
    h.add_bytes(value.bytes->data(), value.bytes->size());
  }
  void add(const GraphRef& graph) const { h.add(hash(*graph)); }
  void add(const std::vector<GraphRef>& graphs) const {
    for (const auto& graph : graphs) add(graph);
  }
  void add(const std::string& text) const { h.add(text); }
  void add(const std::vector<Type>& types) const {
    h.add(types.size());
    for (Type type : types) add(type);
  }
  void add(const std::vector<std::string>& words) const {
    h.add(words.size());
    for (const auto& word : words) add(word);
  }
};

template <class T> Literal scalar_of(DType dtype, T value) {
  const Type type(dtype);
  std::byte bytes[16] = {};
  const auto store = [&]<class S>() {
    S s;
    if constexpr (std::is_arithmetic_v<S> || is_complex_type<S>) s = scalar::convert<S>(value);
    else if constexpr (is_complex_type<T>) s = S(value.real());
    else s = S(value);
    std::memcpy(bytes, &s, sizeof s);
  };
  if (!visit_real(dtype, store) && !visit_complex(dtype, store)) throw DTypeError("constant", "no literal of dtype " + std::string(name(dtype)) + " can be made here");
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
Literal scalar_literal(DType dtype, std::complex<double> value) { return scalar_of(dtype, value); }

bool CallAttrs::operator==(const CallAttrs& other) const { return same_fields(*this, other); }
bool CondAttrs::operator==(const CondAttrs& other) const { return same_fields(*this, other); }
bool ScanAttrs::operator==(const ScanAttrs& other) const { return same_fields(*this, other); }
bool CustomJvpAttrs::operator==(const CustomJvpAttrs& other) const { return same_fields(*this, other); }
bool CustomVjpAttrs::operator==(const CustomVjpAttrs& other) const { return same_fields(*this, other); }
bool CustomLinearAttrs::operator==(const CustomLinearAttrs& other) const { return same_fields(*this, other); }
bool CustomRootAttrs::operator==(const CustomRootAttrs& other) const { return same_fields(*this, other); }
bool LinearSolveAttrs::operator==(const LinearSolveAttrs& other) const { return same_fields(*this, other); }
bool CheckpointAttrs::operator==(const CheckpointAttrs& other) const { return same_fields(*this, other); }
bool WhileAttrs::operator==(const WhileAttrs& other) const { return same_fields(*this, other); }

DType* accumulation(Attrs& attrs) {
  if (auto* conv = std::get_if<ConvAttrs>(&attrs)) return &conv->result;
  auto* dot = std::get_if<DotAttrs>(&attrs);
  return dot == nullptr ? nullptr : &dot->result;
}

Attrs::Attrs(const Attrs&) = default;
Attrs::Attrs(Attrs&&) noexcept = default;
Attrs& Attrs::operator=(const Attrs&) = default;
Attrs& Attrs::operator=(Attrs&&) noexcept = default;
Attrs::~Attrs() = default;
bool Attrs::operator==(const Attrs& other) const { return static_cast<const AnyAttrs&>(*this) == static_cast<const AnyAttrs&>(other); }

std::uint64_t hash(const Attrs& attrs) {
  Hash h;
  h.add(attrs.index());
  std::visit([&]<class A>(const A& a) {
    if constexpr (!std::is_same_v<A, std::monostate>) A::fields(a, [&](const char*, const auto& field) { FieldHash{h}.add(field); });
  }, attrs);
  return h.value();
}

}  // namespace espalier::ir
