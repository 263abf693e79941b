// expect: a key gives the same draws again
// one error
#include "espalier/espalier.h"

void renew(ep::Key key) { ep::random::fold_in(key, 1); }
