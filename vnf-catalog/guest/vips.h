/* `vips` of the day-0 meta-data: the addresses that this VNFC shares with its peer, by link. */
#ifndef BERTH_VIPS_H
#define BERTH_VIPS_H

#include "links.h"

enum { MOST_VIPS = 16 }; /* of a link */

bool vips_parse(const struct json *meta, struct links *links, struct reason *why);

#endif
