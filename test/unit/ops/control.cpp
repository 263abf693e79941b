// Rows of control ops, over bodies of sums and products. The references are loops and branches in C++; terms may cancel, so errors
// are measured against the same with magnitudes.
#include <math.h>

#include <cmath>

#include <algorithm>

#include "../noise.h"
#include "espalier/ir/builder.h"
#include "table.h"

namespace espalier::test {

using namespace ir;

namespace {

constexpr std::int64_t width = 3;

std::string in(DType dtype) { return "_" + std::string(name(dtype)); }
bool is_number(DType dtype) { return dtype != bool_; }

// A number and the magnitude of what it is made of.
struct Sum {
  std::complex<long double> value = 0;
  long double scale = 0;
};
Sum operator+(Sum x, Sum y) { return {x.value + y.value, x.scale + y.scale}; }
Sum operator*(Sum x, Sum y) { return {x.value * y.value, x.scale * y.scale}; }

using Sums = std::vector<Sum>;
Sums sums_of(const Numbers& x, DType dtype) {
  Sums out;
  if (is_complex(dtype)) {
    for (std::complex<long double> v : complex_of(x)) out.push_back({v, std::abs(v)});
    return out;
  }
  for (long double v : x.values) out.push_back({v, fabsl(v)});
  return out;
}
template <class F> Sums each(const Sums& x, const Sums& y, F f) {
  Sums out;
  for (std::size_t i = 0; i < x.size(); ++i) out.push_back(f(x[i], y[i]));
  return out;
}
Sums plus(const Sums& x, const Sums& y) {
  return each(x, y, [](Sum a, Sum b) { return a + b; });
}
Sums times(const Sums& x, const Sums& y) {
  return each(x, y, [](Sum a, Sum b) { return a * b; });
}

Numbers numbers_in(DType dtype, const Shape& shape, const Sums& sums) {
  if (is_complex(dtype)) {
    std::vector<std::complex<long double>> values;
    for (const Sum& s : sums) values.push_back(s.value);
    Numbers out = parts_of(shape, values);
    for (const Sum& s : sums) out.scale.insert(out.scale.end(), 2, s.scale);
    return out;
  }
  Numbers out = blank(shape);
  for (std::size_t i = 0; i < sums.size(); ++i) out.values[i] = is_inexact(dtype) ? sums[i].value.real() : static_cast<long double>(wrapped(static_cast<Word>(static_cast<Int>(sums[i].value.real())), dtype));
  if (is_inexact(dtype))
    for (const Sum& s : sums) out.scale.push_back(s.scale);
  return out;
}

// A body of sums and products of its inputs.
template <class F> GraphRef body(const std::vector<Type>& inputs, F f) {
  Builder b;
  std::vector<Value> in;
  for (Type t : inputs) in.push_back(b.input(t));
  const std::vector<Value> out = f(b, in);
  return std::make_shared<const Graph>(b.finish(out));
}
using Values = std::vector<Value>;

Use use_in(DType dtype, Op op, std::string name, Attrs attrs, std::vector<Type> operands, Exact exact) {
  Use use{.op = op, .name = std::move(name), .attrs = std::move(attrs), .operands = std::move(operands)};
  use.domains.resize(use.operands.size(), {.f32 = {-2, 2}, .f64 = {-2, 2}, .integers = {-5, 5}});
  if (has_arithmetic(dtype)) use.exact = std::move(exact);
  return use;
}
void add(Row& row, DType dtype, Use use) { (has_arithmetic(dtype) ? row.uses : row.refused).push_back(std::move(use)); }

Row call_row() {
  Row row;
  for (DType dtype : every_dtype()) {
    if (!is_number(dtype)) continue;
    const Type type(dtype, {width});
    const GraphRef graph = body({type, type}, [](Builder& b, const Values& in) {
      const Value sum = b.add(Op::add, {in[0], in[1]});
      return Values{b.add(Op::mul, {sum, in[0]}), sum};
    });
    add(row, dtype, use_in(dtype, Op::call, "call" + in(dtype), CallAttrs{graph, "body"}, {type, type}, [dtype](const std::vector<Numbers>& x) {
      const Sums sum = plus(sums_of(x[0], dtype), sums_of(x[1], dtype));
      return std::vector{numbers_in(dtype, {width}, times(sum, sums_of(x[0], dtype))), numbers_in(dtype, {width}, sum)};
    }));
    if (dtype == f32) row.wrong = {{"count", Refusal::argument, {type}, CallAttrs{graph, "body"}}, {"type", Refusal::shape, {type, Type(f64, {width})}, CallAttrs{graph, "body"}}, {"shape", Refusal::shape, {type, Type(f32, {4})}, CallAttrs{graph, "body"}}};
  }
  row.evaluated = row.compiled = {.f32 = 2, .f64 = 2, .half = 2};
  return row;
}

Row cond_row() {
  Row row;
  for (DType dtype : every_dtype()) {
    if (!is_number(dtype)) continue;
    const Type type(dtype, {width});
    const auto branch = [&](Op first, std::size_t a, std::size_t b, std::size_t second) {
      return body({type, type}, [=](Builder& builder, const Values& in) { return Values{builder.add(first, {in[a], in[b]}), in[second]}; });
    };
    const CondAttrs attrs{{branch(Op::add, 0, 1, 0), branch(Op::mul, 0, 1, 1), branch(Op::mul, 1, 1, 0)}};
    for (int index : {-7, 0, 1, 2, 9}) {
      Use use = use_in(dtype, Op::cond, "cond" + in(dtype) + (index < 0 ? "_before" : "_" + std::to_string(index)), attrs, {Type(i32), type, type}, [dtype](const std::vector<Numbers>& x) {
        const auto taken = std::clamp<long double>(x[0][0], 0, 2);
        const Sums a = sums_of(x[1], dtype), b = sums_of(x[2], dtype);
        const Sums first = taken == 0 ? plus(a, b) : (taken == 1 ? times(a, b) : times(b, b)), second = taken == 1 ? b : a;
        return std::vector{numbers_in(dtype, {width}, first), numbers_in(dtype, {width}, second)};
      });
      use.domains[0].integers = {static_cast<double>(index), static_cast<double>(index)};
      use.same_program = index != 0;
      add(row, dtype, std::move(use));
    }
    if (dtype != f32) continue;
    const GraphRef other = body({type, type}, [](Builder&, const Values& in) { return Values{in[0]}; });
    row.wrong = {{"no_branch", Refusal::argument, {Type(i32), type, type}, CondAttrs{}}, {"index_of_floats", Refusal::dtype, {type, type, type}, attrs}, {"no_index", Refusal::dtype, {}, attrs}, {"count", Refusal::argument, {Type(i32), type}, attrs}, {"type", Refusal::shape, {Type(i32), type, Type(f64, {width})}, attrs}, {"branches", Refusal::structure, {Type(i32), type, type}, CondAttrs{{attrs.branches[0], other}}}};
  }
  row.evaluated = row.compiled = {.f32 = 2, .f64 = 2, .half = 2};
  return row;
}

// (w, h, x) -> ((h + x) w, h x)
Use decay(DType dtype, std::int64_t length, bool reverse) {
  const Type type(dtype, {width});
  const GraphRef graph = body({type, type, type}, [](Builder& b, const Values& in) {
    const Value sum = b.add(Op::add, {in[1], in[2]});
    return Values{b.add(Op::mul, {sum, in[0]}), b.add(Op::mul, {in[1], in[2]})};
  });
  return use_in(dtype, Op::scan, "scan" + in(dtype) + "_decay_" + std::to_string(length) + (reverse ? "_reverse" : ""), ScanAttrs{graph, 1, 1, length, reverse}, {type, type, Type(dtype, {length, width})}, [=](const std::vector<Numbers>& x) {
    const Sums w = sums_of(x[0], dtype), xs = sums_of(x[2], dtype);
    Sums h = sums_of(x[1], dtype), ys(xs.size());
    for (std::int64_t turn = 0; turn < length; ++turn) {
      const std::int64_t at = (reverse ? length - 1 - turn : turn) * width;
      const Sums now(xs.begin() + at, xs.begin() + at + width), y = times(h, now);
      std::copy(y.begin(), y.end(), ys.begin() + at);
      h = times(plus(h, now), w);
    }
    return std::vector{numbers_in(dtype, {width}, h), numbers_in(dtype, {length, width}, ys)};
  });
}

// (c, h) -> (c + 1, h + h c as a number, c): an integer that is carried beside a number, and nothing that is mapped.
Use counter(DType dtype, std::int64_t length) {
  const Type type(dtype, {width});
  const GraphRef graph = body({Type(i32), type}, [&](Builder& b, const Values& in) {
    const Value one = b.add(Op::constant, {}, ConstantAttrs{scalar_literal(i32, std::int64_t{1})});
    const Value number = b.add(Op::broadcast, {b.add(Op::convert, {in[0]}, ConvertAttrs{dtype})}, BroadcastAttrs{{width}, {}});
    return Values{b.add(Op::add, {in[0], one}), b.add(Op::add, {in[1], b.add(Op::mul, {in[1], number})}), in[0]};
  });
  Use use = use_in(dtype, Op::scan, "scan" + in(dtype) + "_counter_" + std::to_string(length), ScanAttrs{graph, 0, 2, length, false}, {Type(i32), type}, [=](const std::vector<Numbers>& x) {
    Sums h = sums_of(x[1], dtype), count = sums_of(x[0], i32), counts;
    for (std::int64_t turn = 0; turn < length; ++turn) {
      counts.push_back(count[0]);
      for (Sum& s : h) s = s + s * count[0];
      count[0].value += 1;
      count[0].scale = std::abs(count[0].value);
    }
    return std::vector{numbers_in(i32, {}, count), numbers_in(dtype, {width}, h), numbers_in(i32, {length}, counts)};
  });
  use.domains[0].integers = {1, 2};
  return use;
}

// (x) -> (x x): only what is mapped.
Use squares(DType dtype, std::int64_t length) {
  const Type type(dtype, {width});
  const GraphRef graph = body({type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {in[0], in[0]})}; });
  return use_in(dtype, Op::scan, "scan" + in(dtype) + "_squares", ScanAttrs{graph, 0, 0, length, false}, {Type(dtype, {length, width})}, [=](const std::vector<Numbers>& x) {
    return std::vector{numbers_in(dtype, {length, width}, times(sums_of(x[0], dtype), sums_of(x[0], dtype)))};
  });
}

