#pragma once
// Numbers of events: discrete distributions that are drawn by rejection or by counting, in jax.random's formulas. Parameters broadcast to
// the shape; errors as for the continuous distributions.
#include "espalier/stdlib/random/discrete.h"

namespace espalier::random {

/// How many events there are at a rate of `lam`, which counts as f32: probabilities e^-lam lam^k / k!. Below 10 by Knuth's method, else by Hörmann's
/// transformed rejection (1993). -1 where lam is NaN. DTypeError if the dtype is no integer.
Array poisson(const Key& key, Operand lam, DrawShape shape = {}, CountOptions options = {});

/// How many of n trials succeed, each with probability p: a float of the dtype asked for, by default that of the parameters. NaN where n is negative
/// or NaN, or p negative or NaN; infinite where n is. Up to n p = 10 by the lengths of runs, else by Hörmann's rejection (1993).
Array binomial(const Key& key, Operand n, Operand p, DrawShape shape = {}, DrawOptions options = {});

/// How often each outcome comes in n trials, with probabilities p along the last axis: floats of the shape, by default that of p. n broadcasts to the
/// shape without its last axis. ShapeError if p is a scalar.
Array multinomial(const Key& key, Operand n, Operand p, DrawShape shape = {}, DrawOptions options = {});

}  // namespace espalier::random
