/* The larger parts of the UPF's document. */
#ifndef BERTH_UPF_PARTS_H
#define BERTH_UPF_PARTS_H

#include "document.h"

bool n4_parse(const struct json *value, const struct links *links, struct upf_n4 *out, struct reason *why);
bool interfaces_parse(const struct json *list, const struct links *links, struct upf_document *out, struct reason *why);

/* The name of a link in the member `link` of an object. `links` NULL: any name that a link can have. */
bool link_name_parse(const struct json *value, const char *where, const struct links *links, char out[IFNAMSIZ], struct reason *why);

#endif
