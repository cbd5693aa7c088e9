// Sends what a program fetches from the public mod portal to the portal named in LOCAL_PORTAL.
const PUBLIC = "https://mods.factorio.com";
const local = process.env.LOCAL_PORTAL;
const fetchAnything = globalThis.fetch;

globalThis.fetch = (target, options) => {
  const address = typeof target === "string" ? target : target.href ?? target.url;
  const { origin, pathname, search, hostname } = new URL(address);
  if (origin === PUBLIC) return fetchAnything(local + pathname + search, options);
  if (hostname === "127.0.0.1") return fetchAnything(target, options);
  throw new Error(`a test reaches out to ${origin}`);
};
