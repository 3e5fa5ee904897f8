/**
 * What controllers and routes say of themselves for the OpenAPI page. The library that writes the page is large and few
 * ask for the page, so that it is loaded when somebody does; until then what it will be told is kept with the class and
 * the method.
 */
import { applyDecorators, type Type as Class } from '@nestjs/common';
import type * as library from '@nestjs/swagger';
import type { ApiParamOptions, ApiQueryOptions } from '@nestjs/swagger';

type Swagger = typeof library;
type Saying = (swagger: Swagger) => ClassDecorator & MethodDecorator;

const kept = Symbol('said for the OpenAPI page');
const queries = Symbol('names of query parameters');

/** `say`: the decorators of the library, in the order in which they apply. */
export function described(...say: readonly Saying[]): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, method?: { readonly value?: unknown }) => {
    const on = method === undefined ? target : (method.value as object);
    Reflect.defineMetadata(kept, [...sayingsOf(on), ...say], on);
  };
}

export const ApiTags = (...tags: string[]): ClassDecorator => described((swagger) => swagger.ApiTags(...tags));

/** Also what `known-query.ts` lets pass. */
export const ApiQuery = (options: ApiQueryOptions & { readonly name: string }): MethodDecorator =>
  applyDecorators(
    described((swagger) => swagger.ApiQuery(options)),
    (_target: object, _name: string | symbol, { value }: PropertyDescriptor) => {
      const handler = value as object;
      Reflect.defineMetadata(queries, [...queriesOf(handler), options.name], handler);
    },
  );

/** Names of the query parameters that a handler declares. */
export const queriesOf = (handler: object): readonly string[] =>
  (Reflect.getMetadata(queries, handler) as readonly string[] | undefined) ?? [];

export const ApiParam = (options: ApiParamOptions): MethodDecorator =>
  described((swagger) => swagger.ApiParam(options));

const sayingsOf = (on: object): readonly Saying[] =>
  (Reflect.getOwnMetadata(kept, on) as readonly Saying[] | undefined) ?? [];

/** Passes the descriptions of controllers to the library, inherited ones included, each once. */
export function tell(swagger: Swagger, controllers: readonly Class<object>[]): void {
  for (const controller of controllers) {
    for (const one of withBases(controller)) tellClass(swagger, one);
  }
}

/** A class and those that it extends. */
function withBases(controller: Class<object>): readonly Class<object>[] {
  const base: unknown = Object.getPrototypeOf(controller);
  return base === Function.prototype ? [controller] : [controller, ...withBases(base as Class<object>)];
}

function tellClass(swagger: Swagger, controller: Class<object>): void {
  for (const say of taken(controller)) say(swagger)(controller);
  const prototype = controller.prototype as object;
  for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof method.value !== 'function') continue;
    for (const say of taken(method.value as object)) say(swagger)(prototype, name, method);
  }
}

function taken(on: object): readonly Saying[] {
  const said = sayingsOf(on);
  Reflect.deleteMetadata(kept, on);
  return said;
}
