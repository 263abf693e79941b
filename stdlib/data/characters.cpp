#include "espalier/stdlib/data/characters.h"

#include <set>

#include "espalier/stdlib/io/utf8.h"

namespace espalier::data {
namespace {

/// Calls f with each character of a text in UTF-8.
template <class F> void each_character(std::string_view text, F&& f) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2
                                             : lead < 0xf0   ? 3
                                                             : 4;
    f(text.substr(0, length));
    text.remove_prefix(length);
  }
}
void require_utf8(std::string_view text, const char* op, Where where) {
  if (!io::is_utf8(text)) throw ArgumentError(op, "the text is no UTF-8", "convert it first", where);
}

}  // namespace

Characters::Characters(std::string_view text, Where where) {
  if (text.empty()) throw ArgumentError("Characters", "the text is empty", "give one with all characters that will be met", where);
  require_utf8(text, "Characters", where);
  std::set<std::string, std::less<>> symbols;  // bytes of UTF-8 are ordered as code points are
  each_character(text, [&](std::string_view c) {
    if (!symbols.contains(c)) symbols.emplace(c);
  });
  symbols_.assign(symbols.begin(), symbols.end());
  for (std::size_t i = 0; i < symbols_.size(); ++i) numbers_[symbols_[i]] = static_cast<std::int32_t>(i);
}

Array Characters::encode(std::string_view text, Where where) const {
  require_utf8(text, "encode", where);
  std::vector<std::int32_t> numbers;
  numbers.reserve(text.size());
  each_character(text, [&](std::string_view c) {
    const auto at = numbers_.find(c);
    if (at == numbers_.end()) throw ArgumentError("encode", "the character \"" + std::string(c) + "\" at " + std::to_string(numbers.size()) + " is none of the " + std::to_string(size()), "make Characters of a text that has it", where);
    numbers.push_back(at->second);
  });
  return Array(numbers, Shape(static_cast<std::int64_t>(numbers.size())), where);
}

std::string Characters::decode(const Array& numbers, Where where) const {
  if (!ir::is_integer(numbers.dtype(where))) throw DTypeError("decode", std::string("numbers of characters are integers, not ").append(ir::name(numbers.dtype())), "convert them, as argmax of logits gives them", where);
  std::string text;
  for (const std::int64_t number : numbers.to_vector<std::int64_t>()) {
    if (number < 0 || number >= size()) throw IndexError("decode", "there is no character " + std::to_string(number) + " of " + std::to_string(size()), "", where);
    text += symbols_[static_cast<std::size_t>(number)];
  }
  return text;
}

}  // namespace espalier::data
