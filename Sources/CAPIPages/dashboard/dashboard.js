// The page: what is known is kept in the store, shown by the list, the time line and the tables.

import { follow, get, setToken } from './api.js';
import { byId, element, soon, timeText } from './dom.js';
import { capacity, EventStore, Filter } from './events.js';
import { GuestTable } from './guests.js';
import { EventList } from './list.js';
import { Pipeline } from './pipeline.js';
import { Timeline } from './timeline.js';

// Told apart by people of all kinds of colour vision: Okabe and Ito's palette.
const colors = { vm: '#0072b2', container: '#009e73', host: '#e69f00', agent: '#cc79a7', vsphere: '#56b4e9', log: '#999999' };
const others = '#d55e00';
const color = family => colors[family] ?? others;

const store = new EventStore();
let isPaused = false;
let filter = new Filter();
let unseen = 0;

const list = new EventList(byId('list'), byId('rows'), { color, open: openEvent, moved: () => { if (list.isAtTop && !isPaused) seen(); } });
const timeline = new Timeline(byId('timeline'), { color, chosen: applyFilter });
const guests = new GuestTable({ open: openGuest });
const pipeline = new Pipeline({ state: showHealth });

const loadGuests = soon(1000, () => guests.load().catch(() => {}));
const drawTimeline = soon(500, () => timeline.show(store.events));
const refresh = soon(100, refreshList);

function refreshList() {
  if (!isPaused) list.show(store.events.filter(event => filter.wants(event)));
  byId('count').value = `${list.events.length} of ${store.events.length}`;
  const news = byId('news');
  news.hidden = unseen === 0;
  news.textContent = `${unseen} new: ${isPaused ? 'resume' : 'show them'}`;
}

function seen() {
  if (unseen > 0) { unseen = 0; refresh(); }
}

function took(events) {
  const wanted = store.add(events).filter(event => filter.wants(event));
  if (wanted.length && (isPaused || !list.isAtTop)) unseen += wanted.length;
  if (wanted.length) announce(wanted.length);
  refresh();
  drawTimeline();
  loadGuests();
}

let announced = 0;
const say = soon(5000, () => { byId('announcement').textContent = `${announced} new events`; announced = 0; });
function announce(count) { announced += count; say(); }

function applyFilter() {
  const fields = Object.fromEntries(['search', 'type', 'severity', 'guest'].map(id => [id, byId(id).value.trim()]));
  filter = new Filter({ ...fields, period: timeline.period });
  const period = byId('period');
  period.hidden = !timeline.period;
  if (timeline.period) period.textContent = `Only from ${timeText(timeline.period[0])} to ${timeText(timeline.period[1])}.`;
  unseen = 0;
  const wasPaused = isPaused;
  isPaused = false;
  refreshList();
  isPaused = wasPaused;
}

function setPaused(paused) {
  isPaused = paused;
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(paused));
  button.textContent = paused ? 'Resume' : 'Pause';
  if (!paused && list.isAtTop) unseen = 0;
  refreshList();
}

function openEvent(event) {
  if (event) open(event.type, element('p', {}, `${event.guest} ${event.host} ${event.message}`), element('pre', {}, JSON.stringify(event.event, null, 2)));
}

async function openGuest(guest) {
  byId('guest').value = guest.subject;
  applyFilter();
  const history = element('ol', {}, 'loading …');
  open(guest.name ?? guest.guest, element('p', {}, `${guest.subject}: ${guest.state} since ${timeText(Date.parse(guest.since))}, on ${guest.host ?? 'an unknown host'}`), history);
  try {
    const window = await get(`v1/guests/${guest.id}/events?last=100`);
    history.replaceChildren(...window.events.reverse().map(event => element('li', {},
      `${timeText(Date.parse(event.time))}  ${event.type.replace(/^guestwatch\./, '')}  ${event.data?.message ?? ''}`)));
  } catch (error) {
    history.textContent = error.message;
  }
}

function open(title, ...content) {
  byId('detail-title').textContent = title;
  byId('detail-body').replaceChildren(...content);
  if (!byId('detail').open) byId('detail').showModal();
}

function showHealth(status, error) {
  const health = byId('health');
  health.className = status?.ready && status.health.state === 'ok' ? 'good' : 'bad';
  health.textContent = error ? `no answer: ${error.message}`
    : [status.ready ? 'ready' : 'not ready', ...status.reasons, ...status.health.troubles.map(trouble => `${trouble.role} ${trouble.name}: ${trouble.reason}`)].join(' · ');
  if (error?.status === 401 && !byId('token-dialog').open) byId('token-dialog').showModal();
}

function showStream(word, text) {
  const stream = byId('stream');
  stream.className = word === 'live' ? 'good' : 'bad';
  stream.textContent = text ? `${word}: ${text}` : word;
}

async function start() {
  pipeline.run();
  const place = { after: 0, journal: null };
  for (;;) {
    try {
      const window = await get(`v1/events?last=${capacity}`);
      [place.after, place.journal] = [window.highest, window.journal];
      took(window.events);
      break;
    } catch (error) {
      showStream('waiting', error.message);
      if (error.status === 401) return;
      await new Promise(resolve => setTimeout(resolve, 2000));
    }
  }
  loadGuests();
  // The hour moves on, though nothing happens.
  setInterval(drawTimeline, 10_000);
  await follow(place, {
    events: took, state: showStream,
    gap: gap => showStream('gap', `events were let go before they could be read: ${JSON.stringify(gap)}`),
    newHistory: () => { store.clear(); refresh(); },
  });
}

byId('families').append(...Object.entries({ ...colors, others }).map(([family, color]) => {
  const mark = element('span');
  mark.style.background = color;
  return element('li', {}, mark, family);
}));
byId('filter').addEventListener('input', event => {
  applyFilter();
  if (event.target.id === 'type') byId('types').replaceChildren(...[...new Set(store.events.map(event => event.type))].sort().map(type => element('option', { value: type })));
});
byId('filter').addEventListener('submit', event => event.preventDefault());
byId('filter').addEventListener('reset', () => setTimeout(() => { timeline.period = null; timeline.draw(); applyFilter(); }));
byId('pause').addEventListener('click', () => setPaused(!isPaused));
byId('news').addEventListener('click', () => { if (isPaused) setPaused(false); byId('list').scrollTop = 0; seen(); refreshList(); });
byId('token-button').addEventListener('click', () => byId('token-dialog').showModal());
byId('token-dialog').addEventListener('close', () => {
  const word = byId('token-dialog').returnValue;
  if (word === 'use') setToken(byId('token').value);
  if (word === 'forget') setToken('');
  byId('token').value = '';
  if (word) location.reload();
});
start();
