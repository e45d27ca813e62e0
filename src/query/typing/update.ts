/** What update() takes: like create(), nothing required, expressions welcome. */

import type { InputValue } from "../../metadata/typing/input.js";
import type { SchemaOf } from "../../metadata/typing/schema.js";
import type { ExpressionOn } from "./checked.js";

export type Update<I, V> = { [K in keyof V]: InputValue<I, SchemaOf<I>, K, ExpressionOn<I, unknown>> };
