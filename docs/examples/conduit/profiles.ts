/** What others see of a user, and following. */

import { readSchema, type Session } from "flash-db";
import { User } from "./models.js";
import type { Routes } from "./service.js";

const profile = readSchema(User, { exclude: ["id", "email", "createdAt", "updatedAt"] });

const shown = async (db: Session, user: User, viewer: User | null): Promise<object> => ({
  profile: { ...profile.serialize(user), following: viewer !== null && (await viewer.following.filter({ id: user.id }).exists()) },
});

export const profileRoutes = ({ add, signedIn }: Routes): void => {
  add("GET", "/profiles/:username", async ({ db, viewer, params: { username = "" } }) =>
    shown(db, await User.objects.get(db, { username }), viewer),
  );

  signedIn("POST", "/profiles/:username/follow", async ({ db, viewer, params: { username = "" } }) => {
    const user = await User.objects.get(db, { username });
    viewer.following.add(user);
    return shown(db, user, viewer);
  });

  signedIn("DELETE", "/profiles/:username/follow", async ({ db, viewer, params: { username = "" } }) => {
    const user = await User.objects.get(db, { username });
    viewer.following.remove(user);
    return shown(db, user, viewer);
  });
};
