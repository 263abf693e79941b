#include "espalier/stdlib/io/safetensors_header.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "espalier/stdlib/io/elements.h"

namespace espalier::io {
namespace {

struct NamedDType {
  std::string_view name;
  DType dtype;
};
// In the order in which the package safetensors writes them, last ones first.
constexpr std::array<NamedDType, 14> dtypes{{{"BOOL", bool_}, {"U8", u8}, {"I8", i8}, {"I16", i16}, {"U16", u16}, {"F16", f16}, {"BF16", bf16}, {"I32", i32}, {"U32", u32}, {"F32", f32}, {"C64", c64}, {"F64", f64}, {"I64", i64}, {"U64", u64}}};

constexpr const char* anew = "get the file anew, or save it again with the package safetensors";

/// Counts the letters that the parser has read.
struct CountingLetters {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  const char* at;
  const char** furthest;
  const char& operator*() const { return *at; }
  CountingLetters& operator++() {
    *furthest = ++at;
    return *this;
  }
  CountingLetters operator++(int) {
    CountingLetters before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingLetters& other) const { return at == other.at; }
  bool operator!=(const CountingLetters& other) const { return at != other.at; }
};

/// What the parser tells of the JSON as it reads it. The format nests three levels and no further, so nothing else is kept.
class Listener : public nlohmann::json_sax<nlohmann::json> {
 public:
  Listener(std::string_view json, const FailInHeader& fail) : start_(json.data()), furthest_(json.data()), fail_(fail) {}

  SafetensorsHeader header;

  bool start_object(std::size_t) override {
    switch (place_) {
      case Place::outside: place_ = Place::top; return true;
      case Place::entry_value: place_ = Place::entry; return true;
      case Place::metadata_value: place_ = Place::metadata; return true;
      case Place::top:
      case Place::entry:
      case Place::metadata:
      case Place::text_value:
      case Place::dtype:
      case Place::shape_value:
      case Place::offsets_value:
      case Place::shape:
      case Place::offsets: break;
    }
    fail("an object stands where " + wanted() + " should");
  }
  bool end_object() override {
    if (place_ == Place::entry) finish_entry();
    place_ = place_ == Place::top ? Place::outside : Place::top;
    return true;
  }
  bool key(std::string& name) override {
    if (place_ == Place::top) {
      if (!names_.insert(name).second) fail("two arrays have the name \"" + name + "\"");
      place_ = name == "__metadata__" ? Place::metadata_value : Place::entry_value;
      entry_.name = name;
    } else if (place_ == Place::metadata) {
      if (header.metadata.contains(name)) fail("the metadata have the key \"" + name + "\" twice");
      text_ = &header.metadata[name];
      place_ = Place::text_value;
    } else {
      const bool again = (name == "dtype" && dtype_) || (name == "shape" && shape_) || (name == "data_offsets" && offsets_);
      if (again) fail(array() + " has the key \"" + name + "\" twice");
      if (name == "dtype") place_ = Place::dtype;
      else if (name == "shape") place_ = Place::shape_value;
      else if (name == "data_offsets") place_ = Place::offsets_value;
      else fail(array() + " has the key \"" + name + "\", and its keys are dtype, shape and data_offsets");
    }
    return true;
  }
  bool start_array(std::size_t) override {
    if (place_ == Place::shape_value) shape_.emplace(), place_ = Place::shape;
    else if (place_ == Place::offsets_value) offsets_.emplace(), place_ = Place::offsets;
    else fail("a list stands where " + wanted() + " should");
    return true;
  }
  bool end_array() override {
    place_ = Place::entry;
    return true;
  }
  bool string(std::string& value) override {
    if (place_ == Place::text_value) {
      *text_ = value;
      place_ = Place::metadata;
      return true;
    }
    if (place_ != Place::dtype) fail("a text stands where " + wanted() + " should");
    const auto found = std::find_if(dtypes.begin(), dtypes.end(), [&](const NamedDType& row) { return row.name == value; });
    if (found == dtypes.end()) fail(array() + " is of dtype \"" + value + "\", which is none of those here", "save it as one of BOOL, U8 to U64, I8 to I64, F16, BF16, F32, F64, C64");
    dtype_ = found->dtype;
    place_ = Place::entry;
    return true;
  }
  bool number_unsigned(std::uint64_t value) override {
    auto* const list = place_ == Place::shape ? &shape_ : (place_ == Place::offsets ? &offsets_ : nullptr);
    if (list == nullptr) fail("a number stands where " + wanted() + " should");
    if (value > INT64_MAX) fail(array() + " has a number beyond 63 bits");
    (*list)->push_back(static_cast<std::int64_t>(value));
    if ((*list)->size() > (place_ == Place::shape ? max_axes : 2)) fail(array() + (place_ == Place::shape ? " has more than " + std::to_string(max_axes) + " axes" : " has more than two offsets"));
    return true;
  }
  bool number_integer(std::int64_t) override { fail("a number below 0 stands where " + wanted() + " should"); }
  bool number_float(double, const std::string&) override { fail("a number that is no integer stands where " + wanted() + " should"); }
  bool null() override { fail("null stands where " + wanted() + " should"); }
  bool boolean(bool) override { fail("a truth value stands where " + wanted() + " should"); }
  bool binary(nlohmann::json::binary_t&) override { fail("bytes stand where " + wanted() + " should"); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    const std::string_view text = error.what();
    const std::size_t reason = text.find(": ");  // after "[json.exception.parse_error.101] parse error at line 1, column 3"
    fail("the header is no JSON: " + std::string(reason == std::string_view::npos ? text : text.substr(reason + 2)));
  }

