#pragma once
// Contraction kernels: one dot as a product of matrices, and elementwise work on its result.
#include <string>
#include <variant>

#include "espalier/jit/schedule/contraction_plan.h"
#include "espalier/jit/schedule/launch.h"
#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {

/// What is decided of a contraction kernel: its product, and how that is mapped to a CPU (ContractionPlan) or a GPU (TileLaunch).
struct ContractionKernel {
  Product product;
  /// The dimensions that the values of the epilogue run along. Its loops are the product's.
  LoopPlan domain;
  std::variant<ContractionPlan, TileLaunch> mapping;
  bool threads = false;  ///< whether its tiles are worth waking threads for
};
ContractionKernel plan_contraction_kernel(const ir::Graph& body, const Target& target);

/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const ContractionKernel& kernel);
/// "product: 64 x 10 over 784, tiles of 6 rows x 1 vectors of 16; …".
std::string describe(const ContractionKernel& kernel);

}  // namespace espalier::codegen
