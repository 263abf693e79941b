// Format strings over arrays: scalars as std::format writes them, arrays as to_string lays them out.
#include <gtest/gtest.h>

#include <complex>
#include <limits>
#include <string>

#include "espalier/dsl/error.h"
#include "espalier/dsl/format.h"
#include "espalier/dsl/ops.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::detail::Format;
using ep::detail::FormatArgument;

template <class... A> std::string written(ep::FormatText format, const A&... args) {
  std::vector<FormatArgument> arguments;
  (arguments.emplace_back(args, ep::Where::current()), ...);
  Format read(format, arguments, "print");
  const std::vector<Array> arrays = read.arrays();
  read.forget_arrays();
  return read.with(arrays);
}

// What std::format of C++20 gives for the same.
TEST(Format, OfNumbersIsThatOfTheStandard) {
  EXPECT_EQ(written("{}", Array(1.5)), "1.5");
  EXPECT_EQ(written("x = {}, y = {:.3f}", Array(3), Array(2.0 / 3, ep::f64)), "x = 3, y = 0.667");
  EXPECT_EQ(written("{:8.2f}|{:<8.2f}|{:^8.2f}|{:*>8.2f}", 3.14159, 3.14159, 3.14159, 3.14159), "    3.14|3.14    |  3.14  |****3.14");
  EXPECT_EQ(written("{:+}|{: }|{:+d}|{:+d}", 1, 2, 3, -3), "+1| 2|+3|-3");
  EXPECT_EQ(written("{:08.3f}|{:08d}|{:<08d}|{:#010x}", -3.14159, -42, -42, 255), "-003.142|-0000042|-42     |0x000000ff");
  EXPECT_EQ(written("{:x}|{:X}|{:#x}|{:b}|{:#b}|{:o}|{:#o}|{:#o}", 255, 255, 255, 5, 5, 8, 8, 0), "ff|FF|0xff|101|0b101|10|010|0");
  EXPECT_EQ(written("{:e}|{:.2E}|{:g}|{:.3}|{:G}", 12345.678, 12345.678, 0.0001, 12345.678, 1e20), "1.234568e+04|1.23E+04|0.0001|1.23e+04|1E+20");
  EXPECT_EQ(written("{:06}|{:6}|{:+f}", std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()), "   inf|  -inf|+nan");
  EXPECT_EQ(written("{:d}", Array(std::int64_t{-9223372036854775807} - 1)), "-9223372036854775808");
  EXPECT_EQ(written("{:d}", Array(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
  EXPECT_EQ(written("{:#.0f}|{:.0f}", 2.0, 2.0), "2.|2");
}

TEST(Format, TakesNumbersOfArgumentsTextAndBraces) {
  EXPECT_EQ(written("{1} {0} {1}", 1, "two"), "two 1 two");
  EXPECT_EQ(written("{{{}}} }}{{", 7), "{7} }{");
  EXPECT_EQ(written("{:>5}|{:<5}|{:5}|{:^5}", "ab", std::string("ab"), "ab", "ab"), "   ab|ab   |ab   | ab  ");
  EXPECT_EQ(written("nothing"), "nothing");
  EXPECT_EQ(written("{}", Array()), "Nothing");
  EXPECT_EQ(written("{} {:>6} {:d}", Array(true), Array(false), Array(true)), "True  False 1");
}

TEST(Format, LaysArraysOutAsToString) {
  const Array x{{1., 2.5}, {-3., 1000.}};
  EXPECT_EQ(written("{}", x), ep::to_string(x));
  EXPECT_EQ(written("{:.1f}", x), "[[1.0 2.5]\n [-3.0 1000.0]]");
  EXPECT_EQ(written("{:7.1f}", x), "[[    1.0     2.5]\n [   -3.0  1000.0]]");
  EXPECT_EQ(written("{:02d}", Array{1, 2, 30}), "[01 02 30]");
  EXPECT_EQ(written("{:.1f}", ep::zeros({0})), "[]");
  EXPECT_EQ(written("{:.0f}", ep::arange(2000) * 1.0), "[0 1 2 ... 1997 1998 1999]");
  EXPECT_EQ(written("{:.1f}", Array(std::complex<double>(1, -2))), "1.0-2.0j");
}

TEST(Format, RefusesWhatIsNotWellFormed) {
  const auto refuses = [](auto&& f, const std::string& part) {
    try {
      f();
      ADD_FAILURE() << "taken";
    } catch (const ep::ArgumentError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("format_test.cpp:"), std::string::npos) << error.what();
      EXPECT_EQ(error.op, "print");
    }
  };
  refuses([] { written("{", 1); }, "does not end");
  refuses([] { written("}", 1); }, "'}' that ends no field");
  refuses([] { written("{} {}", 1); }, "argument 1");
  refuses([] { written("{}", 1, 2); }, "no field for argument 1");
  refuses([] { written("{0} {}", 1, 2); }, "numbers");
  refuses([] { written("{:y}", 1); }, "'y'");
  refuses([] { written("{:.f}", 1.0); }, "precision");
  refuses([] { written("{:d}", 1.5); }, "type 'd'");
  refuses([] { written("{:.2f}", 1); }, "precision");
  refuses([] { written("{:.2f}", Array(true)); }, "bool");
  refuses([] { written("{:99999}", 1); }, "1000");
}

}  // namespace
