/** The schema as an SVG drawing that follows the reader's light or dark setting. */

import type { ForeignKeyPicture, SchemaPicture } from "flash-db/internal";
import { tableText } from "../operations/index.js";
import { type Box, headHeight, layout, rowHeight } from "./layout.js";
import { shortType } from "./mermaid.js";
import type { Rectangle } from "./place-group.js";

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export type Theme = "auto" | "light" | "dark";

const light =
  "--paper:#ffffff;--box:#ffffff;--head:#eef2f7;--line:#cbd5e1;--text:#0f172a;--faint:#64748b;--key:#b45309;--link:#7c93b2;--shadow:#0f172a14";
const dark =
  "--paper:#0d1117;--box:#161b22;--head:#21283380;--line:#30363d;--text:#e6edf3;--faint:#8b949e;--key:#f0b429;--link:#5b7394;--shadow:#00000066";

const style = (theme: Theme): string =>
  `:root,svg{${theme === "dark" ? dark : light}}` +
  (theme === "auto" ? `@media (prefers-color-scheme:dark){:root,svg{${dark}}}` : "") +
  "svg{background:var(--paper);font:13px ui-sans-serif,system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}" +
  ".box{fill:var(--box);stroke:var(--line)}.head{fill:var(--head)}.name{font-weight:600;fill:var(--text)}" +
  ".column{fill:var(--text)}.type{fill:var(--faint);font-size:12px;text-anchor:end}.key{fill:var(--key);font-weight:600}.null{fill:var(--faint)}" +
  ".link{fill:none;stroke:var(--link);stroke-width:1.4}.end{fill:var(--link)}g.table:hover .box{stroke:var(--key)}";

const rowMiddle = (box: Box, column: string | undefined): number => {
  const at = Math.max(
    0,
    box.table.columns.findIndex((one) => one.name === column),
  );
  return short(box.y) + headHeight + at * rowHeight + rowHeight / 2 + 2;
};

/**
 * A line from the key's column to the referenced column, leaving on the sides that face each other, through the places kept free for it.
 */
const link = (from: Box, to: Box, key: ForeignKeyPicture, via: readonly Rectangle[]): string => {
  const [y1, y2] = [rowMiddle(from, key.columns[0]), rowMiddle(to, key.referencedColumns[0])];
  const title = `<title>${escape(`${from.name}.${key.columns.join(", ")} → ${to.name}.${key.referencedColumns.join(", ")}`)}</title>`;
  if (from === to || from.x === to.x) {
    const x = from.x + from.width;
    const end = to.x + to.width;
    const far = Math.max(x, end) + 26 + Math.min(24, Math.abs(y1 - y2) / 12);
    return `<path class="link" d="M${x} ${y1}C${far} ${y1} ${far} ${y2} ${end + 7} ${y2}">${title}</path><path class="end" d="M${end} ${y2}l8-4v8z"/>`;
  }
  const leftward = to.x < from.x;
  const x1 = leftward ? from.x : from.x + from.width;
  const x2 = leftward ? to.x + to.width : to.x;
  const tip = leftward ? x2 + 7 : x2 - 7;
  let path = `M${x1} ${y1}`;
  let [x, y] = [x1, y1];
  const curve = (toX: number, toY: number): void => {
    const bend = Math.max(30, Math.abs(toX - x) / 2.2) * (leftward ? -1 : 1);
    path += `C${short(x + bend)} ${short(y)} ${short(toX - bend)} ${short(toY)} ${short(toX)} ${short(toY)}`;
    [x, y] = [toX, toY];
  };
  for (const lane of via) {
    const middle = lane.y + lane.height / 2;
    curve(leftward ? lane.x + lane.width : lane.x, middle);
    x = leftward ? lane.x : lane.x + lane.width;
    path += `H${short(x)}`;
  }
  curve(tip, y2);
  return `<path class="link" d="${path}">${title}</path><path class="end" d="M${x2} ${y2}l${leftward ? 8 : -8}-4v8z"/>`;
};

const short = (value: number): number => Math.round(value * 10) / 10;

const drawn = (box: Box): string => {
  const { table, width, height } = box;
  const [x, y] = [short(box.x), short(box.y)];
  const keys = new Set(table.foreignKeys.flatMap((key) => key.columns));
  const rows = table.columns.map((column, at) => {
    const line = y + headHeight + at * rowHeight + rowHeight / 2 + 6.5;
    const primary = table.primaryKey?.columns.includes(column.name) === true;
    const mark = primary ? "◆" : keys.has(column.name) ? "◇" : "";
    return (
      (mark === "" ? "" : `<text class="key" x="${x + 10}" y="${line}" font-size="10">${mark}</text>`) +
      `<text class="column${primary ? " key" : ""}" x="${x + 26}" y="${line}">${escape(column.name)}</text>` +
      `<text class="type" x="${x + width - 12}" y="${line}">${escape(shortType(column.type))}${column.nullable ? "?" : ""}</text>`
    );
  });
  return (
    `<g class="table"><rect x="${x + 1.5}" y="${y + 3}" width="${width}" height="${height}" rx="8" fill="var(--shadow)"/>` +
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>` +
    `<path class="head" d="M${x + 0.5} ${y + headHeight}v-${headHeight - 8}a7.5 7.5 0 0 1 7.5-7.5h${width - 16}a7.5 7.5 0 0 1 7.5 7.5v${headHeight - 8}z"/>` +
    `<text class="name" x="${x + 12}" y="${y + 21}">${escape(box.name)}</text>${rows.join("")}</g>`
  );
};

export const svg = (picture: SchemaPicture, theme: Theme = "auto"): string => {
  const { boxes, routes, width, height } = layout(picture);
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const links = boxes.flatMap((box) =>
    box.table.foreignKeys.flatMap((key) => {
      const to = byName.get(tableText(key.references));
      if (to === undefined) return [];
      const via = routes.find((route) => route.from === box && route.to === to)?.via ?? [];
      return [link(box, to, key, via)];
    }),
  );
  const pad = 40;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + pad * 2}" height="${height + pad * 2}" viewBox="${-pad} ${-pad} ${width + pad * 2} ${height + pad * 2}">` +
    `<style>${style(theme)}</style><rect x="${-pad}" y="${-pad}" width="100%" height="100%" fill="var(--paper)"/>\n${links.join("\n")}\n${boxes.map(drawn).join("\n")}\n</svg>\n`
  );
};
