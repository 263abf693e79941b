#include "espalier/dsl/transform/dump.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "espalier/dsl/settings.h"
#include "espalier/dsl/transform/jit_core.h"
#include "espalier/jit/compile.h"

namespace espalier::detail {
namespace {

// A function's name as part of a file's: letters, digits and a few marks stay.
std::string file_name(const std::string& name) {
  std::string text = name.empty() ? "jit" : name;
  for (char& c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
    if (!plain) c = '_';
  }
  return text;
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return;
  IoError error("jit", "cannot write " + path.string(), "ESPALIER_DUMP, or settings::set_dump, must name a folder that can be written to");
  error.path = path.string();
  throw error;
}

// The folder that the program has asked for (state of the process, on purpose).
std::mutex asking;
std::string asked_for;

std::string wanted_folder() {
  const std::lock_guard guard(asking);
  if (!asked_for.empty()) return asked_for;
  const char* const folder = std::getenv("ESPALIER_DUMP");
  return folder == nullptr ? "" : folder;
}

}  // namespace

void dump(const CompiledCall& call, const std::string& name, std::uint64_t hash) {
  const std::string folder = wanted_folder();
  if (folder.empty()) return;
  std::error_code ignored;  // what matters is whether the files can be written
  std::filesystem::create_directories(folder, ignored);
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
  for (const codegen::StageRow& stage : codegen::stage_table) {
    if (stage.target == codegen::StageTarget::gpu) continue;
    write(std::filesystem::path(folder) / (file_name(name) + "." + digits + "." + std::string(stage.name)), call.text(stage.name));
  }
}

}  // namespace espalier::detail

namespace espalier::settings {

void set_dump(std::string folder) {
  const std::lock_guard guard(detail::asking);
  detail::asked_for = std::move(folder);
}

}  // namespace espalier::settings
