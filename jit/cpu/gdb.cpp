#include "espalier/jit/cpu/gdb.h"

#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/ExecutionEngine/Orc/TargetProcess/JITLoaderGDB.h>
#include <llvm/Object/ELF.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

// The interface, which LLVM's library has: a list of objects, and a function at which debuggers wait to be told of a change.
extern "C" {
extern jit_descriptor __jit_debug_descriptor;
void __jit_debug_register_code();
}

namespace espalier::codegen {
namespace {

namespace orc = llvm::orc;
namespace jitlink = llvm::jitlink;

// An object that debuggers know while it lives. Whoever makes one or ends one holds the plugin's lock.
class Known {
 public:
  explicit Known(std::string object) : object_(std::move(object)), entry_{__jit_debug_descriptor.first_entry, nullptr, object_.data(), object_.size()} {
    if (entry_.next_entry != nullptr) entry_.next_entry->prev_entry = &entry_;
    __jit_debug_descriptor.first_entry = &entry_;
    tell(JIT_REGISTER_FN);
  }
  ~Known() {
    (entry_.prev_entry == nullptr ? __jit_debug_descriptor.first_entry : entry_.prev_entry->next_entry) = entry_.next_entry;
    if (entry_.next_entry != nullptr) entry_.next_entry->prev_entry = entry_.prev_entry;
    tell(JIT_UNREGISTER_FN);
  }
  Known(const Known&) = delete;
  Known& operator=(const Known&) = delete;

 private:
  void tell(jit_actions_t action) {
    __jit_debug_descriptor.relevant_entry = &entry_;
    __jit_debug_descriptor.action_flag = action;
    __jit_debug_register_code();
  }

  const std::string object_;
  jit_code_entry entry_;
};

// Writes into an object's section headers where the sections lie.
llvm::Error set_addresses(std::string& object, jitlink::LinkGraph& graph) {
  using Elf = llvm::object::ELF64LE;
  auto file = llvm::object::ELFFile<Elf>::create(object);
  if (!file) return file.takeError();
  auto sections = file->sections();
  if (!sections) return sections.takeError();
  for (const auto& header : *sections) {
    if ((header.sh_flags & llvm::ELF::SHF_ALLOC) == 0) continue;
    auto name = file->getSectionName(header);
    if (!name) return name.takeError();
    jitlink::Section* section = graph.findSectionByName(*name);
    if (section == nullptr) continue;
    const_cast<Elf::Shdr&>(header).sh_addr = jitlink::SectionRange(*section).getStart().getValue();
  }
  return llvm::Error::success();
}

// LLVM's own plugin never tells debuggers that code is gone, and leaves the list with what is no longer there.
class TellsGdb final : public orc::ObjectLinkingLayer::Plugin {
 public:
  void notifyMaterializing(orc::MaterializationResponsibility& code, jitlink::LinkGraph&, jitlink::JITLinkContext&, llvm::MemoryBufferRef object) override {
    const std::lock_guard guard(lock_);
    linking_[&code] = object.getBuffer().str();
  }
  void modifyPassConfig(orc::MaterializationResponsibility& code, jitlink::LinkGraph&, jitlink::PassConfiguration& passes) override {
    passes.PostAllocationPasses.push_back([this, &code](jitlink::LinkGraph& graph) {
      const std::lock_guard guard(lock_);
      return set_addresses(linking_[&code], graph);
    });
  }
  llvm::Error notifyEmitted(orc::MaterializationResponsibility& code) override {
    return code.withResourceKeyDo([&](orc::ResourceKey key) {
      const std::lock_guard guard(lock_);
      known_[key].push_back(std::make_unique<Known>(std::move(linking_[&code])));
      linking_.erase(&code);
    });
  }
  llvm::Error notifyFailed(orc::MaterializationResponsibility& code) override {
    const std::lock_guard guard(lock_);
    linking_.erase(&code);
    return llvm::Error::success();
  }
  llvm::Error notifyRemovingResources(orc::JITDylib&, orc::ResourceKey key) override {
    const std::lock_guard guard(lock_);
    known_.erase(key);
    return llvm::Error::success();
  }
  void notifyTransferringResources(orc::JITDylib&, orc::ResourceKey to, orc::ResourceKey from) override {
    const std::lock_guard guard(lock_);
    for (auto& one : known_[from]) known_[to].push_back(std::move(one));
    known_.erase(from);
  }

 private:
  std::mutex lock_;
  std::map<orc::MaterializationResponsibility*, std::string> linking_;
  std::map<orc::ResourceKey, std::vector<std::unique_ptr<Known>>> known_;
};

}  // namespace

void tell_gdb(orc::ObjectLinkingLayer& layer) { layer.addPlugin(std::make_shared<TellsGdb>()); }

}  // namespace espalier::codegen
