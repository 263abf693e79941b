// Divisions by 0, whatever they give.
#include "espalier/ir/checks/rules.h"

namespace espalier::ir::checks {

bool divides(const CheckNode& n) { return n.node.op == Op::div || n.node.op == Op::rem; }
Expr divided_by_zero(const CheckNode& n) { return compare(n.x(1), Comparison::eq, 0); }

}  // namespace espalier::ir::checks
