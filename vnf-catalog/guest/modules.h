/* Kernel modules: the fixed few, then whatever the devices that are present ask for by their modalias. */
#ifndef BERTH_MODULES_H
#define BERTH_MODULES_H

/*
 * Reads /lib/berth/modules, written by the image recipe:
 *   load <path>               load it now; a module's dependencies stand before it
 *   for <pattern> <path> ...  load these, in this order, when a device's modalias matches
 *   late <pattern> <path> ...  the same, for devices that no packet needs
 *   for berth:<use> <path> ...  load these when a document asks for that use
 */
void modules_load(void);
/* After it: those of the late ones. */
void modules_load_late(void);
/* `use` is such as "berth:vlan"; what is loaded already is no matter. */
void modules_load_for(const char *use);

#endif
