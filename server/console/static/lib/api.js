/** What the pages ask of the server. A refusal is an Error with the server's own words. */

/** @returns {Promise<any>} */
async function ask(path, options = {}) {
  const answer = await fetch(path, options);
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(typeof problem.detail === "string" ? problem.detail : answer.statusText);
  }
  return answer.status === 204 ? null : answer.json();
}

const send = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const of = (callId) => `/v1/calls/${encodeURIComponent(callId)}`;

export const config = () => ask("/v1/console/config");
export const calls = (limit = 50) => ask(`/v1/calls?limit=${limit}`);
export const call = (callId) => ask(of(callId));
export const demoCall = () => ask("/demo/call");
export const press = (callId, key, cueId) => send(`${of(callId)}/keys`, { key, cue_id: cueId });
export const audioUrl = (callId) => `${of(callId)}/audio`;

/** The whole log of a call, page by page. */
export async function events(callId) {
  const all = [];
  for (let from = 1; from !== null; ) {
    const page = await ask(`${of(callId)}/events?from=${from}`);
    all.push(...page.events);
    from = page.next_from;
  }
  return all;
}

/** The address of a live socket. */
export function socketUrl(path, query = {}) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
export const agentSocket = (agentId, query) => socketUrl(`/v1/agents/${encodeURIComponent(agentId)}/live`, query);
export const callSocket = (callId, query) => socketUrl(`${of(callId)}/live`, query);
