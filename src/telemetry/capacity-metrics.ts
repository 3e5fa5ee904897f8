/** How many more VNFs fit, as it was counted last; nothing before it was. */
import type { Capacities } from '../workflow/capacity/capacity-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';

export function showCapacities(to: Instruments, last: Capacities | undefined): void {
  const all = (last?.flavours ?? []).map(({ vnfdId, productName, flavour, fits, limitedBy }) => ({
    labels: { vnfd_id: vnfdId, product_name: productName, flavour },
    fits,
    limitedBy,
  }));
  to.replace(
    catalogue.vnfdCapacity,
    all.map(({ labels, fits }) => ({ labels, value: fits })),
  );
  to.replace(
    catalogue.vnfdCapacityLimit,
    all.flatMap(({ labels, limitedBy }) =>
      limitedBy === undefined ? [] : [{ labels: { ...labels, resource: limitedBy }, value: 1 }],
    ),
  );
  const of = (value: (of: Capacities) => number) => (last === undefined ? [] : [{ labels: {}, value: value(last) }]);
  to.replace(
    catalogue.vnfdCapacityAt,
    of(({ atMs }) => atMs / 1000),
  );
  to.replace(
    catalogue.vnfdCapacityTook,
    of(({ tookMs }) => tookMs / 1000),
  );
}
