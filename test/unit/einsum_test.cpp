// Einstein's convention: NumPy row by row; beside plain loops; the order of products.
#include "numpy_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// A, B, C and D of the expressions.
Array a() { return reshape(arange(6.0), {2, 3}); }
Array m() { return reshape(arange(12.0), {3, 4}); }
Array c3() { return reshape(arange(24.0), {2, 3, 4}); }
Array d3() { return reshape(arange(8.0), {2, 4, 1}); }

const Row rows[] = {
    {"np.einsum('...j,jk->...k', A, B)", [] { return einsum("...j,jk->...k", a(), m()); }, "f32[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.einsum('...ij->...ji', C)", [] { return einsum("...ij->...ji", c3()); },
     "f32[2,4,3] [[[ 0.  4.  8.]\n  [ 1.  5.  9.]\n  [ 2.  6. 10.]\n  [ 3.  7. 11.]]\n\n [[12. 16. 20.]\n  [13. 17. 21.]\n  [14. 18. 22.]\n  [15. 19. 23.]]]"},
    {"np.einsum('i...->...', C)", [] { return einsum("i...->...", c3()); }, "f32[3,4] [[12. 14. 16. 18.]\n [20. 22. 24. 26.]\n [28. 30. 32. 34.]]"},
    {"np.einsum('i...', A)", [] { return einsum("i...", a()); }, "f32[3,2] [[0. 3.]\n [1. 4.]\n [2. 5.]]"},
    {"np.einsum('...i,...i', C, C)", [] { return einsum("...i,...i", c3(), c3()); }, "f32[2,3] [[  14.  126.  366.]\n [ 734. 1230. 1854.]]"},
    {"np.einsum('...,...', A, np.float32(2))", [] { return einsum("...,...", a(), 2); }, "f32[2,3] [[ 0.  2.  4.]\n [ 6.  8. 10.]]"},
    {"np.einsum('a...b,b...->a...', C, D.transpose(1,0,2))", [] { return einsum("a...b,b...->a...", c3(), transpose(d3(), {1, 0, 2})); },
     "f32[2,2,3] [[[ 14.  38.  62.]\n  [ 38. 126. 214.]]\n\n [[ 86. 110. 134.]\n  [302. 390. 478.]]]"},
    {"np.einsum('ij,ij->ij', A[:1], A)", [] { return einsum("ij,ij->ij", a()[slice(0, 1)], a()); }, "f32[2,3] [[ 0.  1.  4.]\n [ 0.  4. 10.]]"},
    {"np.einsum('ij,jk->ik', A[:,:1], B)", [] { return einsum("ij,jk->ik", a()[{slice(), slice(0, 1)}], m()); }, "f32[2,4] [[ 0.  0.  0.  0.]\n [36. 45. 54. 63.]]"},
    {"np.einsum('ij,j->', A, np.ones(1,np.float32))", [] { return einsum("ij,j->", a(), ones({1})); }, "f32[] 15.0"},
    {"np.einsum('i,i->', np.ones(1,np.float32), np.ones(1,np.float32))", [] { return einsum("i,i->", ones({1}), ones({1})); }, "f32[] 1.0"},
    {"np.einsum('ij,kl,jk->il', A, B, np.ones((3,3),np.float32))", [] { return einsum("ij,kl,jk->il", a(), m(), ones({3, 3})); },
     "f32[2,4] [[ 36.  45.  54.  63.]\n [144. 180. 216. 252.]]"},
    {"np.einsum('iij,jk->ki', C[:,:2], B.T[:,:2])", [] { return einsum("iij,jk->ki", c3()[{slice(), slice(0, 2)}], m().T()[{slice(), slice(0, 2)}]); },
     "f32[2,2] [[ 14. 110.]\n [ 38. 390.]]"},
    {"np.einsum('iii->i', np.arange(27,dtype=np.int32).reshape(3,3,3))", [] { return einsum("iii->i", reshape(arange(27), {3, 3, 3})); }, "i32[3] [ 0 13 26]"},
    {"np.einsum('ij->j', b.astype(int)) > 0", [] { return einsum("ij->j", b()); }, "bool[3] [ True False  True]"},
    {"np.einsum('ij,kj->ik', b, b)", [] { return einsum("ij,kj->ik", b(), b()); }, "bool[2,2] [[ True  True]\n [ True  True]]"},
    {"np.einsum('ij,kj->ik', b, i)", [] { return einsum("ij,kj->ik", b(), i()); }, "i32[2,2] [[2 8]\n [2 5]]"},
    {"np.einsum('ij->j', s.reshape(1,3).repeat(3,0))", [] { return einsum("ij->j", broadcast_to(s(), {3, 3})); }, "i8[3] [ -9  15 125]"},
    {"np.einsum('ij,j->i', A, d[0])", [] { return einsum("ij,j->i", a(), d()[0]); }, "f64[2] [-1.5  -2.25]"},
    {"np.einsum('bij,bjk->bki', C, C.transpose(0,2,1))", [] { return einsum("bij,bjk->bki", c3(), swapaxes(c3(), 1, 2)); },
     "f32[2,3,3] [[[  14.   38.   62.]\n  [  38.  126.  214.]\n  [  62.  214.  366.]]\n\n [[ 734.  950. 1166.]\n  [ 950. 1230. 1510.]\n  [1166. 1510. 1854.]]]"},
    {"np.einsum('i,j->', v, w[:1].astype(np.int32))", [] { return einsum("i,j->", v(), w()[slice(0, 1)].as(i32)); }, "i32[] 12"},
    {"np.einsum('...,ij', A[0,1], A)", [] { return einsum("...,ij", a()[{0, 1}], a()); }, "f32[2,3] [[0. 1. 2.]\n [3. 4. 5.]]"},
    {"np.einsum('Zb,bA', A, B)", [] { return einsum("Zb,bA", a(), m()); }, "f32[4,2] [[20. 56.]\n [23. 68.]\n [26. 80.]\n [29. 92.]]"},
    {"np.einsum('ij,jk', np.zeros((2,0)), np.zeros((0,3)))", [] { return einsum("ij,jk", zeros({2, 0}, f64), zeros({0, 3}, f64)); },
     "f64[2,3] [[0. 0. 0.]\n [0. 0. 0.]]"},
};

