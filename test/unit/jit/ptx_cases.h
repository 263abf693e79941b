#pragma once
// Graphs that together hold every op in every dtype that it takes, and every way in which a kernel is spread over threads.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "espalier/ir/error.h"
#include "espalier/ir/expr.h"

namespace espalier::test {

using namespace ir;

/// A graph and its name in messages.
struct NamedGraph {
  std::string name;
  Graph graph;
  bool special = false;  // may it be given infinities, NaN and extremes: sums depend on where they overflow
};

inline constexpr DType dtypes[] = {bool_, i8, i16, i32, i64, u8, u16, u32, u64, f16, bf16, f32, f64};

/// Attributes with which an elementwise op takes operands of `t`; most take none.
inline std::vector<Attrs> attrs_for(Op op) {
  std::vector<Attrs> out;
  if (op == Op::compare) {
    for (auto c : {Comparison::eq, Comparison::ne, Comparison::lt, Comparison::le, Comparison::gt, Comparison::ge}) out.push_back(CompareAttrs{c});
  } else if (op == Op::reduce_precision) {
    out = {PrecisionAttrs{5, 10}, PrecisionAttrs{3, 0}};
  } else if (op == Op::convert || op == Op::bitcast) {
    for (DType to : dtypes) out.push_back(ConvertAttrs{to});
  } else {
    out.push_back(std::monostate{});
  }
  return out;
}

/// One graph per elementwise op: an output per dtype that the op takes. Shapes differ, so that nothing fuses.
inline std::vector<NamedGraph> elementwise_cases() {
  std::vector<NamedGraph> out;
  for (int row = 0; row < op_count; ++row) {
    const Op op = static_cast<Op>(row);
    if (!is_elementwise(op) || op == Op::stop_gradient) continue;  // which simplifies to its operand: no kernel has it
    Builder b;
    std::vector<Value> outputs;
    std::int64_t extent = 300;
    for (DType t : dtypes) {
      for (const Attrs& attrs : attrs_for(op)) {
        const Shape shape{extent++};
        std::vector<Type> types(info(op).operands.number, Type(t, shape));
        if (op == Op::select) types[0] = Type(bool_, shape);
        try {
          infer(op, attrs, types);
        } catch (const Error&) {
          continue;
        }
        if (op == Op::convert && std::get<ConvertAttrs>(attrs).to == t) continue;
        std::vector<Value> operands;
        for (Type type : types) operands.push_back(b.input(type));
        outputs.push_back(b.add(op, operands, attrs));
      }
    }
    if (!outputs.empty()) out.push_back({std::string(name(op)), b.finish(outputs), true});  // those of complex numbers leave the graph
  }
  return out;
}

/// A graph of one function of expressions over inputs.
inline NamedGraph expression(std::string name, std::vector<Type> inputs, const std::function<std::vector<Expr>(Builder&, const std::vector<Expr>&)>& f) {
  Builder b;
  std::vector<Expr> in;
  for (Type type : inputs) in.push_back({&b, b.input(type)});
  std::vector<Value> outputs;
  for (const Expr& e : f(b, in)) outputs.push_back(e.value);
  return {std::move(name), b.finish(outputs)};
}

inline std::vector<NamedGraph> structural_cases() {
  using E = std::vector<Expr>;
  std::vector<NamedGraph> out;
  auto add = [&](std::string name, std::vector<Type> inputs, auto f) { out.push_back(expression(std::move(name), std::move(inputs), f)); };
  const Type x(f32, {5, 70}), y(f32, {70, 5});
  add("broadcast", {x, Type(f32, {70})}, [](Builder&, const E& in) { return E{in[0] + broadcast(in[1], {5, 70}, {1})}; });
  add("reshape", {x}, [](Builder&, const E& in) { return E{exp(reshape(exp(in[0]), {350}))}; });
  add("transpose", {x, y}, [](Builder&, const E& in) { return E{transpose(in[0], {1, 0}) + in[1]}; });
  add("slice", {x}, [](Builder&, const E& in) { return E{exp(slice(in[0], {1, 3}, {4, 61}, {1, 2}))}; });
  add("pad", {x, Type(f32)}, [](Builder&, const E& in) { return E{exp(pad(in[0], in[1], {1, -2}, {0, 3}, {2, 1}))}; });
  add("concatenate", {x, x}, [](Builder&, const E& in) { return E{exp(concatenate(std::vector{in[0], in[1], in[0]}, 1))}; });
  add("reverse", {x}, [](Builder&, const E& in) { return E{exp(reverse(in[0], {0, 1}))}; });
  add("iota", {x}, [](Builder& b, const E& in) { return E{in[0] + iota(b, Type(f32, {5, 70}), 1)}; });
  add("constant", {x}, [](Builder& b, const E& in) {
    std::vector<float> numbers(350, 1.5f);
    numbers[7] = -0.0f;
    const Expr table{&b, b.add(Op::constant, {}, ConstantAttrs{literal(Type(f32, {5, 70}), numbers.data())})};
    return E{in[0] * table, table};
  });
  add("dynamic_slice", {x, Type(i32), Type(u64)}, [](Builder&, const E& in) {
    return E{exp(apply(Op::dynamic_slice, {in[0], in[1], convert(in[2], i32)}, DynamicSliceAttrs{{2, 33}}))};
  });
  add("dynamic_update_slice", {x, Type(f32, {2, 33}), Type(i32), Type(i32)}, [](Builder&, const E& in) {
    return E{apply(Op::dynamic_update_slice, {in[0], in[1], in[2], in[3]})};
  });
  for (DType index : {i32, u64}) {
    for (Outside outside : {Outside::clip, Outside::drop}) {
      const WindowDims rows{{1}, {0}, {0}, {}, {}};
      const std::string how = " at " + std::string(name(index)) + (outside == Outside::drop ? ", dropped" : "");
      add("gather" + how, {x, Type(index, {9})}, [=](Builder&, const E& in) { return E{exp(apply(Op::gather, {in[0], in[1] - 1}, GatherAttrs{rows, {1, 70}, outside}))}; });
      add("scatter" + how, {x, Type(f32, {9, 70}), Type(index, {9})}, [=](Builder&, const E& in) {
        const ScatterAttrs attrs{rows, outside};
        return E{apply(Op::scatter, {in[0], in[1], in[2]}, attrs), apply(Op::scatter_reduce, {in[0], in[1], in[2]}, ScatterReduceAttrs{attrs, Reduction::sum})};
      });
    }
  }
  add("scatter beside", {x, Type(f32, {5, 40}), Type(i32, {5, 40})}, [](Builder&, const E& in) {
    return E{apply(Op::scatter_reduce, {in[0], in[1], in[2]}, ScatterReduceAttrs{ScatterAttrs{{{}, {1}, {1}, {0}, {0}}, Outside::clip}, Reduction::max})};
  });
  for (DType keys : {i8, u32, f32, f64}) {
    add("sort by " + std::string(name(keys)), {x, Type(keys, {5, 70})}, [](Builder&, const E& in) {
      return E{apply(Op::sort, {in[0], in[1]}, SortAttrs{1, false}), apply(Op::sort, {in[1], in[1]}, SortAttrs{0, true})};
    });
  }
  const Type word(u32, {1000});
  add("threefry2x32", {word, word, word, word}, [](Builder& b, const E& in) {
    const Value first = b.add(Op::threefry2x32, {in[0].value, in[1].value, in[2].value, in[3].value});
    return E{{&b, first}, {&b, first + 1}};
  });
  return out;
}

/// Reductions: kinds, dtypes, and every way in which threads share the work.
inline std::vector<NamedGraph> reduction_cases() {
  using E = std::vector<Expr>;
  std::vector<NamedGraph> out;
  auto add = [&](std::string name, std::vector<Type> inputs, auto f) { out.push_back(expression(std::move(name), std::move(inputs), f)); };
  for (auto [kind, name] : {std::pair{Reduction::sum, "sum"}, {Reduction::prod, "prod"}, {Reduction::max, "max"}, {Reduction::min, "min"}, {Reduction::and_, "and"}, {Reduction::or_, "or"}, {Reduction::xor_, "xor"}}) {
    Builder b;
    std::vector<Value> outputs;
    std::int64_t rows = 40;
    for (DType t : dtypes) {
      const std::vector<Type> types{Type(t, {rows++, 200})};
      const Attrs attrs = ReduceAttrs{kind, {1}};
      try {
        infer(Op::reduce, attrs, types);
      } catch (const Error&) {
        continue;
      }
      outputs.push_back(b.add(Op::reduce, {b.input(types[0])}, attrs));
    }
    out.push_back({std::string("reduce ") + name, b.finish(outputs)});
  }
  for (auto [kind, name] : {std::pair{ArgReduction::max, "max"}, {ArgReduction::min, "min"}}) {
    Builder b;
    std::vector<Value> outputs;
    std::int64_t rows = 3;
    for (DType t : dtypes) {
      outputs.push_back(b.add(Op::arg_reduce, {b.input(Type(t, {rows++, 200}))}, ArgReduceAttrs{kind, 1, i64}));
      outputs.push_back(b.add(Op::arg_reduce, {b.input(Type(t, {rows++, 1100}))}, ArgReduceAttrs{kind, 1, i32}));
      outputs.push_back(b.add(Op::arg_reduce, {b.input(Type(t, {200, rows++}))}, ArgReduceAttrs{kind, 0, i32}));
    }
    out.push_back({std::string("arg_reduce ") + name, b.finish(outputs)});
  }
  for (auto [name, shape, axes] : {std::tuple{"rows", Shape{1000, 64}, Ints{1}}, {"long rows", Shape{3, 20000}, Ints{1}}, {"short rows", Shape{1000, 3}, Ints{1}}, {"columns", Shape{5000, 10}, Ints{0}}, {"many columns", Shape{16, 20000}, Ints{0}}, {"all", Shape{300, 400}, Ints{0, 1}}, {"outer and inner", Shape{30, 17, 49}, Ints{0, 2}}, {"middle", Shape{30, 17, 49}, Ints{1}}, {"empty", Shape{7, 0}, Ints{1}}, {"of one", Shape{7, 1}, Ints{1}}}) {
    add(std::string("reduce ") + name, {Type(f32, shape)}, [&, axes = axes](Builder&, const E& in) { return E{reduce(in[0] * in[0], Reduction::sum, axes)}; });
  }
  add("softmax", {Type(f32, {128, 1000})}, [](Builder&, const E& in) {
    const Expr most = broadcast(reduce(in[0], Reduction::max, {1}), {128, 1000}, {0});
    const Expr e = exp(in[0] - most);
    return E{e / broadcast(reduce(e, Reduction::sum, {1}), {128, 1000}, {0})};
  });
  add("batch norm", {Type(f64, {64, 12, 25})}, [](Builder&, const E& in) {
    const Expr mean = reduce(in[0], Reduction::sum, {0, 2}) / 1600;
    const Expr centred = in[0] - broadcast(mean, {64, 12, 25}, {1});
    const Expr variance = reduce(centred * centred, Reduction::sum, {0, 2}) / 1600;
    return E{centred * broadcast(rsqrt(variance + 1e-5), {64, 12, 25}, {1}), mean, variance};
  });
  for (auto [kind, name] : {std::pair{Cumulation::sum, "sum"}, {Cumulation::prod, "prod"}, {Cumulation::max, "max"}, {Cumulation::min, "min"}, {Cumulation::logsumexp, "logsumexp"}}) {
    Builder b;
    std::vector<Value> outputs;
    std::int64_t rows = 40;
    for (DType t : dtypes) {
      const std::vector<Type> types{Type(t, {rows++, 20, 7})};
      const Attrs attrs = CumulativeAttrs{kind, 1, rows % 2 == 0};
      try {
        infer(Op::cumulative, attrs, types);
      } catch (const Error&) {
        continue;
      }
      outputs.push_back(b.add(Op::cumulative, {b.input(types[0])}, attrs));
    }
    out.push_back({std::string("cumulative ") + name, b.finish(outputs)});
  }
  return out;
}

inline DotAttrs matmul_of(DType t) { return {{}, {}, {1}, {0}, t}; }

inline std::vector<NamedGraph> contraction_cases() {
  using E = std::vector<Expr>;
  std::vector<NamedGraph> out;
  auto add = [&](std::string name, std::vector<Type> inputs, auto f) { out.push_back(expression(std::move(name), std::move(inputs), f)); };
  for (auto [t, result] : {std::pair{bool_, bool_}, {bool_, i32}, {i8, i8}, {i8, i32}, {u8, i32}, {i16, i16}, {u16, u32}, {i32, i32}, {u32, u32}, {i32, i64}, {i64, i64}, {u64, u64}, {f32, f32}, {f32, f64}, {f64, f64}}) {
    add("dot " + std::string(name(t)) + " in " + std::string(name(result)), {Type(t, {100, 50}), Type(t, {50, 70})},
        [result = result](Builder&, const E& in) { return E{dot(in[0], in[1], matmul_of(result))}; });
  }
  const Type a(f32, {100, 50}), b(f32, {50, 70});
  add("dot transposed", {Type(f32, {50, 100}), Type(f32, {70, 50})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], {{}, {}, {0}, {1}, f32})}; });
  add("dot batched", {Type(f32, {6, 33, 20}), Type(f32, {6, 20, 9})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], {{0}, {0}, {2}, {1}, f32})}; });
  add("dot of vectors", {Type(f64, {900}), Type(f64, {900})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], {{}, {}, {0}, {0}, f64})}; });
  add("dot with a vector", {a, Type(f32, {50})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], {{}, {}, {1}, {0}, f32})}; });
  add("dot of long vectors", {Type(f32, {3, 5000}), Type(f32, {5000, 2})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], matmul_of(f32))}; });
  add("dot of nothing", {Type(f32, {4, 0}), Type(f32, {0, 3})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], matmul_of(f32))}; });
  add("outer product", {Type(f32, {40}), Type(f32, {30})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], {{}, {}, {}, {}, f32})}; });
  add("dot with several axes", {Type(f32, {4, 5, 6, 7}), Type(f32, {6, 7, 3, 2})}, [](Builder&, const E& in) { return E{dot(in[0], in[1], {{}, {}, {2, 3}, {0, 1}, f32})}; });
  add("dense layer", {a, b, Type(f32, {70})}, [](Builder&, const E& in) {
    return E{tanh(dot(in[0], in[1], matmul_of(f32)) + broadcast(in[2], {100, 70}, {1}))};
  });
  add("dense layer f64", {Type(f64, {100, 50}), Type(f64, {50, 70}), Type(f64, {70})}, [](Builder&, const E& in) {
    const Expr z = dot(in[0], in[1], matmul_of(f64)) + broadcast(in[2], {100, 70}, {1});
    return E{tanh(z), compare(z, Comparison::gt, 0.0)};
  });
  return out;
}

