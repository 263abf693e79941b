#include "espalier/jit/emit/contract_stream.h"

#include "espalier/jit/emit/contract_pack.h"

namespace espalier::codegen::contract {

using mlir::Value;

namespace {

/// Columns [begin, end) in vectors of `lanes`; those of the last, incomplete vector of the whole row, under a mask.
void for_each_vector(const Code& code, int64_t n, int64_t lanes, Index begin, Index end,
                     llvm::function_ref<void(Index col, int64_t valid)> body) {
  int64_t rest = n % lanes;
  Index whole = rest ? code.minimum(end, n - rest) : end;
  code.loop(begin, whole, lanes, [&](Index col) { body(col, lanes); });
  if (rest) code.when(code.equal(end, n), [&] { body(n - rest, rest); });
}

}  // namespace

void emit_sweep(const Code& code, const Contraction& p, const ContractionPlan& plan, const Stream& stream,
                const Result& result) {
  Index begin = code.multiply(stream.first, plan.panel);
  Index end = code.minimum(code.multiply(stream.end, plan.panel), p.n);
  Matrix sums{.base = stream.scratch, .type = stream.a.accumulate, .row = plan.sums_row, .col = 1};

  auto sum = [&](int64_t row, Index col) { return code.address(sums, row, col); };
  code.loop(begin, end, plan.lanes, [&](Index col) {
    for (int64_t row = 0; row < p.m; ++row) code.store(code.zero(code.vector(sums.type, plan.lanes)), sum(row, col));
  });

  // Some rows of B at a time, so that the sums are loaded and stored once for many products.
  auto add_rows = [&](Index k, int64_t count) {
    llvm::SmallVector<Value> a;
    for (int64_t row = 0; row < p.m; ++row) {
      for (int64_t i = 0; i < count; ++i) {
        a.push_back(code.broadcast(stream.a.scalar(code, row, code.add(k, i)), plan.lanes));
      }
    }
    Operand b = stream.b.at(code, k, 0);
    for_each_vector(code, p.n, plan.lanes, begin, end, [&](Index col, int64_t valid) {
      Operand column = b.at(code, 0, col);
      llvm::SmallVector<Value> b_values;
      for (int64_t i = 0; i < count; ++i) b_values.push_back(column.vector(code, i, 0, plan.lanes, valid));
      for (int64_t row = 0; row < p.m; ++row) {
        Value total = code.load(sum(row, col), sums.type, plan.lanes);
        for (int64_t i = 0; i < count; ++i) total = code.multiply_add(a[row * count + i], b_values[i], total);
        code.store(total, sum(row, col));
      }
    });
  };
  constexpr int64_t at_once = 8;
  int64_t whole = p.k / at_once * at_once;
  code.loop(0, whole, at_once, [&](Index k) { add_rows(k, at_once); });
  if (p.k > whole) add_rows(whole, p.k - whole);

  for_each_vector(code, p.n, plan.lanes, begin, end, [&](Index col, int64_t valid) {
    for (int64_t row = 0; row < p.m; ++row) {
      result.finish(code, code.load(sum(row, col), sums.type, plan.lanes), row, col, valid);
    }
  });
}

void emit_dot(const Code& code, const Contraction& p, const ContractionPlan& plan, const Stream& stream,
              const Result& result) {
  int64_t lanes = plan.lanes, whole = p.k / lanes * lanes;
  Operand a = stream.a;
  if (plan.pack_a) a = pack_a(code, plan, a, stream.scratch, p.m, p.k);

  auto columns = [&](Index col, int64_t count) {
    Operand b = stream.b.at(code, 0, col);
    auto products = [&](Index k, int64_t valid, Code::Carry sums) {
      llvm::SmallVector<Value> a_values;
      for (int64_t row = 0; row < p.m; ++row) a_values.push_back(a.vector(code, row, k, lanes, valid));
      for (int64_t c = 0; c < count; ++c) {
        Value b_values = b.vector(code, k, c, lanes, valid);
        for (int64_t row = 0; row < p.m; ++row) {
          Value& sum = sums[c * p.m + row];
          sum = code.multiply_add(a_values[row], b_values, sum);
        }
      }
      return sums;
    };
    Code::Carry sums(p.m * count, code.zero(code.vector(a.accumulate, lanes)));
    sums = code.loop(0, whole, lanes, sums,
                     [&](Index k, const Code::Carry& carried) { return products(k, lanes, carried); });
    if (p.k > whole) sums = products(whole, p.k - whole, sums);
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
  Index full_end = rest ? code.minimum(stream.end, p.n / plan.panel) : stream.end;
  code.loop(stream.first, full_end, 1, [&](Index panel) { columns(code.multiply(panel, plan.panel), plan.panel); });
  if (!rest) return;
  code.when(code.equal(stream.end, plan.panels),
            [&] { code.loop(p.n - rest, p.n, 1, [&](Index col) { columns(col, 1); }); });
}

}  // namespace espalier::codegen::contract
