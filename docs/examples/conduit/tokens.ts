/** Who signs in is given a token that says who it is, signed by the service. */

import { jwtVerify, SignJWT } from "jose";

export interface Tokens {
  readonly issue: (userId: number) => Promise<string>;
  /** The user's id, or null for a token that is not ours or too old. */
  readonly read: (token: string) => Promise<number | null>;
}

export const createTokens = (secret: Uint8Array): Tokens => ({
  issue: (userId) => new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject(String(userId)).setExpirationTime("30d").sign(secret),
  read: async (token) => {
    try {
      const { payload } = await jwtVerify(token, secret, { algorithms: ["HS256"] });
      return Number(payload.sub);
    } catch {
      return null;
    }
  },
});
