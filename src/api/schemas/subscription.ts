/**
 * What subscriptions of all interfaces share (SOL013 clause 8.3.4; SOL003 clause 4.4.1.5).
 */
import { Type } from 'typebox';
import { name, secret, strict, uri, words } from './shared.js';

export const subscriptionAuthentication = Type.Object(
  {
    authType: Type.Array(words('BASIC', 'OAUTH2_CLIENT_CREDENTIALS', 'TLS_CERT'), {
      minItems: 1,
      maxItems: 3,
    }),
    paramsBasic: Type.Optional(Type.Object({ userName: Type.Optional(name), password: Type.Optional(secret) }, strict)),
    paramsOauth2ClientCredentials: Type.Optional(
      Type.Object(
        {
          clientId: Type.Optional(name),
          clientPassword: Type.Optional(secret),
          tokenEndpoint: Type.Optional(uri),
        },
        strict,
      ),
    ),
  },
  strict,
);

/** Of one list of a filter. */
export const few = { maxItems: 256 } as const;

export const vnfProductsFromProviders = Type.Array(
  Type.Object(
    {
      vnfProvider: name,
      vnfProducts: Type.Optional(
        Type.Array(
          Type.Object(
            {
              vnfProductName: name,
              versions: Type.Optional(
                Type.Array(
                  Type.Object({ vnfSoftwareVersion: name, vnfdVersions: Type.Optional(Type.Array(name, few)) }, strict),
                  few,
                ),
              ),
            },
            strict,
          ),
          few,
        ),
      ),
    },
    strict,
  ),
  few,
);

/** One value, as in SOL003's OpenAPI files, or several, as in its tables. */
export const oneOrMore = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number] | T[number][]>({
    anyOf: [
      { type: 'string', enum: [...values] },
      { type: 'array', maxItems: 2 * values.length },
    ],
    items: { type: 'string', enum: [...values] },
  });
