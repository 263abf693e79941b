#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace espalier::codegen {

/// A function or datum of the process that loaded code may name.
struct ExternalSymbol {
  std::string name;
  void* address;
};

/// Machine code in memory, linked and executable. The memory goes with the object: nothing may run in it any more.
class LoadedCode {
 public:
  /// Links a relocatable object. Names it needs are sought among `externals`, then in the process (libc, libm).
  /// Throws std::runtime_error when the object is malformed or a name is found nowhere. Debuggers are told of code with `debug_info`
  /// for as long as it is there.
  explicit LoadedCode(std::string object, std::span<const ExternalSymbol> externals = {}, bool debug_info = false);
  ~LoadedCode();
  LoadedCode(LoadedCode&&) noexcept;
  LoadedCode& operator=(LoadedCode&&) noexcept;

  /// The address of a symbol the object defines. Throws std::runtime_error when it defines no such name.
  void* lookup(std::string_view name) const;

  template <typename Function>
  Function* function(std::string_view name) const {
    return reinterpret_cast<Function*>(lookup(name));
  }

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace espalier::codegen
