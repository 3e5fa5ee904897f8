/**
 * Lines of the Prometheus text format.
 */
const form = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)/i;

export function parseMetrics(text) {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = form.exec(line) ?? [];
    return name === undefined ? [] : [{ line, name, labels, value: Number(value) }];
  });
}

/** Packet counters of VNFCs' interfaces that are above zero. */
export const interfaceCounters = (text) =>
  parseMetrics(text).filter(({ name, value }) => /^berth_vnfc_interface_.*_packets_total$/.test(name) && value > 0);
