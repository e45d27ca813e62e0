/** `addSequence` and `dropSequence`. */

import { sameTable, type SchemaPicture, type SequencePicture, type TableName } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { OperationKind } from "../contracts.js";
import { columnObject, sequenceObject } from "../footprints.js";
import { tableText } from "../pictures.js";
import { call, options, tableWord, text, typeWord } from "../words.js";

const sequenceOf = (state: SchemaPicture, name: TableName): SequencePicture => {
  const found = state.sequences.find((one) => sameTable(one.name, name));
  if (found !== undefined) return found;
  throw new MigrationError(`there is no sequence "${tableText(name)}" at this place`);
};
const reads = ({ ownedBy }: SequencePicture): readonly string[] => (ownedBy === null ? [] : [columnObject(ownedBy.table, ownedBy.column)]);

export const addSequence: OperationKind<"addSequence"> = {
  apply: (state, { sequence }) => {
    if (state.sequences.some((one) => sameTable(one.name, sequence.name)))
      throw new MigrationError(`there is a sequence "${tableText(sequence.name)}" already`);
    return { ...state, sequences: [...state.sequences, sequence] };
  },
  invert: (_, { sequence }) => [{ kind: "dropSequence", name: sequence.name }],
  lower: (_, { sequence }) => [{ kind: "createSequence", sequence }],
  footprint: (_, { sequence }) => ({ reads: reads(sequence), writes: [sequenceObject(sequence.name)] }),
  print: ({ sequence }, printer) =>
    call(printer.use("addSequence"), [
      tableWord(sequence.name),
      options([
        `type: ${typeWord(sequence.type, printer)}`,
        `start: ${sequence.start}n`,
        `increment: ${sequence.increment}n`,
        `minimum: ${sequence.minimum}n`,
        `maximum: ${sequence.maximum}n`,
        sequence.cycle ? "cycle: true" : null,
        sequence.ownedBy === null ? null : `ownedBy: ${text(`${tableText(sequence.ownedBy.table)}.${sequence.ownedBy.column}`)}`,
      ]),
    ]),
  describe: ({ sequence }) => `add sequence ${tableText(sequence.name)}`,
};

export const dropSequence: OperationKind<"dropSequence"> = {
  apply: (state, { name }) => {
    const gone = sequenceOf(state, name);
    return { ...state, sequences: state.sequences.filter((one) => one !== gone) };
  },
  invert: (before, { name }) => [{ kind: "addSequence", sequence: sequenceOf(before, name) }],
  lower: (before, { name }) => [{ kind: "dropSequence", sequence: sequenceOf(before, name) }],
  footprint: (before, { name }) => ({ reads: reads(sequenceOf(before, name)), writes: [sequenceObject(name)] }),
  print: ({ name }, printer) => call(printer.use("dropSequence"), [tableWord(name)]),
  describe: ({ name }) => `drop sequence ${tableText(name)}`,
};
