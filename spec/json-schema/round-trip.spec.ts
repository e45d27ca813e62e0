/** JSON Schema and validation say the same of fields of every kind: what ajv accepts, the model's own checks accept. */

import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createSchema, model, readSchema, t, updateSchema } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";

class Everything extends model<Everything>("schema_everything")({
  text: t.text(),
  varchar: t.varchar(5),
  smallint: t.smallint(),
  integer: t.integer(),
  bigint: t.bigint(),
  real: t.real(),
  double: t.double(),
  decimal: t.decimal(8, 3),
  whole: t.decimal(4, 0),
  fraction: t.decimal(3, 3),
  boolean: t.boolean(),
  timestamp: t.timestamp(),
  date: t.date(),
  time: t.time(),
  duration: t.duration(),
  bytes: t.bytes(),
  json: t.json<unknown>(),
  enumeration: t.enum(["a", "b"]),
  uuid: t.uuid(),
  texts: t.array(t.varchar(3)),
  instants: t.array(t.timestamp().nullable()),
  custom: t.custom<string>({ sql: "text", encode: (value) => value, decode: (value) => String(value) }),
  checked: t.integer().check(z.int().min(3).max(9)),
  email: t.text().check(z.email()),
  box: t.json(z.object({ width: z.number().min(0), label: z.string().optional() })),
  nullable: t.varchar(4).nullable(),
  nullableChoice: t.enum(["x", "y"]).nullable(),
  nullableInstant: t.timestamp().nullable(),
  nullableJson: t.json<{ a: number }>().nullable(),
}) {}
type Name = keyof typeof values;

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
formats.default(ajv);

