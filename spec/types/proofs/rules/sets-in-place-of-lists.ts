/** `in` takes columns of other queries, nullable ones too, and whole querysets for a key. */

import { foreignKey, hasMany, Min, model, t } from "flash-db";

class User extends model<User>("users")({ name: t.text(), posts: hasMany(() => Post, "author") }) {}
class Post extends model<Post>("posts")({ title: t.text(), author: foreignKey(() => User), editor: foreignKey(() => User).nullable() }) {}

User.objects.exclude({ id__in: Post.objects.valuesList("editorId", { flat: true }) });
User.objects.filter({ id__in: Post.objects.values("author") });
Post.objects.filter({ authorId__in: User.objects.filter({ name: "x" }) });
Post.objects.exclude({
  id__in: Post.objects
    .values("title")
    .annotate({ first: Min("id") })
    .values("first"),
});
// @ts-expect-error texts for a number
User.objects.filter({ id__in: Post.objects.valuesList("title", { flat: true }) });