class Einsum : public testing::TestWithParam<Row> {};

TEST_P(Einsum, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Einsum, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(All, Einsum, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

// ---- random formulas beside plain loops ------------------------------------------------------------------------------

struct Operands {
  std::string formula;
  std::map<char, std::int64_t> extents;
  std::vector<std::string> labels;
  std::string output;
  std::vector<std::vector<double>> values;
};

std::int64_t place(const std::string& labels, const std::map<char, std::int64_t>& extents, const std::map<char, std::int64_t>& index) {
  std::int64_t at = 0;
  for (char label : labels) at = at * extents.at(label) + index.at(label);
  return at;
}

// The sum over all indices of the products of one element of each operand.
std::vector<double> looped(const Operands& o) {
  std::int64_t size = 1, all = 1;
  for (char label : o.output) size *= o.extents.at(label);
  for (const auto& [label, extent] : o.extents) all *= extent;
  std::vector<double> sums(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < all; ++i) {
    std::map<char, std::int64_t> index;
    std::int64_t rest = i;
    for (const auto& [label, extent] : o.extents) index[label] = rest % extent, rest /= extent;
    double product = 1;
    for (std::size_t k = 0; k < o.labels.size(); ++k) product *= o.values[k][static_cast<std::size_t>(place(o.labels[k], o.extents, index))];
    sums[static_cast<std::size_t>(place(o.output, o.extents, index))] += product;
  }
  return sums;
}

// Labels repeat within an operand and among them; some are in the result, in any order. Numbers are whole, so that sums are exact.
Operands drawn(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  Operands o;
  const std::string letters = "aXcde";
  const std::size_t count = 1 + below(4);
  for (std::size_t k = 0; k < count; ++k) {
    std::string labels;
    for (std::size_t axes = below(4); axes > 0; --axes) labels += letters[below(letters.size())];
    std::int64_t size = 1;
    for (char label : labels) size *= o.extents.try_emplace(label, static_cast<std::int64_t>(1 + below(4))).first->second;
    std::vector<double> values(static_cast<std::size_t>(size));
    for (double& value : values) value = static_cast<double>(below(7)) - 3;
    o.formula += (k == 0 ? "" : ",") + labels;
    o.labels.push_back(labels);
    o.values.push_back(values);
  }
  for (const auto& [label, extent] : o.extents)
    if (below(2) == 0) o.output.insert(below(o.output.size() + 1), 1, label);
  o.formula += "->" + o.output;
  return o;
}

Array ours(const Operands& o) {
  std::vector<Array> x;
  for (std::size_t k = 0; k < o.labels.size(); ++k) {
    std::vector<std::int64_t> shape;
    for (char label : o.labels[k]) shape.push_back(o.extents.at(label));
    x.push_back(Array(o.values[k], Shape(shape)));
  }
  switch (x.size()) {
    case 1: return einsum(o.formula, x[0]);
    case 2: return einsum(o.formula, x[0], x[1]);
    case 3: return einsum(o.formula, x[0], x[1], x[2]);
  }
  return einsum(o.formula, x[0], x[1], x[2], x[3]);
}

TEST(EinsumFormulas, GiveWhatLoopsGive) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Operands o = drawn(seed);
    EXPECT_EQ(ours(o).to_vector<double>(), looped(o)) << o.formula << " of seed " << seed;
  }
}

