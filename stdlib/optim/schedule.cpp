#include "espalier/stdlib/optim/schedule.h"

namespace espalier::optim {

Array Schedule::operator()(Operand count) const {
  if (rule_.exists()) return rule_(count.array);
  if (!value_.is_nothing()) return value_;
  return Array(constant_, count.where);
}

}  // namespace espalier::optim
