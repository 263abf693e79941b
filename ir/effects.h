#pragma once
// Effects: what programs do to the host beside computing results. A node with an effect is one of its graph's roots, as outputs are: it
// is never removed, merged with an equal one, computed earlier or moved across another, and runs as often as the program says.
#include "espalier/ir/graph.h"

namespace espalier::ir {

/// Whether a node of this op, with these attributes, acts on the host: it calls a function of it, or runs a body that does.
bool has_effect(Op op, const Attrs& attrs);
/// Whether any of its nodes does. It is no walk through bodies: nodes know.
bool has_effects(const Graph& graph);

/// The program without its effects: it computes the same. What is computed a second time is computed so.
Graph without_effects(const Graph& graph);
/// The same of a body, which stays the object it is where it has none.
GraphRef without_effects(const GraphRef& body);
/// The same of all bodies of a node.
Attrs without_effects(Attrs attrs);

/// The type of values that stand for all effects up to a place of a program: they have no elements.
inline const Type effect_token{u8, Shape{0}};
/// The order of effects as dependences: each takes a token and gives one to the next; bodies take and give one. For programs without
/// calls, such as `simplify` gives.
Graph with_tokens(const Graph& graph);

}  // namespace espalier::ir
