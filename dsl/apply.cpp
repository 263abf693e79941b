// One op on arrays: recorded or evaluated; and NumPy's rules of promotion and broadcasting.
#include <cstring>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/evaluated.h"
#include "espalier/dsl/memory.h"
#include "espalier/dsl/settings.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/checks.h"
#include "espalier/ir/eval.h"

namespace espalier::detail {
namespace {

const char* spelled(ir::Op op, const char* op_name) { return op_name ? op_name : ir::name(op).data(); }

// What was evaluated is checked: at once, or as a part of the library's function that runs.
void note_evaluated(ir::Op op, std::span<const Array> operands, const ir::Attrs& attrs, std::span<const Array> results, Where where) {
  if (Caller::runs()) return EvaluatedCall::current().note(op, attrs, operands, results, op_at(where));
  Evaluated alone;
  alone.note(op, attrs, operands, results, op_at(where));
  alone.check(settings::check());
}

// Bodies are run once, with the checks in them: they may act on the host.
std::vector<Array> run_checked(ir::Op op, const ir::Attrs& attrs, std::span<const ir::View> operands, Where where) {
  ir::Builder b;
  std::vector<ir::Value> inputs, outputs;
  for (const ir::View& x : operands) inputs.push_back(b.input(x.type));
  for (ir::Value v = b.add(op, inputs, attrs, op_at(where)); v < b.value_count(); ++v) outputs.push_back(v);
  std::vector<Array> results;
  for (const ir::Literal& out : ir::eval(ir::with_checks(b.finish(outputs), settings::check()), operands)) results.push_back(ArrayAccess::of(out, where));
  return results;
}

std::vector<Array> evaluate(ir::Op op, std::span<const Array> operands, const ir::Attrs& attrs, Where where, const char* op_name) {
  std::vector<Array> held;
  std::vector<ir::View> views;
  std::vector<ir::Type> types;
  for (const Array& a : operands) {
    held.push_back(materialise(a, op_name, where));
    types.push_back(ArrayAccess::type(held.back()));
    views.push_back({types.back(), ArrayAccess::data(held.back())});
  }
  const bool checked = settings::check() != Check::none && op != ir::Op::host_call;
  if (checked && ir::family(op) == ir::Family::control) return run_checked(op, attrs, views, where);
  std::vector<Array> results;
  std::vector<void*> outputs;
  for (ir::Type type : ir::infer(op, attrs, types)) {
    results.push_back(uninitialised(type, where));
    outputs.push_back(const_cast<void*>(ArrayAccess::data(results.back())));
  }
  ir::eval(op, attrs, views, outputs);
  if (checked) note_evaluated(op, held, attrs, results, where);
  return results;
}

bool all_literal(std::span<const Array> arrays) {
  for (const Array& a : arrays) {
    if (!ArrayAccess::is_number(a)) return false;
  }
  return !arrays.empty();
}

// A literal in a dtype, from f64 or i64 with one rounding.
ir::Literal literal_in(DType dtype, const Array& a) {
  const DType own = ArrayAccess::type(a).dtype();
  if (ir::is_complex(own)) return ir::scalar_literal(dtype, ArrayAccess::complex(a));
  if (own == f32 || (own == u64 && ir::is_inexact(dtype))) return ir::scalar_literal(dtype, ArrayAccess::real(a));
  return ir::scalar_literal(dtype, ArrayAccess::integer(a));
}

// Weak scalars compute at once and at full precision, in a trace or not: what comes out is again a weak scalar.
Array fold_literals(ir::Op op, std::span<const Array> arrays, DType dtype, const ir::Attrs& attrs, Where where) {
  std::vector<ir::Literal> literals;
  std::vector<ir::View> views;
  std::vector<ir::Type> types;
  for (const Array& a : arrays) literals.push_back(literal_in(ArrayAccess::weak_storage(dtype), a));
  for (const auto& l : literals) {
    views.push_back({l.type, l.data()});
    types.push_back(l.type);
  }
  const ir::Type type = ir::infer(op, attrs, types)[0];
  double real = 0;
  std::complex<double> pair;
  std::int64_t integer = 0;
  bool truth = false;
  void* out = type.dtype() == c128 ? static_cast<void*>(&pair) : type.dtype() == f64 ? static_cast<void*>(&real)
                                                                                     : (type.dtype() == bool_ ? static_cast<void*>(&truth) : static_cast<void*>(&integer));
  ir::eval(op, attrs, views, {&out, 1});
  if (type.dtype() == c128) return ArrayAccess::weak_scalar(pair, where);
  if (type.dtype() == f64) return ArrayAccess::weak_scalar(f32, real, 0, where);
  if (type.dtype() == bool_) return ArrayAccess::weak_scalar(bool_, 0, truth, where);
  return ArrayAccess::weak_scalar(type.dtype(), 0, integer, where);
}

// Whether a weak operand of dtype `loose` takes a strong one to another category.
bool raises(DType strong, DType loose) {
  if (ir::is_complex(loose)) return !ir::is_complex(strong);
  return ir::is_floating(loose) ? !ir::is_inexact(strong) : ir::is_integer(loose) && ir::is_bool(strong);
}

// The dtype that two weak scalars meet in. A number that only u64 can hold turns the integers it meets into u64.
DType promote_weak(DType a, DType b) {
  if (ir::is_integer(a) && ir::is_integer(b) && (a == u64 || b == u64)) return u64;
  return promote(a, b);
}

// The dtype that operands meet in; `weak` if none of them is strong. Weak operands raise only the category.
DType meeting_dtype(std::span<const Array> arrays, bool& weak) {
  weak = true;
  bool any_weak = false;
  DType strong{}, loose{};
  for (const Array& a : arrays) {
    if (a.weak()) {
      loose = any_weak ? promote_weak(loose, a.dtype()) : a.dtype();
      any_weak = true;
    } else {
      strong = weak ? a.dtype() : promote(strong, a.dtype());
      weak = false;
    }
  }
  if (weak) return loose;
  if (!any_weak || !raises(strong, loose)) return strong;
  return ir::is_complex(loose) ? promote(strong, loose) : loose;  // with f64 a complex number is c128
}

// A comparison with a number beyond the other's dtype: one answer for all elements. Where the number is a value of a trace
// both are compared in i64. Nothing if the number fits.
std::optional<Array> compared_beyond(std::span<const Array> arrays, ir::CompareAttrs attrs, const char* op_name, Where where) {
  for (std::size_t i = 0; i < 2; ++i) {
    const Array &number = arrays[i], &other = arrays[1 - i];
    if (number.is_nothing() || other.is_nothing() || other.weak() || fits(number, other.dtype())) continue;
    if (!ArrayAccess::is_number(number)) {
      if (other.dtype() == u64 || number.dtype() == u64) return {};
      const Array x = to_dtype(arrays[0], i64, where), y = to_dtype(arrays[1], i64, where);
      return elementwise(ir::Op::compare, {Operand(x, where), Operand(y, where)}, attrs, op_name);
    }
    const bool above = number.dtype() == u64 || ArrayAccess::integer(number) > 0, first_is_less = above == (i == 1);
    bool truth = false;
    switch (attrs.direction) {
      case ir::Comparison::eq: truth = false; break;
      case ir::Comparison::ne: truth = true; break;
      case ir::Comparison::lt:
      case ir::Comparison::le: truth = first_is_less; break;
      case ir::Comparison::gt:
      case ir::Comparison::ge: truth = !first_is_less; break;
    }
    return broadcast_to_shape(to_dtype(Array(truth, where), bool_, where), other.shape(), "compare", where);
  }
  return {};
}

// A literal repeated to a type of the graph.
ir::Value fill(ir::Builder& builder, const Array& literal, ir::Type type, Where where) {
  const ir::Value scalar = builder.add(ir::Op::constant, {}, ir::ConstantAttrs{literal_in(type.dtype(), literal)}, where);
  return type.ndim() == 0 ? scalar : builder.add(ir::Op::broadcast, {scalar}, ir::BroadcastAttrs{type.shape(), {}}, where);
}

// Operands that this trace recorded, strong and of one type, and literals of that type's category: nearly all of what a
// program records. They need neither promotion nor broadcasting, so this takes no memory but the graph's. Nothing where
// any of that does not hold.
std::optional<Array> record_alike(ir::Op op, std::initializer_list<Operand> operands, const ir::Attrs& attrs, const char* op_name) {
  Trace* trace = Trace::current();
  ir::Value values[3];
  if (trace == nullptr || operands.size() > std::size(values)) return {};
  ir::Type type;
  for (const Operand& o : operands) {
    if (!trace->records(o.array) || o.array.weak()) continue;
    if (type && type != ArrayAccess::type(o.array)) return {};
    type = ArrayAccess::type(o.array);
  }
  if (!type) return {};
  for (const Operand& o : operands) {
    if (trace->records(o.array) && !o.array.weak()) continue;
    if (!ArrayAccess::is_number(o.array) || raises(type.dtype(), ArrayAccess::type(o.array).dtype()) || !fits(o.array, type.dtype())) return {};
  }
  const Where where = Caller::place_or(operands.begin()->where);
  return located(where, spelled(op, op_name), [&] {
    std::size_t n = 0;
    for (const Operand& o : operands) values[n++] = trace->records(o.array) ? ArrayAccess::value(o.array) : fill(trace->builder, o.array, type, where);
    return trace->array_of(trace->builder.add(op, {values, n}, attrs, op_at(where)), false, where);
  });
}

}  // namespace

void fail_beyond(const char* op, const std::string& number, DType dtype, Where where) {
  DTypeError error(op, number + " does not fit in " + std::string(ir::name(dtype)), dtype == i64 ? "numbers have 64 bits with a sign: make an array of u64 for larger ones" : "convert the array it meets with .as(i64), or the number with .as(" + std::string(ir::name(dtype)) + "), which may lose", where);
  error.dtypes = {dtype};
  throw error;
}
bool fits(const Array& a, DType dtype) {
  if (!a.weak() || !ir::is_integer(a.dtype()) || !ir::is_integer(dtype)) return true;
  if (a.dtype() == u64) return dtype == u64;
  if (ArrayAccess::kind(a) == ArrayAccess::Kind::literal) return detail::integer_fits(ArrayAccess::integer(a), dtype);
  return dtype == i64 || dtype == a.dtype() || Trace::is_trial();
}
void require_fits(const Array& a, DType dtype, const char* op, Where where) {
  if (fits(a, dtype)) return;
  if (ArrayAccess::kind(a) == ArrayAccess::Kind::literal) {
    const std::int64_t number = ArrayAccess::integer(a);
    fail_beyond(op, a.dtype() == u64 ? std::to_string(static_cast<std::uint64_t>(number)) : std::to_string(number), dtype, where);
  }
  const std::string name(ir::name(dtype));
  DTypeError error(op, "a number that is known only when the program runs, of " + std::string(ir::name(a.dtype())) + ", may not fit in " + name,
                   "convert the number with .as(" + name + "), which may lose, or the array it meets with .as(i64)", where);
  error.dtypes = {dtype};
  throw error;
}
Array settled_in(const Array& a, DType dtype, const char* op, Where where) {
  require_fits(a, dtype, op, where);
  return a.as(dtype, where);
}

Array to_dtype(const Array& a, DType dtype, Where where) {
  where = Caller::place_or(where);
  if (ArrayAccess::is_number(a)) {
    const ir::Literal out = literal_in(dtype, a);
    if (Trace* trace = Trace::current()) {
      return trace->array_of(trace->builder.add(ir::Op::constant, {}, ir::ConstantAttrs{out}, where), false, where);
    }
    return ArrayAccess::of(out, where);
  }
  if (!a.weak() && a.dtype() == dtype) return a;
  if (Trace* trace = Trace::current()) {
    const ir::Value value = trace->value_of(a, "convert", where);
    if (trace->builder.type(value).dtype() == dtype) return trace->array_of(value, false, where);
    return trace->array_of(trace->builder.add(ir::Op::convert, {value}, ir::ConvertAttrs{dtype}, op_at(where)), false, where);
  }
  const Array operands[] = {a};
  return evaluate(ir::Op::convert, operands, ir::ConvertAttrs{dtype}, where, "convert")[0];
}

Array weak_of(const Array& scalar, DType dtype, Where where) {
  if (Trace* trace = Trace::current()) return trace->array_of(trace->value_of(scalar, "weak", where), true, where, dtype);
  if (ir::is_complex(dtype)) return ArrayAccess::weak_scalar(scalar.item<std::complex<double>>(), where);
  return ArrayAccess::weak_scalar(dtype, scalar.item<double>(), scalar.item<std::int64_t>(), where);
}

std::vector<Array> apply_many(ir::Op op, std::span<const Array> operands, ir::Attrs attrs, Where where, const char* op_name) {
  op_name = spelled(op, op_name);
  where = Caller::place_or(where);
  return located(where, op_name, [&] {
    Trace* trace = Trace::current();
    if (trace == nullptr) return evaluate(op, operands, attrs, where, op_name);
    std::vector<ir::Value> values;
    for (const Array& a : operands) {
      const Array strong = ArrayAccess::kind(a) == ArrayAccess::Kind::literal ? to_dtype(a, a.dtype(), where) : a;
      values.push_back(trace->value_of(strong, op_name, where));
    }
    const ir::Value first = trace->builder.add(op, values, std::move(attrs), op_at(where));
    std::vector<Array> results;
    for (ir::Value v = first; v < trace->builder.value_count(); ++v) results.push_back(trace->array_of(v, false, where));
    return results;
  });
}

Array apply(ir::Op op, std::initializer_list<Operand> operands, ir::Attrs attrs, Where where, const char* op_name) {
  // Structural ops keep weakness: a broadcast of a weak traced scalar is still weak.
  std::vector<Array> arrays;
  bool weak = operands.size() == 1;
  for (const Operand& o : operands) {
    arrays.push_back(o.array);
    weak = weak && o.array.weak() && o.array.is_traced();
  }
  auto result = apply_many(op, arrays, std::move(attrs), where, op_name)[0];
  if (!weak) return result;
  Trace* trace = Trace::current();
  return trace->array_of(trace->value_of(result, spelled(op, op_name), where), true, where, operands.begin()->array.dtype());
}

Promoted promote_operands(std::span<const Array> arrays, const char* op_name, Where where) {
  return located(where, op_name, [&] {
    Promoted out;
    for (const Array& a : arrays) {
      if (!ArrayAccess::type(a)) (void)materialise(a, op_name, where);  // Nothing: throws
    }
    out.dtype = meeting_dtype(arrays, out.weak);
    const DType dtype = out.weak ? ArrayAccess::weak_storage(out.dtype) : out.dtype;
    for (const Array& a : arrays) {
      require_fits(a, dtype, op_name, where);
      out.arrays.push_back(to_dtype(a, dtype, where));
    }
    return out;
  });
}

Shape broadcast_shape(std::span<const Array> arrays, const char* op_name, Where where) {
  std::vector<std::int64_t> extents;
  for (const Array& a : arrays) {
    const Shape& shape = a.shape();
    if (shape.ndim() > static_cast<int>(extents.size())) extents.insert(extents.begin(), shape.ndim() - extents.size(), 1);
    for (int i = 1; i <= shape.ndim(); ++i) {
      auto& extent = extents[extents.size() - i];
      const auto other = shape[-i];
      if (extent == other || other == 1) continue;
      if (extent != 1) {
        std::string text;
        for (std::size_t k = 0; k < arrays.size(); ++k) text += (k == 0 ? "" : (k + 1 == arrays.size() ? " and " : ", ")) + ArrayAccess::type(arrays[k]).str();
        ShapeError error(op_name, "shapes " + text + " do not broadcast", "extents must be equal or 1, counted from the last axis", where);
        for (const Array& b : arrays) error.shapes.push_back(b.shape());
        throw error;
      }
      extent = other;
    }
  }
  return Shape(extents);
}

Array broadcast_to_shape(const Array& x, const Shape& shape, const char* op_name, Where where) {
  if (x.shape() == shape) return x;
  const int added = shape.ndim() - x.ndim();
  ir::Ints dims;
  for (int i = 0; i < x.ndim(); ++i) dims.push_back(i + added);
  return apply(ir::Op::broadcast, {Operand(x, where)}, ir::BroadcastAttrs{shape, dims}, where, op_name);
}

Array elementwise(ir::Op op, std::initializer_list<Operand> operands, ir::Attrs attrs, const char* op_name) {
  if (auto recorded = record_alike(op, operands, attrs, op_name)) return *std::move(recorded);
  const Where where = operands.begin()->where;
  std::vector<Array> arrays;
  for (const Operand& o : operands) arrays.push_back(o.array);
  return located(where, op_name, [&] {
    if (all_literal(arrays)) {
      bool weak;
      const DType dtype = meeting_dtype(arrays, weak);
      for (const Array& a : arrays) {
        if (dtype == u64) require_fits(a, dtype, op_name, where);
      }
      return fold_literals(op, arrays, dtype, attrs, Caller::place_or(where));
    }
    if (op == ir::Op::compare) {
      if (auto known = compared_beyond(arrays, std::get<ir::CompareAttrs>(attrs), op_name, where)) return *std::move(known);
    }
    Promoted met = promote_operands(arrays, op_name, where);
    if (met.arrays.size() > 1) {
      const Shape shape = broadcast_shape(met.arrays, op_name, where);
      for (Array& a : met.arrays) ArrayAccess::replace_own(a, broadcast_to_shape(a, shape, op_name, where));
    }
    Array result = apply_many(op, met.arrays, std::move(attrs), where, op_name)[0];
    if (met.weak) {
      if (Trace* trace = Trace::current()) return trace->array_of(trace->value_of(result, op_name, where), true, where, met.dtype);
    }
    return result;
  });
}

DType float_dtype(DType dtype) {
  if (ir::is_inexact(dtype)) return dtype;
  return dtype == i64 || dtype == u64 ? f64 : default_dtype();
}

namespace {

// An integer or bool as a float; weak ones stay weak.
Array to_float(const Array& a, DType dtype, Where where) {
  if (!a.weak()) return to_dtype(a, dtype, where);
  if (ArrayAccess::is_number(a)) return ArrayAccess::weak_scalar(f32, ArrayAccess::real(a), 0, where);
  Trace* trace = Trace::current();
  return trace->array_of(trace->value_of(to_dtype(a, ArrayAccess::weak_storage(f32), where), "convert", where), true, where);
}

}  // namespace

Array elementwise_float(ir::Op op, std::initializer_list<Operand> operands, const char* op_name) {
  const Where where = operands.begin()->where;
  bool any_float = false;
  DType strong = bool_, dtype = default_dtype();
  for (const Operand& o : operands) {
    if (o.array.is_nothing()) (void)materialise(o.array, op_name, where);
    any_float = any_float || ir::is_inexact(o.array.dtype());
    if (o.array.weak()) continue;
    strong = promote(strong, o.array.dtype());
    if (float_dtype(o.array.dtype()) == f64 || float_dtype(strong) == f64) dtype = f64;
  }
  if (any_float) return elementwise(op, operands, {}, op_name);
  std::vector<Operand> floats;
  for (const Operand& o : operands) floats.push_back(Operand(to_float(o.array, dtype, where), where));
  return floats.size() == 1 ? elementwise(op, {floats[0]}, {}, op_name) : elementwise(op, {floats[0], floats[1]}, {}, op_name);
}

std::vector<Array> run(const ir::Graph& graph, std::span<const Array> args, Where where) {
  return located(where, nullptr, [&] {
    std::vector<Array> results;
    if (Trace* trace = Trace::current()) {
      std::vector<ir::Value> values;
      for (const Array& a : args) values.push_back(trace->value_of(a, "call", where));
      for (ir::Value v : trace->builder.splice(graph, values)) results.push_back(trace->array_of(v, false, where));
      return results;
    }
    std::vector<Array> held;
    std::vector<ir::View> views;
    for (std::size_t i = 0; i < args.size(); ++i) {
      // A weak scalar enters as the graph was traced with it: at its full precision.
      const bool literal = ArrayAccess::kind(args[i]) == ArrayAccess::Kind::literal;
      held.push_back(literal ? to_dtype(args[i], graph.types[i].dtype(), where) : materialise(args[i], "call", where));
      views.push_back({ArrayAccess::type(held.back()), ArrayAccess::data(held.back())});
    }
    const Check checks = settings::check();
    const auto outputs = checks == Check::none ? ir::eval(graph, views) : ir::eval(ir::with_checks(graph, checks), views);
    for (const ir::Literal& out : outputs) results.push_back(ArrayAccess::of(out, where));
    return results;
  });
}

}  // namespace espalier::detail