Row scan_row() {
  Row row;
  for (DType dtype : every_dtype()) {
    if (!is_number(dtype)) continue;
    for (std::int64_t length : {0, 1, 4, 5})
      for (bool reverse : {false, true})
        if (length > 0 || has_arithmetic(dtype)) add(row, dtype, decay(dtype, length, reverse));
    add(row, dtype, counter(dtype, 3));
    add(row, dtype, squares(dtype, 4));
  }
  const Use use = decay(f32, 4, false);
  const auto with = [&](auto change) {
    ScanAttrs attrs = std::get<ScanAttrs>(use.attrs);
    change(attrs);
    return attrs;
  };
  const Type type(f32, {width});
  const GraphRef grows = body({type, type, type}, [](Builder& b, const Values& in) { return Values{b.add(Op::convert, {in[1]}, ConvertAttrs{f64}), in[2]}; });
  row.wrong = {{"count", Refusal::argument, {type, type}, use.attrs}, {"length", Refusal::shape, use.operands, with([](ScanAttrs& a) { a.length = 5; })}, {"negative_length", Refusal::argument, use.operands, with([](ScanAttrs& a) { a.length = -1; })}, {"negative_consts", Refusal::argument, use.operands, with([](ScanAttrs& a) { a.consts = -1; })}, {"negative_carries", Refusal::argument, use.operands, with([](ScanAttrs& a) { a.carries = -1; })}, {"too_many_carries", Refusal::argument, use.operands, with([](ScanAttrs& a) { a.carries = 3; })}, {"carry", Refusal::structure, use.operands, with([&](ScanAttrs& a) { a.body = grows; })}, {"const", Refusal::shape, {Type(f64, {width}), type, Type(f32, {4, width})}, use.attrs}};
  row.evaluated = row.compiled = {.f32 = 12, .f64 = 12, .half = 12};
  return row;
}

