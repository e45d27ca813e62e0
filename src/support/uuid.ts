/** Generates version 7 UUIDs, which begin with the time and are strictly ascending within a process. */

let lastTime = 0;
let counter = 0;
const random = new Uint8Array(8);

/** A UUID greater than all generated before, even within one millisecond and when the clock is set back. */
export const uuid7 = (now: number = Date.now()): string => {
  crypto.getRandomValues(random);
  if (now > lastTime) {
    lastTime = now;
    // Starts low in its 12 bits to leave room for counting; the other 62 bits stay random.
    counter = (((random[0] ?? 0) << 8) | (random[1] ?? 0)) & 0x3ff;
  } else if (++counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, "0");
  const tail = Array.from(random, (byte, at) => (at === 0 ? (byte & 0x3f) | 0x80 : byte).toString(16).padStart(2, "0")).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${tail.slice(0, 4)}-${tail.slice(4)}`;
};
