/** `npm run kit -- crashes|pairs|branches [count] [seed]`: what the specs of the kit do a few times, as often as one likes. */

import process from "node:process";
import { branches } from "./branches.js";
import { crashes } from "./crashes.js";
import { pairs } from "./pairs.js";

const works = { branches, crashes, pairs };
const [name = "", ...numbers] = process.argv.slice(2);
const work = works[name as keyof typeof works];
if (work === undefined) throw new Error(`expected one of ${Object.keys(works).join(", ")}, got "${name}"`);
process.exitCode = (await work(numbers.map(Number))) ? 0 : 1;
