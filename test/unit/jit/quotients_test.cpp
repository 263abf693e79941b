// floor_divide, mod and fmod against NumPy's (data/division.txt), evaluated and compiled for both widths of vectors.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "../data_file.h"
#include "compiled.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "targets.h"

namespace espalier {
namespace {

struct Golden {
  std::string x, y, quotient, modulus, rest;
};
std::map<std::string, std::vector<Golden>> goldens() {
  std::map<std::string, std::vector<Golden>> out;
  std::ifstream file = test::data_file("division.txt");
  for (std::string line, dtype; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    Golden g;
    std::istringstream(line) >> dtype >> g.x >> g.y >> g.quotient >> g.modulus >> g.rest;
    out[dtype].push_back(g);
  }
  return out;
}

template <class T> T read(const std::string& text) {
  if constexpr (std::is_floating_point_v<T>) return static_cast<T>(std::strtod(text.c_str(), nullptr));
  else if constexpr (std::is_signed_v<T>) return static_cast<T>(std::stoll(text));
  else return static_cast<T>(std::stoull(text));
}
// Numbers as they are told apart: zeros have signs, NaN is one.
template <class T> std::string show(T x) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(x) ? "nan" : (std::signbit(x) ? "-" : "+") + std::to_string(std::fabs(x));
  else return std::to_string(x);
}

std::vector<Array> divided(const Array& x, const Array& y) {
  const auto [quotient, modulus] = divmod(x, y);
  return {floor_divide(x, y), x % y, fmod(x, y), remainder(x, y), quotient, modulus};
}
ir::Graph graph_of(ir::Type type) {
  Trace trace;
  const Array x = trace.input(type, false, {}), y = trace.input(type, false, {});
  std::vector<ir::Value> outputs;
  for (const Array& a : divided(x, y)) outputs.push_back(trace.value_of(a, "test", {}));
  return trace.finish(outputs);
}

template <class T> void expect_numpy(const std::vector<Golden>& rows, const std::vector<const T*>& got, const std::string& how) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Golden& g = rows[i];
    const std::string wanted[] = {g.quotient, g.modulus, g.rest, g.modulus, g.quotient, g.modulus};
    const char* names[] = {"floor_divide", "%", "fmod", "remainder", "the quotient of divmod", "the rest of divmod"};
    for (std::size_t k = 0; k < got.size(); ++k) {
      EXPECT_EQ(show(got[k][i]), show(read<T>(wanted[k]))) << names[k] << " of " << g.x << " and " << g.y << ", " << how;
    }
  }
}

template <class T> class Quotients : public testing::Test {};
using Numbers = testing::Types<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, float, double>;
TYPED_TEST_SUITE(Quotients, Numbers);

TYPED_TEST(Quotients, AreNumPys) {
  using T = TypeParam;
  static const auto all = goldens();
  const std::vector<Golden>& rows = all.at(std::string(ir::name(ir::dtype_of<T>())));
  ASSERT_GE(rows.size(), 36u);
  std::vector<T> x, y;
  for (const Golden& g : rows) x.push_back(read<T>(g.x)), y.push_back(read<T>(g.y));
  const auto evaluated = divided(Array(x), Array(y));
  std::vector<const T*> data;
  for (const Array& a : evaluated) data.push_back(a.span<T>().data());
  expect_numpy<T>(rows, data, "evaluated");
  const ir::Type type(ir::dtype_of<T>(), Shape(static_cast<std::int64_t>(x.size())));
  for (const std::string& target : test::runnable_targets()) {
    const test::Compiled code(graph_of(type), {.target = target});
    const auto results = code({ir::literal(type, x.data()), ir::literal(type, y.data())});
    data.clear();
    for (const ir::Literal& r : results) data.push_back(static_cast<const T*>(static_cast<const void*>(r.data())));
    expect_numpy<T>(rows, data, target);
    EXPECT_EQ(code.damage, "");
  }
}

TEST(Quotients, OfBoolsAreIntegers) {
  const Array yes{true, true}, maybe{true, false};
  EXPECT_EQ(floor_divide(yes, maybe).dtype(), i32);
  EXPECT_EQ(floor_divide(yes, maybe).to_vector<int>(), (std::vector<int>{1, 0}));
  EXPECT_EQ((yes % maybe).to_vector<int>(), (std::vector<int>{0, 0}));
}

TEST(Quotients, OfNumbersStayWeak) {
  EXPECT_EQ(floor_divide(1.0, 0.1).item<double>(), 9);
  EXPECT_TRUE(floor_divide(1.0, 0.1).weak());
  EXPECT_EQ(mod(-7, 3).item<int>(), 2);
  EXPECT_EQ(mod(-7, 0).item<int>(), 0);
}

}  // namespace
}  // namespace espalier
