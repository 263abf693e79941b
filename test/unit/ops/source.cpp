// Rows of ops without operands.
#include <random>

#include "../noise.h"
#include "draw.h"

namespace espalier::test {

using namespace ir;

namespace {

std::string in(DType dtype) { return "_" + std::string(name(dtype)); }

Row constants() {
  Row row;
  for (DType dtype : every_dtype()) {
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{3, 7}, Shape{0, 2}}) {
      const Type type(dtype, shape);
      Use use{.op = Op::constant, .name = "constant" + in(dtype) + "_" + std::to_string(shape.size())};
      // As text a NaN is a NaN, whatever its bits: these are numbers.
      const Use drawn{.op = Op::constant, .name = "", .operands = {type}, .domains = {{.f32 = {-1e6, 1e6}, .f64 = {-1e6, 1e6}}}};
      use.literals = {has_arithmetic(dtype) ? draw(drawn, 3, false)[0] : Literal{type, std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()), std::byte{0x3c})}};
      use.attrs = ConstantAttrs{use.literals[0]};
      row.uses.push_back(std::move(use));
    }
  }
  return row;
}

Row counts() {
  Row row;
  for (DType dtype : every_dtype()) {
    const std::pair<Shape, int> cases[] = {{{300}, 0}, {{3, 5}, 0}, {{3, 5}, 1}, {{2, 3, 4}, 1}, {{0}, 0}};
    for (const auto& [shape, axis] : cases) {
      Use use{.op = Op::iota, .name = "iota" + in(dtype) + "_" + std::to_string(shape.ndim()) + "d_" + std::to_string(shape.size()) + "_axis" + std::to_string(axis)};
      use.attrs = IotaAttrs{Type(dtype, shape), axis};
      if (!has_arithmetic(dtype)) {
        row.refused.push_back(std::move(use));
        continue;
      }
      use.exact = [shape = shape, axis = axis, dtype](const std::vector<Numbers>&) {
        Numbers out = blank(shape);
        for_each_index(shape, [&](const Ints& at, std::int64_t flat) {
          const auto i = at[static_cast<std::size_t>(axis)];
          out[flat] = is_inexact(dtype) ? static_cast<long double>(i) : static_cast<long double>(wrapped(static_cast<Word>(i), dtype));
        });
        if (!is_complex(dtype)) return std::vector{out};
        return std::vector{parts_of(shape, {out.values.begin(), out.values.end()})};
      };
      row.uses.push_back(std::move(use));
    }
  }
  row.wrong = {{"axis_beyond", Refusal::axis, {}, IotaAttrs{Type(f32, {2, 3}), 2}}, {"axis_before", Refusal::axis, {}, IotaAttrs{Type(f32, {2, 3}), -1}}, {"scalar", Refusal::axis, {}, IotaAttrs{Type(f32), 0}}};
  return row;
}

}  // namespace

Row describe(Source op) {
  switch (op) {
    case Source::constant: return constants();
    case Source::iota: return counts();
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
