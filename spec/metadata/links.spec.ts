/** Many-to-many relations: automatic link tables, link models of one's own, both sides of one link, links of a model with itself. */

import { describe, expect, it } from "vitest";
import { t } from "../../src/metadata/fields.js";
import type { ManyToManyMeta } from "../../src/metadata/model-meta.js";
import { foreignKey, manyToMany } from "../../src/metadata/relations.js";
import { metadataOf } from "../../src/metadata/registry.js";
import { define, messageOf } from "./models.js";

const linkOf = (model: unknown, name: string): ManyToManyMeta => {
  const relation = metadataOf(model).relations.get(name);
  return relation?.kind === "manyToMany" ? relation : expect.fail(`no link ${name}`);
};
const shape = (link: ManyToManyMeta) => [
  link.through.table,
  ...link.through.fields.map((field) => field.column),
  link.near.field.column,
  link.far.field.column,
];

describe("an automatic link", () => {
  class Post extends define("posts", { code: t.uuid().primaryKey(), tags: manyToMany(() => Tag, { reverse: "posts" }) }) {}
  class Tag extends define("tags", { posts: manyToMany(() => Post, { reverse: "tags" }) }) {}

  it("is one table for both sides, the first name leading", () => {
    expect(shape(linkOf(Post, "tags"))).toEqual(["posts_tags", "post_id", "tag_id", "post_id", "tag_id"]);
    expect(shape(linkOf(Tag, "posts"))).toEqual(["posts_tags", "post_id", "tag_id", "tag_id", "post_id"]);
    expect(linkOf(Post, "tags").through).toBe(linkOf(Tag, "posts").through);
    expect(linkOf(Post, "tags").inverse).toBe(linkOf(Tag, "posts"));
    expect(linkOf(Tag, "posts").inverse).toBe(linkOf(Post, "tags"));
    expect(linkOf(Tag, "posts").near).toBe(linkOf(Post, "tags").far);
  });
  it("has a made model with the two keys as its key, which goes with either row", () => {
    const { through, near, far, automatic, symmetrical } = linkOf(Post, "tags");
    expect([automatic, symmetrical]).toEqual([true, false]);
    expect(through.primaryKey).toEqual([near.field, far.field]);
    expect(through.fields.map((field) => [field.name, field.type.kind, field.relation])).toEqual([
      ["postId", "uuid", "post"],
      ["tagId", "integer", "tag"],
    ]);
    expect(through.relations.get("post")).toBe(near);
    expect(near).toMatchObject({ onDelete: "cascade", nullable: false });
    expect(near.target).toBe(metadataOf(Post));
    expect(typeof through.ctor).toBe("function");
  });
  it("is found also when neither side names the other", () => {
    class Book extends define("books", { genres: manyToMany(() => Genre) }) {}
    class Genre extends define("genres", { books: manyToMany(() => Book) }) {}
    expect(linkOf(Book, "genres").through).toBe(linkOf(Genre, "books").through);
    expect(linkOf(Book, "genres").inverse).toBe(linkOf(Genre, "books"));
  });
  it("may be known to one side only", () => {
    class Song extends define("songs", { moods: manyToMany(() => Mood) }) {}
    class Mood extends define("moods", {}) {}
    expect(shape(linkOf(Song, "moods"))).toEqual(["moods_songs", "mood_id", "song_id", "song_id", "mood_id"]);
    expect(linkOf(Song, "moods").inverse).toBeNull();
  });
  it("takes table and columns from either side", () => {
    class Film extends define("films", {
      actors: manyToMany(() => Actor, { reverse: "films", table: "cast", columns: ["film", "actor"] }),
    }) {}
    class Actor extends define("actors", { films: manyToMany(() => Film, { reverse: "actors" }) }) {}
    expect(shape(linkOf(Actor, "films"))).toEqual(["cast", "actor", "film", "actor", "film"]);
    expect(shape(linkOf(Film, "actors"))).toEqual(["cast", "actor", "film", "film", "actor"]);
    expect(linkOf(Film, "actors").near).toMatchObject({ name: "film", field: { name: "filmId", column: "film" } });
  });
});

