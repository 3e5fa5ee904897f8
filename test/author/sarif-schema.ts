/**
 * The part of SARIF 2.1.0 (OASIS, clauses 3.13, 3.14, 3.18, 3.19, 3.27 to 3.30, 3.33, 3.49) that the lint report uses: what an
 * object may hold and must hold, nothing beside it.
 */
const text = { type: 'string', minLength: 1 };
const object = (
  required: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});
const listOf = (items: object): object => ({ type: 'array', items });
const message = object({ text });
const level = { enum: ['none', 'note', 'warning', 'error'] };
const position = { type: 'integer', minimum: 1 };

const rule = object(
  { id: text, shortDescription: message, help: message },
  { defaultConfiguration: object({ level }) },
);

const location = object(
  {
    physicalLocation: object(
      // A relative reference (RFC 3986 clause 4.2): no scheme, no leading slash, escaped.
      { artifactLocation: object({ uri: { type: 'string', pattern: "^(?!/)[A-Za-z0-9._~!$&'()*+,;=@%/-]+$" } }) },
      { region: object({ startLine: position }, { startColumn: position }) },
    ),
  },
  { logicalLocations: listOf(object({ fullyQualifiedName: text })) },
);

const result = object({
  ruleId: text,
  ruleIndex: { type: 'integer', minimum: 0 },
  level,
  message,
  locations: listOf(location),
});

export const sarifSchema = object({
  $schema: { const: 'https://json.schemastore.org/sarif-2.1.0.json' },
  version: { const: '2.1.0' },
  runs: listOf(
    object({
      tool: object({ driver: object({ name: text, rules: { ...listOf(rule), uniqueItems: true } }) }),
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      results: listOf(result),
    }),
  ),
});
