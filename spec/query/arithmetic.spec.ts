/** Arithmetic on every pair of kinds of columns: what compiles has the right answer, everything else is refused before anything is sent. */

import { expect, it } from "vitest";
import { F, FieldError, model, sql, t } from "flash-db";
import type { Arithmetic, At, BadResult } from "../../src/query/typing/results.js";
import { eachSharedDatabase } from "../support/shared.js";

class Kinds extends model<Kinds>("arithmetic_kinds")({
  integer: t.integer(),
  bigint: t.bigint(),
  decimal: t.decimal(10, 2),
  double: t.double(),
  duration: t.duration(),
  timestamp: t.timestamp(),
  date: t.date(),
  time: t.time(),
  text: t.text(),
  boolean: t.boolean(),
  uuid: t.uuid(),
  bytes: t.bytes(),
  enum: t.enum(["x", "y"]),
  array: t.array(t.integer()),
}) {}
const row = {
  integer: 7,
  bigint: 3n,
  decimal: "2.50",
  double: 1.5,
  duration: 60_000,
  timestamp: new Date("2024-01-02T03:04:05Z"),
  date: "2024-01-05",
  time: "10:00:00",
  text: "3",
  boolean: true,
  uuid: "018f0000-0000-7000-8000-00000000000a",
  bytes: new Uint8Array([1]),
  enum: "x",
  array: [1],
} as const;
type Name = keyof typeof row;
const names = Object.keys(row) as Name[];
const operators = ["add", "sub", "mul", "div", "mod", "pow", "bitand", "bitor", "bitxor", "shiftLeft", "shiftRight"] as const;
type Operator = (typeof operators)[number];

type Compiles<A extends Name, O extends Operator, B extends Name> = [BadResult<Kinds, Arithmetic<O, At<A>, At<B>>>] extends [never]
  ? `${A} ${O} ${B}`
  : never;
/** All pairs that compile, each written as in the table below. */
type Allowed = { [A in Name]: { [O in Operator]: { [B in Name]: Compiles<A, O, B> }[Name] }[Operator] }[Name];

/** The compiler refuses a missing pair and one too many. */
const answers: Readonly<Record<Allowed, unknown>> = {
  "integer add integer": 14,
  "integer sub integer": 0,
  "integer mul integer": 49,
  "integer div integer": 1,
  "integer mod integer": 0,
  "integer pow integer": 823543,
  "integer bitand integer": 7,
  "integer bitor integer": 7,
  "integer bitxor integer": 0,
  "integer shiftLeft integer": 896,
  "integer shiftRight integer": 0,
  "integer add bigint": 10n,
  "integer sub bigint": 4n,
  "integer mul bigint": 21n,
  "integer div bigint": 2.3333333333333335,
  "integer mod bigint": 1n,
  "integer pow bigint": 343,
  "integer bitand bigint": 3n,
  "integer bitor bigint": 7n,
  "integer bitxor bigint": 4n,
  "integer shiftLeft bigint": 56n,
  "integer shiftRight bigint": 0n,
  "integer add decimal": "9.50",
  "integer sub decimal": "4.50",
  "integer mul decimal": "17.50",
  "integer div decimal": "2.8000000000000000",
  "integer mod decimal": "2.00",
  "integer pow decimal": 129.64181424216494,
  "integer add double": 8.5,
  "integer sub double": 5.5,
  "integer mul double": 10.5,
  "integer div double": 4.666666666666667,
  "integer mod double": 1,
  "integer pow double": 18.520259177452136,
  "integer mul duration": 420000,
  "bigint add integer": 10n,
  "bigint sub integer": -4n,
  "bigint mul integer": 21n,
  "bigint div integer": 0.42857142857142855,
  "bigint mod integer": 3n,
  "bigint pow integer": 2187,
  "bigint bitand integer": 3n,
  "bigint bitor integer": 7n,
  "bigint bitxor integer": 4n,
  "bigint shiftLeft integer": 384n,
  "bigint shiftRight integer": 0n,
  "bigint add bigint": 6n,
  "bigint sub bigint": 0n,
  "bigint mul bigint": 9n,
  "bigint div bigint": 1,
  "bigint mod bigint": 0n,
  "bigint pow bigint": 27,
  "bigint bitand bigint": 3n,
  "bigint bitor bigint": 3n,
  "bigint bitxor bigint": 0n,
  "bigint shiftLeft bigint": 24n,
  "bigint shiftRight bigint": 0n,
  "bigint add decimal": "5.50",
  "bigint sub decimal": "0.50",
  "bigint mul decimal": "7.50",
  "bigint div decimal": "1.2000000000000000",
  "bigint mod decimal": "0.50",
  "bigint pow decimal": 15.588457268119896,
  "bigint add double": 4.5,
  "bigint sub double": 1.5,
  "bigint mul double": 4.5,
  "bigint div double": 2,
  "bigint mod double": 0,
  "bigint pow double": 5.196152422706632,
  "bigint mul duration": 180000,
  "decimal add integer": "9.50",
  "decimal sub integer": "-4.50",
  "decimal mul integer": "17.50",
  "decimal div integer": "0.35714285714285714286",
  "decimal mod integer": "2.50",
  "decimal pow integer": 610.3515625,
  "decimal add bigint": "5.50",
  "decimal sub bigint": "-0.50",
  "decimal mul bigint": "7.50",
  "decimal div bigint": "0.83333333333333333333",
  "decimal mod bigint": "2.50",
  "decimal pow bigint": 15.625,
  "decimal add decimal": "5.00",
  "decimal sub decimal": "0.00",
  "decimal mul decimal": "6.2500",
  "decimal div decimal": "1.00000000000000000000",
  "decimal mod decimal": "0.00",
  "decimal pow decimal": 9.882117688026186,
  "decimal add double": 4,
  "decimal sub double": 1,
  "decimal mul double": 3.75,
  "decimal div double": 1.6666666666666667,
  "decimal mod double": 1,
  "decimal pow double": 3.952847075210474,
  "decimal mul duration": 150000,
  "double add integer": 8.5,
  "double sub integer": -5.5,
  "double mul integer": 10.5,
  "double div integer": 0.21428571428571427,
  "double mod integer": 1.5,
  "double pow integer": 17.0859375,
  "double add bigint": 4.5,
  "double sub bigint": -1.5,
  "double mul bigint": 4.5,
  "double div bigint": 0.5,
  "double mod bigint": 1.5,
  "double pow bigint": 3.375,
  "double add decimal": 4,
  "double sub decimal": -1,
  "double mul decimal": 3.75,
  "double div decimal": 0.6,
  "double mod decimal": 1.5,
  "double pow decimal": 2.7556759606310752,
  "double add double": 3,
  "double sub double": 0,
  "double mul double": 2.25,
  "double div double": 1,
  "double mod double": 0,
  "double pow double": 1.8371173070873836,
  "double mul duration": 90000,
  "duration mul integer": 420000,
  "duration div integer": 8571,
  "duration mul bigint": 180000,
  "duration div bigint": 20000,
  "duration mul decimal": 150000,
  "duration div decimal": 24000,
  "duration mul double": 90000,
  "duration div double": 40000,
  "duration add duration": 120000,
  "duration sub duration": 0,
  "duration add timestamp": new Date("2024-01-02T03:05:05.000Z"),
  "duration add date": new Date("2024-01-05T00:00:00.000Z"),
  "timestamp add duration": new Date("2024-01-02T03:05:05.000Z"),
  "timestamp sub duration": new Date("2024-01-02T03:03:05.000Z"),
  "timestamp sub timestamp": 0,
  "timestamp sub date": -248155000,
  "date add duration": new Date("2024-01-05T00:00:00.000Z"),
  "date sub duration": new Date("2024-01-04T00:00:00.000Z"),
  "date sub timestamp": 248155000,
  "date sub date": 0,
};

