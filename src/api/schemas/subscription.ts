/**
 * What subscriptions of all interfaces share (SOL013 clause 8.3.4; SOL003 clause 4.4.1.5).
 */
import { Type } from 'typebox';
import { text, words } from './shared.js';

export const subscriptionAuthentication = Type.Object({
  authType: Type.Array(words('BASIC', 'OAUTH2_CLIENT_CREDENTIALS', 'TLS_CERT'), { minItems: 1 }),
  paramsBasic: Type.Optional(Type.Object({ userName: Type.Optional(text), password: Type.Optional(text) })),
  paramsOauth2ClientCredentials: Type.Optional(
    Type.Object({
      clientId: Type.Optional(text),
      clientPassword: Type.Optional(text),
      tokenEndpoint: Type.Optional(Type.String({ format: 'uri' })),
    }),
  ),
});

/** A member that Berth does not know would widen what is asked for: filters are refused with it. */
export const strict = { additionalProperties: false } as const;

export const vnfProductsFromProviders = Type.Array(
  Type.Object(
    {
      vnfProvider: text,
      vnfProducts: Type.Optional(
        Type.Array(
          Type.Object(
            {
              vnfProductName: text,
              versions: Type.Optional(
                Type.Array(
                  Type.Object({ vnfSoftwareVersion: text, vnfdVersions: Type.Optional(Type.Array(text)) }, strict),
                ),
              ),
            },
            strict,
          ),
        ),
      ),
    },
    strict,
  ),
);

/** One value, as in SOL003's OpenAPI files, or several, as in its tables. */
export const oneOrMore = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number] | T[number][]>({
    anyOf: [{ type: 'string', enum: [...values] }, { type: 'array' }],
    items: { type: 'string', enum: [...values] },
  });
