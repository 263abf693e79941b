#pragma once
// Checks of a running program, as ops of its graph: each op that can go wrong is followed by the question whether it did, of which the
// host is told. What nobody asks for costs nothing: the graph is as it was.
#include <span>

#include "espalier/ir/pass.h"

namespace espalier::ir {

/// The same program, which throws CheckError, naming op, place and the first bad element, once one of `checks` fails; the graph itself if
/// they are none. Calls are inlined. docs/checks.md says what each check asks of which op, and which values count.
Graph with_checks(const Graph& graph, Check checks);
/// The same of a program that transforms will take on: calls, and the derivatives that come with them, stay.
Graph with_checks_inside(const Graph& graph, Check checks);

/// One pass for each check, to be run alone.
std::span<const Pass> check_passes();

}  // namespace espalier::ir
