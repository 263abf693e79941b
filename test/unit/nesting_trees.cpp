#include "nesting_trees.h"

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "nesting_numbers.h"

namespace espalier::nesting {

Parts parts(const Array& x) {
  const Array leaves = -x.T();
  return {leaves[0], leaves[1], {}, {leaves[2]}, -1};
}
Array joined(const Parts& p) {
  const bool whole = p.second && !p.none && p.rest.size() == 1 && p.sign != 0;
  if (!whole) throw StructureError("joined", "a tree has lost a member or gained one", "it should be as parts made it");
  return stack({p.first, *p.second, p.rest[0]}, -1) * p.sign;
}
TreeFunction of_trees(Function f) {
  return [f](Parts p) { return parts(f(joined(p))); };
}

namespace trees {
namespace {

Parts combined(double a, const Parts& x, double b, const Parts& y) {
  return map([=](Array u, Array v) { return a * u + b * v; }, x, y);
}
auto scalar(const TreeFunction& f) {
  return [f](Parts p) { return sum(joined(f(p)) * array(weights)); };
}

struct Memory {
  Parts last;
  Parts step(const TreeFunction& f, const Parts& x) {
    const Parts before = last;
    last = f(x);
    return combined(1, last, 0.5, before);
  }
};

}  // namespace

TreeFunction by_jit(TreeFunction f) { return jit(std::move(f)); }
TreeFunction by_checkpoint(TreeFunction f) { return checkpoint(std::move(f)); }
TreeFunction by_grad(TreeFunction f) { return grad(scalar(f)); }
TreeFunction by_jvp(TreeFunction f) {
  return [f](Parts p) { return jvp(f, p, parts(array(direction))).second; };
}
TreeFunction by_vmap(TreeFunction f) {
  return [f](Parts p) {
    const Parts rows = map([](Array leaf) { return leaf * array(scales); }, p);
    return map([](Array leaf) { return sum(leaf); }, vmap(f)(rows));
  };
}
TreeFunction by_hessian(TreeFunction f) {
  return [f](Parts p) { return hvp(scalar(f), p, parts(array(direction))); };
}
TreeFunction by_mutate(TreeFunction f) {
  return [f](Parts p) {
    const Immutable<Memory> memory{Memory{p}};
    auto [first, once] = memory.mutate(&Memory::step)(f, p);
    auto [second, twice] = once.mutate(&Memory::step)(f, combined(0.5, p, 0, p));
    return combined(1, combined(1, first, 1, second), -0.1, twice->last);
  };
}
TreeFunction by_scan(TreeFunction f) {
  return [f](Parts p) {
    const auto body = [&](Parts carry, Parts t) {
      const Parts inner = combined(0.5, f(carry), 0.3, carry);
      const Parts next = map([](Array u, Array v) { return tanh(u + v); }, inner, t);
      // Leaves have the sign of the tree, so a product of two has none.
      return std::pair{next, map([](Array u, Array v) { return -u * v; }, next, p)};
    };
    auto [last, seen] = scan(body, p, parts(array(steps)));
    return map([](Array u, Array v) { return u + sum(v); }, last, seen);
  };
}
TreeFunction by_while(TreeFunction f) {
  return [f](Parts p) {
    using State = std::pair<Parts, Array>;
    const Array rounds = where(sum(joined(p)) > 0.2, 3, 2);
    const auto body = [&](State s) { return State{map([](Array u) { return tanh(u); }, combined(0.6, f(s.first), 0.28, s.first)), s.second + 1}; };
    return while_loop([&](State s) { return s.second < rounds; }, body, State{p, Array(0).as(i32)}, {.max_steps = 5}).first;
  };
}
TreeFunction by_cond(TreeFunction f) {
  return [f](Parts p) {
    const TreeFunction other = [&](Parts q) { return combined(0.5, f(combined(-1, q, 0, q)), 1, p); };
    return cond(sum(joined(p)) > 0.2, f, other, p);
  };
}

}  // namespace trees
}  // namespace espalier::nesting
