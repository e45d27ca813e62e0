/** Reads own data properties without calling accessors. */

/** The value of an own data property; undefined if there is none, or only an accessor. */
export const ownData = (object: object, name: string): unknown => {
  const property = Object.getOwnPropertyDescriptor(object, name);
  return property !== undefined && "value" in property ? (property.value as unknown) : undefined;
};
