/* Kernel modules: the fixed few, then whatever the devices that are present ask for by their modalias. */
#ifndef BERTH_MODULES_H
#define BERTH_MODULES_H

/*
 * Reads /lib/berth/modules, written by the image recipe:
 *   load <path>               load it now; a module's dependencies stand before it
 *   for <pattern> <path> ...  load these, in this order, when a device's modalias matches
 */
void modules_load(void);

#endif
