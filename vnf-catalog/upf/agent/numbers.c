#include "numbers.h"

#include <stddef.h>

#define X(name, number, text) case number: return text;

const char *pfcp_message_name(unsigned type) {
  switch (type) {
    PFCP_MESSAGES(X)
    default: return NULL;
  }
}

const char *pfcp_cause_name(unsigned cause) {
  switch (cause) {
    PFCP_CAUSES(X)
    default: return NULL;
  }
}

const char *pfcp_ie_name(unsigned type) {
  switch (type) {
    PFCP_IES(X)
    default: return NULL;
  }
}
