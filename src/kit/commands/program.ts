/** The command line: commands, options, and help texts. */

import { Command, CommanderError } from "commander";
import { MigrationError } from "../errors.js";
import { check } from "./check.js";
import { diagram } from "./diagram.js";
import { init } from "./init.js";
import { makeMigrations } from "./make-migrations.js";
import { migrate, rollback } from "./migrate.js";
import { bad, type Result } from "./output.js";
import { shell } from "./shell.js";
import { history, repair, showMigrations } from "./show.js";
import { sqlMigrate } from "./sql-migrate.js";
import { version } from "./version.js";

const several = (value: string, former: readonly string[] = []): readonly string[] => [...former, value];

/** Runs a command line; returns the exit code. */
export const runProgram = async (argv: readonly string[]): Promise<number> => {
  let exitCode = 0;
  const json = argv.includes("--json");
  const act =
    <A extends readonly unknown[]>(work: (...args: A) => Promise<Result>) =>
    async (...args: A): Promise<void> => {
      const result = await work(...args);
      exitCode = result.exitCode ?? 0;
      if (json) process.stdout.write(`${JSON.stringify({ ok: exitCode === 0, ...result.data }, null, 2)}\n`);
      else if (result.lines.length > 0) process.stdout.write(`${result.lines.join("\n")}\n`);
    };
  const program = programOf(act);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return failed(error, json);
  }
};

const failed = (error: unknown, json: boolean): number => {
  // Help and version output also end with an error of commander.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  const known = error instanceof MigrationError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = known?.exitCode ?? 1;
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: message, ...known?.facts }, null, 2)}\n`);
  else process.stderr.write(`${bad("✗")} ${message}\n`);
  if (process.env["FLASH_DB_DEBUG"] !== undefined && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return exitCode;
};

type Act = <A extends readonly unknown[]>(work: (...args: A) => Promise<Result>) => (...args: A) => Promise<void>;

const programOf = (act: Act): Command => {
  const program = new Command("flash-db")
    .description("Schema evolution for Flash DB: compares your models with your migrations, writes the difference as a file, runs it.")
    .version(version, "-v, --version")
    .showSuggestionAfterError()
    .showHelpAfterError("(see flash-db help)")
    .exitOverride()
    .addHelpText(
      "after",
      `
The usual way:
  flash-db init                       a configuration and a folder
  flash-db makemigrations             what the models say and the migrations do not, as a file
  flash-db migrate                    run it

In CI:
  flash-db check                      ends with 3 when models, migrations and database differ
  flash-db makemigrations --check     the same without a database

Every command supports --json. Exit codes: 0 done, 1 failed, 2 needs an answer, 3 a difference was found.`,
    );
  const command = (usage: string, description: string, examples: string): Command =>
    program
      .command(usage)
      .description(description)
      .option("-c, --config <file>", "the configuration; flash-db.config.ts by default")
      .option("--json", "the result as JSON")
      .addHelpText("after", `\nExamples:\n${examples.replace(/^/gm, "  ")}`);

  command(
    "init",
    "Writes flash-db.config.ts and creates the folder of migrations.",
    "flash-db init --url postgres://localhost/app --models src/models.ts",
  )
    .option("--url <url>", "the database", "sqlite:app.db")
    .option("--models <file>", "the module that exports the models")
    .option("--migrations <folder>", "the folder of migrations", "migrations")
    .action(act(init));
  command(
    "makemigrations",
    "Compares the models with the migrations, and writes the difference as a file.",
    "flash-db makemigrations\nflash-db makemigrations --rename users.name:full_name\nflash-db makemigrations --empty --tables users --name split_names",
  )
    .option("-n, --name <name>", "the file's name after its number")
    .option("--check", "write nothing; exit with 3 if there is a difference")
    .option("--dry-run", "show the file instead of writing it")
    .option("--empty", "an empty file, to be completed by hand")
    .option("--tables <table>", "with --empty: historical models of these tables", several)
    .option("--merge", "merge several heads into one")
    .option("--rename <old:new>", "users.name:full_name, or users:people for a table", several)
    .option("--drop <name>", "dropped, not renamed: users.name, or users", several)
    .option("--fill <column=value>", "value of existing rows in a new required column: users.age=0", several)
    .option("--hints <file>", 'the same as JSON: { "rename": […], "drop": […], "fill": { … } }')
    .action(act(makeMigrations));
  command(
    "migrate [name]",
    "Runs all migrations, or up to (or back to) the named one; zero rolls back everything.",
    "flash-db migrate\nflash-db migrate 0004 --plan\nflash-db migrate zero",
  )
    .option("--plan", "show what would run")
    .option("--fake", "write the history only")
    .option("--lose", "allow a rollback to lose contents that the files do not declare")
    .option("--fill <column=value>", "on a rollback: value of rows in a column that becomes required again", several)
    .action(act(migrate));
  command(
    "rollback [what]",
    "Rolls back the last migration, a number of them, or all down to and including the named one.",
    "flash-db rollback\nflash-db rollback 3\nflash-db rollback 0007_orders --plan",
  )
    .option("--plan", "show what would run")
    .option("--lose", "allow losing contents that the files do not declare")
    .option("--fill <column=value>", "value of rows in a column that becomes required again: users.age=0", several)
    .action(act(rollback));
  command("showmigrations", "Lists the migrations, and which have run.", "flash-db showmigrations").action(act(showMigrations));
  command("sqlmigrate <name>", "Shows the statements of a migration.", "flash-db sqlmigrate 0002 --database postgres")
    .option("--database <name>", "postgres or sqlite; the configured one by default")
    .option("--backwards", "the statements that roll it back")
    .action(act(sqlMigrate));
  command("check", "Compares models, migrations and database.", "flash-db check\nflash-db check --offline")
    .option("--offline", "without the database")
    .action(act(check));
  const past = command("history", "Shows what ran, when and by whom.", "flash-db history\nflash-db history repair").action(act(history));
  past
    .command("repair")
    .description("Shows how edited and missing files differ from what ran; with --yes the files are accepted.")
    .option("-y, --yes", "do it")
    .option("-c, --config <file>", "the configuration; flash-db.config.ts by default")
    .option("--json", "the result as JSON")
    .action(act(repair));
  command("shell", "A prompt with the models and a session.", "flash-db shell\n> await User.objects.all().count(db)").action(act(shell));
  command("diagram", "Draws the schema, as Mermaid text or as SVG.", "flash-db diagram\nflash-db diagram -o schema.svg --theme dark")
    .option("-f, --format <format>", "mermaid or svg; by the file's extension if omitted")
    .option("-o, --output <file>", "the file; the terminal by default")
    .option("--theme <theme>", "auto, light or dark", "auto")
    .option("--migrations", "the migrations' schema, instead of the models'")
    .action(act(diagram));
  return program;
};
