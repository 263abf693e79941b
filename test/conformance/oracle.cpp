#include "oracle.h"

#include <algorithm>
#include <fstream>

#include "espalier/ir/error.h"

namespace espalier::conformance {
namespace {

bool contains(const Json& list, const std::string& text) { return std::find(list.begin(), list.end(), text) != list.end(); }

Tolerance tolerance_of(const Json& entry) {
  const Json tags = entry.value("tags", Json::array());
  return {.exact = entry.value("exact", false),
          .zero_sign_any = contains(tags, "zero_sign_any"),
          .ulp = entry.value("ulp", 0.0),
          .rtol = entry.value("rtol", 0.0),
          .atol = entry.value("atol", 0.0),
          .ntol = entry.value("ntol", 0.0),
          .ill_conditioned = contains(tags, "ill_conditioned")};
}

Case case_of(const Json& entry, const Tensors& tensors) {
  const Json complex = entry.value("complex_tensors", Json::array());
  auto list = [&](const char* field) {
    std::vector<Tensor> result;
    for (const Json& name : entry.value(field, Json::array())) {
      const auto found = tensors.find(name.get_ref<const std::string&>());
      if (found == tensors.end()) throw FormatError("oracle", "tensor " + name.dump() + " is missing");
      result.push_back(contains(complex, found->first) ? as_complex(found->second) : found->second);
    }
    return result;
  };
  Case c{.name = entry.at("name"),
         .op = entry.at("op"),
         .transform = "",
         .attrs = entry.value("attrs", Json::object()),
         .mapping = {},
         .inputs = list("inputs"),
         .outputs = list("outputs"),
         .diff_inputs = entry.value("diff_inputs", std::vector<std::size_t>{}),
         .diff_outputs = entry.value("diff_outputs", std::vector<std::size_t>{}),
         .tangents = list("tangents"),
         .cotangents = list("cotangents"),
         .jvp_outputs = list("jvp_outputs"),
         .vjp_outputs = list("vjp_outputs"),
         .hvp_outputs = list("hvp_outputs"),
         .tolerance = tolerance_of(entry)};
  // A transformed op keeps its own attributes one level down; a transformed program keeps them beside the mapping.
  if (c.attrs.contains("transform")) {
    c.transform = c.attrs["transform"];
    c.mapping = c.attrs;
    if (c.attrs.contains("op_attrs")) c.attrs = Json(c.attrs["op_attrs"]);
  }
  return c;
}

}  // namespace

std::vector<std::string> families_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(directory, error)) {
    std::filesystem::path manifest = file.path();
    if (manifest.extension() == ".safetensors" && std::filesystem::exists(manifest.replace_extension(".json"))) names.push_back(manifest.stem().string());
  }
  if (error) throw IoError("oracle", "cannot read " + directory.string() + ": " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

Family read_family(const std::filesystem::path& directory, const std::string& name) {
  const std::filesystem::path path = directory / (name + ".json");
  std::ifstream file(path);
  if (!file) throw IoError("oracle", "cannot open " + path.string(), "families are <name>.json with <name>.safetensors");
  const Json manifest = Json::parse(file, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("cases")) throw FormatError("oracle", path.string() + " has no list of cases");
  const Tensors tensors = read_safetensors(directory / (name + ".safetensors"));
  Family family{name, {}};
  for (const Json& entry : manifest["cases"]) family.cases.push_back(case_of(entry, tensors));
  return family;
}

}  // namespace espalier::conformance