const text = fc.string({ unit: "grapheme", maxLength: 8 }).filter((value) => !value.includes("\0"));
/** Instants as clients write them: other zones, spaces, small letters, more digits, wrong days. */
const instants = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date("0001-01-02T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z") })
    .map((date) => date.toISOString()),
  fc
    .tuple(
      fc.nat(9999),
      fc.nat(13),
      fc.nat(32),
      fc.nat(25),
      fc.nat(61),
      fc.nat(61),
      fc.constantFrom("T", "t", " "),
      fc.constantFrom("", ".1", ".123456"),
      fc.constantFrom("Z", "z", "", "+02:00", "-11:30"),
    )
    .map(([year, month, day, hour, minute, second, separator, fraction, zone]) => {
      const two = (value: number): string => String(value).padStart(2, "0");
      return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}${separator}${two(hour)}:${two(minute)}:${two(second)}${fraction}${zone}`;
    })
    // A zone can lead out of the years that databases have.
    .filter((value) => !/^(?:0000|9999)/.test(value)),
);
const days = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") }).map((date) => date.toISOString().slice(0, 10)),
  fc
    .tuple(fc.nat(9999), fc.nat(13), fc.nat(32))
    .map(([y, m, d]) => `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`),
);
const digits = (max: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(String.raw`^[-+]?\d{0,${max}}(?:\.\d{0,5})?$`));
const numbers = fc.oneof(
  fc.integer(),
  fc.integer({ min: -40_000, max: 40_000 }),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constant(2 ** 53),
  fc.constant(1e-46),
);
const anything = fc.oneof(fc.constant(null), fc.boolean(), numbers, text, fc.jsonValue());

const values = {
  text,
  varchar: text,
  smallint: numbers,
  integer: numbers,
  bigint: fc.oneof(
    digits(20),
    fc.bigInt().map(String),
    fc.constantFrom("9223372036854775807", "9223372036854775808", "-9223372036854775808"),
  ),
  real: numbers,
  double: numbers,
  decimal: digits(6),
  whole: digits(5),
  fraction: fc.stringMatching(/^-?0(?:\.\d{0,4})?$/),
  boolean: fc.boolean(),
  timestamp: instants,
  date: days,
  time: fc.oneof(fc.stringMatching(/^[0-2]\d:[0-6]\d(?::[0-6]\d(?:\.\d{1,4})?)?$/), text),
  duration: numbers,
  bytes: fc.oneof(fc.base64String(), fc.stringMatching(/^[A-Za-z0-9+/]{0,9}={0,3}$/)),
  json: fc.jsonValue(),
  enumeration: fc.constantFrom("a", "b", "c"),
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((value) => value.toUpperCase()),
    fc.uuid().map((value) => `urn:uuid:${value}`),
  ),
  texts: fc.array(text),
  instants: fc.array(fc.oneof(instants, fc.constant(null))),
  custom: text,
  checked: fc.integer({ min: 0, max: 12 }),
  email: fc.oneof(fc.stringMatching(/^[a-z]{1,5}@[a-z]{1,5}\.[a-z]{1,3}$/), text),
  box: fc.record({ width: numbers, label: fc.oneof(text, fc.constant(null)) }, { requiredKeys: [] }),
  nullable: fc.oneof(text, fc.constant(null)),
  nullableChoice: fc.constantFrom("x", "y", "z", null),
  nullableInstant: fc.oneof(instants, fc.constant(null)),
  nullableJson: fc.oneof(fc.jsonValue(), fc.constant(null)),
} as const satisfies Record<string, fc.Arbitrary<unknown>>;
const names = Object.keys(values) as Name[];

const create = createSchema(Everything);
const update = updateSchema(Everything);
const read = readSchema(Everything);
const validate = (schema: typeof create | typeof update, value: unknown): unknown => schema["~standard"].validate(value);
const isRefused = (answer: unknown): boolean => (answer as { issues?: unknown }).issues !== undefined;

describe("a field of each kind", () => {
  it.each(names.map((name) => ({ name })))("$name: what JSON Schema accepts, validation accepts", ({ name }) => {
    const accepts = ajv.compile(updateSchema(Everything, { only: [name] }).toJSONSchema());
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: values[name] }, { weight: 1, arbitrary: anything }), (value) => {
        const said = accepts({ [name]: value });
        if (said) {
          accepted++;
          expect([value, validate(update, { [name]: value })]).toEqual([value, expect.not.objectContaining({ issues: expect.anything() })]);
        } else refused++;
      }),
      { numRuns: 400 },
    );
    // A schema that accepts everything, or nothing, would pass the property above.
    expect(accepted).toBeGreaterThan(20);
    // Nearly every JSON value is right for a column of JSON.
    if (name !== "nullableJson") expect(refused).toBeGreaterThan(0);
  });

  it("a schema knows every kind that a model can have", () => {
    expect(Object.keys(update.toJSONSchema()["properties"] as object).sort()).toEqual([...names].sort());
  });
});

/** One value that is right for each field. */
const right = {
  text: "Ада",
  varchar: "𝒜𝒷𝒸𝒹𝑒",
  smallint: -32768,
  integer: 2147483647,
  bigint: "9007199254740993",
  real: 1.5,
  double: 1e300,
  decimal: "12345.678",
  whole: "-9999",
  fraction: "0.125",
  boolean: false,
  timestamp: "2024-02-29T12:00:00.250Z",
  date: "2024-02-29",
  time: "23:59:59.5",
  duration: 90_000,
  bytes: "AQID",
  json: { a: [1, null] },
  enumeration: "b",
  uuid: "0190d8a4-5b3c-7f00-8000-000000000001",
  texts: ["a", "b"],
  instants: ["2024-02-29T12:00:00.000Z"],
  custom: "c",
  checked: 5,
  email: "ada@example.org",
  box: { width: 2 },
  nullable: null,
  nullableChoice: "x",
  nullableInstant: null,
  nullableJson: null,
} as const;

eachDatabase("rows", [Everything], (open) => {
  it("go in by the create schema, through the database, and out by the read schema as they came", async () => {
    const accepts = ajv.compile(create.toJSONSchema());
    expect([accepts(right), accepts.errors]).toEqual([true, null]);
    const database = await open();
    const db = database.session();
    const { pk } = await Everything.objects.create(db, await create.parse(right));
    await db.commit();
    await db.close();
    await using fresh = database.session();
    const out = read.serialize(await Everything.objects.getByPk(fresh, pk));
    expect(out).toEqual({ id: pk, ...right });
    const acceptsRow = ajv.compile(read.toJSONSchema());
    expect([acceptsRow(out), acceptsRow.errors]).toEqual([true, null]);
    // What went out can come in again.
    expect(isRefused(read["~standard"].validate(JSON.parse(JSON.stringify(out))))).toBe(false);
  });
});

describe("the whole object", () => {
  const objects = fc.record(
    Object.fromEntries(
      names.map((name) => [name, fc.oneof({ weight: 30, arbitrary: fc.constant(right[name]) }, { weight: 1, arbitrary: anything })]),
    ),
    { requiredKeys: names.slice(3) },
  );

  it("is accepted by validation where JSON Schema accepts it", () => {
    const accepts = ajv.compile(create.toJSONSchema());
    let accepted = 0;
    fc.assert(
      fc.property(objects, (value) => {
        if (!accepts(value)) return;
        accepted++;
        expect(isRefused(validate(create, value))).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
