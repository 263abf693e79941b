#include "nesting.h"

#include <algorithm>
#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "nesting_numbers.h"
#include "nesting_trees.h"

namespace espalier::nesting {
namespace {

// ---- finite differences ------------------------------------------------------------------------------------------------

double dot_of(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
/// a x + b y
Vector mix(double a, const Vector& x, double b, const Vector& y) {
  Vector out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) out[i] = a * x[i] + b * y[i];
  return out;
}

// Central differences at three steps, extrapolated (Richardson): the error falls with h^6.
constexpr double step = 1e-3;
template <class Difference> auto extrapolated(const Difference& at) {
  const auto a = at(step), b = at(step / 2), c = at(step / 4);
  const auto ab = (4 * b - a) / 3, bc = (4 * c - b) / 3;
  return (16 * bc - ab) / 15;
}
template <class F> double slope(const F& f) {
  return extrapolated([&](double h) { return (f(h) - f(-h)) / (2 * h); });
}
template <class F> double curvature(const F& f) {
  return extrapolated([&](double h) { return (f(h, h) - f(h, -h) - f(-h, h) + f(-h, -h)) / (4 * h * h); });
}
Vector unit(std::size_t i) {
  Vector e(point.size(), 0.0);
  e[i] = 1;
  return e;
}
template <class F> Vector each(const F& f) {
  Vector out;
  for (std::size_t i = 0; i < point.size(); ++i) out.push_back(f(i));
  return out;
}

// ---- transforms --------------------------------------------------------------------------------------------------------

auto scalar(const Function& f) {
  return [f](Array x) { return sum(f(x) * array(weights)); };
}

Function by_jit(Function f) { return jit(std::move(f)); }
Function by_checkpoint(Function f) { return checkpoint(std::move(f)); }
Reference as_it_is(Reference f) { return f; }

Function by_grad(Function f) { return grad(scalar(f)); }
Reference slopes(Reference f) {
  return [f](const Vector& x) {
    return each([&](std::size_t i) { return slope([&](double h) { return dot_of(weights, f(mix(1, x, h, unit(i)))); }); });
  };
}

Function by_jvp(Function f) {
  return [f](Array x) { return jvp(f, x, array(direction)).second; };
}
Reference directional(Reference f) {
  return [f](const Vector& x) {
    return each([&](std::size_t i) { return slope([&](double h) { return f(mix(1, x, h, direction))[i]; }); });
  };
}

// The function gets the columns as rows, so that in_axes and out_axes are both given.
Function by_vmap(Function f) {
  return [f](Array x) {
    const Array rows = expand_dims(x, 0) * expand_dims(array(scales), 1);
    return sum(vmap(f, {.in_axes = 0, .out_axes = 1})(rows), 1);
  };
}
Reference over_rows(Reference f) {
  return [f](const Vector& x) {
    return mix(1, f(mix(scales[0], x, 0, x)), 1, f(mix(scales[1], x, 0, x)));
  };
}

Function by_hessian(Function f) {
  return [f](Array x) { return matmul(hessian(scalar(f))(x), array(direction)); };
}
Reference curvatures(Reference f) {
  return [f](const Vector& x) {
    return each([&](std::size_t i) {
      return curvature([&](double h, double k) { return dot_of(weights, f(mix(1, mix(1, x, h, unit(i)), k, direction))); });
    });
  };
}

struct Memory {
  State last;
  Array step(const Function& f, const Array& x) {
    const Array before = last;
    last = f(x);
    return last + 0.5 * before;
  }
};
Function by_mutate(Function f) {
  return [f](Array x) {
    auto [first, memory] = mutate(&Memory::step)(Memory{x}, f, x);
    auto [second, kept] = mutate(&Memory::step)(memory, f, 0.5 * x);
    return first + second - 0.1 * kept.last;
  };
}
Reference with_memory(Reference f) {
  return [f](const Vector& x) {
    const Vector one = f(x), two = f(mix(0.5, x, 0, x));
    return mix(1, mix(1, one, 0.5, x), 1, mix(1, mix(1, two, 0.5, one), -0.1, two));
  };
}

Function by_scan(Function f) {
  return [f](Array x) {
    const auto body = [&](Array carry, Array t) {
      const Array next = tanh(0.5 * f(carry) + 0.3 * carry + t);  // bounded, however loops nest
      return std::pair{next, next * x};
    };
    auto [last, seen] = scan(body, x, array(steps));
    return last + sum(seen, 0);
  };
}
Reference loop(Reference f) {
  return [f](const Vector& x) {
    Vector carry = x, seen(x.size(), 0.0);
    for (const Vector& t : steps) {
      carry = mix(1, mix(0.5, f(carry), 0.3, carry), 1, t);
      for (std::size_t i = 0; i < x.size(); ++i) {
        carry[i] = std::tanh(carry[i]);
        seen[i] += carry[i] * x[i];
      }
    }
    return mix(1, carry, 1, seen);
  };
}

Function by_while(Function f) {
  return [f](Array x) {
    using State = std::pair<Array, Array>;
    const Array rounds = where(sum(x) > 0.2, 3, 2);
    const auto body = [&](State s) { return State{tanh(0.6 * f(s.first) + 0.28 * s.first), s.second + 1}; };
    return while_loop([&](State s) { return s.second < rounds; }, body, State{x, Array(0).as(i32)}, {.max_steps = 5}).first;
  };
}
Reference rounds(Reference f) {
  return [f](const Vector& x) {
    Vector carry = x;
    for (int n = x[0] + x[1] + x[2] > 0.2 ? 3 : 2; n > 0; --n) {
      carry = mix(0.6, f(carry), 0.28, carry);
      for (double& c : carry) c = std::tanh(c);
    }
    return carry;
  };
}

Function by_cond(Function f) {
  return [f](Array x) {
    return cond(sum(x) > 0.2, f, [&](Array y) { return 0.5 * f(-y) + x; }, x);
  };
}
Reference branches(Reference f) {
  return [f](const Vector& x) {
    return x[0] + x[1] + x[2] > 0.2 ? f(x) : mix(0.5, f(mix(-1, x, 0, x)), 1, x);
  };
}

constexpr Transform table[] = {
    {"jit", by_jit, trees::by_jit, as_it_is},
    {"grad", by_grad, trees::by_grad, slopes},
    {"jvp", by_jvp, trees::by_jvp, directional},
    {"vmap", by_vmap, trees::by_vmap, over_rows},
    {"hessian", by_hessian, trees::by_hessian, curvatures},
    {"mutate", by_mutate, trees::by_mutate, with_memory},
    {"scan", by_scan, trees::by_scan, loop},
    {"while", by_while, trees::by_while, rounds},
    {"cond", by_cond, trees::by_cond, branches},
    {"checkpoint", by_checkpoint, trees::by_checkpoint, as_it_is},
};
const Transform& the_jit = table[0];
const Transform no_jit{"", [](Function f) { return f; }, nullptr, as_it_is};

// ---- chains ------------------------------------------------------------------------------------------------------------

// The function that is transformed captures x, a value of the surrounding trace if there is one, and a concrete array.
Function capturing(const Transform& outer, Function f) {
  return [&outer, f](Array x) {
    const Array concrete = array(weights);
    return outer.apply([=](Array y) { return f(y) * cos(x) + 0.3 * y * concrete; })(0.5 * x);
  };
}
Vector capturing_in_numbers(const Transform& outer, const Reference& f, const Vector& x) {
  return outer.reference([&](const Vector& y) {
    const Vector z = f(y);
    return each([&](std::size_t i) { return z[i] * std::cos(x[i]) + 0.3 * y[i] * weights[i]; });
  })(mix(0.5, x, 0, x));
}

Function library(const Chain& chain, std::size_t from = 0) {
  if (from == chain.transforms.size()) return chain.program->function;
  const Function rest = library(chain, from + 1);
  return chain.kind == Kind::capturing ? capturing(*chain.transforms[from], rest) : chain.transforms[from]->apply(rest);
}
TreeFunction library_of_trees(const Chain& chain, std::size_t from = 0) {
  if (from == chain.transforms.size()) return of_trees(chain.program->function);
  return chain.transforms[from]->apply_to_trees(library_of_trees(chain, from + 1));
}
// The chain without its jits, which change nothing: what a chain is held against need not be compiled. (A function that
// captures would be compiled anew at every call.)
Chain uncompiled(Chain chain) {
  std::ranges::replace(chain.transforms, &the_jit, &no_jit);
  return chain;
}
Vector call(const Function& f, const Vector& x) { return f(array(x)).to_vector<double>(); }

}  // namespace

std::span<const Transform> transforms() { return table; }

std::string Chain::name() const {
  std::string text;
  for (const Transform* t : transforms) text += std::string(t->name) + "_";
  return text + program->name;
}

// Instrumented code takes ten times as long: there each triple meets one of the programs, in turn, and pairs meet all.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define INSTRUMENTED true
#endif
#endif
#ifndef INSTRUMENTED
#define INSTRUMENTED false
#endif

std::vector<Chain> chains(Kind kind, bool with_jit) {
  std::vector<std::vector<const Transform*>> lists{{}};
  for (std::size_t from = 0, length = 1; length <= 3; ++length) {
    const std::size_t to = lists.size();
    for (; from < to; ++from) {
      for (const Transform& t : table) {
        lists.push_back(lists[from]);
        lists.back().push_back(&t);
      }
    }
  }
  const auto small = programs().last(3);  // quickly compiled
  std::vector<Chain> all;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const bool has_jit = std::find(lists[i].begin(), lists[i].end(), &the_jit) != lists[i].end();
    if (has_jit != with_jit) continue;
    if (kind == Kind::arrays && INSTRUMENTED && lists[i].size() == 3) {
      all.push_back({kind, lists[i], &programs()[i % programs().size()]});
    } else if (kind == Kind::arrays) {
      for (const Program& program : programs()) all.push_back({kind, lists[i], &program});
    } else {
      all.push_back({kind, lists[i], &small[i % small.size()]});
    }
  }
  return all;
}

double Comparison::error() const {
  if (actual.size() != expected.size()) return HUGE_VAL;
  double most = 1, worst = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    most = std::max(most, std::fabs(expected[i]));
    const double error = std::fabs(actual[i] - expected[i]);
    if (!(error <= worst)) worst = error;  // a NaN is an error
  }
  return worst / most;
}

Comparison compare(const Chain& chain) {
  if (chain.kind == Kind::trees) {
    const Function of_arrays = library(uncompiled({Kind::arrays, chain.transforms, chain.program}));
    return {joined(library_of_trees(chain)(parts(array(point)))).to_vector<double>(), call(of_arrays, point)};
  }
  const Vector actual = call(library(chain), point);
  if (chain.transforms.empty()) return {actual, chain.program->reference(point)};
  const Transform& outer = *chain.transforms[0];
  const Function rest = library(chain.kind == Kind::capturing ? uncompiled(chain) : chain, 1);
  const auto numbers = [&](const Vector& x) { return call(rest, x); };
  return {actual, chain.kind == Kind::capturing ? capturing_in_numbers(outer, numbers, point) : outer.reference(numbers)(point)};
}

}  // namespace espalier::nesting
