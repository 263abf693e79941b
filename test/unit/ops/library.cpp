// Rows of the library's ops: their results satisfy the equations that define them, in long double.
#include <algorithm>
#include <cmath>
#include <complex>

#include "espalier/ir/builder.h"
#include "table.h"

namespace espalier::test {

using namespace ir;

namespace {

using Number = std::complex<long double>;

// A matrix of a batch.
struct Matrix {
  std::int64_t rows = 0, columns = 0;
  std::vector<Number> values;
  Matrix(std::int64_t rows, std::int64_t columns) : rows(rows), columns(columns), values(static_cast<std::size_t>(rows * columns)) {}
  Number& operator()(std::int64_t i, std::int64_t j) { return values[static_cast<std::size_t>(i * columns + j)]; }
  Number operator()(std::int64_t i, std::int64_t j) const { return values[static_cast<std::size_t>(i * columns + j)]; }
};
Matrix matrix_of(const Literal& x, std::int64_t problem, std::int64_t rows, std::int64_t columns) {
  const Numbers all = numbers_of(x);
  Matrix m(rows, columns);
  for (std::size_t i = 0; i < m.values.size(); ++i) {
    const auto at = problem * rows * columns + static_cast<std::int64_t>(i);
    m.values[i] = is_complex(x.type.dtype()) ? Number(all[2 * at], all[2 * at + 1]) : Number(all[at], 0);
  }
  return m;
}
Matrix matrix_of(const Literal& x, std::int64_t problem) { return matrix_of(x, problem, x.type.shape()[-2], x.type.shape()[-1]); }
Matrix vector_of(const Literal& x, std::int64_t problem) { return matrix_of(x, problem, 1, x.type.shape()[-1]); }

Matrix operator*(const Matrix& x, const Matrix& y) {
  Matrix z(x.rows, y.columns);
  for (std::int64_t i = 0; i < x.rows; ++i)
    for (std::int64_t j = 0; j < y.columns; ++j)
      for (std::int64_t k = 0; k < x.columns; ++k) z(i, j) += x(i, k) * y(k, j);
  return z;
}
template <class F> Matrix made(std::int64_t rows, std::int64_t columns, F&& f) {
  Matrix m(rows, columns);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) m(i, j) = f(i, j);
  return m;
}
Matrix adjoint(const Matrix& x) {
  return made(x.columns, x.rows, [&](auto i, auto j) { return std::conj(x(j, i)); });
}
Matrix identity(std::int64_t n) {
  return made(n, n, [](auto i, auto j) { return Number(i == j); });
}
Matrix lower(const Matrix& x, std::int64_t k) {
  return made(x.rows, x.columns, [&](auto i, auto j) { return j - i <= k ? x(i, j) : Number(); });
}
Matrix upper(const Matrix& x, std::int64_t k) {
  return made(x.rows, x.columns, [&](auto i, auto j) { return j - i >= k ? x(i, j) : Number(); });
}
Matrix hermitian(const Matrix& x) {
  return made(x.rows, x.columns, [&](auto i, auto j) { return i == j ? Number(x(i, i).real()) : (i > j ? x(i, j) : std::conj(x(j, i))); });
}

// How far equations are from holding, in units of the dtype's epsilon and the size of what they are about.
class Judge {
 public:
  explicit Judge(DType dtype) : epsilon_(part_of(dtype) == f32 ? 0x1p-23L : 0x1p-52L) {}
  void equal(const char* what, const Matrix& x, const Matrix& y) {
    long double size = 1, off = 0;
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      size = std::max({size, std::abs(x.values[i]), std::abs(y.values[i])});
      if (!(std::abs(x.values[i] - y.values[i]) <= off)) off = std::abs(x.values[i] - y.values[i]);
    }
    constexpr long double units = 40;
    if (x.rows != y.rows || x.columns != y.columns || !(off <= units * epsilon_ * size)) fail(what, ": " + std::to_string(static_cast<double>(off / epsilon_ / size)) + " units off");
  }
  void holds(const char* what, bool does) {
    if (!does) fail(what, "");
  }
  const std::string& wrong() const { return wrong_; }

