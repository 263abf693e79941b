#include "espalier/jit/schedule/contraction_kernel.h"

#include "espalier/jit/schedule/sum_blocks.h"
#include "espalier/jit/schedule/verify.h"
#include "espalier/jit/schedule/worth.h"

namespace espalier::codegen {
namespace {

std::string counted(std::int64_t n, const std::string& what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

std::string text_of(const Contraction& p, const ContractionPlan& plan) {
  std::string text;
  switch (plan.form) {
    case ContractionPlan::Form::tile:
      text = "tiles of " + std::to_string(plan.rows) + " x " + std::to_string(plan.vectors) + " vectors of " + std::to_string(plan.lanes);
      if (plan.row_blocks > 1) text += "; " + counted(plan.row_blocks, "block") + " of " + counted(plan.block_rows, "row");
      if (plan.depth_blocks > 1) text += "; " + std::to_string(plan.depth_blocks) + " passes over " + std::to_string(plan.depth);
      break;
    case ContractionPlan::Form::sweep: text = "rows swept by vectors of " + std::to_string(plan.lanes); break;
    case ContractionPlan::Form::dot: text = "dots by vectors of " + std::to_string(plan.lanes); break;
  }
  text += "; " + counted(plan.panels, "panel") + " of " + counted(plan.panel, "column");
  if (plan.pack_a || plan.pack_b) text += std::string("; packs ") + (plan.pack_a ? "a" : "") + (plan.pack_a && plan.pack_b ? ", " : "") + (plan.pack_b ? "b" : "");
  return text + "; " + counted(plan.tiles(p), "task") + describe_blocks(plan.form == ContractionPlan::Form::dot ? plan.panel_sums.blocks : plan.blocks);
}
std::string text_of(const Contraction&, const TileLaunch& launch) {
  const Launch grid = launch.grid();
  return "tiles of " + std::to_string(launch.tile_rows()) + " x " + std::to_string(launch.tile_cols()) + "; " + counted(grid.blocks, "block") + " of " + counted(grid.threads, "thread") + describe_blocks(launch.sum_blocks);
}

// Whether the steps of windows count through so many batch elements, rows and columns.
bool covers(const std::optional<Contraction::Windows>& windows, std::int64_t batch, std::int64_t rows, std::int64_t cols) {
  const auto count = [](const Contraction::Steps& steps) {
    std::int64_t n = 1;
    for (const auto& step : steps) n *= step.extent;
    return n;
  };
  return !windows || (count(windows->batch) == batch && count(windows->row) == rows && count(windows->col) == cols);
}

// Whether the product's sizes are those of the body's dot.
bool is_of(const ir::Graph& body, const Product& product) {
  const ir::Node& dot = dot_of(body);
  const Contraction& p = product.contraction;
  if (body.type_of(dot.first_result).size() != p.batch * p.m * p.n) return false;
  const auto operands = body.operands_of(dot);
  const std::uint32_t definer = ir::definers(body)[operands[0]];
  const ir::Value first = reads_windows(body, dot, definer) ? body.operands_of(body.nodes[definer])[0] : operands[0];
  const bool covered = covers(p.a_windows, p.batch, p.m, p.k) && covers(p.b_windows, p.batch, p.k, p.n);
  return covered && (product.exchanged ? product.b : product.a) == first && (product.exchanged ? product.a : product.b) == operands[1];
}

}  // namespace

ContractionKernel plan_contraction_kernel(const ir::Graph& body, const Target& target) {
  ContractionKernel kernel;
  kernel.domain = plan_loops(body);
  switch (target.kind) {
    case Target::Kind::cpu: {
      kernel.product = product_of(body, true);
      const Contraction& product = kernel.product.contraction;
      const ContractionPlan plan = plan_contraction(product, target);
      kernel.threads = plan.tiles(product) > 1 && product.work() >= sums_per_operation * worth_threads;
      kernel.mapping = plan;
      break;
    }
    case Target::Kind::gpu:
      kernel.product = product_of(body, false);
      kernel.mapping = launch_tiles(kernel.product.contraction);
      break;
  }
  return kernel;
}

std::string verify(const ir::Graph& body, const ContractionKernel& kernel) {
  if (const std::string problem = verify(body, kernel.domain); !problem.empty()) return problem;
  if (!is_of(body, kernel.product)) return "a product that is not the dot's";
  return std::visit([&](const auto& mapping) { return verify(kernel.product.contraction, mapping); }, kernel.mapping);
}

std::string describe(const ContractionKernel& kernel) {
  const Contraction& p = kernel.product.contraction;
  std::string text = "product: " + (p.batch > 1 ? std::to_string(p.batch) + " of " : "") + std::to_string(p.m) + " x " + std::to_string(p.n) + " over " + std::to_string(p.k);
  if (kernel.product.exchanged) text += ", rows and columns exchanged";
  if (p.a_windows || p.b_windows) text += std::string(", ") + (p.a_windows ? "a" : "b") + " read through windows";
  text += ", " + std::visit([&](const auto& mapping) { return text_of(p, mapping); }, kernel.mapping);
  return text + (kernel.threads ? "; threads" : "");
}

}  // namespace espalier::codegen
