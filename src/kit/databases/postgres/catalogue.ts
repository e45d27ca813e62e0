/** Statements that read PostgreSQL's catalogue; each returns rows with one JSON text. */

/** Excludes objects that belong to extensions. */
const own = (catalogue: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${catalogue}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

/** `schemas`: a list of quoted texts. Tables are identified by oid, since several schemas may have the same names. */
export const catalogue = (schemas: string) => {
  const inSchemas = `n.nspname IN (${schemas})`;
  const ourTables = `c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${inSchemas} AND ${own("pg_class", "c.oid")}`;
  return {
    tables: `SELECT json_build_object('id', c.oid::text, 'schema', n.nspname, 'name', c.relname, 'comment', obj_description(c.oid, 'pg_class'),
        'unlogged', c.relpersistence = 'u', 'partition', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END)::text
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${ourTables} ORDER BY n.nspname, c.relname`,
    columns: `SELECT json_build_object('table', c.oid::text, 'number', a.attnum, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'notNull', a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND NOT k.convalidated AND k.conkey = ARRAY[a.attnum]),
        'value', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'generated', a.attgenerated,
        'sequence', (SELECT s.relname FROM pg_depend p JOIN pg_class s ON s.oid = p.objid AND s.relkind = 'S'
           WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid AND p.refobjsubid = a.attnum AND p.deptype = 'a' LIMIT 1),
        'collation', CASE WHEN a.attcollation <> 0 THEN (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation) END,
        'usual', a.attcollation = t.typcollation, 'comment', col_description(c.oid, a.attnum))::text
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE a.attnum > 0 AND NOT a.attisdropped AND ${ourTables} ORDER BY c.oid, a.attnum`,
    constraints: `SELECT json_build_object('table', c.oid::text, 'name', k.conname, 'kind', k.contype, 'columns', k.conkey, 'valid', k.convalidated,
        'deferrable', k.condeferrable, 'deferred', k.condeferred, 'condition', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END,
        'definition', pg_get_constraintdef(k.oid),
        'toSchema', (SELECT m.nspname FROM pg_class r JOIN pg_namespace m ON m.oid = r.relnamespace WHERE r.oid = k.confrelid),
        'to', (SELECT r.relname FROM pg_class r WHERE r.oid = k.confrelid), 'onDelete', k.confdeltype, 'onUpdate', k.confupdtype,
        'toColumns', (SELECT json_agg(a.attname ORDER BY o.place) FROM unnest(k.confkey) WITH ORDINALITY o(number, place)
           JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.number),
        'include', CASE WHEN k.contype IN ('p', 'u') THEN (SELECT json_agg(i.indkey[p] ORDER BY p) FROM pg_index i, generate_series(i.indnkeyatts, i.indnatts - 1) p WHERE i.indexrelid = k.conindid) END,
        'nullsNotDistinct', (SELECT to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' FROM pg_index i WHERE i.indexrelid = k.conindid))::text
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND k.conparentid = 0 AND ${ourTables} ORDER BY c.oid, k.conname`,
    indexes: `SELECT json_build_object('table', c.oid::text, 'name', r.relname, 'method', m.amname, 'unique', i.indisunique, 'valid', i.indisvalid,
        'where', pg_get_expr(i.indpred, i.indrelid), 'nullsNotDistinct', to_jsonb(i) ->> 'indnullsnotdistinct' = 'true',
        'include', (SELECT json_agg(i.indkey[p] ORDER BY p) FROM generate_series(i.indnkeyatts, i.indnatts - 1) p),
        'parts', (SELECT json_agg(json_build_object('column', i.indkey[p], 'text', pg_get_indexdef(i.indexrelid, p + 1, false), 'options', i.indoption[p],
            'class', CASE WHEN NOT o.opcdefault THEN o.opcname END,
            'collation', CASE WHEN i.indcollation[p] <> 0 AND i.indcollation[p] IS DISTINCT FROM coalesce(a.attcollation, i.indcollation[p]) THEN l.collname END) ORDER BY p)
          FROM generate_series(0, i.indnkeyatts - 1) p LEFT JOIN pg_opclass o ON o.oid = i.indclass[p] LEFT JOIN pg_collation l ON l.oid = i.indcollation[p]
          LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p] AND i.indkey[p] <> 0))::text
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class r ON r.oid = i.indexrelid JOIN pg_am m ON m.oid = r.relam
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = i.indrelid)
        AND ${ourTables} ORDER BY c.oid, r.relname`,
    enums: `SELECT json_build_object('schema', n.nspname, 'name', t.typname, 'comment', obj_description(t.oid, 'pg_type'),
        'values', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))::text
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype = 'e' AND ${inSchemas} AND ${own("pg_type", "t.oid")} ORDER BY n.nspname, t.typname`,
    sequences: `SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'type', format_type(s.seqtypid, NULL), 'start', s.seqstart::text,
        'increment', s.seqincrement::text, 'minimum', s.seqmin::text, 'maximum', s.seqmax::text, 'cycle', s.seqcycle,
        'table', p.refobjid::text, 'column', (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = p.refobjid AND a.attnum = p.refobjsubid))::text
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_depend p ON p.classid = 'pg_class'::regclass AND p.objid = c.oid AND p.refclassid = 'pg_class'::regclass AND p.deptype IN ('a', 'i')
      WHERE ${inSchemas} AND coalesce(p.deptype, 'a') <> 'i' AND ${own("pg_class", "c.oid")} ORDER BY n.nspname, c.relname`,
    unmanaged: [
      `SELECT json_build_object('kind', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, 'schema', n.nspname, 'name', c.relname, 'table', NULL, 'definition', pg_get_viewdef(c.oid))::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${inSchemas} AND ${own("pg_class", "c.oid")} ORDER BY n.nspname, c.relname`,
      `SELECT json_build_object('kind', 'trigger', 'schema', n.nspname, 'name', g.tgname, 'table', c.relname, 'definition', pg_get_triggerdef(g.oid))::text
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT g.tgisinternal AND ${ourTables} ORDER BY c.relname, g.tgname`,
      `SELECT json_build_object('kind', 'policy', 'schema', n.nspname, 'name', p.polname, 'table', c.relname, 'definition', concat_ws(' ', p.polcmd, CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
          'USING ' || pg_get_expr(p.polqual, p.polrelid), 'CHECK ' || pg_get_expr(p.polwithcheck, p.polrelid)))::text
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ourTables} ORDER BY c.relname, p.polname`,
      `SELECT json_build_object('kind', CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, 'schema', n.nspname, 'name', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', 'table', NULL, 'definition', pg_get_functiondef(p.oid))::text
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind IN ('f', 'p') AND ${inSchemas} AND ${own("pg_proc", "p.oid")} ORDER BY n.nspname, p.proname`,
      `SELECT json_build_object('kind', 'domain', 'schema', n.nspname, 'name', t.typname, 'table', NULL, 'definition', format_type(t.typbasetype, t.typtypmod)
          || coalesce((SELECT string_agg(' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid), ''))::text
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND ${inSchemas} AND ${own("pg_type", "t.oid")} ORDER BY n.nspname, t.typname`,
      `SELECT json_build_object('kind', 'partition', 'schema', n.nspname, 'name', c.relname, 'table', (SELECT p.relname FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = c.oid LIMIT 1),
          'definition', pg_get_expr(c.relpartbound, c.oid))::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relispartition AND c.relkind IN ('r', 'p') AND ${inSchemas} ORDER BY n.nspname, c.relname`,
    ],
  };
};