 private:
  void fail(const char* what, const std::string& how) {
    if (!wrong_.empty()) return;
    wrong_ = what;
    wrong_ += " does not hold";
    wrong_ += how;
  }
  long double epsilon_;
  std::string wrong_;
};
void orthonormal(Judge& judge, const char* what, const Matrix& q) { judge.equal(what, adjoint(q) * q, identity(q.columns)); }
bool is_sorted(const Matrix& v, bool descending) {
  for (std::int64_t i = 1; i < v.columns; ++i)
    if (descending ? v(0, i).real() > v(0, i - 1).real() : v(0, i).real() < v(0, i - 1).real()) return false;
  return true;
}
Matrix scaled(const Matrix& x, const Matrix& by) {
  return made(x.rows, x.columns, [&](auto i, auto j) { return x(i, j) * by(0, j); });
}

// One problem of a batch.
using OfProblem = std::function<void(Judge&, const std::vector<Literal>& operands, const std::vector<Literal>& results, std::int64_t problem)>;
Equations for_each_problem(const OfProblem& of_problem) {
  return [=](const std::vector<Literal>& operands, const std::vector<Literal>& results) -> std::string {
    std::int64_t problems = 1;
    const Shape& shape = operands[0].type.shape();
    for (int i = 0; i < shape.ndim() - 2; ++i) problems *= shape[i];
    Judge judge(operands[0].type.dtype());
    for (std::int64_t p = 0; p < problems; ++p) of_problem(judge, operands, results, p);
    return judge.wrong();
  };
}

