#include "espalier/stdlib/train/manifest.h"

#include <zlib.h>

#include <nlohmann/json.hpp>

#include "espalier/dsl/memory.h"

namespace espalier::detail {
namespace {

constexpr int version = 1;
constexpr const char *manifest_key = "espalier.manifest", *checksum_key = "espalier.manifest.crc32";

std::uint32_t crc32_of(const void* bytes, std::size_t n) { return static_cast<std::uint32_t>(crc32_z(0, static_cast<const Bytef*>(bytes), n)); }

/// The manifest's members, each of the kind it must be. Throws what nlohmann-json throws of others.
Manifest parsed(const nlohmann::json& json) {
  Manifest manifest;
  manifest.info.step = json.at("step").get<std::int64_t>();
  manifest.info.metadata = json.at("metadata").get<std::map<std::string, std::string>>();
  for (const auto& [name, entry] : json.at("arrays").items()) manifest.arrays[name] = {entry.at("type").get<std::string>(), entry.at("crc32").get<std::uint32_t>()};
  return manifest;
}

}  // namespace

ManifestEntry manifest_entry(const Array& array, Where where) {
  const Array held = concrete(array, "save_checkpoint", where);
  const auto bytes = bytes_of(held);
  return {std::string(ir::name(held.dtype())) + held.shape().str(), crc32_of(bytes.data(), bytes.size())};
}

std::map<std::string, std::string> manifest_metadata(const Manifest& manifest) {
  nlohmann::json json = {{"format", "espalier checkpoint"}, {"version", version}, {"step", manifest.info.step}, {"metadata", manifest.info.metadata}};
  nlohmann::json& arrays = json["arrays"] = nlohmann::json::object();
  for (const auto& [name, entry] : manifest.arrays) arrays[name] = {{"type", entry.type}, {"crc32", entry.crc32}};
  const std::string text = json.dump();
  return {{manifest_key, text}, {checksum_key, std::to_string(crc32_of(text.data(), text.size()))}};
}

std::optional<Manifest> manifest_in(const std::map<std::string, std::string>& metadata, std::string& problem) {
  const auto text = metadata.find(manifest_key), checksum = metadata.find(checksum_key);
  if (text == metadata.end() || checksum == metadata.end()) {
    problem = "the file has no manifest: it is damaged, or no checkpoint";
    return std::nullopt;
  }
  if (checksum->second != std::to_string(crc32_of(text->second.data(), text->second.size()))) {
    problem = "the manifest is not as it was written: its checksum is another";
    return std::nullopt;
  }
  try {
    const nlohmann::json json = nlohmann::json::parse(text->second);
    if (const int its = json.at("version").get<int>(); its != version) {
      problem = "the manifest is of version " + std::to_string(its) + ", and this library reads version " + std::to_string(version);
      return std::nullopt;
    }
    return parsed(json);
  } catch (const nlohmann::json::exception& error) {
    problem = std::string("the manifest is not what a checkpoint has: ").append(error.what());
    return std::nullopt;
  }
}

}  // namespace espalier::detail
