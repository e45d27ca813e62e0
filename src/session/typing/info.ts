/** What a session knows about its work: who is acting, for which request. Each program says what that is. */

/**
 * The properties of `db.info`, which a program declares once and every session, hook and signal then knows.
 * @example declare module "flash-db" {
 *            interface SessionInfo {
 *              actor: string;
 *            }
 *          }
 *          await getDb(async (db) => db.info.actor, { info: { actor: "ada" } });   // "ada"
 */
export interface SessionInfo {}

/** Every property may be missing: a session need not be told. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- empty until a program declares properties
export type KnownInfo = Partial<SessionInfo>;