// Functions with rules of the user's. Rules that are derivatives are tried as every derivative is; that a rule is used where it is
// none, ../jit/custom_test.cpp shows.
Exact squared(DType dtype) {
  return [dtype](const std::vector<Numbers>& x) {
    const Sums sums = sums_of(x[0], dtype);
    return std::vector{numbers_in(dtype, {5}, times(sums, sums))};
  };
}
Row custom_jvp_row() {
  Row row;
  for (DType dtype : {f32, f64}) {
    const Type type(dtype, {5});
    const GraphRef square = body({type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {in[0], in[0]})}; });
    const GraphRef rule = body({type, type}, [](Builder& b, const Values& in) {
      const Value doubled = b.add(Op::add, {in[0], in[0]});
      return Values{b.add(Op::mul, {in[0], in[0]}), b.add(Op::mul, {doubled, in[1]})};
    });
    add(row, dtype, use_in(dtype, Op::custom_jvp, "custom_jvp" + in(dtype), CustomJvpAttrs{square, rule, 1}, {type}, squared(dtype)));
  }
  const Use use = row.uses[0];
  const auto& attrs = std::get<CustomJvpAttrs>(use.attrs);
  row.wrong = {{"count", Refusal::argument, {}, attrs}, {"operand", Refusal::shape, {Type(f64, {5})}, attrs}, {"rule", Refusal::argument, use.operands, CustomJvpAttrs{attrs.body, attrs.body, 1}}, {"arguments", Refusal::argument, use.operands, CustomJvpAttrs{attrs.body, attrs.rule, 2}}};
  return row;
}
Row custom_vjp_row() {
  Row row;
  for (DType dtype : {f32, f64}) {
    const Type type(dtype, {5});
    const GraphRef square = body({type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {in[0], in[0]})}; });
    const GraphRef forward = body({type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {in[0], in[0]}), in[0]}; });
    const GraphRef backward = body({type, type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {b.add(Op::add, {in[0], in[0]}), in[1]})}; });
    Use use = use_in(dtype, Op::custom_vjp, "custom_vjp" + in(dtype), CustomVjpAttrs{square, forward, backward, 1}, {type}, squared(dtype));
    use.domains[0].differentiable = false;  // forwards: jit/custom_test.cpp pulls back through it
    add(row, dtype, std::move(use));
  }
  const Use use = row.uses[0];
  const auto& attrs = std::get<CustomVjpAttrs>(use.attrs);
  row.wrong = {{"count", Refusal::argument, {}, attrs}, {"operand", Refusal::shape, {Type(f64, {5})}, attrs}, {"forward", Refusal::argument, use.operands, CustomVjpAttrs{attrs.body, attrs.body, attrs.backward, 1}}, {"backward", Refusal::argument, use.operands, CustomVjpAttrs{attrs.body, attrs.forward, attrs.body, 1}}};
  return row;
}
Row custom_linear_row() {
  const Type type(f32, {5});
  const GraphRef backward = body({type, type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {in[0], in[1]})}; });
  Row row;  // it has no value: only its transpose is given
  row.wrong = {{"count", Refusal::argument, {type}, CustomLinearAttrs{backward, 1}}, {"residuals", Refusal::argument, {type, type}, CustomLinearAttrs{backward, 3}}, {"tangent", Refusal::shape, {type, Type(f64, {5})}, CustomLinearAttrs{backward, 1}}};
  return row;
}

