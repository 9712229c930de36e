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
export const review = (callId, query = {}) => ask(`${of(callId)}/review?${new URLSearchParams(query)}`);
export const note = (callId) => ask(`${of(callId)}/note`);
export const override = (callId, answer) => send(`${of(callId)}/review/override`, answer);
export const respond = (callId, kind, response) => send(`${of(callId)}/review/${kind}`, response);
export const uploads = () => ask("/v1/reviews");
export const reportUrl = (callId, query = {}) => `${of(callId)}/report.html?${new URLSearchParams(query)}`;
export const audioUrl = (callId) => `${of(callId)}/audio`;

/**
 * Upload a recording, to be reviewed.
 * @param {File} file
 * @param {Record<string, string>} query what is known of it
 * @param {(share: number) => void} progress of the upload, 0 to 1
 * @returns {Promise<object>} how it stands
 */
export function upload(file, query, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // which tells how much is sent; fetch does not
    request.open("POST", `/v1/reviews?${new URLSearchParams({ name: file.name, ...query })}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onerror = () => reject(new Error(request.statusText || "network"));
    request.onload = () => {
      const { status, statusText, response } = request;
      if (status < 300) resolve(response);
      else reject(new Error(typeof response?.detail === "string" ? response.detail : statusText || String(status)));
    };
    request.send(file);
  });
}

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
