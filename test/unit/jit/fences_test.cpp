// Compiled code touches nothing outside of its arrays: every operand and result lies beside a page that nobody may touch,
// first flush with its end, then flush with its beginning.
#include <gtest/gtest.h>

#include <csetjmp>
#include <csignal>
#include <sys/mman.h>
#include <unistd.h>

#include "compiled.h"
#include "espalier/ir/error.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"

namespace espalier::test {
namespace {

using namespace ir;

enum class Side {
  before,
  behind
};  // where the forbidden page lies

/// Memory of so many bytes, with a forbidden page on one side of it.
class Walled {
 public:
  Walled(std::int64_t bytes, Side side) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), n = static_cast<std::size_t>(bytes), inside = (n + page - 1) / page * page;
    size_ = inside + 2 * page;
    all_ = static_cast<std::byte*>(mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (all_ == MAP_FAILED || (inside > 0 && mprotect(all_ + page, inside, PROT_READ | PROT_WRITE) != 0)) throw std::bad_alloc();
    data_ = all_ + page + (side == Side::behind ? inside - n : 0);
  }
  ~Walled() { munmap(all_, size_); }
  Walled(const Walled&) = delete;
  Walled& operator=(const Walled&) = delete;
  std::byte* data() const { return data_; }

 private:
  std::byte *all_, *data_;
  std::size_t size_;
};

sigjmp_buf before_the_fault;
void leave(int) { siglongjmp(before_the_fault, 1); }

/// Whether `f` runs without touching what it may not.
template <class F> bool stays_inside(F&& f) {
  struct sigaction mine{}, segv, bus;
  mine.sa_handler = leave;
  sigaction(SIGSEGV, &mine, &segv);
  sigaction(SIGBUS, &mine, &bus);
  const bool inside = sigsetjmp(before_the_fault, 1) == 0;
  if (inside) f();
  sigaction(SIGSEGV, &segv, nullptr);
  sigaction(SIGBUS, &bus, nullptr);
  return inside;
}

/// Runs the program between fences on each side; what is wrong, or "".
std::string defect(const Case& program, const char* target) {
  const auto code = codegen::compiler().compile(simplify(program.graph), {.target = target, .parallel = false});
  const Expected expected(program, 1);
  for (Side side : {Side::behind, Side::before}) {
    std::vector<std::unique_ptr<Walled>> in, out;
    std::vector<void*> in_data, out_data;
    for (const Literal& x : program.inputs) {
      in.push_back(std::make_unique<Walled>(x.type.nbytes(), side));
      if (!x.bytes->empty()) std::memcpy(in.back()->data(), x.data(), x.bytes->size());
      in_data.push_back(in.back()->data());
    }
    for (Type t : program.graph.output_types()) {
      out.push_back(std::make_unique<Walled>(t.nbytes(), side));
      out_data.push_back(out.back()->data());
    }
    const std::string where = side == Side::behind ? " with the end at the fence" : " with the beginning at the fence";
    if (!stays_inside([&] { code(in_data.data(), out_data.data()); })) return "touches memory outside of its arrays," + where;
    std::vector<Literal> results;
    for (std::size_t o = 0; o < out.size(); ++o) results.push_back(literal(program.graph.output_types()[o], out_data[o]));
    if (auto problem = expected.difference(results); !problem.empty()) return problem + where;
  }
  return "";
}

bool runs(const char* target) {
  try {
    codegen::compiler().compile(parse("graph(%0: f32[4]) {\n  return %0\n}\n"), {.target = target});
    return true;
  } catch (const CompileError&) {
    EXPECT_STREQ(target, "avx512");  // which not every machine has
    return false;
  }
}

// AVX2, and in turn one of the other targets that this machine runs: each masks in its own way.
std::vector<const char*> some_targets() {
  static const std::vector<const char*> others = [] {
    std::vector<const char*> all{"", "avx512", "skylake", "sandybridge", "x86-64"};
    std::erase_if(all, [](const char* target) { return !runs(target); });
    return all;
  }();
  static std::size_t turn = 0;
  return {"avx2", others[turn++ % others.size()]};
}

Literal numbers(Type type) {
  Literal out;
  visit_dtype(type.dtype(), [&]<class T>() {
    const auto n = static_cast<std::size_t>(type.size());
    const auto values = std::make_unique<T[]>(n + 1);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(static_cast<int>(i * 2654435761U % 7) + 1);
    out = literal(type, values.get());
  });
  return out;
}

template <class F> void expect_inside(const std::string& what, std::initializer_list<Type> types, F&& make) {
  Builder b;
  std::vector<Literal> inputs;
  std::vector<Expr> in;
  for (Type t : types) in.push_back({&b, b.input(t)}), inputs.push_back(numbers(t));
  const Expr result = make(in);
  const Case program{b.finish(std::vector{result.value}), inputs};
  for (const char* target : some_targets()) EXPECT_EQ(defect(program, target), "") << what << " for " << target << "\n"
                                                                                   << print(program.graph);
}

const std::vector<DType> dtypes = {f32, f64, i32, i8, i64, bool_, u16};
Expr filler(Builder* b, DType dtype) { return full(*b, Type(dtype, {}), 0); }
// A program must do more than move elements, which a copy would do.
Expr used(Expr x) { return x.dtype() == bool_ ? unary(Op::not_, x) : x + x; }

std::string text(const Shape& s, const Ints& a, const Ints& c) {
  std::string out = Type(f32, s).str();
  for (const Ints* list : {&a, &c}) {
    out += " [";
    for (auto i : *list) out += std::to_string(i) + ",";
    out += "]";
  }
  return out;
}

struct Padding {
  Shape shape;
  Ints low, high, interior;
};
const std::vector<Padding> paddings = {
    {{4, 1}, {0, 23}, {3, 7}, {0, 0}},
    {{4, 1}, {3, 7}, {0, 23}, {0, 0}},
    {{1, 1}, {1, 8}, {1, 22}, {0, 0}},
    {{3, 5}, {2, 0}, {1, 0}, {0, 0}},
    {{3, 5}, {0, 11}, {0, 15}, {0, 0}},
    {{3, 5}, {1, 16}, {1, 12}, {0, 0}},
    {{2, 9}, {1, 1}, {1, 1}, {0, 0}},
    {{2, 33}, {1, 3}, {1, 1}, {0, 0}},
    {{5, 3}, {0, 1}, {1, 2}, {1, 4}},
    {{2, 4}, {-1, -1}, {3, 30}, {0, 0}},
    {{2, 40}, {1, -7}, {0, -3}, {0, 0}},
    {{4, 2}, {2, 9}, {2, 9}, {0, 2}},
    {{2, 3, 4}, {1, 0, 5}, {0, 2, 8}, {0, 0, 0}},
    {{17}, {9}, {40}, {0}},
    {{1}, {31}, {0}, {0}},
    {{4, 1}, {1, 20}, {1, 0}, {0, 0}},
};

TEST(Fences, Pads) {
  for (const Padding& p : paddings) {
    for (DType dtype : dtypes) {
      const Type type(dtype, p.shape);
      auto padded = [&](Expr x) { return pad(x, filler(x.builder, dtype), p.low, p.high, p.interior); };
      expect_inside("used pad " + text(p.shape, p.low, p.high), {type}, [&](auto& in) { return used(padded(in[0])); });
      if (dtype != f32) continue;
      expect_inside("sum of pad " + text(p.shape, p.low, p.high), {type}, [&](auto& in) { return reduce(padded(in[0]), Reduction::sum, {p.shape.ndim() - 1}); });
      expect_inside("max of pad " + text(p.shape, p.low, p.high), {type}, [&](auto& in) { return reduce(padded(in[0]), Reduction::max, {0}); });
      expect_inside("pad of pad " + text(p.shape, p.low, p.high), {type}, [&](auto& in) {
        const Ints one(p.low.size(), 1), none(p.low.size(), 0);
        return used(pad(padded(in[0]), filler(in[0].builder, dtype), one, none));
      });
    }
  }
}

// Views with strides, reversed views, views at dynamic starts; and pads of views.
TEST(Fences, Views) {
  const std::int64_t rows = 4;
  for (std::int64_t n : {1, 3, 9, 17, 33}) {
    for (DType dtype : {f32, f64, i8}) {
      const Type type(dtype, {rows, n});
      const std::string what = " of " + type.str();
      const Ints none{0, 0};
      auto turned = [](Expr x) { return reverse(x, {1}); };
      expect_inside("reverse" + what, {type}, [&](auto& in) { return used(turned(in[0])); });
      expect_inside("reverse of rows" + what, {type}, [&](auto& in) { return used(reverse(in[0], {0, 1})); });
      expect_inside("slice" + what, {type}, [&](auto& in) { return used(slice(in[0], {rows - 1, n / 2}, {rows, n})); });
      expect_inside("steps" + what, {type}, [&](auto& in) { return used(slice(in[0], {0, (n - 1) % 2}, {rows, n}, {1, 2})); });
      expect_inside("transpose" + what, {type}, [&](auto& in) { return used(transpose(in[0], {1, 0})); });
      expect_inside("pad of reverse" + what, {type}, [&](auto& in) { return used(pad(turned(in[0]), filler(in[0].builder, dtype), {1, 19}, {2, 3})); });
      expect_inside("reverse of pad" + what, {type}, [&](auto& in) { return used(turned(pad(in[0], filler(in[0].builder, dtype), {1, 3}, {2, 19}))); });
      expect_inside("pad of steps" + what, {type}, [&](auto& in) { return used(pad(slice(in[0], none, {rows, n}, {1, 3}), filler(in[0].builder, dtype), {0, 2}, {1, 17})); });
      expect_inside("slice of pad" + what, {type}, [&](auto& in) { return used(slice(pad(in[0], filler(in[0].builder, dtype), {1, 9}, {2, 19}), {0, 1}, {rows + 1, n + 20})); });
      expect_inside("concatenation" + what, {type, type}, [&](auto& in) { return used(concatenate(std::vector{in[0], turned(in[1]), in[1]}, 1)); });
      expect_inside("pad of concatenation" + what, {type, type}, [&](auto& in) { return used(pad(concatenate(std::vector{in[0], in[1]}, 1), filler(in[0].builder, dtype), {1, 1}, {1, 13})); });
      expect_inside("moving slice" + what, {type, Type(i32, {})}, [&](auto& in) {
        const Expr wide = pad(in[0], filler(in[0].builder, dtype), {1, 0}, {0, 16});
        return used(apply(Op::dynamic_slice, {wide, in[1], in[1]}, DynamicSliceAttrs{Shape{rows, n + 8}}));
      });
    }
  }
}

// Index arrays that point far outside, both ways: everything is read and written at indices that were moved inside, or not at all.
TEST(Fences, IndexArrays) {
  for (DType dtype : {f32, f64, i8, bool_}) {
    for (std::int64_t n : {1, 3, 9, 17}) {
      for (Outside outside : {Outside::clip, Outside::drop}) {
        for (DType index : {i32, i64, u8}) {
          const Type rows(dtype, {4, n}), line(dtype, {n}), at(index, {13}), beside(index, {4, 13});
          const std::string what = " of " + rows.str() + " by " + at.str() + (outside == Outside::drop ? ", dropped" : "");
          // From -100, or from 200 of unsigned ones, to beyond.
          const auto wild = [&](Expr i) { return is_unsigned(index) ? i * 37 : (i - 4) * 100000; };
          const WindowDims by_row{{1}, {0}, {0}, {}, {}}, by_element{{}, {0}, {0}, {}, {}}, along{{}, {1}, {1}, {0}, {0}}, part{{1}, {}, {0}, {}, {}};
          const std::int64_t some = (n + 1) / 2;
          expect_inside("rows" + what, {rows, at}, [&](auto& in) { return apply(Op::gather, {in[0], wild(in[1])}, GatherAttrs{by_row, {1, n}, outside}); });
          expect_inside("elements" + what, {line, at}, [&](auto& in) { return apply(Op::gather, {in[0], wild(in[1])}, GatherAttrs{by_element, {1}, outside}); });
          expect_inside("elements beside" + what, {rows, beside}, [&](auto& in) { return apply(Op::gather, {in[0], wild(in[1])}, GatherAttrs{along, {1, 1}, outside}); });
          expect_inside("parts" + what, {line, at}, [&](auto& in) { return apply(Op::gather, {in[0], wild(in[1])}, GatherAttrs{part, {some}, outside}); });
          expect_inside("written rows" + what, {rows, Type(dtype, {13, n}), at}, [&](auto& in) { return apply(Op::scatter, {in[0], in[1], wild(in[2])}, ScatterAttrs{by_row, outside}); });
          expect_inside("written elements" + what, {line, Type(dtype, {13}), at}, [&](auto& in) { return apply(Op::scatter, {in[0], in[1], wild(in[2])}, ScatterAttrs{by_element, outside}); });
          expect_inside("written parts" + what, {line, Type(dtype, {13, some}), at}, [&](auto& in) { return apply(Op::scatter, {in[0], in[1], wild(in[2])}, ScatterAttrs{part, outside}); });
          expect_inside("the largest" + what, {rows, Type(dtype, {4, 13}), beside}, [&](auto& in) { return apply(Op::scatter_reduce, {in[0], in[1], wild(in[2])}, ScatterReduceAttrs{ScatterAttrs{along, outside}, Reduction::max}); });
        }
      }
    }
  }
}

// The remainders after whole vectors, in every kind of kernel.
TEST(Fences, Tails) {
  for (std::int64_t n : {1, 9, 17, 31}) {
    for (DType dtype : {f32, f64, i8}) {
      const Type row(dtype, {n}), table(dtype, {3, n}), column(dtype, {n, 3});
      const std::string what = " of " + row.str();
      expect_inside("sum" + what, {row, row}, [](auto& in) { return in[0] + in[1]; });
      expect_inside("rows plus row" + what, {table, row}, [&](auto& in) { return in[0] + insert_axis(in[1], 0, 3); });
      for (auto kind : {Reduction::sum, Reduction::max}) {
        expect_inside("reduce rows" + what, {table}, [&](auto& in) { return reduce(in[0], kind, {1}); });
        expect_inside("reduce columns" + what, {table}, [&](auto& in) { return reduce(in[0], kind, {0}); });
      }
      expect_inside("arg_reduce" + what, {table}, [](auto& in) { return apply(Op::arg_reduce, {in[0]}, ArgReduceAttrs{ArgReduction::max, 1, i32}); });
      for (int axis : {0, 1}) {
        expect_inside("cumulative" + what, {table}, [&](auto& in) { return apply(Op::cumulative, {in[0]}, CumulativeAttrs{Cumulation::sum, axis, axis == 0}); });
      }
      expect_inside("update" + what, {Type(dtype, {4, n + 5}), table, Type(i32, {})}, [](auto& in) {
        return apply(Op::dynamic_update_slice, {in[0], in[1], in[2], in[2]});
      });
      if (dtype == i8) continue;
      const DotAttrs plain{{}, {}, {1}, {0}, dtype};
      for (std::int64_t k : {5}) {
        for (std::int64_t m : {1, 7}) {
          expect_inside("product" + what, {Type(dtype, {m, k}), Type(dtype, {k, n})}, [&](auto& in) { return dot(in[0], in[1], plain); });
          expect_inside("product by rows" + what, {Type(dtype, {m, k}), Type(dtype, {n, k})}, [&](auto& in) { return dot(in[0], in[1], {{}, {}, {1}, {1}, dtype}); });
          expect_inside("product with what follows" + what, {Type(dtype, {m, k}), Type(dtype, {k, n}), Type(dtype, {n})}, [&](auto& in) {
            return dot(in[0], in[1], plain) + insert_axis(in[2], 0, m);
          });
        }
      }
      expect_inside("product along" + what, {table, table}, [&](auto& in) { return dot(in[0], in[1], {{}, {}, {1}, {1}, dtype}); });
      expect_inside("products of columns" + what, {column, column}, [&](auto& in) { return dot(in[0], in[1], {{}, {}, {0}, {0}, dtype}); });
    }
  }
}

// What lies behind the last lanes keeps its values, where those are narrowed on their way to memory.
TEST(Fences, NarrowedTails) {
  for (DType dtype : {bf16, f16, i16}) {
    for (std::int64_t n : {5, 9, 13, 17, 33}) {
      const Type type(dtype, {n, n, n});
      std::vector<std::uint16_t> bits;
      for (std::int64_t i = 0; i < type.size(); ++i) bits.push_back(static_cast<std::uint16_t>(0x3c00 + i % 1021));
      Builder b;
      const Expr x = -Expr{&b, b.input(type)};
      const Expr results[] = {transpose(x, {2, 0, 1}), reduce(x, Reduction::max, {0, 1, 2})};
      const Case program{b.finish(std::vector{results[0].value, results[1].value}), {literal(type, bits.data())}};
      for (const char* target : {"avx2", "avx512"}) {
        if (!runs(target)) continue;
        EXPECT_EQ(defect(program, target), "") << target << "\n"
                                               << print(program.graph);
      }
    }
  }
}

}  // namespace
}  // namespace espalier::test
