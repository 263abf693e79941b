#pragma once
// Op: a row of ops.def. Each family of rows is an enumeration of its own, and Op is their union, in one byte.
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace espalier::ir {

// The families, with an enumerator for each row. `not_`, `and_`, `or_`, `xor_` print without their underscore.
enum class Unary : std::uint8_t {
#define UNARY(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Binary : std::uint8_t {
#define BINARY(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Ternary : std::uint8_t {
#define TERNARY(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Source : std::uint8_t {
#define SOURCE(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Movement : std::uint8_t {
#define MOVEMENT(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Reducing : std::uint8_t {
#define REDUCING(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Contraction : std::uint8_t {
#define CONTRACTION(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Library : std::uint8_t {
#define LIBRARY(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Fourier : std::uint8_t {
#define FOURIER(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Random : std::uint8_t {
#define RANDOM(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Collective : std::uint8_t {
#define COLLECTIVE(name, ...) name,
#include "espalier/ir/ops.def"
};
enum class Control : std::uint8_t {
#define CONTROL(name, ...) name,
#include "espalier/ir/ops.def"
};

/// The families, in the order of the table.
enum class Family : std::uint8_t {
  unary,
  binary,
  ternary,
  source,
  movement,
  reducing,
  contraction,
  library,
  fourier,
  random,
  collective,
  control
};

// What the columns say; ops.def tells what each word means.
enum class Takes : std::uint8_t {
  any,
  number,
  real,
  integer,
  bits,
  floating,
  inexact,
  complex,
  part
};
enum class Gives : std::uint8_t {
  same,
  boolean,
  part,
  complex,
  named
};
enum class Derivative : std::uint8_t {
  flat,
  linear,
  curved
};
enum class Pattern : std::uint8_t {
  map,
  view,
  reduction,
  contraction,
  opaque
};
enum class Effect : std::uint8_t {
  pure,
  bodies,
  host
};
/// Where it gives a number, if its operands are real numbers.
enum class Domain : std::uint8_t {
  everywhere,
  partly  ///< elsewhere NaN
};
enum class CostClass : std::uint8_t {
  cheap,
  slow,
  emulated,
  function
};

/// How many operands or results: a number, or at least so many.
struct Count {
  int number = 0;
  bool or_more = false;
  constexpr Count(int number, bool or_more = false) : number(number), or_more(or_more) {}
  constexpr bool admits(std::size_t n) const { return or_more ? n >= static_cast<std::size_t>(number) : n == static_cast<std::size_t>(number); }
};
constexpr Count at_least(int number) { return {number, true}; }

/// A row's columns, but for its attributes (see attr_fields.h).
struct OpInfo {
  std::string_view name;
  Family family = {};
  Count operands = 0, results = 1;
  Takes takes = Takes::any;
  Gives gives = Gives::same;
  Derivative derivative = Derivative::flat;
  Pattern pattern = Pattern::map;
  bool moves = false;  ///< its bits are moved, whatever they mean
  CostClass cost = CostClass::cheap;
  std::size_t moved = 0;  ///< of a movement: how many operands, from the first, are moved
  Effect effect = Effect::pure;
  Domain domain = Domain::everywhere;
};

namespace detail {

constexpr std::string_view bare(std::string_view name) { return name.back() == '_' ? name.substr(0, name.size() - 1) : name; }
inline constexpr bool moved = true, computed = false;  // the words of the column `bits`
inline constexpr std::size_t every = ~std::size_t{0};   // of the column `moved`

inline constexpr OpInfo op_rows[] = {
#define MAP(name, family, operands, takes, gives, derivative, bits, cost, domain) \
  {bare(#name), Family::family, operands, 1, Takes::takes, Gives::gives, Derivative::derivative, Pattern::map, bits, CostClass::cost, 0, Effect::pure, Domain::domain},
#define UNARY(name, attributes, ...) MAP(name, unary, 1, __VA_ARGS__)
#define BINARY(name, attributes, ...) MAP(name, binary, 2, __VA_ARGS__)
#define TERNARY(name, attributes, ...) MAP(name, ternary, 3, __VA_ARGS__)
#define SOURCE(name, attributes, bits) {bare(#name), Family::source, 0, 1, Takes::any, Gives::named, Derivative::flat, Pattern::view, bits, CostClass::cheap},
#define MOVEMENT(name, operands, n_moved, attributes, pattern, cost) {bare(#name), Family::movement, operands, 1, Takes::any, Gives::same, Derivative::linear, Pattern::pattern, moved, CostClass::cost, n_moved},
#define REDUCING(name, operands, attributes, gives, derivative, pattern) {bare(#name), Family::reducing, operands, 1, Takes::any, Gives::gives, Derivative::derivative, Pattern::pattern, computed, CostClass::slow},
#define CONTRACTION(name, attributes) {bare(#name), Family::contraction, 2, 1, Takes::any, Gives::named, Derivative::linear, Pattern::contraction, computed, CostClass::slow},
#define LIBRARY(name, operands, results, attributes, takes, derivative) {bare(#name), Family::library, operands, results, Takes::takes, Gives::named, Derivative::derivative, Pattern::opaque, computed, CostClass::slow},
#define FOURIER(name, attributes, takes, gives) {bare(#name), Family::fourier, 1, 1, Takes::takes, Gives::gives, Derivative::linear, Pattern::opaque, computed, CostClass::slow},
#define RANDOM(name, operands, results) {bare(#name), Family::random, operands, results, Takes::integer, Gives::same, Derivative::flat, Pattern::map, computed, CostClass::function},
#define COLLECTIVE(name, operands, takes, gives, derivative) {bare(#name), Family::collective, operands, 1, Takes::takes, Gives::gives, Derivative::derivative, Pattern::opaque, computed, CostClass::slow},
#define CONTROL(name, attributes, calls, effect) {bare(#name), Family::control, at_least(0), at_least(0), Takes::any, Gives::named, Derivative::linear, Pattern::opaque, moved, CostClass::slow, 0, Effect::effect},
#include "espalier/ir/ops.def"
#undef MAP
};

/// The row with which each family begins.
inline constexpr auto family_begin = [] {
  std::array<std::uint8_t, static_cast<std::size_t>(Family::control) + 1> begin{};
  for (const OpInfo& row : op_rows) {
    for (std::size_t f = 0; f < begin.size(); ++f) begin[f] = static_cast<std::uint8_t>(begin[f] + (static_cast<std::size_t>(row.family) < f));
  }
  return begin;
}();

template <class F> inline constexpr Family family_of = [] { static_assert(sizeof(F) == 0, "no family of ops"); return Family{}; }();
template <> inline constexpr Family family_of<Unary> = Family::unary;
template <> inline constexpr Family family_of<Binary> = Family::binary;
template <> inline constexpr Family family_of<Ternary> = Family::ternary;
template <> inline constexpr Family family_of<Source> = Family::source;
template <> inline constexpr Family family_of<Movement> = Family::movement;
template <> inline constexpr Family family_of<Reducing> = Family::reducing;
template <> inline constexpr Family family_of<Contraction> = Family::contraction;
template <> inline constexpr Family family_of<Library> = Family::library;
template <> inline constexpr Family family_of<Fourier> = Family::fourier;
template <> inline constexpr Family family_of<Random> = Family::random;
template <> inline constexpr Family family_of<Collective> = Family::collective;
template <> inline constexpr Family family_of<Control> = Family::control;

constexpr std::uint8_t row_of(auto op) { return static_cast<std::uint8_t>(family_begin[static_cast<std::size_t>(family_of<decltype(op)>)] + static_cast<std::uint8_t>(op)); }

}  // namespace detail

inline constexpr int op_count = static_cast<int>(std::size(detail::op_rows));
static_assert(std::is_sorted(std::begin(detail::op_rows), std::end(detail::op_rows), [](const OpInfo& a, const OpInfo& b) { return a.family < b.family; }),
              "the sections of ops.def are in the order of Family");

/// A primitive: an op of any family. Two are equal if they are the same row.
class Op {
 public:
  constexpr Op() = default;  ///< the first row
  constexpr Op(Unary op) : row_(detail::row_of(op)) {}
  constexpr Op(Binary op) : row_(detail::row_of(op)) {}
  constexpr Op(Ternary op) : row_(detail::row_of(op)) {}
  constexpr Op(Source op) : row_(detail::row_of(op)) {}
  constexpr Op(Movement op) : row_(detail::row_of(op)) {}
  constexpr Op(Reducing op) : row_(detail::row_of(op)) {}
  constexpr Op(Contraction op) : row_(detail::row_of(op)) {}
  constexpr Op(Library op) : row_(detail::row_of(op)) {}
  constexpr Op(Fourier op) : row_(detail::row_of(op)) {}
  constexpr Op(Random op) : row_(detail::row_of(op)) {}
  constexpr Op(Collective op) : row_(detail::row_of(op)) {}
  constexpr Op(Control op) : row_(detail::row_of(op)) {}
  /// The op of a row, which is below `op_count` in all graphs that `verify` accepts.
  constexpr explicit Op(std::uint8_t row) : row_(row) {}

  constexpr std::uint8_t row() const { return row_; }
  /// The op as one of its family `F`.
  template <class F> constexpr F as() const { return static_cast<F>(row_ - detail::row_of(F{})); }
  constexpr bool operator==(const Op&) const = default;

  // Every op by its name alone: `Op::add`.
#define UNARY(name, ...) static const Op name;
#define BINARY(name, ...) static const Op name;
#define TERNARY(name, ...) static const Op name;
#define SOURCE(name, ...) static const Op name;
#define MOVEMENT(name, ...) static const Op name;
#define REDUCING(name, ...) static const Op name;
#define CONTRACTION(name, ...) static const Op name;
#define LIBRARY(name, ...) static const Op name;
#define FOURIER(name, ...) static const Op name;
#define RANDOM(name, ...) static const Op name;
#define COLLECTIVE(name, ...) static const Op name;
#define CONTROL(name, ...) static const Op name;
#include "espalier/ir/ops.def"

 private:
  std::uint8_t row_ = 0;
};
static_assert(sizeof(Op) == 1);

#define UNARY(name, ...) inline constexpr Op Op::name{Unary::name};
#define BINARY(name, ...) inline constexpr Op Op::name{Binary::name};
#define TERNARY(name, ...) inline constexpr Op Op::name{Ternary::name};
#define SOURCE(name, ...) inline constexpr Op Op::name{Source::name};
#define MOVEMENT(name, ...) inline constexpr Op Op::name{Movement::name};
#define REDUCING(name, ...) inline constexpr Op Op::name{Reducing::name};
#define CONTRACTION(name, ...) inline constexpr Op Op::name{Contraction::name};
#define LIBRARY(name, ...) inline constexpr Op Op::name{Library::name};
#define FOURIER(name, ...) inline constexpr Op Op::name{Fourier::name};
#define RANDOM(name, ...) inline constexpr Op Op::name{Random::name};
#define COLLECTIVE(name, ...) inline constexpr Op Op::name{Collective::name};
#define CONTROL(name, ...) inline constexpr Op Op::name{Control::name};
#include "espalier/ir/ops.def"

constexpr const OpInfo& info(Op op) { return detail::op_rows[op.row()]; }
constexpr std::string_view name(Op op) { return info(op).name; }
constexpr Family family(Op op) { return info(op).family; }
/// The op whose name is `text`, if there is one.
std::optional<Op> op_named(std::string_view text);

/// Unary, binary or ternary: applied element by element to operands of one shape, with one result.
constexpr bool is_elementwise(Op op) { return op.row() < detail::row_of(Source{}); }
/// An element of each result is made of the operands' elements at the same place: elementwise ops, and random numbers.
constexpr bool maps(Op op) { return info(op).pattern == Pattern::map; }
/// Some axes of the operand are gone in the result.
constexpr bool reduces(Op op) { return info(op).pattern == Pattern::reduction; }
/// Computing it again costs less than storing and loading its result.
constexpr bool is_cheap(Op op) { return info(op).cost == CostClass::cheap; }

/// The rule of an op's family, applied to the op: `rule` is callable with every family, or it does not compile.
template <class Rule> constexpr decltype(auto) visit(Op op, Rule&& rule) {
  switch (family(op)) {
    case Family::unary: return rule(op.as<Unary>());
    case Family::binary: return rule(op.as<Binary>());
    case Family::ternary: return rule(op.as<Ternary>());
    case Family::source: return rule(op.as<Source>());
    case Family::movement: return rule(op.as<Movement>());
    case Family::reducing: return rule(op.as<Reducing>());
    case Family::contraction: return rule(op.as<Contraction>());
    case Family::library: return rule(op.as<Library>());
    case Family::fourier: return rule(op.as<Fourier>());
    case Family::random: return rule(op.as<Random>());
    case Family::collective: return rule(op.as<Collective>());
    case Family::control: return rule(op.as<Control>());
  }
  __builtin_unreachable();
}

namespace detail {
template <class... Rules> struct Families : Rules... {
  using Rules::operator()...;
};
template <class... Rules> Families(Rules...) -> Families<Rules...>;
}  // namespace detail

/// The same with a rule for each family: `visit(op, [](Unary op) {…}, [](Binary op) {…}, …)`.
template <class First, class Second, class... Rest> constexpr decltype(auto) visit(Op op, First&& first, Second&& second, Rest&&... rest) {
  return visit(op, detail::Families{std::forward<First>(first), std::forward<Second>(second), std::forward<Rest>(rest)...});
}

}  // namespace espalier::ir

template <> struct std::hash<espalier::ir::Op> {
  std::size_t operator()(espalier::ir::Op op) const noexcept { return op.row(); }
};
