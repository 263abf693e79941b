#pragma once
#include <string_view>

namespace espalier::io {

/// Whether the bytes are text in UTF-8: the shortest form of each character, no surrogates (RFC 3629).
bool is_utf8(std::string_view text);

}  // namespace espalier::io