eachSharedDatabase(
  "arithmetic",
  [Kinds],
  async (db) => {
    await Kinds.objects.create(db, { ...row, array: [...row.array] });
  },
  (stage) => {
    const sum = F("integer").add(F("bigint"));
    const written = (pair: string) => {
      const [left, operator, right] = pair.split(" ") as [Name, Operator, Name];
      return F(left)[operator](F(right)) as unknown as typeof sum;
    };
    const pairs = names.flatMap((left) => operators.flatMap((operator) => names.map((right) => `${left} ${operator} ${right}`)));

    it("of kinds that fit has the right answer", async () => {
      const got: Record<string, unknown> = {};
      for (const pair of Object.keys(answers)) {
        const [answer] = await Kinds.objects
          .annotate({ answer: written(pair) })
          .valuesList("answer", { flat: true })
          .fetch(stage.db);
        got[pair] = answer;
      }
      expect(got).toEqual(answers);
    });
    it("has an opposite of numbers and durations only", async () => {
      for (const [name, opposite] of [
        ["integer", -7],
        ["decimal", "-2.50"],
        ["duration", -60_000],
      ] as const)
        expect(
          await Kinds.objects
            .annotate({ answer: F(name).neg() })
            .valuesList("answer", { flat: true })
            .fetch(stage.db),
        ).toEqual([opposite]);
      for (const name of ["text", "time", "date", "timestamp", "boolean", "uuid", "bytes", "enum", "array"] as const)
        expect(() => Kinds.objects.annotate({ answer: F(name).neg() }).toSQL("postgres"), name).toThrow(/has no opposite/);
    });
    it("of other kinds is refused before anything is sent", async () => {
      const passed: string[] = [];
      const sent = await stage.sent(async () => {
        for (const pair of pairs.filter((one) => !(one in answers)))
          await Kinds.objects
            .annotate({ answer: written(pair) })
            .fetch(stage.db)
            .then(
              () => passed.push(pair),
              (error: unknown) => {
                if (!(error instanceof FieldError) || !/has no meaning|takes whole numbers/.test(error.message)) passed.push(pair);
              },
            );
      });
      expect({ passed, sent }).toEqual({ passed: [], sent: [] });
    });
    it("of whole numbers and raw SQL divides to fractions", async () => {
      const answer = async (expression: ReturnType<typeof written>): Promise<unknown> =>
        (await Kinds.objects.annotate({ answer: expression }).valuesList("answer", { flat: true }).fetch(stage.db))[0];
      for (const right of [sql`2`, sql`${2}`, sql`${F("integer")} - 5`])
        expect(Number(await answer(F("integer").div(right as never) as never))).toBe(3.5);
      expect(await answer(F("bigint").div(sql`2` as never) as never)).toBe(1.5);
      expect(Number(await answer(F("decimal").div(sql`2` as never) as never))).toBe(1.25);
      expect(await answer(F("integer").mul(sql`2` as never) as never)).toBe(14);
    });
  },
);
