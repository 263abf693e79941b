#include "espalier/stdlib/io/csv_rows.h"

#include <cctype>

namespace espalier::io {

void require_separator(char separator, const char* op, Where where) {
  const auto letter = static_cast<unsigned char>(separator);
  const bool refused = std::isalnum(letter) != 0 || separator == '\0' || std::string_view("\"#+-.\r\n").find(separator) != std::string_view::npos || letter >= 0x80;
  if (refused) throw ArgumentError(op, "the separator '" + std::string(std::isprint(letter) != 0 ? 1 : 0, separator) + "' (byte " + std::to_string(letter) + ") is what numbers, quotes, comments or lines are made of", "use ',', ';', ' ' or '\\t'", where);
}

CsvRows::CsvRows(ByteSource source, char separator, std::int64_t most_bytes) : source_(std::move(source)), separator_(separator), most_bytes_(most_bytes), buffer_(1 << 16) {
  constexpr std::string_view mark = "\xef\xbb\xbf";  // some editors start UTF-8 so
  if (peek() == end || filled_ < mark.size()) return;
  if (std::string_view(reinterpret_cast<const char*>(buffer_.data()), mark.size()) == mark) at_ = mark.size(), offset_ = static_cast<std::int64_t>(mark.size());
}

const CsvRow* CsvRows::next(Comments comments) {
  while (true) {
    row_.fields.clear();
    row_.line = line_;
    row_.offset = offset_;
    skip_spaces();
    if (peek() == '#') {
      if (comments == Comments::part_of_text) take();
      else
        while (!at_line_end()) take();
    }
    skip_spaces();
    if (peek() == end) return nullptr;
    if (at_line_end()) {
      end_line();
      continue;
    }
    while (true) {
      skip_spaces();
      CsvField& field = row_.fields.emplace_back();
      field.offset = offset_;
      if (peek() == '"') read_quoted(field, comments);
      else read_plain(field, comments);
      if (comments == Comments::skip && peek() == '#') {
        while (!at_line_end()) take();
      }
      if (at_line_end()) break;
      take();  // the separator
    }
    end_line();
    return &row_;
  }
}

void CsvRows::fail(std::int64_t line, std::int64_t offset, const std::string& message, const std::string& hint) const { source_.fail_at(offset, "line " + std::to_string(line) + ": " + message, hint); }

int CsvRows::peek() {
  if (at_ == filled_) {
    filled_ = source_.read(buffer_);
    at_ = 0;
    if (source_.zipped() && source_.offset() > most_bytes_) source_.fail("the file expands to more than the " + std::to_string(most_bytes_) + " bytes that a gzipped file may expand to", "if that is right, give {.max_unzipped_bytes = …}");
    if (filled_ == 0) return end;
  }
  return buffer_[at_];
}
int CsvRows::take() {
  const int letter = peek();
  ++at_;
  ++offset_;
  return letter;
}
bool CsvRows::at_line_end() {
  const int letter = peek();
  return letter == end || letter == '\n' || letter == '\r';
}
void CsvRows::skip_spaces() {
  while ((peek() == ' ' || peek() == '\t') && peek() != separator_) take();
}
void CsvRows::end_line() {
  if (peek() == end) return;
  if (take() == '\r' && peek() == '\n') take();
  ++line_;
}

void CsvRows::read_quoted(CsvField& field, Comments comments) {
  const std::int64_t line = line_;
  field.quoted = true;
  take();
  while (true) {
    const int letter = peek();
    if (letter == end) fail(line, field.offset, "a quote does not end", "close it, or double a quote that is part of the text");
    if (letter == '\n' || letter == '\r') {
      end_line();
      field.text += '\n';
      continue;
    }
    take();
    if (letter == '"') {
      if (peek() != '"') break;
      take();
    }
    field.text += static_cast<char>(letter);
  }
  skip_spaces();
  if (!at_line_end() && peek() != separator_ && (peek() != '#' || comments == Comments::part_of_text)) fail(line_, offset_, "text follows after a quote", "double a quote that is part of the text");
}

void CsvRows::read_plain(CsvField& field, Comments comments) {
  while (!at_line_end() && peek() != separator_ && !(comments == Comments::skip && peek() == '#')) field.text += static_cast<char>(take());
  while (!field.text.empty() && (field.text.back() == ' ' || field.text.back() == '\t')) field.text.pop_back();
}

}  // namespace espalier::io
