// The guests and their states.

import { get } from './api.js';
import { byId, element, fill, timeText } from './dom.js';

const shownAtMost = 500;
const tones = { running: 'good', crashed: 'bad', exited: 'warning', stopped: 'warning', paused: 'warning', suspended: 'warning' };

export class GuestTable {
  guests = [];

  constructor({ open }) {
    this.open = open;
    byId('guest-filter').addEventListener('input', () => this.render());
    byId('guest-filter').addEventListener('submit', event => event.preventDefault());
  }

  async load() {
    const guests = [];
    let after = null;
    do {
      const page = await get(`v1/guests?count=1000${after ? `&after=${after}` : ''}`);
      guests.push(...page.guests);
      after = page.next;
    } while (after && guests.length < 20_000);
    this.guests = guests.sort((one, other) => (one.name ?? one.guest).localeCompare(other.name ?? other.guest));
    const select = byId('guest-state');
    const states = [...new Set(guests.map(guest => guest.state))].sort();
    const known = [...select.options].map(option => option.value);
    select.append(...states.filter(state => !known.includes(state)).map(state => element('option', {}, state)));
    this.render();
  }

  render() {
    const text = byId('guest-search').value.toLowerCase();
    const state = byId('guest-state').value;
    const wanted = this.guests.filter(guest =>
      (!state || guest.state === state)
      && (!text || `${guest.name ?? ''} ${guest.subject} ${guest.host ?? ''}`.toLowerCase().includes(text)));
    byId('guest-count').value = wanted.length > shownAtMost ? `${shownAtMost} of ${wanted.length}` : `${wanted.length}`;
    fill(byId('guest-rows'), wanted.slice(0, shownAtMost).map(guest => ({
      key: guest.id, cells: [
        [`${guest.name} ${guest.subject}`, () => [
          element('button', { type: 'button', className: 'link', onclick: () => this.openNow(guest.id) }, guest.name ?? guest.guest),
          element('small', {}, guest.subject)]],
        [guest.state, () => element('span', { className: tones[guest.state] ?? '' }, guest.state)],
        [timeText(Date.parse(guest.since))], [guest.host ?? ''], [guest.lastEvent.type],
      ],
    })));
  }

  /// Opens the guest as it is known now, not as it was when its row was made.
  openNow(id) {
    const guest = this.guests.find(guest => guest.id === id);
    if (guest) this.open(guest);
  }
}
