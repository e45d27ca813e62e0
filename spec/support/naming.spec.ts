/** Names between conventions, singulars, and names that fit every database. */

import { describe, expect, it } from "vitest";
import { byteLength, camelCase, pascalCase, shortName, singular, snakeCase } from "../../src/support/naming.js";

describe("naming", () => {
  it.each([
    ["createdAt", "created_at"],
    ["id", "id"],
    ["authorId", "author_id"],
    ["userID", "user_id"],
    ["HTTPServer", "http_server"],
    ["isURLValid", "is_url_valid"],
    ["address2", "address2"],
    ["oauth2Token", "oauth2_token"],
    ["already_snake", "already_snake"],
    ["größeMax", "größe_max"],
    ["x", "x"],
  ])("%s is column %s", (name, column) => expect(snakeCase(name)).toBe(column));

  it.each([
    ["created_at", "createdAt"],
    ["id", "id"],
    ["CREATED_AT", "createdAt"],
    ["address_2", "address2"],
    ["_private", "_private"],
  ])("column %s is property %s", (column, name) => {
    expect(camelCase(column)).toBe(name);
  });

  it("turns a table into a class", () => expect(pascalCase("blog_posts")).toBe("BlogPosts"));

  it.each([
    ["posts", "post"],
    ["categories", "category"],
    ["addresses", "address"],
    ["boxes", "box"],
    ["people", "person"],
    ["order_items", "order_item"],
    ["status", "status"],
    ["news", "news"],
    ["blog_people", "blog_person"],
    ["movies", "movie"],
    ["pies", "pie"],
    ["class", "class"],
    ["s", "s"],
  ])("one of %s is a %s", (table, one) => expect(singular(table)).toBe(one));

  it("keeps short names and cuts long ones to 63 bytes, each in its own way", () => {
    expect(shortName("posts_title_key")).toBe("posts_title_key");
    const [a, b] = [shortName(`${"é".repeat(60)}a`), shortName(`${"é".repeat(60)}b`)];
    expect(byteLength(a)).toBeLessThanOrEqual(63);
    expect(a).toMatch(/^é+_[0-9a-f]{8}$/);
    expect(a).not.toBe(b);
    expect(shortName(`${"é".repeat(60)}a`)).toBe(a);
  });
});