Equations equations_of(Library op, const Attrs& attrs) {
  switch (op) {
    case Library::cholesky: return for_each_problem([](Judge& judge, const auto& x, const auto& y, std::int64_t p) {
      const Matrix l = matrix_of(y[0], p);
      judge.equal("L L^H = A", l * adjoint(l), hermitian(matrix_of(x[0], p)));
      judge.equal("L is lower", l, lower(l, 0));
      for (std::int64_t i = 0; i < l.rows; ++i) judge.holds("positive on the diagonal", l(i, i).real() > 0 && l(i, i).imag() == 0);
    });
    case Library::lu: return for_each_problem([](Judge& judge, const auto& x, const auto& y, std::int64_t p) {
      const Matrix a = matrix_of(x[0], p), both = matrix_of(y[0], p), pivots = vector_of(y[1], p), order = vector_of(y[2], p);
      const std::int64_t m = a.rows, n = a.columns, k = std::min(m, n);
      const Matrix l = made(m, k, [&](auto i, auto j) { return i == j ? Number(1) : (i > j ? both(i, j) : Number()); }), u = made(k, n, [&](auto i, auto j) { return i <= j ? both(i, j) : Number(); });
      judge.equal("L U = P A", l * u, made(m, n, [&](auto i, auto j) { return a(static_cast<std::int64_t>(order(0, i).real()), j); }));
      std::vector<std::int64_t> rows;
      for (std::int64_t i = 0; i < m; ++i) rows.push_back(i);
      for (std::int64_t i = 0; i < k; ++i) std::swap(rows[static_cast<std::size_t>(i)], rows[static_cast<std::size_t>(pivots(0, i).real())]);
      for (std::int64_t i = 0; i < m; ++i) judge.holds("the order that pivots make", static_cast<long double>(rows[static_cast<std::size_t>(i)]) == order(0, i).real());
      for (const Number& factor : lower(l, -1).values) judge.holds("the largest pivot", std::abs(factor) < 1.42L);
    });
    case Library::qr: return for_each_problem([](Judge& judge, const auto& x, const auto& y, std::int64_t p) {
      const Matrix q = matrix_of(y[0], p), r = matrix_of(y[1], p);
      judge.equal("Q R = A", q * r, matrix_of(x[0], p));
      judge.equal("R is upper", r, upper(r, 0));
      orthonormal(judge, "Q^H Q = 1", q);
    });
    case Library::eigh: return for_each_problem([](Judge& judge, const auto& x, const auto& y, std::int64_t p) {
      const Matrix w = vector_of(y[0], p), v = matrix_of(y[1], p);
      judge.equal("A V = V W", hermitian(matrix_of(x[0], p)) * v, scaled(v, w));
      judge.holds("ascending", is_sorted(w, false));
      orthonormal(judge, "V^H V = 1", v);
    });
    case Library::svd: return for_each_problem([](Judge& judge, const auto& x, const auto& y, std::int64_t p) {
      const Matrix u = matrix_of(y[0], p), s = vector_of(y[1], p), vh = matrix_of(y[2], p);
      const Matrix us = made(u.rows, s.columns, [&](auto i, auto j) { return u(i, j) * s(0, j); }), above = made(s.columns, vh.columns, [&](auto i, auto j) { return vh(i, j); });
      judge.equal("U S V^H = A", us * above, matrix_of(x[0], p));
      judge.holds("descending", is_sorted(s, true));
      orthonormal(judge, "U^H U = 1", u);
      orthonormal(judge, "V^H V = 1", adjoint(vh));
    });
    case Library::eig: return for_each_problem([](Judge& judge, const auto& x, const auto& y, std::int64_t p) {
      const Matrix w = vector_of(y[0], p), v = matrix_of(y[1], p), products = adjoint(v) * v;
      judge.equal("A V = V W", matrix_of(x[0], p) * v, scaled(v, w));
      judge.equal("columns have length 1", made(1, v.columns, [&](auto, auto j) { return products(j, j); }), made(1, v.columns, [](auto, auto) { return Number(1); }));
    });
    case Library::triangular_solve: return for_each_problem([a = std::get<TriangularSolveAttrs>(attrs)](Judge& judge, const auto& x, const auto& y, std::int64_t p) {
      Matrix t = a.lower ? lower(matrix_of(x[0], p), 0) : upper(matrix_of(x[0], p), 0);
      for (std::int64_t i = 0; a.unit_diagonal && i < t.rows; ++i) t(i, i) = 1;
      if (a.transpose) t = made(t.columns, t.rows, [&](auto i, auto j) { return t(j, i); });
      if (a.conjugate) t = made(t.rows, t.columns, [&](auto i, auto j) { return std::conj(t(i, j)); });
      const Matrix u = matrix_of(y[0], p);
      judge.equal("op(A) X = B", a.left_side ? t * u : u * t, matrix_of(x[1], p));
    });
  }
  __builtin_unreachable();
}

struct Way {
  const char* name;
  std::vector<Shape> operands;
  Attrs attrs = LibraryAttrs{};
  double ramp = 8;
  bool smooth = true;  ///< whether there is a derivative
};
std::vector<Way> ways_of(Library op) {
  const auto full = [](bool full) { return FullAttrs{full}; };
  switch (op) {
    case Library::cholesky:
    case Library::eigh:
    case Library::eig: {
      const LibraryAttrs plain;
      std::vector<Way> ways{{"one", {{1, 1}}, plain}, {"three", {{3, 3}}, plain}, {"batch", {{2, 1, 4, 4}}, plain}, {"no_rows", {{2, 0, 0}}, plain}, {"no_matrices", {{0, 3, 3}}, plain}};
      if (op == Library::cholesky) ways.push_back({"five", {{2, 5, 5}}, plain});
      return ways;
    }
    case Library::lu: {
      const LibraryAttrs plain;
      return {{"three", {{3, 3}}, plain, 0}, {"tall", {{2, 5, 3}}, plain}, {"wide", {{3, 5}}, plain, 0}, {"one", {{1, 1}}, plain}, {"no_rows", {{0, 3}}, plain}, {"no_columns", {{2, 3, 0}}, plain}};
    }
    case Library::qr:
    case Library::svd: return {{"three", {{3, 3}}, full(false)}, {"tall", {{2, 5, 3}}, full(false)}, {"wide", {{3, 4}}, full(false)}, {"full", {{3, 3}}, full(true)}, {"one", {{1, 1}}, full(true)}, {"no_rows", {{0, 3}}, full(false)}, {"square_of_tall", {{5, 2}}, full(true), 8, false}, {"square_of_none", {{3, 0}}, full(true), 8, false}};
    case Library::triangular_solve: {
      std::vector<Way> ways;
      const char* names[] = {"right_upper", "right_lower", "right_upper_transposed", "right_lower_transposed", "upper", "lower", "upper_transposed", "lower_transposed"};
      for (int i = 0; i < 8; ++i) {
        const bool left = i >= 4, lower = i % 2 == 1, transpose = i / 2 % 2 == 1;
        ways.push_back({names[i], {{3, 3}, left ? Shape{3, 2} : Shape{2, 3}}, TriangularSolveAttrs{left, lower, transpose, i == 2 || i == 6, i == 3 || i == 5}, 4});
      }
      ways.push_back({"conjugated", {{2, 2, 2}, {2, 2, 3}}, TriangularSolveAttrs{true, true, false, true, false}, 4});
      ways.push_back({"five", {{2, 5, 5}, {2, 5, 2}}, TriangularSolveAttrs{true, true, false, false, false}, 4});
      ways.push_back({"nothing", {{0, 0}, {0, 3}}, TriangularSolveAttrs{}, 4});
      return ways;
    }
  }
  __builtin_unreachable();
}

