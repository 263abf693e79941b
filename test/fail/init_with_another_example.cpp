// expect: nn::init calls the module on the example: the call operator must take these arguments
// one error
#include "espalier/espalier.h"

auto layer() { return ep::nn::init(ep::nn::lazy<ep::nn::Linear>(3), ep::Key(0)); }
