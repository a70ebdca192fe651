// The agent's HTTP API: `openapi.yaml`.

const tokenKey = 'guestwatch-token';

export function setToken(token) {
  if (token) sessionStorage.setItem(tokenKey, token); else sessionStorage.removeItem(tokenKey);
}

/// What the agent refused, with its own words.
export class Problem extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

async function request(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem(tokenKey);
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(path, { ...options, headers, cache: 'no-store' });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Problem(response.status, problem.detail ?? problem.title ?? `the agent answered ${response.status}`);
}

export async function get(path) { return (await request(path)).json(); }

export async function post(path, body) {
  const options = { method: 'POST' };
  if (body !== undefined) Object.assign(options, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  return (await request(path, options)).json();
}

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
// A heartbeat comes every fifteen seconds: who is silent for three times as long is gone.
const silence = 45_000;

/// Follows the stream of events after a sequence, through disconnections and restarts of the agent: each event once.
/// `told` gets `events(list)`, `state(word, text)`, `gap(gap)` and `newHistory()`.
export async function follow(place, told) {
  for (let attempt = 0; ; attempt += 1) {
    const ending = new AbortController();
    let watchdog;
    const alive = () => { clearTimeout(watchdog); watchdog = setTimeout(() => ending.abort(), silence); };
    try {
      const query = new URLSearchParams({ after: place.after, name: 'dashboard' });
      if (place.journal) query.set('journal', place.journal);
      alive();
      const response = await request(`v1/events/stream?${query}`, { headers: { Accept: 'text/event-stream' }, signal: ending.signal });
      told.state('live');
      attempt = 0;
      for await (const messages of serverSentEvents(response.body, alive)) {
        const events = [];
        for (const message of messages) {
          if (message.id) place.after = Number(message.id);
          if (!message.data) continue;
          const value = JSON.parse(message.data);
          if (message.event === 'gap') told.gap(value);
          else if (message.event === 'end') told.state('ended', value.reason);
          else { place.journal = value.journal; events.push(value); }
        }
        if (events.length) told.events(events);
      }
    } catch (error) {
      if (error instanceof Problem && error.status === 409) { place.after = 0; place.journal = null; told.newHistory(); continue; }
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) { told.state('refused', error.message); return; }
    } finally {
      clearTimeout(watchdog);
      ending.abort();
    }
    told.state('reconnecting');
    await pause(Math.min(5000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2));
  }
}

/// The messages of a `text/event-stream`, as many at a time as came together.
async function* serverSentEvents(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let message = {};
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    const messages = [];
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line === '') {
        if (message.data !== undefined || message.id !== undefined) messages.push(message);
        message = {};
      } else if (!line.startsWith(':')) {
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'data') message.data = message.data === undefined ? text : `${message.data}\n${text}`;
        else if (field === 'id' || field === 'event') message[field] = text;
      }
    }
    if (messages.length) yield messages;
  }
}
