/**
 * Which methods each path has: tells 405 from 404 (SOL013 clause 6.4).
 */
import type { FastifyInstance } from 'fastify';

export class RouteTable {
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** Listens for routes; call before any is registered. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ url, method }) => {
      this.#routes.push({ pattern: patternOf(url), methods: Array.isArray(method) ? method : [method] });
    });
  }

  /** Methods of the resource at a path, sorted; empty when there is none. */
  methodsAt(path: string): readonly string[] {
    const fitting = this.#routes.filter((route) => route.pattern.test(path));
    return [...new Set(fitting.flatMap((route) => route.methods))].toSorted();
  }
}

/** find-my-way's `:name` is one segment, its `*` the rest. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.+' : part.replaceAll(/[.\\+*?^$()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
