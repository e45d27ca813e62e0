/** A crowd in a process of its own, so that the service is measured and not its clients: `url clients seconds`, a report as JSON. */

import { playCrowd } from "./crowd.js";

const [url = "", clients, seconds] = process.argv.slice(2);
console.log(JSON.stringify(await playCrowd(url, { clients: Number(clients), seconds: Number(seconds) })));
process.exit();
