#include "espalier/stdlib/nn/lazy_layer.h"

#include <algorithm>
#include <atomic>

namespace espalier::nn::detail {
namespace {

// The innermost init of this thread.
thread_local InitRun* innermost = nullptr;

std::uint64_t fresh_serial() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

InitRun& run_of(const LazyRecipe& how, const std::optional<std::string>& path, Where where) {
  if (InitRun* run = InitRun::running(how.run)) return *run;
  const std::string made = std::string(how.where.file_name()) + ":" + std::to_string(how.where.line());
  const std::string type(how.type);
  // Where an init runs all layers of its tree have a number: this one is in no tree.
  const bool elsewhere = innermost != nullptr && how.run == 0;
  MissingValue error(type, (path && !path->empty() ? "the layer at " + *path : "a layer") + ", made by lazy at " + made + ", has no parameters yet",
                     elsewhere ? "init fills the members of the module that it was given: make the layer a member, before" : "net = nn::init(net, key, example) gives the lazy layers of a module their parameters", where);
  error.path = path.value_or("");
  throw error;
}

}  // namespace

InitRun::InitRun() : serial_(fresh_serial()), outer_(innermost) { innermost = this; }
InitRun::~InitRun() { innermost = outer_; }

InitRun* InitRun::running(std::uint64_t serial) {
  for (InitRun* run = innermost; run != nullptr; run = run->outer_) {
    if (run->serial_ == serial) return run;
  }
  return nullptr;
}
const Array* InitRun::input_of(const std::string& path) const {
  const auto found = std::find_if(inputs_.begin(), inputs_.end(), [&](const auto& input) { return input.first == path; });
  return found == inputs_.end() ? nullptr : &found->second;
}
const Array& InitRun::first_input(const std::string& path, const Operand& x) {
  if (const Array* before = input_of(path)) return *before;
  return inputs_.emplace_back(path, abstract(x.array.shape(x.where), x.array.dtype(x.where), x.where)).second;
}

void stand_in(const Lazy& lazy, const std::optional<std::string>& path, void* layer, const Operand& x) {
  const LazyRecipe& how = LazyAccess::recipe(lazy);
  InitRun& run = run_of(how, path, x.where);
  how.make(how.arguments.get(), layer, Key(0, x.where), run.first_input(how.path, x));
}
void stand_in_for_any(const Lazy& lazy, const std::optional<std::string>& path, void* layer, Where where) {
  const LazyRecipe& how = LazyAccess::recipe(lazy);
  (void)run_of(how, path, where);
  how.make(how.arguments.get(), layer, Key(0, where), abstract({1, 1}, f32, where));
}

}  // namespace espalier::nn::detail
