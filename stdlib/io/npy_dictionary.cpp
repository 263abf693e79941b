#include "espalier/stdlib/io/npy_dictionary.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include "espalier/stdlib/io/elements.h"

namespace espalier::io {
namespace {

class Reader {
 public:
  Reader(std::string_view text, const FailAt& fail) : text_(text), fail_(fail) {}

  NpyDictionary dictionary() {
    NpyDictionary result;
    bool has_descr = false, has_order = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::size_t start = at_;
      const std::string key = string("a key");
      expect(':');
      bool* const seen = key == "descr" ? &has_descr : (key == "fortran_order" ? &has_order : (key == "shape" ? &has_shape : nullptr));
      if (seen == nullptr) fail(start, "the header has the key '" + key + "', and its keys are descr, fortran_order and shape");
      if (std::exchange(*seen, true)) fail(start, "the header has the key '" + key + "' twice");
      if (seen == &has_descr) result.descr = descr();
      else if (seen == &has_order) result.fortran_order = boolean();
      else result.shape = tuple();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (at_ != text_.size()) fail(at_, "something follows after the dictionary of the header");
    if (!has_descr || !has_order || !has_shape) fail(at_, std::string("the header lacks the key ") + (!has_descr ? "descr" : (!has_order ? "fortran_order" : "shape")));
    return result;
  }

 private:
  [[noreturn]] void fail(std::size_t at, const std::string& message) const {
    fail_(at, message);
    std::abort();
  }
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
  }
  bool accept(char letter) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != letter) return false;
    ++at_;
    return true;
  }
  void expect(char letter) {
    if (!accept(letter)) fail(at_, std::string("the header is no dictionary of Python: '") + letter + "' is missing");
  }
  std::string string(const std::string& what) {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '\'' && quote != '"') fail(at_, "the header has no text where " + what + " should stand");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail(at_, "the header has a text without an end");
    const std::string_view found = text_.substr(at_ + 1, end - at_ - 1);
    if (found.find('\\') != std::string_view::npos) fail(at_, "the header has a backslash, which no dtype has");
    at_ = end + 1;
    return std::string(found);
  }
  std::string descr() {
    skip_spaces();
    const std::size_t start = at_;
    if (at_ < text_.size() && text_[at_] == '[') fail(start, "the elements are records of several fields, and an array here has elements of one dtype: save each field as an array of its own");
    const std::string name = string("the dtype");
    if (name.empty()) fail(start, "the header names no dtype");
    return name;
  }
  bool boolean() {
    skip_spaces();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return value;
    }
    fail(at_, "fortran_order is neither True nor False");
  }
  Shape tuple() {
    std::vector<std::int64_t> extents;
    expect('(');
    const std::size_t start = at_;
    bool comma = true;
    while (!accept(')')) {
      if (!comma) fail(at_, "the header is no dictionary of Python: ',' is missing");
      extents.push_back(extent());
      comma = accept(',');
      if (extents.size() > max_axes) fail(start, "the array has more than " + std::to_string(max_axes) + " axes");
    }
    if (extents.size() == 1 && !comma) fail(start, "the shape is a number in parentheses, no tuple");
    return Shape(std::move(extents));
  }
  std::int64_t extent() {
    skip_spaces();
    const std::size_t start = at_;
    std::int64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      if (__builtin_mul_overflow(value, std::int64_t{10}, &value) || __builtin_add_overflow(value, std::int64_t{text_[at_] - '0'}, &value)) fail(start, "an extent is beyond 64 bits");
    }
    if (at_ == start) fail(start, "an extent of the shape is no number from 0 on");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote long integers
    return value;
  }

  std::string_view text_;
  const FailAt& fail_;
  std::size_t at_ = 0;
};

}  // namespace

NpyDictionary parse_npy_dictionary(std::string_view text, const FailAt& fail) { return Reader(text, fail).dictionary(); }

}  // namespace espalier::io
