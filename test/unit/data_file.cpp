#include "data_file.h"

namespace espalier::test {

std::ifstream data_file(const std::string& name) { return std::ifstream(data_path(name)); }
std::string data_path(const std::string& name) { return std::string(ESPALIER_TEST_DATA) + "/" + name; }

}  // namespace espalier::test
