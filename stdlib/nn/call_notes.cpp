#include "espalier/stdlib/nn/call_notes.h"

#include <algorithm>

#include "espalier/dsl/tree/text.h"

namespace espalier::nn::detail {

std::string type_text(const Array& array) { return tree::leaf_text(array); }

CallNotes*& CallNotes::innermost() {
  thread_local CallNotes* innermost = nullptr;
  return innermost;
}
CallNotes::CallNotes() : outer_(innermost()) { innermost() = this; }
CallNotes::~CallNotes() { innermost() = outer_; }

const CallNotes::Call* CallNotes::of(const std::string& path) const {
  const auto found = std::find_if(calls_.begin(), calls_.end(), [&](const Call& call) { return call.path == path; });
  return found == calls_.end() ? nullptr : &*found;
}
void CallNotes::add(const std::string& path, std::vector<std::string> inputs, std::vector<std::string> outputs) {
  CallNotes& notes = *innermost();
  if (notes.of(path) == nullptr) notes.calls_.push_back({path, std::move(inputs), std::move(outputs)});
}

}  // namespace espalier::nn::detail
