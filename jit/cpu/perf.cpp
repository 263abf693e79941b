#include "espalier/jit/cpu/perf.h"

#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/Debugging/DebugInfoSupport.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/ExecutionEngine/Orc/Shared/PerfSharedStructs.h>
#include <llvm/ExecutionEngine/Orc/TargetProcess/JITLoaderPerf.h>
#include <llvm/Support/FileSystem.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "espalier/ir/error.h"

namespace espalier::codegen {
namespace {

namespace orc = llvm::orc;
namespace jitlink = llvm::jitlink;
using Perform = orc::shared::WrapperFunctionCall;

constexpr std::uint32_t prefix_bytes = 16;  // of a record as it is written: kind, size, time

orc::PerfJITDebugInfoRecord lines_of(const jitlink::Symbol& function, llvm::DWARFContext& dwarf) {
  const auto at = function.getAddress().getValue();
  orc::PerfJITDebugInfoRecord record{{orc::PerfJITRecordType::JIT_CODE_DEBUG_INFO, prefix_bytes + 16}, at, {}};
  const llvm::DILineInfoSpecifier wanted(llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath);
  for (const auto& [address, info] : dwarf.getLineInfoForAddressRange({at, function.getSection().getOrdinal()}, function.getSize(), wanted)) {
    record.Entries.push_back({address, info.Line, info.Discriminator, info.FileName});
    record.Prefix.TotalSize += static_cast<std::uint32_t>(16 + info.FileName.size() + 1);
  }
  return record;
}

orc::PerfJITCodeLoadRecord code_of(const jitlink::Symbol& function, std::uint64_t index) {
  const auto at = function.getAddress().getValue();
  const std::string name = (*function.getName()).str();
  const std::size_t bytes = prefix_bytes + 40 + name.size() + 1 + function.getSize();
  return {{orc::PerfJITRecordType::JIT_CODE_LOAD, static_cast<std::uint32_t>(bytes)}, 0, 0, at, at, function.getSize(), index, name};
}

// LLVM's own plugin writes the lines of all functions before the first of their code, where perf takes the last that it met for it: here
// each function's lines precede its own code.
class WritesForPerf final : public orc::ObjectLinkingLayer::Plugin {
 public:
  void modifyPassConfig(orc::MaterializationResponsibility&, jitlink::LinkGraph&, jitlink::PassConfiguration& passes) override {
    passes.PrePrunePasses.push_back(&keep);
    passes.PostFixupPasses.push_back([this](jitlink::LinkGraph& graph) { return write(graph); });
  }
  llvm::Error notifyFailed(orc::MaterializationResponsibility&) override { return llvm::Error::success(); }
  llvm::Error notifyRemovingResources(orc::JITDylib&, orc::ResourceKey) override { return llvm::Error::success(); }
  void notifyTransferringResources(orc::JITDylib&, orc::ResourceKey, orc::ResourceKey) override {}

 private:
  // The linker would drop what nothing refers to: DWARF, and the names of functions.
  static llvm::Error keep(jitlink::LinkGraph& graph) {
    for (jitlink::Symbol* symbol : graph.defined_symbols()) {
      if (symbol->isCallable()) symbol->setLive(true);
    }
    return orc::preserveDebugSections(graph);
  }

  // A record is written when the code is in its place, which is when the graph's actions are performed.
  llvm::Error write(jitlink::LinkGraph& graph) {
    auto dwarf = orc::createDWARFContext(graph);
    if (!dwarf) return dwarf.takeError();
    for (jitlink::Symbol* symbol : graph.defined_symbols()) {
      if (!symbol->hasName() || !symbol->isCallable()) continue;
      orc::PerfJITRecordBatch records{};
      records.DebugInfoRecords.push_back(lines_of(*symbol, *dwarf->first));
      records.CodeLoadRecords.push_back(code_of(*symbol, written_++));
      auto action = Perform::Create<orc::shared::SPSArgList<orc::shared::SPSPerfJITRecordBatch>>(orc::ExecutorAddr::fromPtr(&llvm_orc_registerJITLoaderPerfImpl), records);
      if (!action) return action.takeError();
      graph.allocActions().push_back({std::move(*action), {}});
    }
    return llvm::Error::success();
  }

  std::atomic<std::uint64_t> written_{0};
};

}  // namespace

void write_for_perf(orc::ExecutionSession& session, orc::ObjectLinkingLayer& layer) {
  const char* folder = std::getenv("JITDUMPDIR");
  if (folder == nullptr || *folder == 0) return;
  const std::string path = std::string(folder) + "/.debug/jit";
  if (llvm::sys::fs::create_directories(path) || llvm::sys::fs::access(path, llvm::sys::fs::AccessMode::Write)) {
    IoError error("jit", "cannot write into " + path, "JITDUMPDIR must name a folder that can be written to");
    error.path = path;
    throw error;
  }
  if (llvm::Error error = session.callSPSWrapper<void()>(orc::ExecutorAddr::fromPtr(&llvm_orc_registerJITLoaderPerfStart))) {
    throw std::runtime_error("code cannot be written for perf: " + llvm::toString(std::move(error)));
  }
  layer.addPlugin(std::make_shared<WritesForPerf>());
}

}  // namespace espalier::codegen
