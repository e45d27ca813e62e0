/** Names in ordering, indexes and constraints. */

import { model, t, foreignKey, hasMany, index, unique, check, timestamps, sql } from "flash-db";
class User extends model<User>("users")({ name: t.text(), posts: hasMany(() => Post, "author") }, { ordering: ["name", "-id"] }) {}
class Post extends model<Post>("posts")(
  {
    title: t.text(),
    slug: t.varchar(80),
    kind: t.enum(["a", "b"]),
    ...timestamps(),
    author: foreignKey(() => User, { onDelete: "cascade" }),
    parent: foreignKey(() => Post).nullable(),
  },
  {
    ordering: ["-author__name", "title"],
    indexes: [index("author", "-createdAt"), index("authorId", { name: "x", where: sql`a` })],
    constraints: [unique("author", "slug"), check("title_not_empty", { title__ne: "", authorId__gt: 3 })],
    discriminator: "kind",
  },
) {}
export const p = (x: Post) => x.parentId satisfies number | null;
// @ts-expect-error
model<User>("u")({ name: t.text() }, { orderin: ["name"] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { ordering: ["nam"] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { ordering: ["name", "-nam"] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { indexes: [index("nam")] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { indexes: [index("name", "-nam")] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { constraints: [unique("nam")] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { constraints: [check("x", { nam: 3 })] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { constraints: [check("x", { name__gt: 3 })] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { constraints: [check("x", { name__foo: 3 })] });
// @ts-expect-error
model<User>("u")({ name: t.text() }, { discriminator: "nam" });
