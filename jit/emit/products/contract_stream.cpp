#include "espalier/jit/emit/products/contract_stream.h"

#include "espalier/jit/emit/products/contract_pack.h"

namespace espalier::codegen::contract {

using mlir::Value;

namespace {

/// Columns [begin, end) in vectors of `lanes`; those of the last, incomplete vector of the whole row, under a mask.
void for_each_vector(const Code& code, int64_t n, int64_t lanes, Offset begin, Offset end,
                     llvm::function_ref<void(Offset col, int64_t valid)> body) {
  int64_t rest = n % lanes;
  Offset whole = rest ? code.minimum(end, n - rest) : end;
  code.loop(begin, whole, lanes, [&](Offset col) { body(col, lanes); });
  if (rest) code.when(code.equal(end, n), [&] { body(n - rest, rest); });
}

}  // namespace

void emit_sweep(const Code& code, const Contraction& p, const ContractionPlan& plan, const Stream& stream,
                const Result& result) {
  Offset begin = code.multiply(stream.first, plan.panel);
  Offset end = code.minimum(code.multiply(stream.end, plan.panel), p.n);
  // A row of sums for the whole, and one for a block of each level (see sum_blocks.h).
  auto sums = [&](int64_t level) {
    return Matrix{.base = code.address(stream.scratch, code.builder.getI8Type(), level * plan.level_bytes), .type = stream.a.accumulate, .row = plan.sums_row, .col = 1};
  };
  auto each_sum = [&](llvm::function_ref<void(int64_t row, Offset col)> body) {
    code.loop(begin, end, plan.lanes, [&](Offset col) { for (int64_t row = 0; row < p.m; ++row) body(row, col); });
  };
  auto load = [&](const Matrix& from, int64_t row, Offset col) { return code.load(code.address(from, row, col), from.type, plan.lanes); };
  auto clear = [&](const Matrix& to) {
    each_sum([&](int64_t row, Offset col) { code.store(code.zero(code.vector(to.type, plan.lanes)), code.address(to, row, col)); });
  };

  // Some rows of B at a time, so that the sums are loaded and stored once for many products.
  auto add_rows = [&](const Matrix& to, Offset k, int64_t count) {
    llvm::SmallVector<Value> a;
    for (int64_t row = 0; row < p.m; ++row) {
      for (int64_t i = 0; i < count; ++i) {
        a.push_back(code.broadcast(stream.a.scalar(code, row, code.add(k, i)), plan.lanes));
      }
    }
    Operand b = stream.b.at(code, k, 0);
    for_each_vector(code, p.n, plan.lanes, begin, end, [&](Offset col, int64_t valid) {
      Operand column = b.at(code, 0, col);
      llvm::SmallVector<Value> b_values;
      for (int64_t i = 0; i < count; ++i) b_values.push_back(column.vector(code, i, 0, plan.lanes, valid));
      for (int64_t row = 0; row < p.m; ++row) {
        Value total = load(to, row, col);
        for (int64_t i = 0; i < count; ++i) total = code.multiply_add(a[row * count + i], b_values[i], total);
        code.store(total, code.address(to, row, col));
      }
    });
  };
  constexpr int64_t at_once = ContractionPlan::swept_rows;
  // Adds rows [lo, hi) of B, in blocks from this level on. Recursion is as deep as there are levels.
  auto add_blocks = [&](auto& self, int64_t level, Offset lo, Offset hi) -> void {
    if (level == int64_t(plan.blocks.size())) return code.loop(lo, hi, at_once, [&](Offset k) { add_rows(sums(level), k, at_once); });
    int64_t size = plan.blocks[level] * at_once;
    code.loop(lo, hi, size, [&](Offset k) {
      clear(sums(level + 1));
      self(self, level + 1, k, code.minimum(code.add(k, size), hi));
      each_sum([&](int64_t row, Offset col) {
        code.store(code.plus(load(sums(level), row, col), load(sums(level + 1), row, col)), code.address(sums(level), row, col));
      });
    });
  };
  int64_t whole = p.k / at_once * at_once;
  clear(sums(0));
  add_blocks(add_blocks, 0, 0, whole);
  if (p.k > whole) add_rows(sums(0), whole, p.k - whole);

  for_each_vector(code, p.n, plan.lanes, begin, end, [&](Offset col, int64_t valid) {
    for (int64_t row = 0; row < p.m; ++row) result.finish(code, load(sums(0), row, col), row, col, valid);
  });
}

void emit_dot(const Code& code, const Contraction& p, const ContractionPlan& plan, const Stream& stream,
              const Result& result) {
  int64_t lanes = plan.lanes;
  Operand a = stream.a;
  if (plan.pack_a) a = pack_a(code, plan, a, stream.scratch, p.m, p.k);

  auto columns = [&](Offset col, int64_t count, const ContractionPlan::DotSums& planned) {
    Operand b = stream.b.at(code, 0, col);
    int64_t products = p.m * count, sums_each = planned.each;
    auto add = [&](Offset k, int64_t valid, llvm::MutableArrayRef<Value> sums) {
      llvm::SmallVector<Value> a_values;
      for (int64_t row = 0; row < p.m; ++row) a_values.push_back(a.vector(code, row, k, lanes, valid));
      for (int64_t c = 0; c < count; ++c) {
        Value b_values = b.vector(code, k, c, lanes, valid);
        for (int64_t row = 0; row < p.m; ++row) {
          Value& sum = sums[c * p.m + row];
          sum = code.multiply_add(a_values[row], b_values, sum);
        }
      }
    };
    Code::Carry sums(products * sums_each, code.zero(code.vector(a.accumulate, lanes)));
    auto own = [&](Code::Carry& sums, int64_t i) { return llvm::MutableArrayRef<Value>(sums).slice(i * products, products); };
    int64_t at_once = sums_each * lanes, whole = p.k / at_once * at_once;
    sums = code.sum(whole, at_once, planned.blocks, sums, [&](Offset k, const Code::Carry& carried) {
      Code::Carry sums = carried;
      for (int64_t i = 0; i < sums_each; ++i) add(code.add(k, i * lanes), lanes, own(sums, i));
      return sums;
    });
    for (int64_t k = whole, i = 0; k < p.k; k += lanes, ++i) add(k, std::min(lanes, p.k - k), own(sums, i));
    for (int64_t half = sums_each / 2; half > 0; half /= 2) {
      for (int64_t i = 0; i < half * products; ++i) sums[i] = code.plus(sums[i], sums[half * products + i]);
    }
    for (int64_t row = 0; row < p.m; ++row) {
      Value together;
      for (int64_t c = 0; c < count; ++c) {
        Value total = code.sum_lanes(sums[c * p.m + row]);
        if (count == 1) {
          together = total;
          continue;
        }
        llvm::SmallVector<int64_t> widen(count, 0), merge(count);
        for (int64_t lane = 0; lane < count; ++lane) merge[lane] = lane == c ? count + lane : lane;
        Value wide = code.shuffle(total, total, widen);
        together = c == 0 ? wide : code.shuffle(together, wide, merge);
      }
      result.finish(code, together, row, col, count);
    }
  };
  int64_t rest = p.n % plan.panel;
  Offset full_end = rest ? code.minimum(stream.end, p.n / plan.panel) : stream.end;
  code.loop(stream.first, full_end, 1, [&](Offset panel) { columns(code.multiply(panel, plan.panel), plan.panel, plan.panel_sums); });
  if (!rest) return;
  code.when(code.equal(stream.end, plan.panels),
            [&] { code.loop(p.n - rest, p.n, 1, [&](Offset col) { columns(col, 1, plan.column_sums); }); });
}

}  // namespace espalier::codegen::contract