// ---- what is computed ------------------------------------------------------------------------------------------------

// The ops that a formula records, each with its result; its operands are numbered by the letters a, b, …
std::string recorded(Array (*f)(Array, Array, Array), const Shape& a, const Shape& b, const Shape& c) {
  Trace trace;
  const Array x = trace.input(ir::Type(f32, a), false, {}), y = trace.input(ir::Type(f32, b), false, {}), z = trace.input(ir::Type(f32, c), false, {});
  const Array result = f(x, y, z);
  const ir::Value value = trace.value_of(result, "test", {});
  const ir::Graph graph = trace.finish({&value, 1});
  std::string text;
  ir::Value next = 3;
  for (const ir::Node& node : graph.nodes) text += (text.empty() ? "" : ", ") + std::string(ir::name(node.op)) + " " + graph.types[next++].str();
  return text;
}

TEST(EinsumOrder, TakesTheFewestMultiplications) {
  const auto chain = [](Array x, Array y, Array z) { return einsum("ij,jk,kl->il", x, y, z); };
  EXPECT_EQ(recorded(chain, {100, 100}, {100, 100}, {100, 2}), "dot f32[100,2], dot f32[100,2]");
  EXPECT_EQ(recorded(chain, {2, 100}, {100, 100}, {100, 100}), "dot f32[2,100], dot f32[2,100]");
  const auto apart = [](Array x, Array y, Array z) { return einsum("i,jk,ij->k", x, y, z); };
  EXPECT_EQ(recorded(apart, {50}, {60, 70}, {50, 60}), "dot f32[60], dot f32[70]");
}

TEST(EinsumOrder, CopiesNothingThatAProductReads) {
  const auto turned = [](Array x, Array y, Array) { return einsum("jib,jbk->bki", x, y); };
  EXPECT_EQ(recorded(turned, {4, 5, 6}, {4, 6, 7}, {}), "dot f32[6,7,5]");
  const auto transposed = [](Array x, Array y, Array) { return einsum("ij,jk->ki", x, y); };
  EXPECT_EQ(recorded(transposed, {4, 5}, {5, 6}, {}), "dot f32[6,4]");
  const auto summed = [](Array x, Array y, Array) { return einsum("ijl,jk->ik", x, y); };
  EXPECT_EQ(recorded(summed, {4, 5, 8}, {5, 6}, {}), "reduce f32[4,5], dot f32[4,6]");
}

}  // namespace
