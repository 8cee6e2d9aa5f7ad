/** What a form needs to know of a JSON Schema: which kind of field a property is, and its limits. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  title?: string;
  titles?: { zh: string; en: string };
  descriptions?: { zh: string; en: string };
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema | false;
  prefixItems?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  discriminator?: { propertyName: string };
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
}

export type Field =
  | { kind: 'number'; whole: boolean; least: number | null; most: number | null }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'yes_no' }
  | { kind: 'text' }
  | { kind: 'fixed'; value: unknown }
  | { kind: 'group'; properties: readonly [string, Schema][] }
  | { kind: 'variants'; by: string; variants: ReadonlyMap<string, Schema> }
  | { kind: 'list'; items: Schema }
  | { kind: 'raw' };

/** A schema with its reference followed; what stands beside the reference counts. */
export function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace('#/$defs/', '');
  const target = name === undefined ? undefined : root.$defs?.[name];
  if (target === undefined) return schema;
  const { $ref: _followed, ...beside } = schema;
  return { ...resolve(target, root), ...beside };
}

/** Whether nothing at all may be given. */
export function mayBeNull(schema: Schema): boolean {
  return schema.anyOf?.some((one) => one.type === 'null') ?? false;
}

/** The kind of field that a schema asks for; `raw` where only JSON says it. */
export function fieldOf(given: Schema, root: Schema): Field {
  const schema = resolve(given, root);
  const stated = schema.anyOf?.filter((one) => one.type !== 'null');
  if (stated?.length === 1) return fieldOf(stated[0]!, root);
  if (schema.discriminator && schema.oneOf) return variantsOf(schema, root);
  if ('const' in schema) return { kind: 'fixed', value: schema.const };
  if (schema.enum?.every((value) => typeof value === 'string')) return { kind: 'choice', values: schema.enum as string[] };
  if (schema.type === 'number' || schema.type === 'integer') return numberOf(schema);
  if (schema.type === 'boolean') return { kind: 'yes_no' };
  if (schema.type === 'string') return { kind: 'text' };
  if (schema.properties) return { kind: 'group', properties: Object.entries(schema.properties) };
  if (schema.type === 'array' && schema.items && !schema.prefixItems) return listOf(schema.items, root);
  return { kind: 'raw' };
}

function numberOf(schema: Schema): Field {
  const least = schema.minimum ?? schema.exclusiveMinimum ?? null;
  return { kind: 'number', whole: schema.type === 'integer', least, most: schema.maximum ?? schema.exclusiveMaximum ?? null };
}

function variantsOf(schema: Schema, root: Schema): Field {
  const by = schema.discriminator!.propertyName;
  const variants = new Map<string, Schema>();
  for (const one of schema.oneOf!) {
    const name = resolve(one, root).properties?.[by]?.const;
    if (typeof name === 'string') variants.set(name, one);
  }
  return { kind: 'variants', by, variants };
}

function listOf(items: Schema, root: Schema): Field {
  const kind = fieldOf(items, root).kind;
  return kind === 'group' || kind === 'text' || kind === 'number' ? { kind: 'list', items } : { kind: 'raw' };
}

/** A first value of a schema: its default, else the emptiest that it allows. */
export function firstValue(given: Schema, root: Schema): unknown {
  const schema = resolve(given, root);
  if (schema.default !== undefined) return structuredClone(schema.default);
  if (mayBeNull(schema)) return null;
  const field = fieldOf(schema, root);
  switch (field.kind) {
    case 'number':
      return field.least ?? 0;
    case 'choice':
      return field.values[0];
    case 'yes_no':
      return false;
    case 'text':
      return '';
    case 'fixed':
      return field.value;
    case 'group':
      return firstGroup(field.properties, schema.required ?? [], root);
    case 'variants':
      return firstValue([...field.variants.values()][0]!, root);
    case 'list':
      return Array.from({ length: schema.minItems ?? 0 }, () => firstValue(field.items, root));
    case 'raw':
      return null;
  }
}

function firstGroup(properties: readonly [string, Schema][], required: readonly string[], root: Schema): Record<string, unknown> {
  return Object.fromEntries(
    properties.filter(([name]) => required.includes(name)).map(([name, schema]) => [name, firstValue(schema, root)]),
  );
}

/** The unit that the name of a field ends in; null where it has none. */
export function unitOf(name: string): string | null {
  const units: Record<string, string> = { s: 's', m: 'm', km: 'km', kph: 'km/h', m2: 'm²', persons: 'persons', deg: '°', min: 'min' };
  return units[name.split('_').at(-1) ?? ''] ?? null;
}
