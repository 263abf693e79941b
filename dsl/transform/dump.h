#pragma once
// ESPALIER_DUMP=folder: every stage of every compiled function as a file.
#include <cstdint>
#include <string>

namespace espalier::detail {

class CompiledCall;

/// Writes each stage of a function, but those of GPUs, to `folder/name.hash.stage`, where the environment's ESPALIER_DUMP names a folder, which
/// is made if need be; nothing otherwise. `hash` tells signatures apart. Called before the code is made, so that what comes
/// before a stage that fails is there to be read. IoError, naming the file, where it cannot be written.
void dump(const CompiledCall& call, const std::string& name, std::uint64_t hash);

}  // namespace espalier::detail
