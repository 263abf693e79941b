#include "safetensors.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "espalier/ir/error.h"

namespace espalier::conformance {
namespace {

constexpr std::pair<std::string_view, DType> dtypes[] = {
    {"BOOL", bool_},
    {"I8", i8},
    {"I16", i16},
    {"I32", i32},
    {"I64", i64},
    {"U8", u8},
    {"U16", u16},
    {"U32", u32},
    {"U64", u64},
    {"F16", f16},
    {"F32", f32},
    {"BF16", bf16},
    {"F64", f64},
};

std::optional<DType> dtype_named(std::string_view name) {
  for (const auto& [text, dtype] : dtypes)
    if (text == name) return dtype;
  return {};
}

}  // namespace

Tensors read_safetensors(const std::filesystem::path& path) {
  auto fail = [&](const std::string& message) { throw FormatError("safetensors", path.string() + ": " + message, "the file is damaged, or of another format"); };
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError("safetensors", "cannot open " + path.string(), "give a directory that holds it");
  const std::string all(std::istreambuf_iterator<char>(file), {});
  std::uint64_t header_size = 0;
  for (std::size_t i = 0; i < 8 && i < all.size(); ++i) header_size |= std::uint64_t{static_cast<unsigned char>(all[i])} << (8 * i);
  if (all.size() < 8 || header_size > all.size() - 8) fail("shorter than its header");
  const auto header = nlohmann::json::parse(all.begin() + 8, all.begin() + 8 + static_cast<std::ptrdiff_t>(header_size), nullptr, false);
  if (!header.is_object()) fail("the header is not a JSON object");
  const std::size_t data = 8 + header_size;

  Tensors tensors;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    const auto dtype = dtype_named(entry.at("dtype").get<std::string>());
    if (!dtype) fail(name + " has the unknown dtype " + entry.at("dtype").dump());
    const ir::Type type(*dtype, Shape(entry.at("shape").get<std::vector<std::int64_t>>()));
    const auto first = entry.at("data_offsets").at(0).get<std::uint64_t>(), last = entry.at("data_offsets").at(1).get<std::uint64_t>();
    if (first > last || last > all.size() - data || last - first != static_cast<std::uint64_t>(type.nbytes())) fail(name + " does not fit its data");
    tensors.emplace(name, ir::literal(type, all.data() + data + first));
  }
  return tensors;
}

Tensor as_complex(const Tensor& pairs) {
  std::vector<std::int64_t> extents = pairs.type.shape().extents();
  extents.pop_back();
  return {ir::Type(pairs.type.dtype() == f64 ? c128 : c64, Shape(extents)), pairs.bytes};
}

}  // namespace espalier::conformance
