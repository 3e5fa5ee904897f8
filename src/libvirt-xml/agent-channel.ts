/** The virtio-serial port of the QEMU guest agent: the name that agent and libvirt agree on. */
export const agentChannel = 'org.qemu.guest_agent.0';
