#pragma once
// A family of cases: what `<family>.json` says, with its tensors from `<family>.safetensors`.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "safetensors.h"

namespace espalier::conformance {

using Json = nlohmann::json;

/// How close results must be: bit for bit, in units in the last place, or by absolute and relative distance.
struct Tolerance {
  bool exact = false, zero_sign_any = false;
  double ulp = 0, rtol = 0, atol = 0, ntol = 0;
  bool ill_conditioned = false;  ///< numbers are not compared, only what kind of number they are
};

struct Case {
  std::string name, op, transform;  ///< transform: "", "vmap", "vmap(grad)", …
  Json attrs;                       ///< the op's attributes
  Json mapping;                     ///< in_axes, out_axes, argnum of a transform
  std::vector<Tensor> inputs, outputs;
  std::vector<std::size_t> diff_inputs, diff_outputs;
  std::vector<Tensor> tangents, cotangents, jvp_outputs, vjp_outputs, hvp_outputs;
  Tolerance tolerance;
};

struct Family {
  std::string name;
  std::vector<Case> cases;
};

/// The families of a directory, sorted by name.
std::vector<std::string> families_in(const std::filesystem::path& directory);
/// One family. IoError, FormatError.
Family read_family(const std::filesystem::path& directory, const std::string& name);

}  // namespace espalier::conformance
