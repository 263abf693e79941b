#pragma once
// Files that tests read: the only place that knows where this checkout lies, so that no other object depends on it.
#include <fstream>
#include <string>

namespace espalier::test {

/// Opens a file of test/data by its name, or another of the checkout by its path from there.
std::ifstream data_file(const std::string& name);
/// The path of a file or folder of test/data.
std::string data_path(const std::string& name);

}  // namespace espalier::test
