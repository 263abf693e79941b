#include "cuda_machine.h"

#include <dlfcn.h>

#include <stdexcept>

namespace espalier::test {
namespace {

/// The functions of the driver that are used, by the names that its library exports.
struct Driver {
  int (*init)(unsigned) = nullptr;
  int (*device_count)(int*) = nullptr;
  int (*retain_context)(void**, int) = nullptr;
  int (*set_context)(void*) = nullptr;
  int (*load)(void**, const void*, unsigned, int*, void**) = nullptr;
  int (*unload)(void*) = nullptr;
  int (*function)(void**, void*, const char*) = nullptr;
  int (*global)(std::uint64_t*, std::size_t*, void*, const char*) = nullptr;
  int (*allocate_host)(void**, std::size_t, unsigned) = nullptr;
  int (*free_host)(void*) = nullptr;
  int (*copy_to_host)(void*, std::uint64_t, std::size_t) = nullptr;
  int (*launch)(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**, void**) = nullptr;
  int (*synchronize)() = nullptr;
  int (*error_name)(int, const char**) = nullptr;
  bool found = false;

  Driver() {
    void* library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    bool all = true;
    auto find = [&](auto& f, const char* name) {
      f = reinterpret_cast<std::remove_reference_t<decltype(f)>>(::dlsym(library, name));
      all = all && f != nullptr;
    };
    find(init, "cuInit"), find(device_count, "cuDeviceGetCount"), find(retain_context, "cuDevicePrimaryCtxRetain"), find(set_context, "cuCtxSetCurrent");
    find(load, "cuModuleLoadDataEx"), find(unload, "cuModuleUnload"), find(function, "cuModuleGetFunction"), find(global, "cuModuleGetGlobal_v2");
    find(allocate_host, "cuMemHostAlloc"), find(free_host, "cuMemFreeHost"), find(copy_to_host, "cuMemcpyDtoH_v2");
    find(launch, "cuLaunchKernel"), find(synchronize, "cuCtxSynchronize"), find(error_name, "cuGetErrorName");
    int devices = 0;
    void* context = nullptr;
    found = all && init(0) == 0 && device_count(&devices) == 0 && devices > 0 && retain_context(&context, 0) == 0 && set_context(context) == 0;
  }
  void check(int status, const std::string& what) const {
    if (status == 0) return;
    const char* name = nullptr;
    error_name(status, &name);
    throw std::runtime_error(what + ": " + (name != nullptr ? name : std::to_string(status)));
  }
};

const Driver& driver() {
  static const Driver the;
  return the;
}

}  // namespace

bool CudaMachine::exists() { return driver().found; }

CudaMachine::CudaMachine(std::string_view ptx) {
  const std::string text(ptx);
  std::string log(8192, '\0');
  // CU_JIT_ERROR_LOG_BUFFER and its size: pointers to the values, except that small ones stand for themselves.
  int options[] = {5, 6};
  void* values[] = {log.data(), reinterpret_cast<void*>(log.size())};
  void* module = nullptr;
  const int status = driver().load(&module, text.c_str(), 2, options, values);
  driver().check(status, "cuModuleLoadDataEx says " + std::string(log.c_str()));
  module_.reset(module);
}
CudaMachine::~CudaMachine() {
  for (void* room : rooms_) driver().free_host(room);
}
void CudaMachine::Unload::operator()(void* module) const { driver().unload(module); }

std::byte* CudaMachine::room(std::int64_t bytes) {
  void* data = nullptr;
  driver().check(driver().allocate_host(&data, static_cast<std::size_t>(bytes), 0), "cuMemHostAlloc");
  rooms_.push_back(data);
  return static_cast<std::byte*>(data);
}

void CudaMachine::launch(const std::string& kernel, std::int64_t blocks, std::int64_t threads, const std::vector<Span>& arrays) {
  void* function = nullptr;
  driver().check(driver().function(&function, module_.get(), kernel.c_str()), "cuModuleGetFunction of " + kernel);
  std::vector<void*> pointers, arguments;
  for (const Span& array : arrays) pointers.push_back(array.data);
  for (void*& pointer : pointers) arguments.push_back(&pointer);
  driver().check(driver().launch(function, static_cast<unsigned>(blocks), 1, 1, static_cast<unsigned>(threads), 1, 1, 0, nullptr, arguments.data(), nullptr), "cuLaunchKernel of " + kernel);
  driver().check(driver().synchronize(), kernel);
}

Span CudaMachine::variable(const std::string& name) {
  std::uint64_t at = 0;
  std::size_t bytes = 0;
  driver().check(driver().global(&at, &bytes, module_.get(), name.c_str()), "cuModuleGetGlobal of " + name);
  std::byte* data = room(static_cast<std::int64_t>(bytes));
  driver().check(driver().copy_to_host(data, at, bytes), "cuMemcpyDtoH of " + name);
  return {data, static_cast<std::int64_t>(bytes)};
}

}  // namespace espalier::test
