/** Names of computed values, which become names of columns and properties. */

import { FieldError } from "../errors.js";

const NAME = /^[A-Za-z_]\w*$/;

/** `what` names the call in the message. */
export const checkName = (name: string, what: string): void => {
  if (!NAME.test(name) || name.includes("__"))
    throw new FieldError(`${what}: '${name}' is no name: letters, digits and single underscores, not beginning with a digit`);
};
