/** A property of an object as data: what stands in it, without calling an accessor. */

/** The value of an own data property; undefined where there is none, or an accessor. */
export const ownData = (object: object, name: string): unknown => {
  const property = Object.getOwnPropertyDescriptor(object, name);
  return property !== undefined && "value" in property ? (property.value as unknown) : undefined;
};
