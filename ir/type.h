#pragma once
// The type of a value in a graph: dtype and shape, interned so that comparing two types compares two pointers.
#include <cstdint>
#include <string>

#include "espalier/ir/dtype.h"
#include "espalier/ir/shape.h"

namespace espalier::ir {

/// dtype and shape of one value. Types are interned in one process-wide, append-only table behind a lock (there are
/// few of them and they are compared on every call of a compiled function), so a Type is one pointer.
class Type {
 public:
  Type() = default;
  /// ShapeError if the bytes of such a value are beyond an int64.
  Type(DType dtype, const Shape& shape = {});

  DType dtype() const { return info_->dtype; }
  const Shape& shape() const { return info_->shape; }
  int ndim() const { return info_->shape.ndim(); }
  std::int64_t size() const { return info_->size; }
  std::int64_t nbytes() const { return info_->nbytes; }
  /// A hash of the content: the same in every process.
  std::uint64_t hash() const { return info_->hash; }
  /// "f32[2,3]"
  std::string str() const;
  Type with(DType dtype) const { return dtype == info_->dtype ? *this : Type(dtype, info_->shape); }
  Type with(const Shape& shape) const { return Type(info_->dtype, shape); }

  explicit operator bool() const { return info_ != nullptr; }
  bool operator==(const Type&) const = default;

 private:
  struct Info {
    DType dtype;
    Shape shape;
    std::int64_t size, nbytes;
    std::uint64_t hash;
  };
  const Info* info_ = nullptr;
};

}  // namespace espalier::ir
