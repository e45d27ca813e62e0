/** Exact decimal numbers as scaled integers, without floating-point arithmetic. */

export interface Decimal {
  /** The number multiplied by ten to the power of `scale`. */
  readonly units: bigint;
  readonly scale: number;
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/;

/** Returns null if the text is not a decimal number. */
export function parseDecimal(text: string): Decimal | null {
  const found = FORM.exec(text);
  if (found === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = found;
  if (whole === "" && fraction === "") return null;
  const magnitude = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent);
  const units = sign === "-" ? -magnitude : magnitude;
  return scale < 0 ? { units: units * power(-scale), scale: 0 } : { units, scale };
}

const POWERS: bigint[] = [1n];
/** 10 ** exponent. */
export function power(exponent: number): bigint {
  if (exponent > 400) return 10n ** BigInt(exponent);
  for (let last = POWERS.length; last <= exponent; last++) POWERS.push((POWERS[last - 1] ?? 1n) * 10n);
  return POWERS[exponent] ?? 1n;
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

export function formatDecimal({ units, scale }: Decimal): string {
  if (scale === 0) return units.toString();
  const digits = absolute(units)
    .toString()
    .padStart(scale + 1, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Divides, rounding half away from zero like SQL for exact numbers. */
function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = absolute(dividend % divisor) * 2n;
  if (rest < absolute(divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** The same number with exactly `scale` decimals (a negative scale rounds to tens, hundreds, …), rounded half away from zero. */
export function rescale(value: Decimal, scale: number): Decimal {
  if (scale >= value.scale) return { units: value.units * power(scale - value.scale), scale };
  const units = divideRounded(value.units, power(value.scale - scale));
  return scale < 0 ? { units: units * power(-scale), scale: 0 } : { units, scale };
}

/** Truncates toward zero, like `trunc`. */
export function truncate(value: Decimal, scale: number): Decimal {
  return scale >= value.scale ? rescale(value, scale) : { units: value.units / power(value.scale - scale), scale };
}

const aligned = (left: Decimal, right: Decimal): readonly [bigint, bigint, number] => {
  const scale = Math.max(left.scale, right.scale);
  return [left.units * power(scale - left.scale), right.units * power(scale - right.scale), scale];
};

export function compareDecimals(left: Decimal, right: Decimal): -1 | 0 | 1 {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}
export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const [a, b, scale] = aligned(left, right);
  return { units: a + b, scale };
}
export function subtractDecimals(left: Decimal, right: Decimal): Decimal {
  const [a, b, scale] = aligned(left, right);
  return { units: a - b, scale };
}
export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return { units: left.units * right.units, scale: left.scale + right.scale };
}
/** The remainder; its sign is the dividend's. */
export function remainder(left: Decimal, right: Decimal): Decimal {
  const [a, b, scale] = aligned(left, right);
  return { units: a % b, scale };
}

/** The position of the leading digit in groups of four, and that group's value, from which PostgreSQL derives a quotient's scale. */
function leadingGroup({ units, scale }: Decimal): readonly [weight: number, group: number] {
  if (units === 0n) return [0, 0];
  const padding = (4 - (scale % 4)) % 4;
  const digits = (absolute(units) * power(padding)).toString();
  const weight = Math.ceil(digits.length / 4) - 1 - (scale + padding) / 4;
  return [weight, Number(digits.slice(0, digits.length % 4 === 0 ? 4 : digits.length % 4))];
}

/**
 * A quotient has at least 16 significant digits and at least the operands' decimals: PostgreSQL's rule, so that both databases return the
 * same.
 */
export function divideDecimals(left: Decimal, right: Decimal): Decimal {
  const [leftWeight, leftGroup] = leadingGroup(left);
  const [rightWeight, rightGroup] = leadingGroup(right);
  const weight = leftWeight - rightWeight - (leftGroup <= rightGroup ? 1 : 0);
  const scale = Math.min(Math.max(16 - weight * 4, left.scale, right.scale, 0), 1000);
  return { units: divideRounded(left.units * power(scale + right.scale), right.units * power(left.scale)), scale };
}

/**
 * Text that sorts like the numbers: a sign, the length of the integer part, the digits; complemented for negative numbers. Equal numbers
 * have equal keys, whatever their scale.
 */
export function sortKey(value: Decimal): string {
  if (value.units === 0n) return "1";
  const text = formatDecimal({ units: absolute(value.units), scale: value.scale });
  const [whole = "0", fraction = ""] = text.split(".");
  const digits = whole === "0" ? "" : whole;
  const key = `${String(digits.length).padStart(6, "0")}${digits}${fraction.replace(/0+$/, "")}`;
  if (value.units > 0n) return `2${key}`;
  // The final character sorts above every digit, so that of two negative numbers the longer one, which is smaller, sorts first.
  return `0${key.replace(/\d/g, (found) => String(9 - Number(found)))}~`;
}
