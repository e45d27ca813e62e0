/** Models of one shape that refer to each other in a ring fit into one list. */

import { foreignKey, hasMany, model, t, type Database } from "flash-db";

declare const database: Database;
class M0 extends model<M0>("m0")({ name: t.text(), a: foreignKey(() => M1), as: hasMany(() => M19, "a") }) {}
class M1 extends model<M1>("m1")({ name: t.text(), a: foreignKey(() => M2), as: hasMany(() => M0, "a") }) {}
class M2 extends model<M2>("m2")({ name: t.text(), a: foreignKey(() => M3), as: hasMany(() => M1, "a") }) {}
class M3 extends model<M3>("m3")({ name: t.text(), a: foreignKey(() => M4), as: hasMany(() => M2, "a") }) {}
class M4 extends model<M4>("m4")({ name: t.text(), a: foreignKey(() => M5), as: hasMany(() => M3, "a") }) {}
class M5 extends model<M5>("m5")({ name: t.text(), a: foreignKey(() => M6), as: hasMany(() => M4, "a") }) {}
class M6 extends model<M6>("m6")({ name: t.text(), a: foreignKey(() => M7), as: hasMany(() => M5, "a") }) {}
class M7 extends model<M7>("m7")({ name: t.text(), a: foreignKey(() => M8), as: hasMany(() => M6, "a") }) {}
class M8 extends model<M8>("m8")({ name: t.text(), a: foreignKey(() => M9), as: hasMany(() => M7, "a") }) {}
class M9 extends model<M9>("m9")({ name: t.text(), a: foreignKey(() => M10), as: hasMany(() => M8, "a") }) {}
class M10 extends model<M10>("m10")({ name: t.text(), a: foreignKey(() => M11), as: hasMany(() => M9, "a") }) {}
class M11 extends model<M11>("m11")({ name: t.text(), a: foreignKey(() => M12), as: hasMany(() => M10, "a") }) {}
class M12 extends model<M12>("m12")({ name: t.text(), a: foreignKey(() => M13), as: hasMany(() => M11, "a") }) {}
class M13 extends model<M13>("m13")({ name: t.text(), a: foreignKey(() => M14), as: hasMany(() => M12, "a") }) {}
class M14 extends model<M14>("m14")({ name: t.text(), a: foreignKey(() => M15), as: hasMany(() => M13, "a") }) {}
class M15 extends model<M15>("m15")({ name: t.text(), a: foreignKey(() => M16), as: hasMany(() => M14, "a") }) {}
class M16 extends model<M16>("m16")({ name: t.text(), a: foreignKey(() => M17), as: hasMany(() => M15, "a") }) {}
class M17 extends model<M17>("m17")({ name: t.text(), a: foreignKey(() => M18), as: hasMany(() => M16, "a") }) {}
class M18 extends model<M18>("m18")({ name: t.text(), a: foreignKey(() => M19), as: hasMany(() => M17, "a") }) {}
class M19 extends model<M19>("m19")({ name: t.text(), a: foreignKey(() => M0), as: hasMany(() => M18, "a") }) {}

void database.createAll([M0, M1, M2, M3, M4, M5, M6, M7, M8, M9, M10, M11, M12, M13, M14, M15, M16, M17, M18, M19]);