// x = c c, of which the solver knows the answer: (guess, c) -> x with x - c c = 0.
Row custom_root_row() {
  Row row;
  for (DType dtype : {f32, f64, c128}) {
    const Type type(dtype, {5});
    const GraphRef function = body({type, type}, [](Builder& b, const Values& in) { return Values{b.add(Op::sub, {in[0], b.add(Op::mul, {in[1], in[1]})})}; });
    const GraphRef solve = body({type, type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {in[1], in[1]})}; });
    const GraphRef tangent = body({type, type, type}, [](Builder&, const Values& in) { return Values{in[1]}; });
    add(row, dtype, use_in(dtype, Op::custom_root, "custom_root" + in(dtype), CustomRootAttrs{function, solve, tangent, 1}, {type, type}, [dtype](const std::vector<Numbers>& x) {
      const Sums c = sums_of(x[1], dtype);
      return std::vector{numbers_in(dtype, {5}, times(c, c))};
    }));
  }
  const Use use = row.uses[0];
  const auto& a = std::get<CustomRootAttrs>(use.attrs);
  const Type integers(i32, {5});
  row.wrong = {{"count", Refusal::argument, {}, a}, {"operand", Refusal::shape, {use.operands[0], Type(f64, {5})}, a}, {"unknowns", Refusal::argument, use.operands, CustomRootAttrs{a.function, a.solve, a.tangent_solve, 3}}, {"integers", Refusal::dtype, {integers, integers}, a}, {"tangent", Refusal::argument, use.operands, CustomRootAttrs{a.function, a.solve, a.solve, 1}}};
  return row;
}
// 2 x = b.
Row custom_linear_solve_row() {
  Row row;
  for (DType dtype : {f32, f64, c128}) {
    const Type type(dtype, {5});
    const GraphRef twice = body({type}, [](Builder& b, const Values& in) { return Values{b.add(Op::add, {in[0], in[0]})}; });
    const GraphRef half = body({type}, [&](Builder& b, const Values& in) {
      const Value scalar = b.add(Op::constant, {}, ConstantAttrs{scalar_literal(dtype, 0.5)});
      return Values{b.add(Op::mul, {in[0], b.add(Op::broadcast, {scalar}, BroadcastAttrs{Shape({5}), {}})})};
    });
    add(row, dtype, use_in(dtype, Op::custom_linear_solve, "custom_linear_solve" + in(dtype), LinearSolveAttrs{twice, half, {twice, half}, 1}, {type}, [dtype](const std::vector<Numbers>& x) {
      const Sums b = sums_of(x[0], dtype);
      return std::vector{numbers_in(dtype, {5}, times(b, Sums(b.size(), Sum{0.5L, 0.5L})))};
    }));
  }
  const Use use = row.uses[0];
  const auto& a = std::get<LinearSolveAttrs>(use.attrs);
  row.wrong = {{"count", Refusal::argument, {}, a}, {"operand", Refusal::shape, {Type(f64, {5})}, a}, {"integers", Refusal::dtype, {Type(i32, {5})}, a}, {"unknowns", Refusal::argument, use.operands, LinearSolveAttrs{a.matvec, a.solve, {}, 2}}, {"transpose", Refusal::argument, use.operands, LinearSolveAttrs{a.matvec, a.solve, {a.matvec}, 1}}};
  return row;
}
Row checkpoint_row() {
  Row row;
  for (DType dtype : {f32, f64, c128}) {
    const Type type(dtype, {5});
    const GraphRef square = body({type}, [](Builder& b, const Values& in) { return Values{b.add(Op::mul, {in[0], in[0]})}; });
    for (const Saved saved : {Saved::nothing, Saved::everything, Saved::dots, Saved::dots_without_batch, Saved::names}) {
      const std::string name = "checkpoint_" + std::to_string(static_cast<int>(saved)) + in(dtype);
      add(row, dtype, use_in(dtype, Op::checkpoint, name, CheckpointAttrs{square, saved, {"a"}, saved == Saved::dots}, {type}, squared(dtype)));
    }
  }
  const auto& attrs = std::get<CheckpointAttrs>(row.uses[0].attrs);
  row.wrong = {{"count", Refusal::argument, {}, attrs}, {"operand", Refusal::shape, {Type(f64, {5})}, attrs}};
  return row;
}
// Two operands as they are.
Row identity_row(Op op, const Attrs& attrs) {
  Row row;
  for (DType dtype : every_dtype()) {
    if (!is_number(dtype)) continue;
    const Type type(dtype, {width});
    add(row, dtype, use_in(dtype, op, std::string(name(op)) + in(dtype), attrs, {type, type}, [dtype](const std::vector<Numbers>& x) {
      return std::vector{numbers_in(dtype, {width}, sums_of(x[0], dtype)), numbers_in(dtype, {width}, sums_of(x[1], dtype))};
    }));
  }
  return row;
}

