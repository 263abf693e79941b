#pragma once
// Rows of the tests that hold functions of arrays against NumPy: an expression of NumPy's, ours, and what NumPy 2.4 says:
// dtype, shape and str(). Where NumPy's integers and floats are 64 bits wide by default, ours are 32.
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier::numpy_rows {

struct Row {
  const char* numpy;
  Array (*ours)();
  const char* said;
};
inline void PrintTo(const Row& row, std::ostream* out) { *out << row.numpy; }

inline std::string said_by_us(const Array& x) { return std::string(ir::name(x.dtype())) + x.shape().str() + " " + to_string(x); }
/// A test's name: the expression with what a name may not hold left out.
inline std::string name_of(const Row& row, std::size_t index) {
  std::string text = std::to_string(index);
  bool gap = true;
  for (const char* c = row.numpy; *c != 0; ++c) {
    const bool kept = std::isalnum(static_cast<unsigned char>(*c)) != 0;
    if (kept && gap) text += '_';
    if (kept) text += *c;
    gap = !kept;
  }
  return text;
}

/// The ops that a row records at a place outside the tests: each op belongs to the line of the user that called for it.
inline std::string recorded_elsewhere(const Row& row) {
  Trace trace;
  const Array result = row.ours();
  const ir::Value value = trace.value_of(result, "test", result.where());  // a number becomes an op here
  const ir::Graph graph = trace.finish({&value, 1});
  std::string text;
  for (const ir::Node& node : graph.nodes) {
    if (std::string(node.loc.file).find("test/unit") == std::string::npos) text += std::string(ir::name(node.op)) + " at " + node.loc.file + ":" + std::to_string(node.loc.line) + "\n";
  }
  return text;
}

// The arrays that expressions speak of, by the same names there and here.
inline Array f32_of(std::vector<double> values) { return Array(values).as(f32); }
inline Array f64_of(std::vector<double> values) { return Array(values); }
inline Array i() { return {{0, 1, 2}, {3, 4, 5}}; }
inline Array f() { return {{1.5, -2., 0.25}, {4., 0., -0.5}}; }
inline Array d() { return f().as(f64); }
inline Array v() { return {3, 1, 2}; }
inline Array t() { return reshape(arange(24), {2, 3, 4}); }
inline Array b() { return {{true, false, true}, {false, false, true}}; }
inline Array s() { return Array({-3, 5, 127}, i8); }
inline Array u() { return Array({0, 7, 255}, u8); }
inline Array n() { return {1., NAN, 3., -2.}; }
inline Array e() { return zeros({0, 3}); }
inline Array w() { return Array({2, -3}, i64); }
inline Array q() { return f64_of({0.5, -1.25, 3}); }

}  // namespace espalier::numpy_rows
