import { openFlash } from "/work/main/spec/bench/flash.ts";
import { openRawSqlite, openTuned, sqliteAdmin } from "/work/main/spec/bench/raw-sqlite.ts";
import { workloads } from "/work/main/spec/bench/workloads.ts";
import { mkdtempSync, rmSync } from "node:fs";
const folder = mkdtempSync("/dev/shm/fdbcpu-");
const w = workloads[process.argv[2]??"W2"]!; const rounds=+(process.argv[3]??25);
const raw = await openRawSqlite(folder+"/raw.db"); const file=folder+"/flash.db"; const side=await openFlash("sqlite:"+file); const flash={side,admin:sqliteAdmin(openTuned(file),(d:Date)=>d.toISOString())};
for (const c of [raw,flash] as any) await c.admin.seed(...w.seed);
const t:any={raw:[],flash:[]};
for(let r=-4;r<rounds;r++) for(const [n,c] of [["raw",raw],["flash",flash]] as any){ if(w.reseed) await c.admin.seed(...w.seed); (globalThis as any).gc(); const a=process.cpuUsage(); let part=0; const res=await w.run(c.side,()=>{}); const d=process.cpuUsage(a); if(r>=0) t[n].push((d.user+d.system)/1000); }
const med=(x:number[])=>[...x].sort((a,b)=>a-b)[x.length>>1]!; const q=(x:number[])=>[...x].sort((a,b)=>a-b)[x.length>>2]!;
console.log(process.argv[2],"raw med",med(t.raw).toFixed(1),"q1",q(t.raw).toFixed(1),"flash med",med(t.flash).toFixed(1),"q1",q(t.flash).toFixed(1),"ratio",(med(t.flash)/med(t.raw)).toFixed(2),(q(t.flash)/q(t.raw)).toFixed(2));
rmSync(folder,{recursive:true,force:true}); process.exit(0);
