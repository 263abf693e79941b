#pragma once
// The lines that assembly names, as a line table is made of them.
#include <cctype>
#include <iomanip>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

namespace espalier::test {

/// A file and a line in it; line 0 stands for code of no line.
using Line = std::pair<std::string, int>;

/// Of each function the lines that its `.loc` directives name, by what `.file` has said of their number.
inline std::map<std::string, std::set<Line>> lines_of(const std::string& assembly) {
  std::map<std::string, std::set<Line>> lines;
  std::map<int, std::string> files;
  std::string function;
  std::istringstream in(assembly);
  for (std::string text; std::getline(in, text);) {
    std::istringstream words(text);
    std::string word;
    words >> word;
    if (word == ".file") {
      int number = 0;
      if (!(words >> number)) continue;
      std::string folder, name;  // either may be alone: .file 1 "folder" "name"
      words >> std::quoted(folder) >> std::quoted(name);
      files[number] = name.empty() ? folder : folder + "/" + name;
    } else if (word == ".loc") {
      int file = 0, line = 0;
      words >> file >> line;
      lines[function].emplace(files[file], line);
    } else if (!text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) || text[0] == '_') && text.find(':') != std::string::npos) {
      function = text.substr(0, text.find(':'));
      lines[function];
    }
  }
  return lines;
}

}  // namespace espalier::test