// Whether results are known up to a phase, which differences move.
bool has_phases(Library op, DType t) {
  switch (op) {
    case Library::eigh:
    case Library::svd:
    case Library::eig: return is_complex(t);
    case Library::cholesky:
    case Library::lu:
    case Library::qr:
    case Library::triangular_solve: return false;
  }
  __builtin_unreachable();
}

}  // namespace

Row describe(Library op) {
  Row row;
  for (DType t : {f32, f64, c64, c128}) {
    if (op == Library::eig && !is_complex(t)) continue;
    for (const Way& way : ways_of(op)) {
      Use use{.op = op, .name = std::string(name(Op(op))) + "_" + std::string(name(t)) + "_" + way.name, .attrs = way.attrs};
      for (const Shape& shape : way.operands) use.operands.push_back(Type(t, shape));
      use.domains.assign(use.operands.size(), Domain{.f32 = {-2, 2}, .f64 = {-2, 2}, .differentiable = way.smooth && !has_phases(op, t)});
      use.domains[0].ramp = way.ramp;
      use.equations = equations_of(op, way.attrs);
      use.flops = static_cast<double>(infer(use.op, use.attrs, use.operands)[0].size());
      row.uses.push_back(std::move(use));
    }
  }
  const Way way = ways_of(op)[0];
  for (DType t : every_dtype()) {
    std::vector<Type> operands;
    for (const Shape& shape : way.operands) operands.push_back(Type(t, shape));
    const bool taken = (is_complex(t) || (op != Library::eig && (t == f32 || t == f64)));
    if (!taken) row.wrong.push_back({std::string(name(t)), Refusal::dtype, operands, way.attrs});
  }
  const DType t = op == Library::eig ? c64 : f32;
  const auto types = [&](Shape first) { return op == Library::triangular_solve ? std::vector<Type>{Type(t, first), Type(t, {3, 2})} : std::vector<Type>{Type(t, first)}; };
  row.wrong.push_back({"a vector", Refusal::shape, types({3}), way.attrs});
  if (op != Library::lu && op != Library::qr && op != Library::svd) row.wrong.push_back({"no square", Refusal::shape, types({3, 4}), way.attrs});
  if (op == Library::triangular_solve) {
    const TriangularSolveAttrs left;
    row.wrong.push_back({"another batch", Refusal::shape, {Type(f32, {2, 3, 3}), Type(f32, {3, 3})}, left});
    row.wrong.push_back({"other rows", Refusal::shape, {Type(f32, {3, 3}), Type(f32, {2, 3})}, left});
    row.wrong.push_back({"two dtypes", Refusal::dtype, {Type(f32, {3, 3}), Type(f64, {3, 3})}, left});
  }
  return row;
}

}  // namespace espalier::test
