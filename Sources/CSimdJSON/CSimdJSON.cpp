#include "CSimdJSON.h"
extern "C" void sluice_simdjson_placeholder(void) {}
