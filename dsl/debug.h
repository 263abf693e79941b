#pragma once
// debug: what a program says of itself, and what holds the compiler back.
//
// print, check, callback and breakpoint_if act on the host, in the order of the program: at once outside of transforms; in traced
// functions each time that their program comes to the call, so inside of loops and of the branch that is taken. Nothing removes, repeats
// or reorders them; a function that was compiled runs them on the thread that called it.
//  - vmap: once for each example, in order, where an argument depends on the mapped axis, or a branch or a loop around it does; else once
//    for all. So in a loop the examples' first iterations come before their second ones.
//  - derivatives: with the values, once, as the function runs forwards; nothing flows back. What a checkpoint or a loop computes again
//    acts no second time.
#include "espalier/dsl/format.h"
#include "espalier/dsl/host_call.h"
#include "espalier/dsl/settings.h"
#include "espalier/dsl/transform/function.h"

namespace espalier {
namespace detail {
/// The arrays as they are, behind one barrier.
std::vector<Array> behind_barrier(std::span<const Array> arrays, Where where);

template <class... A> std::vector<FormatArgument> format_arguments([[maybe_unused]] Where where, const A&... args) {
  std::vector<FormatArgument> all;
  (all.emplace_back(args, where), ...);
  return all;
}
void print(Format format, Where where);
void check(const Operand& pred, Format message, Where where);

/// The sentence about a callback that cannot be called with its arguments.
template <class F, class... Given> struct Callback {
  static_assert(sizeof...(Given) == ~std::size_t{0}, "debug::callback: the function is called as a const object with the arguments that follow it, arrays where scalars are given, and what it returns is dropped");
};
/// The tree without its data: its leaves only mark what is present.
template <class T> T without_data(const T& tree) {
  T marks = tree::clone(tree);
  tree::for_each_leaf(marks, [](Array& leaf) { if (!leaf.is_nothing()) leaf = ArrayAccess::abstract(ArrayAccess::type(leaf), false, leaf.where()); });
  return marks;
}
}  // namespace detail

namespace debug {

/// x as it is, but a border to the compiler: what reads a leaf begins when all leaves have been computed, and is neither fused nor merged
/// with what computes or reads them before. Derivatives and batches have a barrier where x has one. As XLA's optimization barrier.
template <Tree T> [[nodiscard]] T barrier(const T& x, Where where = Where::current()) {
  return detail::with_leaves(x, detail::behind_barrier(tree::present_leaves(x), where));
}

/// Writes a line to the standard output: `print("x = {}, y = {:.3f}", x, y)`. A field stands for the next argument, or for that of its
/// number, and writes it as std::format does, an array as `to_string` lays it out: {[number][:[[fill]align][sign][#][0][width][.precision][type]]},
/// type one of d b o x X for integers and bools, e E f F g G for floats and complex numbers. Arguments are arrays, scalars, and text.
/// ArgumentError, where the call stands, for a format that is not well-formed or does not fit the arguments.
template <class... A> void print(FormatText format, const A&... args) {
  detail::print(detail::Format(format, detail::format_arguments(format.where, args...), "print"), format.where);
}

/// Throws CheckError with that message, and the place of this call, where `pred`, a bool scalar, does not hold. Outside of transforms it
/// is thrown here. A compiled function runs to its end and then throws the first that failed; in between nothing of it acts on the host any
/// more. ArgumentError for a format as in `print`; ShapeError or DTypeError unless pred is a bool scalar.
template <class... A> void check(Operand pred, FormatText message, const A&... args) {
  detail::check(pred, detail::Format(message, detail::format_arguments(message.where, args...), "check"), message.where);
}

/// Calls `f(args…)` with concrete trees; scalars are given as arrays. What f returns is dropped. It may run jitted functions. What it throws
/// leaves the call of the compiled function, at its end; in between nothing of that acts on the host any more.
template <class F, class... A> void callback(F f, const A&... args) {
  using Args = detail::Arguments<F, detail::AsArray<A>...>;
  if constexpr (!detail::is_callable<const F&, Args> || !detail::all_given_for<Args, A...>) (void)sizeof(detail::Callback<F, A...>);
  else {
    const Args given = detail::arguments_of<Args>(args...);
    const std::vector<Array> leaves = tree::present_leaves(given);
    const Where where = leaves.empty() ? Where() : leaves[0].where();
    detail::call_host([f = std::move(f), like = detail::without_data(given)](std::span<const Array> arrays) {
      Args concrete = detail::with_leaves(like, arrays);
      std::apply([&](auto&... a) { (void)f(detail::hand(a)...); }, concrete);
    }, "callback", leaves, where);
  }
}

/// Where `pred`, a bool scalar, holds: stops in the debugger that this process runs in (SIGTRAP); without one writes the place to the
/// standard error and goes on. Errors as in `check`.
void breakpoint_if(Operand pred);

}  // namespace debug
}  // namespace espalier
