#pragma once
// What an error must say: its type, and the parts of its sentence.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace espalier::test {

/// `f` throws an E whose text holds every part.
template <class E, class F> void expect_says(F f, std::initializer_list<const char*> parts) {
  try {
    f();
    FAIL() << "said nothing";
  } catch (const E& error) {
    for (const char* part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << "no '" << part << "' in: " << error.what();
  }
}

}  // namespace espalier::test
