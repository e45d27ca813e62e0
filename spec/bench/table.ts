/** Tables as Markdown, so that what the terminal shows can be kept in a document. */

const isNumber = (cell: string): boolean => /^[\d.,]+( [a-zµ]+)?$/i.test(cell) || cell === "–" || cell === "";

/** The first row is the head; columns of numbers stand to the right. */
export const markdown = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  const columns = head.map((title, index) => {
    const cells = body.map((row) => row[index] ?? "");
    return { right: cells.every(isNumber), width: Math.max(3, title.length, ...cells.map((cell) => cell.length)) };
  });
  const line = (row: readonly string[]): string =>
    `| ${columns.map(({ right, width }, index) => (right ? (row[index] ?? "").padStart(width) : (row[index] ?? "").padEnd(width))).join(" | ")} |`;
  const rule = `| ${columns.map(({ right, width }) => (right ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(head), rule, ...body.map(line)].join("\n");
};
