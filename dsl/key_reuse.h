#pragma once
// Whether a key is used twice: it would give the same random numbers again.
#include "espalier/dsl/key.h"

namespace espalier::detail {

/// A function of the library draws from the key, or splits it: `use` is its name. KeyReuseError if another call has done so before and
/// `settings::set_key_reuse_check` is on.
void note_use(const Key& key, const char* use, Where where);

}  // namespace espalier::detail
