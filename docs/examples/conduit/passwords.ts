/** Passwords, kept as salted scrypt hashes. */

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/** `salt.hash`, both in base64. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, 32);
  return `${salt.toString("base64")}.${hash.toString("base64")}`;
};

export const isPassword = async (password: string, stored: string): Promise<boolean> => {
  const [salt = "", hash = ""] = stored.split(".");
  return timingSafeEqual(await derive(password, Buffer.from(salt, "base64"), 32), Buffer.from(hash, "base64"));
};
