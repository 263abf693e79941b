#pragma once
// Sets of ops by a column of their rows, each an enumeration of its own: a switch over one lists its members and
// no other op, and does not compile where a member is missing. What is no member meets no case.
#include "espalier/ir/op.h"

namespace espalier::ir {

/// Elementwise ops that have a derivative other than zero.
enum class Differentiable : std::uint8_t {
#define IF_flat(member)
#define IF_linear(member) member,
#define IF_curved(member) member,
#define UNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##derivative(name = detail::row_of(Unary::name))
#define BINARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##derivative(name = detail::row_of(Binary::name))
#define TERNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##derivative(name = detail::row_of(Ternary::name))
#include "espalier/ir/ops.def"
#undef IF_curved
};

/// Elementwise ops that are linear in some of their operands.
enum class Linear : std::uint8_t {
#define IF_curved(member)
#define UNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##derivative(name = detail::row_of(Unary::name))
#define BINARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##derivative(name = detail::row_of(Binary::name))
#define TERNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##derivative(name = detail::row_of(Ternary::name))
#include "espalier/ir/ops.def"
#undef IF_flat
#undef IF_linear
#undef IF_curved
};

/// Elementwise ops that are a function of many instructions.
enum class Function : std::uint8_t {
#define IF_cheap(member)
#define IF_slow(member)
#define IF_emulated(member)
#define IF_function(member) member,
#define UNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##cost(name = detail::row_of(Unary::name))
#define BINARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##cost(name = detail::row_of(Binary::name))
#define TERNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##cost(name = detail::row_of(Ternary::name))
#include "espalier/ir/ops.def"
#undef IF_cheap
#undef IF_slow
#undef IF_emulated
#undef IF_function
};

/// Elementwise ops that are few instructions.
enum class Instruction : std::uint8_t {
#define IF_cheap(member) member,
#define IF_slow(member) member,
#define IF_emulated(member) member,
#define IF_function(member)
#define UNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##cost(name = detail::row_of(Unary::name))
#define BINARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##cost(name = detail::row_of(Binary::name))
#define TERNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##cost(name = detail::row_of(Ternary::name))
#include "espalier/ir/ops.def"
#undef IF_cheap
#undef IF_slow
#undef IF_emulated
#undef IF_function
};

/// Elementwise ops that compute with complex numbers.
enum class OfComplex : std::uint8_t {
#define IF_any_computed(member) member,
#define IF_any_moved(member)
#define IF_number_computed(member) member,
#define IF_inexact_computed(member) member,
#define IF_complex_computed(member) member,
#define IF_real_computed(member)
#define IF_integer_computed(member)
#define IF_bits_computed(member)
#define IF_floating_computed(member)
#define IF_part_computed(member)
#define UNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##takes##_##bits(name = detail::row_of(Unary::name))
#define BINARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##takes##_##bits(name = detail::row_of(Binary::name))
#define TERNARY(name, attributes, takes, gives, derivative, bits, cost, domain) IF_##takes##_##bits(name = detail::row_of(Ternary::name))
#include "espalier/ir/ops.def"
#undef IF_any_computed
#undef IF_any_moved
#undef IF_number_computed
#undef IF_inexact_computed
#undef IF_complex_computed
#undef IF_real_computed
#undef IF_integer_computed
#undef IF_bits_computed
#undef IF_floating_computed
#undef IF_part_computed
};

/// Ops that move elements and are an index computation alone.
enum class IndexView : std::uint8_t {
#define IF_view(member) member,
#define IF_opaque(member)
#define MOVEMENT(name, operands, moved, attributes, pattern, cost) IF_##pattern(name = detail::row_of(Movement::name))
#include "espalier/ir/ops.def"
#undef IF_view
#undef IF_opaque
};

/// Ops that are a kernel of their own, but for loops and functions of the library.
enum class Opaque : std::uint8_t {
#define IF_view(member)
#define IF_reduction(member)
#define IF_opaque(member) member,
#define MOVEMENT(name, operands, moved, attributes, pattern, cost) IF_##pattern(name = detail::row_of(Movement::name))
#define REDUCING(name, operands, attributes, gives, derivative, pattern) IF_##pattern(name = detail::row_of(Reducing::name))
#include "espalier/ir/ops.def"
#undef IF_view
#undef IF_reduction
#undef IF_opaque
};

/// Control flow that is no call of a body.
enum class Flow : std::uint8_t {
#define IF_body(member)
#define IF_solve(member)
#define IF_nothing(member) member,
#define CONTROL(name, attributes, calls, effect) IF_##calls(name = detail::row_of(Control::name))
#include "espalier/ir/ops.def"
#undef IF_body
#undef IF_solve
#undef IF_nothing
};

}  // namespace espalier::ir
