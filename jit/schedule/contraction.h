#pragma once
// A contraction as products of matrices: sizes, strides and dtypes; and the dot of a kernel as one.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// C[batch, m, n] = sum over k of A[batch, m, k] * B[batch, k, n]. Everything is known when the code is made.
struct Contraction {
  /// Distance in elements between neighbours along each logical axis. Any permutation; 0 repeats (broadcasts).
  struct Strides {
    std::int64_t batch = 0, row = 0, col = 0;
  };

  /// Axes that one index counts through, the last fastest, and the distance in elements between neighbours along each.
  struct Step {
    std::int64_t extent, stride;
  };
  using Steps = std::vector<Step>;
  /// An operand that is read through windows: its rows and columns are no lines of memory, but the place of an element is the sum of
  /// what its row, its column and its batch say. Neighbours in a step are together.
  struct Windows {
    Steps batch, row, col;
  };

  std::int64_t batch = 1, m = 1, n = 1, k = 1;  ///< each ≥ 1, except that k may be 0: C is then zero
  Strides a, b, c;                              ///< of A by (m, k), of B by (k, n), of C by (m, n)
  DType a_type = f32, b_type = f32, sum_type = f32;  ///< of the elements, and of the sums, which C holds
  std::optional<Windows> a_windows = {}, b_windows = {};  ///< where given the strides are those of the last steps, and say no more

  /// Multiplications.
  double work() const { return static_cast<double>(batch) * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k); }
};

/// The same products with rows and columns exchanged: C' = B' A'.
Contraction exchanged(const Contraction& product);

/// A dot's axes by what they do, and the product they make.
struct Product {
  ir::Value a, b;            ///< the body's inputs that are multiplied, or whose windows are
  DType dtype;               ///< of the sums
  Contraction contraction;
  bool exchanged = false;    ///< rows and columns change places, so that vectors run along the result's rows
  std::array<int, 3> axes{}; ///< how many result axes are batch, row, column axes
  bool has_epilogue = false; ///< the kernel's result is not the dot itself
};
/// Whether a dot reads its first operand through windows that have no memory: they are an index computation of its kernel.
bool reads_windows(const ir::Graph& graph, const ir::Node& dot, std::uint32_t definer_of_first);
/// The first dot of a body.
const ir::Node& dot_of(const ir::Graph& body);
/// `exchange`: whether a single column is to be made a single row.
Product product_of(const ir::Graph& body, bool exchange);

}  // namespace espalier::codegen
