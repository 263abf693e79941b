#include "espalier/dsl/transform/dump.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

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
  IoError error("jit", "cannot write " + path.string(), "ESPALIER_DUMP must name a folder that can be written to");
  error.path = path.string();
  throw error;
}

}  // namespace

void dump(const CompiledCall& call, const std::string& name, std::uint64_t hash) {
  const char* folder = std::getenv("ESPALIER_DUMP");
  if (folder == nullptr || *folder == 0) return;
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
