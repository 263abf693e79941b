// Constant folding: the evaluator is the meaning of every op, so it is also what computes ops of constants early.
#include <cstring>

#include "espalier/ir/error.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/simplify/rules.h"

namespace espalier::ir {
namespace {

constexpr std::int64_t most_bytes = 1024;  // of a result

// A constant operand as memory: a literal, or a scalar repeated.
std::optional<Literal> materialized(const Rewriter& rewriter, Value v) {
  const Type type = rewriter.type(v);
  if (rewriter.is(v, Op::constant)) return rewriter.attrs<ConstantAttrs>(v).value;
  const Literal* scalar = rewriter.splat(v);
  if (scalar == nullptr) return std::nullopt;
  auto bytes = std::make_shared<std::vector<std::byte>>();
  bytes->reserve(static_cast<std::size_t>(type.nbytes()));
  for (std::int64_t i = 0; i < type.size(); ++i) bytes->insert(bytes->end(), scalar->bytes->begin(), scalar->bytes->end());
  return Literal{type, std::move(bytes)};
}

// A literal whose elements are all the same bits is that scalar, repeated: rules look for this form alone.
std::optional<Value> uniform(Rewriter& rewriter, const Literal& value) {
  const std::size_t width = byte_size(value.type.dtype());
  const auto& bytes = *value.bytes;
  if (value.type.ndim() == 0 || bytes.empty()) return std::nullopt;
  if (std::memcmp(bytes.data(), bytes.data() + width, bytes.size() - width) != 0) return std::nullopt;
  return rewriter.repeat(rewriter.constant(literal(Type(value.type.dtype()), bytes.data())), value.type.shape());
}

}  // namespace

std::optional<Value> fold(Rewriter& rewriter, const Application& a) {
  if (a.op == Op::constant) return uniform(rewriter, a.as<ConstantAttrs>().value);
  if (family(a.op) == Family::collective) return std::nullopt;  // what members make together depends on how many there are
  // A broadcast is smaller than what it makes, an iota smaller than its numbers.
  if (a.in.empty() || a.op == Op::broadcast || a.type.nbytes() > most_bytes) return std::nullopt;
  std::int64_t bytes = 0;
  for (Value v : a.in) {
    if (!rewriter.is(v, Op::constant) && rewriter.splat(v) == nullptr) return std::nullopt;
    bytes += rewriter.type(v).nbytes();
  }
  if (bytes / 16 > most_bytes) return std::nullopt;

  std::vector<Literal> values;
  std::vector<View> views;
  for (Value v : a.in) values.push_back(*materialized(rewriter, v));
  for (const Literal& value : values) views.push_back({value.type, value.data()});
  std::vector<std::byte> result(static_cast<std::size_t>(a.type.nbytes()));
  void* const output = result.data();
  try {
    eval(a.op, a.attrs, views, {&output, 1});
  } catch (const DTypeError&) {
    return std::nullopt;  // the evaluator has no arithmetic for it: it stays in the program
  }
  return rewriter.constant(literal(a.type, result.data()));
}

}  // namespace espalier::ir
