/**
 * For TypeDoc. What `src/index.ts` exports below `// Models` is listed under "Models", and so on; examples and guides are shown as they
 * are meant; keys that only the compiler knows are left out.
 */

import { readFileSync } from "node:fs";
import { Application, Comment, CommentTag, Converter, ReflectionKind } from "typedoc";

/** Name → subject, subjects in their order. */
const subjectsOf = (source) => {
  const subjects = new Map();
  let subject;
  for (const [, heading, clause] of source.matchAll(/^\/\/ (.+)$|^export (?:type )?\{([^}]*)\}/gm)) {
    if (heading !== undefined) subject = heading;
    else
      for (const exported of clause.split(",")) {
        const name = exported.replace(/^\s*(?:type )?(?:\w+ as )?/, "").trim();
        if (name !== "") subjects.set(name, subject);
      }
  }
  return subjects;
};

/** The lines after the first lose the indentation that they all have: it comes from standing behind `@example`. */
const withoutMargin = (text) => {
  const [fence, first, ...rest] = text.split("\n");
  const lines = rest.slice(0, -1).filter((line) => line.trim() !== "");
  const margin = lines.length === 0 ? 0 : Math.min(...lines.map((line) => line.search(/\S/)));
  return [fence, first, ...rest.map((line, index) => (index === rest.length - 1 ? line : line.slice(margin)))].join("\n");
};

const HEADING = /^# (.+)\n+/;

const categorize = (reflection, subject) => {
  for (const documented of [reflection, ...(reflection.signatures ?? [])]) {
    documented.comment ??= new Comment();
    documented.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: subject }]));
  }
};

export const load = (app) => {
  const subjects = subjectsOf(readFileSync(new URL("../src/index.ts", import.meta.url), "utf8"));
  app.on(Application.EVENT_BOOTSTRAP_END, () => app.options.setValue("categoryOrder", [...new Set(subjects.values()), "*"]));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    // The first page shows the project's name by itself, guides show nothing but their text.
    for (const part of project.readme?.slice(0, 1) ?? []) part.text = part.text.replace(HEADING, "");
    for (const document of project.documents ?? []) document.name = HEADING.exec(document.content[0]?.text ?? "")?.[1] ?? document.name;
    for (const reflection of Object.values(project.reflections)) {
      if (/^\[(?!iterator|asyncIterator)/.test(reflection.name)) {
        project.removeReflection(reflection);
        continue;
      }
      for (const { tag, content } of reflection.comment?.blockTags ?? [])
        if (tag === "@example") for (const part of content) if (part.kind === "code") part.text = withoutMargin(part.text);
      const isExport = reflection.kindOf(ReflectionKind.SomeExport) && reflection.parent?.name === "flash-db";
      if (isExport && subjects.has(reflection.name)) categorize(reflection, subjects.get(reflection.name));
    }
  });
};
