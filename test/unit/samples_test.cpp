// Quantiles beside NumPy's, by every method; samples in another number beside JAX's (test/data).
#include <gtest/gtest.h>

#include <sstream>

#include "data_file.h"
#include "espalier/dsl/ops.h"

namespace espalier {
namespace {

double number(std::istringstream& line) {
  std::string text;
  line >> text;
  return std::strtod(text.c_str(), nullptr);
}
Array numbers(std::istringstream& line, std::int64_t n) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < n; ++i) values.push_back(number(line));
  return Array(values);
}
double farthest(const Array& got, const Array& wanted) { return max(abs(got - wanted), {.initial = 0.0}).item<double>(); }

template <class F> int each_line(const char* file, const F& check) {
  int count = 0;
  std::ifstream lines = test::data_file(file);
  for (std::string text; std::getline(lines, text);) {
    if (text.starts_with('#')) continue;
    std::istringstream line(text);
    SCOPED_TRACE(text);
    check(line);
    ++count;
  }
  return count;
}

TEST(Quantiles, AreNumPysByEveryMethod) {
  const int lines = each_line("quantiles.txt", [](std::istringstream& line) {
    std::string method;
    line >> method;
    const double q = number(line);
    std::int64_t n;
    line >> n;
    const Array x = numbers(line, n);
    const double wanted = number(line);
    EXPECT_NEAR(quantile(x, q, {.method = method}).item<double>(), wanted, 1e-14);
    EXPECT_NEAR(nanquantile(concatenate({x, Array{NAN}}), Array(q, f64), {.method = method}).item<double>(), wanted, 1e-14);
    EXPECT_NEAR(quantile(stack({x, -x}), Array(q, f64), {.axis = 1, .method = method})[0].item<double>(), wanted, 1e-14);
  });
  EXPECT_EQ(lines, 702);
}

TEST(ImageResize, SamplesAsJaxDoes) {
  const int lines = each_line("image_resize.txt", [](std::istringstream& line) {
    std::string method;
    bool antialias;
    std::int64_t n, k;
    line >> method >> antialias >> n >> k;
    const Array x = numbers(line, n), wanted = numbers(line, k);
    EXPECT_LT(farthest(image_resize(x, k, {.method = method, .antialias = antialias}), wanted), 1e-12);
    EXPECT_LT(farthest(image_resize(stack({x, 2 * x}, 1), {k, 2}, {.method = method, .antialias = antialias})[{slice(), 1}], 2 * wanted), 1e-12);
    EXPECT_LT(farthest(image_resize(x.as(f32), k, {.method = method, .antialias = antialias}).as(f64), wanted), 2e-5);
  });
  EXPECT_EQ(lines, 90);
}

}  // namespace
}  // namespace espalier
