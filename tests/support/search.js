// Asks the site's own search, as a browser does: node search.js SITE, with questions as lines of the input.
// Prints a line of JSON for each question: the addresses of the hits, the best first.
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const site = process.argv[2];
const read = (...names) => fs.readFileSync(path.join(site, ...names), "utf-8");
const workers = path.join("assets", "javascripts", "workers");
const name = fs.readdirSync(path.join(site, workers)).find((one) => /^search\..*\.js$/.test(one));
const { config, docs } = JSON.parse(read("search", "search_index.json"));

// The worker, without a thread of its own.
let listener;
let answer;
const scope = {
  console,
  location: { href: "http://localhost/" },
  addEventListener: (_, added) => { listener = added; },
  postMessage: (message) => { answer = message; },
};
scope.self = scope;
vm.runInContext(read(workers, name), vm.createContext(scope));

// The page, with what it does to questions on their way.
class Worker {}
Worker.prototype.postMessage = (message) => listener({ data: message });
vm.runInContext(read("assets", "questions.js"), vm.createContext({ Worker }));

(async () => {
  const worker = new Worker();
  await worker.postMessage({ type: 0, data: { config, docs, options: {} } });
  for (const question of fs.readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
    await worker.postMessage({ type: 2, data: question });
    // A hit is a page, shown with its best section.
    console.log(JSON.stringify(answer.data.items.map((page) => page[0].location)));
  }
})();