inline std::vector<NamedGraph> control_cases() {
  std::vector<NamedGraph> out;
  {
    Builder body;  // (w, h, x) -> (tanh(h w + x), h)
    const Expr w{&body, body.input(Type(f32, {8, 8}))}, h{&body, body.input(Type(f32, {4, 8}))}, x{&body, body.input(Type(f32, {4, 8}))};
    const Expr next = tanh(dot(h, w, matmul_of(f32)) + x);
    const auto graph = std::make_shared<const Graph>(body.finish(std::vector{next.value, exp(next).value}));
    Builder b;
    const Value r = b.add(Op::scan, {b.input(Type(f32, {8, 8})), b.input(Type(f32, {4, 8})), b.input(Type(f32, {10, 4, 8}))}, ScanAttrs{graph, 1, 1, 10, true});
    out.push_back({"scan", b.finish(std::vector{r, r + 1})});
  }
  {
    Builder one, two;
    const Expr x{&one, one.input(Type(f32, {300}))}, y{&two, two.input(Type(f32, {300}))};
    const auto first = std::make_shared<const Graph>(one.finish(std::vector{exp(x).value}));
    const auto second = std::make_shared<const Graph>(two.finish(std::vector{log(y).value}));
    Builder b;
    const Value r = b.add(Op::cond, {b.input(Type(i32)), b.input(Type(f32, {300}))}, CondAttrs{{first, second}});
    out.push_back({"cond", b.finish(std::vector{r})});
  }
  return out;
}

inline std::vector<NamedGraph> ptx_cases() {
  std::vector<NamedGraph> out;
  for (const auto& cases : {elementwise_cases(), structural_cases(), reduction_cases(), contraction_cases(), control_cases()}) out.insert(out.end(), cases.begin(), cases.end());
  return out;
}
/// A case's name as GoogleTest takes it.
inline std::string identifier(const testing::TestParamInfo<NamedGraph>& info) {
  std::string name = info.param.name;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

}  // namespace espalier::test
