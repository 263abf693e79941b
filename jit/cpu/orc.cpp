#include "espalier/jit/cpu/orc.h"

#include <llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/AbsoluteSymbols.h>
#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/ExecutionUtils.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h>
#include <llvm/Support/MemoryBuffer.h>

#include <atomic>
#include <stdexcept>

#include "espalier/jit/cpu/gdb.h"
#include "espalier/jit/cpu/perf.h"

namespace espalier::codegen {
namespace {

using namespace llvm;

template <typename T>
T value_or_throw(Expected<T> expected) {
  if (!expected) throw std::runtime_error("loading code failed: " + toString(expected.takeError()));
  return std::move(*expected);
}

void throw_if(Error error) {
  if (error) throw std::runtime_error("loading code failed: " + toString(std::move(error)));
}

/// The linker of the process: a session and one layer that takes objects. It is never torn down, because loaded code
/// may outlive every static object that could own it. All its operations take the session's lock.
struct Linker {
  orc::ExecutionSession session;
  orc::ObjectLinkingLayer objects;
  orc::JITDylib* process;
  std::atomic<uint64_t> loaded{0};

  Linker()
      : session(value_or_throw(orc::SelfExecutorProcessControl::Create())),
        objects(session),
        process(&session.createBareJITDylib("process")) {
    session.setErrorReporter([](Error error) { consumeError(std::move(error)); });
    process->addGenerator(value_or_throw(orc::DynamicLibrarySearchGenerator::GetForCurrentProcess('\0')));
  }

  static Linker& get() {
    static Linker& linker = *new Linker;
    return linker;
  }
};

}  // namespace

namespace {

/// A layer of its own for code with debug information, made for the first such: all other code has nothing to do with debuggers.
orc::ObjectLinkingLayer& debugged_objects() {
  static orc::ObjectLinkingLayer& layer = []() -> orc::ObjectLinkingLayer& {
    auto made = std::make_unique<orc::ObjectLinkingLayer>(Linker::get().session);
    tell_gdb(*made);
    write_for_perf(Linker::get().session, *made);
    return *made.release();
  }();
  return layer;
}

}  // namespace

struct LoadedCode::Library {
  orc::JITDylib* dylib;

  ~Library() {
    orc::ExecutionSession& session = Linker::get().session;
    consumeError(session.removeJITDylib(*dylib));
    session.getSymbolStringPool()->clearDeadEntries();  // names that only this code had
  }
};

LoadedCode::LoadedCode(std::string object, std::span<const ExternalSymbol> externals, bool debug_info) {
  Linker& linker = Linker::get();
  auto& dylib = linker.session.createBareJITDylib("code" + std::to_string(linker.loaded++));
  library_ = std::make_unique<Library>(&dylib);
  dylib.addToLinkOrder(*linker.process);
  orc::SymbolMap symbols;
  for (const ExternalSymbol& external : externals) {
    symbols[linker.session.intern(external.name)] = {orc::ExecutorAddr::fromPtr(external.address),
                                                     JITSymbolFlags::Exported};
  }
  if (!symbols.empty()) throw_if(dylib.define(orc::absoluteSymbols(std::move(symbols))));
  throw_if((debug_info ? debugged_objects() : linker.objects).add(dylib, MemoryBuffer::getMemBufferCopy(object, "code")));
}

LoadedCode::~LoadedCode() = default;
LoadedCode::LoadedCode(LoadedCode&&) noexcept = default;
LoadedCode& LoadedCode::operator=(LoadedCode&&) noexcept = default;

void* LoadedCode::lookup(std::string_view name) const {
  auto symbol = value_or_throw(Linker::get().session.lookup({library_->dylib}, StringRef(name)));
  return symbol.getAddress().toPtr<void*>();
}

}  // namespace espalier::codegen
