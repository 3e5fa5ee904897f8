/* `bgp` of the UPF's document: what FRR is asked for. */
#ifndef BERTH_UPF_BGP_H
#define BERTH_UPF_BGP_H

#include "document.h"

/* Fills in `routing` of a document whose links are known; false, with the reason, when it is refused. */
bool upf_bgp_read(struct upf_document *document, struct reason *why);

#endif