describe("a model linked with itself", () => {
  it("is symmetrical unless something else is said", () => {
    class User extends define("users", { friends: manyToMany(() => User), follows: manyToMany(() => User, { symmetrical: false }) }) {}
    expect(linkOf(User, "friends")).toMatchObject({ symmetrical: true });
    expect(linkOf(User, "friends").inverse).toBe(linkOf(User, "friends"));
    expect(shape(linkOf(User, "friends"))).toEqual(["users_friends", "from_user_id", "to_user_id", "from_user_id", "to_user_id"]);
    expect(linkOf(User, "follows")).toMatchObject({ symmetrical: false, inverse: null });
  });
  it("may have two sides of one link", () => {
    class User extends define("users", {
      following: manyToMany(() => User, { reverse: "followers" }),
      followers: manyToMany(() => User, { reverse: "following" }),
    }) {}
    expect(shape(linkOf(User, "followers"))).toEqual(["users_followers", "from_user_id", "to_user_id", "from_user_id", "to_user_id"]);
    expect(shape(linkOf(User, "following"))).toEqual(["users_followers", "from_user_id", "to_user_id", "to_user_id", "from_user_id"]);
    expect(linkOf(User, "following")).toMatchObject({ symmetrical: false });
    expect(linkOf(User, "following").inverse).toBe(linkOf(User, "followers"));
  });
});

describe("a link model of one's own", () => {
  class Playlist extends define("playlists", { tracks: manyToMany(() => Track, { through: () => Entry }) }) {}
  class Track extends define("tracks", { playlists: manyToMany(() => Playlist, { reverse: "tracks" }) }) {}
  class Entry extends define("entries", {
    playlist: foreignKey(() => Playlist).primaryKey(),
    track: foreignKey(() => Track).primaryKey(),
    place: t.integer(),
  }) {}
  it("is entered by the key that leads here and left by the one that leads there", () => {
    const link = linkOf(Playlist, "tracks");
    expect(link).toMatchObject({ automatic: false });
    expect(link.through).toBe(metadataOf(Entry));
    expect([link.near, link.far]).toEqual([metadataOf(Entry).relations.get("playlist"), metadataOf(Entry).relations.get("track")]);
  });
  it("serves the other side too, which need not name it", () => {
    const back = linkOf(Track, "playlists");
    expect(back.through).toBe(metadataOf(Entry));
    expect([back.near.name, back.far.name]).toEqual(["track", "playlist"]);
    expect(back.inverse).toBe(linkOf(Playlist, "tracks"));
  });
  it("links a model with itself by its first key", () => {
    class User extends define("users", {
      follows: manyToMany(() => User, { through: () => Follow, reverse: "followers" }),
      followers: manyToMany(() => User, { through: () => Follow, reverse: "follows" }),
    }) {}
    class Follow extends define("follows", { follower: foreignKey(() => User), followed: foreignKey(() => User) }) {}
    expect([linkOf(User, "follows").near.name, linkOf(User, "follows").far.name]).toEqual(["follower", "followed"]);
    expect([linkOf(User, "followers").near.name, linkOf(User, "followers").far.name]).toEqual(["followed", "follower"]);
  });
  it("may be told which keys are meant", () => {
    class Team extends define("teams", {
      members: manyToMany(() => Player, { through: () => Stint, throughFields: ["team", "player"] }),
    }) {}
    class Player extends define("players", {}) {}
    class Stint extends define("stints", {
      team: foreignKey(() => Team),
      former: foreignKey(() => Team).nullable(),
      player: foreignKey(() => Player),
    }) {}
    expect([linkOf(Team, "members").near.name, linkOf(Team, "members").far.name]).toEqual(["team", "player"]);
  });
});

