/** A client in a process of its own: `requests.mjs <url>` asks one request after the other until its input ends, then prints how long they took. */

import http from "node:http";

const agent = new http.Agent({ keepAlive: true });
const took = [];
let open = true;
process.stdin.on("data", () => took.splice(0)).on("end", () => (open = false));

const ask = (url) =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    http
      .get(url, { agent }, (answer) => {
        answer.resume().on("end", () => {
          if (answer.statusCode === 200) resolve(performance.now() - began);
          else reject(new Error(`status ${answer.statusCode}`));
        });
      })
      .on("error", reject);
  });

// oxlint-disable-next-line no-unmodified-loop-condition -- a message closes it
while (open) {
  took.push(await ask(process.argv[2]));
  await new Promise((resume) => setTimeout(resume, 1));
}
took.sort((a, b) => a - b);
const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? null;
console.log(JSON.stringify({ requests: took.length, median: at(0.5), slowest: at(1) }));
agent.destroy();