  const char** letters() { return &furthest_; }

 private:
  enum class Place {
    outside,
    top,
    metadata_value,
    metadata,
    text_value,
    entry_value,
    entry,
    dtype,
    shape_value,
    shape,
    offsets_value,
    offsets
  };

  [[noreturn]] void fail(const std::string& message, const std::string& hint = anew) const {
    fail_(static_cast<std::size_t>(furthest_ - start_), message, hint);
    std::abort();
  }
  std::string array() const { return "the array \"" + entry_.name + "\""; }
  std::string wanted() const {
    switch (place_) {
      case Place::outside: return "the object of the header";
      case Place::top:
      case Place::metadata:
      case Place::entry: return "a key";
      case Place::metadata_value: return "the object of the metadata";
      case Place::text_value: return "a text of the metadata";
      case Place::entry_value: return "the object of " + array();
      case Place::dtype: return "the dtype of " + array();
      case Place::shape_value: return "the shape of " + array();
      case Place::shape: return "an extent of " + array();
      case Place::offsets_value: return "the offsets of " + array();
      case Place::offsets: return "an offset of " + array();
    }
    return "";
  }
  void finish_entry() {
    if (!dtype_ || !shape_ || !offsets_) fail(array() + " lacks its " + (!dtype_ ? "dtype" : (!shape_ ? "shape" : "data_offsets")));
    if (offsets_->size() != 2 || (*offsets_)[0] > (*offsets_)[1]) fail(array() + " has no begin and end as its data_offsets");
    entry_.dtype = *dtype_;
    entry_.shape = Shape(*std::move(shape_));
    entry_.begin = (*offsets_)[0];
    entry_.end = (*offsets_)[1];
    const auto bytes = byte_count(entry_.dtype, entry_.shape);
    if (!bytes || *bytes != entry_.end - entry_.begin) {
      fail(array() + " is " + std::string(ir::name(entry_.dtype)) + entry_.shape.str() + ", " + (bytes ? std::to_string(*bytes) + " bytes" : "beyond any memory") + ", and its data_offsets are " + std::to_string(entry_.end - entry_.begin) + " bytes apart");
    }
    header.entries.push_back(std::move(entry_));
    entry_ = {};
    dtype_.reset(), shape_.reset(), offsets_.reset();
  }

  const char* start_;
  const char* furthest_;
  const FailInHeader& fail_;
  Place place_ = Place::outside;
  std::set<std::string> names_;
  std::string* text_ = nullptr;  // the value of the metadata that comes next
  SafetensorsEntry entry_;
  std::optional<DType> dtype_;
  std::optional<std::vector<std::int64_t>> shape_, offsets_;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view json, std::int64_t bytes, const FailInHeader& fail) {
  Listener listener(json, fail);
  const CountingLetters first{json.data(), listener.letters()}, last{json.data() + json.size(), listener.letters()};
  nlohmann::json::sax_parse(first, last, &listener);
  // The parser takes a byte 0 behind the value for the end of the text.
  if (const std::size_t zero = json.find('\0'); zero != std::string_view::npos) fail(zero, "a byte 0 stands where JSON or spaces should", "get the file anew: this one is damaged");
  SafetensorsHeader header = std::move(listener.header);
  std::sort(header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::int64_t filled = 0;
  for (const SafetensorsEntry& entry : header.entries) {
    if (entry.begin != filled) fail(json.size(), "the bytes of the array \"" + entry.name + "\" start at " + std::to_string(entry.begin) + (entry.begin < filled ? ", within those of another one, which end at " : ", behind a gap after ") + std::to_string(filled), anew);
    filled = entry.end;
  }
  if (filled != bytes) fail(json.size(), "the arrays have " + std::to_string(filled) + " bytes, and " + std::to_string(bytes) + " follow after the header", filled > bytes ? "get the file anew: this one is truncated" : anew);
  return header;
}

std::string safetensors_json(const SafetensorsHeader& header) {
  const auto quoted = [](std::string_view text) { return nlohmann::json(text).dump(); };
  std::string text = "{";
  if (!header.metadata.empty()) text += "\"__metadata__\":" + nlohmann::json(header.metadata).dump();
  for (const SafetensorsEntry& entry : header.entries) {
    if (text.size() > 1) text += ',';
    text += quoted(entry.name) + ":{\"dtype\":" + quoted(safetensors_name(entry.dtype)) + ",\"shape\":" + entry.shape.str() + ",\"data_offsets\":[" + std::to_string(entry.begin) + ',' + std::to_string(entry.end) + "]}";
  }
  text += '}';
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

std::string_view safetensors_name(DType dtype) {
  for (const NamedDType& row : dtypes) {
    if (row.dtype == dtype) return row.name;
  }
  return "";
}

bool stands_before(DType a_dtype, std::string_view a_name, DType b_dtype, std::string_view b_name) {
  const auto rank = [](DType dtype) { return std::find_if(dtypes.begin(), dtypes.end(), [&](const NamedDType& row) { return row.dtype == dtype; }); };
  return a_dtype != b_dtype ? rank(a_dtype) > rank(b_dtype) : a_name < b_name;
}

}  // namespace espalier::io
