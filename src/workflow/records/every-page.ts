/**
 * Going through all of a collection, a page at a time, with a turn for others in between: what has to be looked at whole
 * is never in memory whole, and holds nobody up.
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
    // A short page is no end: rows that cannot be read are left out of it.
    after = last.id;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
import type { PageAfter } from '../../store/page.js';
import { defined } from '../../shared/defined.js';
