/** Signing up, signing in, and one's own account. */

import { createSchema, readSchema, type Session, updateSchema, ValidationError } from "flash-db";
import { z } from "zod";
import { User } from "./models.js";
import { hashPassword, isPassword } from "./passwords.js";
import { Refusal, type Routes } from "./service.js";
import type { Tokens } from "./tokens.js";

const password = z.string().min(8).max(200);
const signUp = createSchema(User, { only: ["username", "email", "bio", "image"], extra: { password } });
const signIn = createSchema(User, { only: ["email"], extra: { password: z.string() } });
const change = updateSchema(User, { only: ["username", "email", "bio", "image"], extra: { password } });
const account = readSchema(User, { exclude: ["id", "createdAt", "updatedAt"] });

/** Who asks: `Authorization: Token …`. */
export const viewerOf = async (db: Session, tokens: Tokens, header: string | undefined): Promise<User | null> => {
  const token = /^(?:Token|Bearer) (.+)$/.exec(header ?? "")?.[1];
  const id = token === undefined ? null : await tokens.read(token);
  return id === null ? null : db.get(User, id);
};

const shown = async (user: User, tokens: Tokens): Promise<object> => ({
  user: { ...account.serialize(user), token: await tokens.issue(user.id) },
});

export const userRoutes = ({ add, signedIn }: Routes): void => {
  add("POST", "/users", async ({ db, tokens, given, reply }) => {
    const { password: chosen, ...values } = await signUp.parse(given("user"));
    const user = await User.objects.create(db, { ...values, passwordHash: await hashPassword(chosen) });
    reply.code(201);
    return shown(user, tokens);
  });

  add("POST", "/users/login", async ({ db, tokens, given }) => {
    const { email, password: said } = await signIn.parse(given("user"));
    const user = await User.objects.filter({ email }).first(db);
    if (user === null || !(await isPassword(said, user.passwordHash))) throw new Refusal(401, { "email or password": ["is wrong"] });
    return shown(user, tokens);
  });

  signedIn("GET", "/user", ({ viewer, tokens }) => shown(viewer, tokens));

  signedIn("PUT", "/user", async ({ viewer, tokens, given }) => {
    const { password: chosen, ...values } = await change.parse(given("user"));
    if (Object.keys(values).length === 0 && chosen === undefined) throw new ValidationError({ user: "names nothing to change" });
    viewer.set(values);
    if (chosen !== undefined) viewer.passwordHash = await hashPassword(chosen);
    await viewer.save();
    return shown(viewer, tokens);
  });
};
