/**
 * Iterates over a collection a page at a time, yielding to the event loop in between, so that it is never in memory as a
 * whole and does not block requests.
 */

const rowsPerPage = 200;

/** Of a collection that is kept by id. */
export async function* everyPage<T extends { readonly id: string }>(
  read: (page: PageAfter<string>) => Promise<readonly T[]>,
  limit = rowsPerPage,
): AsyncGenerator<readonly T[]> {
  for (let after: string | undefined; ;) {
    const page = await read({ limit, ...defined({ after }) });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    // A short page is not the last: it leaves out unreadable rows.
    after = last.id;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
import type { PageAfter } from '../../store/page.js';
import { defined } from '../../shared/defined.js';
