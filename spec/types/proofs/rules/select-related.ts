/** `selectRelated()` of a collection does not compile. */

import { foreignKey, hasMany, manyToMany, model, t } from "flash-db";

class User extends model<User>("users")({ name: t.text(), posts: hasMany(() => Post, "author") }) {}
class Post extends model<Post>("posts")({ author: foreignKey(() => User), tags: manyToMany(() => Tag, { reverse: "posts" }) }) {}
class Tag extends model<Tag>("tags")({ label: t.text(), posts: manyToMany(() => Post, { reverse: "tags" }) }) {}

Post.objects.selectRelated("author").prefetchRelated("tags");
// @ts-expect-error refused
User.objects.selectRelated("posts");
// @ts-expect-error refused
Post.objects.selectRelated("tags");
// @ts-expect-error refused
Post.objects.selectRelated("author__posts");
