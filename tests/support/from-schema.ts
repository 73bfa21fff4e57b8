import fc from 'fast-check';
import * as v from 'valibot';

// Values for fuzzing, made from the schemas themselves: what they accept, and what is a step or two beside it.

/** The parts of a schema object that are walked; see `valibot`'s own types. */
interface Walked {
  type: string;
  pipe?: readonly { type: string; requirement?: unknown }[];
  entries?: Record<string, Walked>;
  item?: Walked;
  options?: readonly (Walked | string)[];
  literal?: unknown;
  wrapped?: Walked;
}

/** What means something to who is asked: texts that are used wherever they fit, and values of fields by name. */
export interface Words {
  any: readonly string[];
  of: Readonly<Record<string, readonly (string | number)[]>>;
}

/**
 * Values that a schema accepts (mostly: what a `check` wants beyond its parts is not known here).
 * @param inside what stands where a schema says `unknown`, by the name of its field
 */
export function accepted(
  schema: v.GenericSchema,
  words: Words,
  inside: Record<string, v.GenericSchema> = {},
): fc.Arbitrary<unknown> {
  return walk(schema, '');

  function walk(at: Walked, field: string): fc.Arbitrary<unknown> {
    const meant = words.of[field];
    if (!meant) return any(at, field);
    const likely = { arbitrary: fc.constantFrom(...meant), weight: 4 };
    return fc.oneof(likely, { arbitrary: any(at, field), weight: 1 });
  }

  function any(at: Walked, field: string): fc.Arbitrary<unknown> {
    switch (at.type) {
      case 'strict_object':
      case 'object':
        return object(at.entries ?? {});
      case 'array': {
        const maxLength = Math.min(limit(at, 'max_length') ?? 5, 5);
        return fc.array(walk(at.item as Walked, field), { maxLength });
      }
      case 'union':
      case 'variant':
        return fc.oneof(...(at.options as Walked[]).map((option) => walk(option, field)));
      case 'picklist':
        return fc.constantFrom(...(at.options as string[]));
      case 'literal':
        return fc.constant(at.literal);
      case 'optional':
        return walk(at.wrapped as Walked, field);
      case 'boolean':
        return fc.boolean();
      case 'number':
        return number(at);
      case 'string':
        return text(at);
      case 'unknown':
        return inside[field] ? walk(inside[field], '') : fc.jsonValue();
      default:
        throw new Error(`no values are known for ${at.type}`);
    }
  }

  function object(entries: Record<string, Walked>): fc.Arbitrary<unknown> {
    const parts = Object.entries(entries).map(([name, part]) => [name, walk(part, name)] as const);
    const required = parts
      .map(([name]) => name)
      .filter((name) => entries[name]?.type !== 'optional');
    return fc.record(Object.fromEntries(parts), { requiredKeys: required });
  }

  function text(at: Walked): fc.Arbitrary<unknown> {
    const known = words.any.filter(
      (word) => v.safeParse(at as unknown as v.GenericSchema, word).success,
    );
    const pattern = at.pipe?.find(({ type }) => type === 'regex')?.requirement as
      RegExp | undefined;
    const other = pattern
      ? fc.stringMatching(pattern)
      : fc.string({ unit: 'binary', maxLength: limit(at, 'max_length') ?? 20 });
    return known.length > 0
      ? fc.oneof(
          { arbitrary: fc.constantFrom(...known), weight: 4 },
          { arbitrary: other, weight: 1 },
        )
      : other;
  }
}

function limit(at: Walked, type: string): number | undefined {
  const found = at.pipe?.find((action) => action.type === type)?.requirement;
  return typeof found === 'number' ? found : undefined;
}

function number(at: Walked): fc.Arbitrary<number> {
  const whole = at.pipe?.some(({ type }) => type === 'integer' || type === 'safe_integer');
  const min = limit(at, 'min_value') ?? -1000;
  const max = limit(at, 'max_value') ?? 1_000_000;
  if (!whole) return fc.double({ min, max, noNaN: true });
  const now = Date.now();
  const usual = [1, 2, 4, now, now - 60_000].filter((n) => n >= min && n <= max);
  return fc.oneof(fc.constantFrom(...usual, min), fc.integer({ min, max: Math.min(max, 2 ** 52) }));
}

/** What no schema asks for. */
const junk = (words: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(...[null, true, -1, 0, 1.5, -0.1, 2 ** 53, 1e308, -1e308, '', [], {}]),
    fc.constantFrom('\0', 'a\0b', '\ud800', '\u202e丁', '𠮷'.repeat(30), "';--", '%', '\u2028'),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'),
    fc.constantFrom(...words),
    fc.jsonValue(),
    fc.integer({ min: 100, max: 6000 }).map((n) => '长'.repeat(n)),
    fc.integer({ min: 10, max: 900 }).map((depth) => nested(depth)),
    fc.array(fc.constant(null), { minLength: 201, maxLength: 300 }),
  );

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

type Change = { at: number } & (
  { put: unknown } | { drop: true } | { add: string; value: unknown }
);

/** A value beside the one that is accepted: other types, missing and extra fields, the huge, the deep, the strange. */
export function mutated(value: fc.Arbitrary<unknown>, words: Words): fc.Arbitrary<unknown> {
  const at = fc.nat({ max: 1000 });
  const value_ = junk(words.any);
  const names = fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'points',
    'id',
  );
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ at, put: value_ }),
    fc.record({ at, drop: fc.constant(true as const) }),
    fc.record({ at, add: names, value: value_ }),
  );
  return fc
    .tuple(value, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([from, changes]) => changes.reduce(applied, structuredClone(from)));
}

type Place = [holder: Record<string, unknown>, key: string];

function applied(root: unknown, change: Change): unknown {
  const box = { root };
  const places = placesIn(box, 'root');
  const [holder, key] = places[change.at % places.length] as Place;
  if ('put' in change) holder[key] = change.put;
  else if ('drop' in change) Reflect.deleteProperty(holder, key);
  else if (typeof holder[key] === 'object' && holder[key] !== null) {
    const { value } = change;
    // As JSON has it: a field of its own, also where it is called __proto__.
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(holder[key], change.add, property);
  }
  return box.root;
}

function placesIn(holder: object, key: string): Place[] {
  const own = holder as Record<string, unknown>;
  const value = own[key];
  const here: Place = [own, key];
  if (typeof value !== 'object' || value === null) return [here];
  return [
    here,
    ...Object.keys(value)
      .slice(0, 12)
      .flatMap((name) => placesIn(value, name)),
  ];
}