// (limit, w; count, h) -> (count + 1, h w + h) while count <= limit.
Use counted(DType dtype, std::int64_t max_steps) {
  const Type type(dtype, {width}), number(i32);
  const GraphRef condition = body({number, type, number, type}, [](Builder& b, const Values& in) { return Values{b.add(Op::compare, {in[2], in[0]}, CompareAttrs{Comparison::le})}; });
  const GraphRef step = body({number, type, number, type}, [](Builder& b, const Values& in) {
    const Value one = b.add(Op::constant, {}, ConstantAttrs{scalar_literal(i32, std::int64_t{1})});
    return Values{b.add(Op::add, {in[2], one}), b.add(Op::add, {b.add(Op::mul, {in[3], in[1]}), in[3]})};
  });
  const std::string bound = max_steps < 0 ? "" : "_at_most_" + std::to_string(max_steps);
  Use use = use_in(dtype, Op::while_, "while" + in(dtype) + bound, WhileAttrs{condition, step, 2, max_steps}, {number, type, number, type}, [=](const std::vector<Numbers>& x) {
    const Sums w = sums_of(x[1], dtype);
    Sums h = sums_of(x[3], dtype), count = sums_of(x[2], i32);
    for (std::int64_t turn = 0; (max_steps < 0 || turn < max_steps) && count[0].value.real() <= x[0][0]; ++turn) {
      h = plus(times(h, w), h);
      count[0].value += 1;
      count[0].scale = std::abs(count[0].value);
    }
    return std::vector{numbers_in(i32, {}, count), numbers_in(dtype, {width}, h)};
  });
  use.domains[0].integers = {0, 5};
  use.domains[2].integers = {0, 2};
  return use;
}

