// Opens the compiler's library beside this one.
#include "espalier/dsl/compiler.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "espalier/ir/error.h"

namespace espalier::codegen {
namespace {

std::string beside_this_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&compiler), &info) == 0 || info.dli_fname == nullptr) return {};
  const std::string path = info.dli_fname;
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

const Compiler* open() {
  constexpr const char* file = "libespalier-jit.so";
  std::string searched, found;
  for (const std::string& folder : {beside_this_library(), beside_this_library() + "jit/", std::string()}) {
    const std::string path = folder + file;
    if (void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
      using Make = const Compiler* (*)();
      if (auto make = reinterpret_cast<Make>(dlsym(library, compiler_symbol))) return make();
    }
    const char* reason = dlerror();
    if (found.empty() && access(path.c_str(), F_OK) == 0) found = path + ": " + (reason ? reason : "it is no compiler of this library");
    searched += "\n  " + path + (reason ? std::string(": ") + reason : std::string());
  }
  if (!found.empty()) {
    throw CompileError("jit", "the compiler's library is there, but the system cannot load it:\n  " + found, "\"failed to map\" and \"cannot allocate\" mean too little address space (ulimit -v); a file that is not found is one that the compiler needs, LLVM's or MLIR's");
  }
  throw CompileError("jit", "the compiler's library could not be opened:" + searched, "build with ESPALIER_JIT=ON and install libespalier-jit.so beside libespalier.so");
}

}  // namespace

const Compiler& compiler() {
  static const Compiler& opened = *open();
  return opened;
}

}  // namespace espalier::codegen
