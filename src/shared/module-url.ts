/**
 * Where a module that runs in a process or thread of its own stands, and how node must be started to run it. Built, they
 * are JavaScript. Under the tests they are TypeScript: node strips the types, and a resolver finds `x.ts` where an import
 * says `x.js`. So what they load must be erasable TypeScript: no enums, no parameter properties, no decorators.
 */
const typescript = '.ts';

/** A module in the same folder and of the same kind as the one that asks. */
export const beside = (self: string, name: string): URL =>
  new URL(`./${name}${self.endsWith(typescript) ? typescript : '.js'}`, self);

const resolver = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return next(specifier.slice(0, -3) + '.ts', context);
    }
  },
});`;

export const nodeArguments = (module: URL): readonly string[] =>
  module.pathname.endsWith(typescript)
    ? ['--disable-warning=ExperimentalWarning', '--import', `data:text/javascript,${encodeURIComponent(resolver)}`]
    : [];