Row while_row() {
  Row row;
  for (DType dtype : every_dtype()) {
    if (!is_number(dtype)) continue;
    // Only a loop with a bound has a reverse derivative, and derivatives are tried in f64.
    if (dtype != f64 && dtype != c128) add(row, dtype, counted(dtype, -1));
    for (std::int64_t max_steps : {0, 1, 3, 7})
      if (has_arithmetic(dtype)) add(row, dtype, counted(dtype, max_steps));
  }
  const Use use = counted(f32, -1);
  const auto with = [&](auto change) {
    WhileAttrs attrs = std::get<WhileAttrs>(use.attrs);
    change(attrs);
    return attrs;
  };
  const auto given = [&](std::size_t of, Op op, Attrs attrs) {
    return body(use.operands, [&](Builder& b, const Values& in) { return Values{b.add(op, {in[of]}, attrs)}; });
  };
  const GraphRef grows = body(use.operands, [](Builder& b, const Values& in) { return Values{in[2], b.add(Op::convert, {in[3]}, ConvertAttrs{f64})}; });
  row.wrong = {{"count", Refusal::argument, {Type(i32)}, use.attrs}, {"negative_consts", Refusal::argument, use.operands, with([](WhileAttrs& a) { a.consts = -1; })}, {"too_many_consts", Refusal::argument, use.operands, with([](WhileAttrs& a) { a.consts = 5; })}, {"negative_bound", Refusal::argument, use.operands, with([](WhileAttrs& a) { a.max_steps = -2; })}, {"carry", Refusal::structure, use.operands, with([&](WhileAttrs& a) { a.body = grows; })}, {"carries", Refusal::structure, use.operands, with([](WhileAttrs& a) { a.consts = 1; })}, {"predicate_dtype", Refusal::dtype, use.operands, with([&](WhileAttrs& a) { a.condition = given(2, Op::neg, {}); })}, {"predicate_shape", Refusal::shape, use.operands, with([&](WhileAttrs& a) { a.condition = given(3, Op::is_finite, {}); })}, {"const", Refusal::shape, {Type(i64), use.operands[1], use.operands[2], use.operands[3]}, use.attrs}};
  row.evaluated = row.compiled = {.f32 = 12, .f64 = 12, .half = 12};
  return row;
}

Row host_call_row() {
  Row row;
  row.wrong = {{"token", Refusal::dtype, {Type(f32)}, HostCallAttrs{"a", true, nullptr}}, {"no_token", Refusal::dtype, {}, HostCallAttrs{"a", true, nullptr}}};
  return row;
}

}  // namespace

Row describe(Control op) {
  switch (op) {
    case Control::custom_jvp: return custom_jvp_row();
    case Control::custom_vjp: return custom_vjp_row();
    case Control::custom_linear: return custom_linear_row();
    case Control::custom_root: return custom_root_row();
    case Control::custom_linear_solve: return custom_linear_solve_row();
    case Control::checkpoint: return checkpoint_row();
    case Control::checkpoint_name: return identity_row(op, NameAttrs{"a"});
    case Control::barrier: return identity_row(op, {});
    case Control::call: return call_row();
    case Control::cond: return cond_row();
    case Control::scan: return scan_row();
    case Control::while_: return while_row();
    case Control::custom_call: return Row{};
    case Control::host_call: return host_call_row();
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
