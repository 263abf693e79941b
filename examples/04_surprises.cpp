// What surprises who comes from other libraries: each block is shown and explained in docs/surprises.md, to the letter.
// The program ends with an error if one of them does not do what the page says.
#include <espalier/espalier.h>

#include <cstdlib>
#include <iostream>

namespace ep = espalier;

void holds(bool condition, const char* what) {
  std::cout << (condition ? "so it is: " : "NOT so: ") << what << '\n';
  if (!condition) std::exit(1);
}

void writes() {
  ep::Array x{1., 2., 3.};
  const ep::Array before = x;
  x = x.at(0).set(10);       // x[0] = 10 does not compile
  x += 1;                    // re-binds x to x + 1
  holds(equal(x, ep::Array{11., 3., 4.}), "x is another array now");
  holds(equal(before, ep::Array{1., 2., 3.}), "what x was bound to is unchanged");
}

void captured_scalars() {
  double rate = 0.5;
  auto scaled = ep::jit([&](ep::Array x) { return rate * x; });
  const ep::Array x{2.};
  holds(scaled(x).item<double>() == 1, "0.5 x");
  rate = 10;
  holds(scaled(x).item<double>() == 1, "still 0.5 x: the number is part of the code");

  auto by_argument = ep::jit([](ep::Array x, ep::Array rate) { return rate * x; });
  holds(by_argument(x, 0.5).item<double>() == 1 && by_argument(x, 10.0).item<double>() == 20, "an Array may change at every call");
  holds(by_argument.cache_size() == 1, "and needs no other code");

  auto by_static = ep::jit([](ep::Array x, double rate) { return rate * x; });
  holds(by_static(x, 0.5).item<double>() == 1 && by_static(x, 10.0).item<double>() == 20, "a double is fresh as well");
  holds(by_static.cache_size() == 2, "but every value is compiled for");
}

void captured_arrays() {
  ep::Array offset{1.};
  auto moved = ep::jit([&](ep::Array x) { return x + offset; });
  holds(moved(ep::Array{2.}).item<double>() == 3, "2 + 1");
  offset = ep::Array{5.};
  holds(moved(ep::Array{2.}).item<double>() == 7, "2 + 5: a captured array is a hidden argument, read at every call");
}

void spans() {
  const ep::Array x{1., 2., 3.};
  double total = 0;
  for (float element : x.span<float>()) total += element;  // (x + 1).span<float>() does not compile
  holds(total == 6, "a view of x's memory, no copy");
  const std::vector<double> kept = (x + 1).to_vector<double>();
  holds(kept == std::vector<double>{2, 3, 4}, "a copy may be of a temporary, and converts");
}

void weak_types() {
  const ep::Array single{1., 2.}, wide({1., 2.}, ep::f64), bytes({1, 2}, ep::u8);
  holds((single * 0.1).dtype() == ep::f32, "a number takes the dtype of what it meets: f32");
  holds((wide * 0.1).dtype() == ep::f64, "f64");
  holds((wide * 0.1)[0].item<double>() == 0.1, "all digits of 0.1, for it was no float in between");
  holds((bytes + 1).dtype() == ep::u8, "u8: only the category of a number counts");
  holds((bytes * 0.5).dtype() == ep::f32, "f32: 0.5 is no integer");
  holds((single * ep::Array(0.1, ep::f64)).dtype() == ep::f64, "with a dtype of its own it is an operand like others");
  holds(!ep::Parameter(0.1).weak() && ep::Parameter(0.1).dtype() == ep::f32, "a Parameter settles what it is given");
  auto plus = ep::jit([](ep::Array x, ep::Array n) { return x + n.as(ep::u8); });
  holds(plus(bytes, 1).dtype() == ep::u8, "an argument may be any i32: without as(u8) this would be an error");
}

void dtype_rules() {
  const ep::Array ids{1, 2, 3};
  holds(ids.dtype() == ep::i32 && ep::Array{1., 2.}.dtype() == ep::f32, "braces make i32 and f32, not i64 and f64");
  holds(ep::Array(std::vector<double>{1, 2}).dtype() == ep::f64, "data keep the dtype they have");
  holds((ids / 2).dtype() == ep::f32 && (ids / 2)[0].item<float>() == 0.5f, "/ divides; floor_divide rounds down");
  holds((ep::Array{-7} % 3).item<int>() == 2, "% has the sign of the divisor, where C++ says -1");
  holds(mean(ids).dtype() == ep::f32 && sum(ids > 1).dtype() == ep::i32, "means are floating, sums of bools count");
  holds((ep::Array({1}, ep::i64) * ep::Array{0.5}).dtype() == ep::f32, "i64 with f32 is f32, as in JAX; NumPy says f64");
  holds(exp(ep::Array({1}, ep::i64)).dtype() == ep::f64, "functions of i64 alone are f64");
}

void donation() {
  auto next = ep::jit([](ep::Array x) { return x + 1; });
  ep::Array x = ep::zeros({1000});
  ep::Array y = next(x);             // a copy of the handle: x stays
  y = next(std::move(y));            // given away: the result may take its memory
  holds(y[0].item<float>() == 2 && x[0].item<float>() == 0, "x is as before");
  const ep::Array z = next(std::move(x));
  bool refused = false;
  try {
    (void)sum(x);
  } catch (const ep::DonatedValue& error) {
    refused = true;
    std::cout << error.what() << '\n';
  }
  holds(refused, "x was given away, and says so");
}

void keys() {
  const ep::Key key = ep::random::key(0);
  holds(equal(ep::random::normal(key), ep::random::normal(key)), "a key gives the same draw again");
  auto [first, second] = ep::random::split(key);
  holds(!equal(ep::random::normal(first), ep::random::normal(second)), "split gives independent keys");
  const auto draws = ep::vmap([](ep::Key k) { return ep::random::normal(k); })(ep::random::split(key, 3));
  holds(draws.shape() == ep::Shape{3}, "vmap over split keys: a draw each");
}

int main() {
  writes();
  captured_scalars();
  captured_arrays();
  spans();
  weak_types();
  dtype_rules();
  donation();
  keys();
}