describe("refusals", () => {
  class Other extends define("others", { name: t.text() }) {}
  it.each<[string, () => unknown, string]>([
    [
      "a reverse that does not exist",
      () => {
        class A extends define("as", { bs: manyToMany(() => B, { reverse: "aas" }) }) {}
        class B extends define("bs", { as: manyToMany(() => A) }) {}
        return metadataOf(A);
      },
      "A.bs: B has no relation 'aas'. Did you mean 'as'?",
    ],
    [
      "a reverse that is something else",
      () => {
        class A extends define("as", { bs: manyToMany(() => B, { reverse: "name" }) }) {}
        class B extends define("bs", { name: t.text() }) {}
        return metadataOf(A);
      },
      "A.bs: B.name is no manyToMany relation that leads back to A",
    ],
    [
      "a reverse that names another",
      () => {
        class A extends define("as", {
          bs: manyToMany(() => B, { reverse: "as" }),
          cs: manyToMany(() => B, { reverse: "as", table: "x" }),
        }) {}
        class B extends define("bs", { as: manyToMany(() => A, { reverse: "bs" }) }) {}
        return metadataOf(A);
      },
      "A.cs: names B.as as its reverse, which names 'bs'",
    ],
    [
      "two that claim to be the reverse",
      () => {
        class A extends define("as", { bs: manyToMany(() => B) }) {}
        class B extends define("bs", { one: manyToMany(() => A, { reverse: "bs" }), two: manyToMany(() => A, { reverse: "bs" }) }) {}
        return metadataOf(A);
      },
      "A.bs: B.one and B.two both name it as their reverse",
    ],
    [
      "two links of one table",
      () => {
        class A extends define("as", { bs: manyToMany(() => Other), cs: manyToMany(() => Other) }) {}
        return metadataOf(A);
      },
      `A.cs: makes the link table "as_others", which A.bs makes too; name the other side with \`reverse\`, or give one of them a \`table\``,
    ],
    [
      "columns that disagree",
      () => {
        class A extends define("as", { bs: manyToMany(() => B, { reverse: "as", columns: ["a", "b"] }) }) {}
        class B extends define("bs", { as: manyToMany(() => A, { reverse: "bs", columns: ["a", "b"] }) }) {}
        return metadataOf(A);
      },
      "give different `columns`: a,b here, b,a there",
    ],
    [
      "tables that disagree",
      () => {
        class A extends define("as", { bs: manyToMany(() => B, { reverse: "as", table: "x" }) }) {}
        class B extends define("bs", { as: manyToMany(() => A, { reverse: "bs", table: "y" }) }) {}
        return metadataOf(A);
      },
      "give different `table`: x here, y there",
    ],
    [
      "symmetry between two models",
      () => {
        class A extends define("as", { bs: manyToMany(() => Other, { symmetrical: true }) }) {}
        return metadataOf(A);
      },
      "A.bs: leads to Other: only a relation of a model with itself can be symmetrical",
    ],
    [
      "symmetry with another side",
      () => {
        class A extends define("as", {
          friends: manyToMany(() => A, { symmetrical: true }),
          back: manyToMany(() => A, { reverse: "friends" }),
        }) {}
        return metadataOf(A);
      },
      "A.friends: is symmetrical and its own reverse, but 'back' claims to be that",
    ],
    [
      "a link model without a key to here",
      () => {
        class A extends define("as", { bs: manyToMany(() => Other, { through: () => Link }) }) {}
        class Link extends define("ls", { other: foreignKey(() => Other) }) {}
        return metadataOf(A);
      },
      "A.bs: Link has no foreign key to A",
    ],
    [
      "a link model with two keys to here",
      () => {
        class A extends define("as", { bs: manyToMany(() => Other, { through: () => Link }) }) {}
        class Link extends define("ls", { one: foreignKey(() => A), two: foreignKey(() => A), other: foreignKey(() => Other) }) {}
        return metadataOf(A);
      },
      "A.bs: Link has several foreign keys that could be meant (one, two); say which with throughFields: [near, far]",
    ],
    [
      "a link with itself by one key",
      () => {
        class A extends define("as", { as: manyToMany(() => A, { through: () => Link }) }) {}
        class Link extends define("ls", { one: foreignKey(() => A) }) {}
        return metadataOf(A);
      },
      "A.as: Link needs two foreign keys to A: near and far",
    ],
    [
      "a link with itself by three keys",
      () => {
        class A extends define("as", { as: manyToMany(() => A, { through: () => Link }) }) {}
        class Link extends define("ls", { one: foreignKey(() => A), two: foreignKey(() => A), three: foreignKey(() => A) }) {}
        return metadataOf(A);
      },
      "could be meant (one, two, three)",
    ],
    [
      "throughFields that do not exist",
      () => {
        class A extends define("as", { bs: manyToMany(() => Other, { through: () => Link, throughFields: ["onne", "other"] }) }) {}
        class Link extends define("ls", { one: foreignKey(() => A), other: foreignKey(() => Other) }) {}
        return metadataOf(A);
      },
      "A.bs: Link has no foreign key 'onne'. Did you mean 'one'?",
    ],
    [
      "throughFields the wrong way round",
      () => {
        class A extends define("as", { bs: manyToMany(() => Other, { through: () => Link, throughFields: ["other", "one"] }) }) {}
        class Link extends define("ls", { one: foreignKey(() => A), other: foreignKey(() => Other) }) {}
        return metadataOf(A);
      },
      "A.bs: Link.other does not lead to A",
    ],
    [
      "a link to a composite key",
      () => {
        class A extends define("as", { bs: manyToMany(() => B) }) {}
        class B extends define("bs", { x: t.integer().primaryKey(), y: t.integer().primaryKey() }) {}
        return metadataOf(A);
      },
      "A.bs: B has a key of several columns (x, y)",
    ],
  ])("%s", (_, act, message) => expect(messageOf(act)).toContain(message));
});
