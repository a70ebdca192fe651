// The list of events: only the rows in sight are in the document, so that ten thousand stay smooth.

import { element, timeText } from './dom.js';

const rowHeight = 26;
const margin = 12;

export class EventList {
  events = [];        // in the order of sequences; the newest is shown first
  selected = null;    // a sequence

  constructor(box, rows, { color, open, moved }) {
    Object.assign(this, { box, rows, color, open, moved });
    box.addEventListener('scroll', () => { this.render(); this.moved(); }, { passive: true });
    box.addEventListener('keydown', event => this.key(event));
    rows.addEventListener('click', event => {
      const row = event.target.closest('.row');
      if (row) { this.select(Number(row.dataset.sequence)); this.open(this.at(this.index(this.selected))); }
    });
    new ResizeObserver(() => this.render()).observe(box);
  }

  get isAtTop() { return this.box.scrollTop < rowHeight; }

  /// The event at a place, counted from the newest.
  at(index) { return this.events[this.events.length - 1 - index]; }

  index(sequence) {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle].sequence < sequence) low = middle + 1; else high = middle;
    }
    return this.events[low]?.sequence === sequence ? this.events.length - 1 - low : -1;
  }

  /// Shows other events. Who reads further down keeps the place.
  show(events) {
    const top = this.isAtTop ? null : this.at(Math.floor(this.box.scrollTop / rowHeight));
    const offset = this.box.scrollTop % rowHeight;
    this.events = events;
    this.rows.style.height = `${events.length * rowHeight}px`;
    if (top) {
      const index = this.index(top.sequence);
      if (index >= 0) this.box.scrollTop = index * rowHeight + offset;
    }
    this.render();
  }

  render() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / rowHeight) - margin);
    const last = Math.min(this.events.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / rowHeight) + margin);
    const made = [];
    for (let index = first; index < last; index += 1) made.push(this.row(this.at(index), index));
    this.rows.replaceChildren(...made);
    const isSeen = this.selected !== null && made.some(row => row.id === `event-${this.selected}`);
    if (isSeen) this.box.setAttribute('aria-activedescendant', `event-${this.selected}`);
    else this.box.removeAttribute('aria-activedescendant');
  }

  row(event, index) {
    const row = element('div', { className: 'row', id: `event-${event.sequence}`, role: 'option' },
      element('time', { dateTime: event.event.time }, timeText(event.time)),
      element('span', { className: `severity ${event.severity}` }, event.severity),
      element('span', { className: `type ${event.severity}` }, event.type),
      element('span', { className: 'guest' }, event.guest),
      element('span', {}, event.message));
    row.dataset.sequence = event.sequence;
    row.style.top = `${index * rowHeight}px`;
    row.style.borderLeftColor = this.color(event.family);
    row.setAttribute('aria-selected', String(event.sequence === this.selected));
    row.setAttribute('aria-setsize', this.events.length);
    row.setAttribute('aria-posinset', index + 1);
    return row;
  }

  select(sequence) {
    this.selected = sequence;
    const index = this.index(sequence);
    if (index < 0) return;
    const [top, page] = [index * rowHeight, this.box.clientHeight];
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + rowHeight > this.box.scrollTop + page) this.box.scrollTop = top + rowHeight - page;
    this.render();
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const index = this.selected === null ? -1 : this.index(this.selected);
    if (event.key in steps) {
      const next = Math.min(this.events.length - 1, Math.max(0, index + steps[event.key]));
      if (this.at(next)) this.select(this.at(next).sequence);
    } else if ((event.key === 'Enter' || event.key === ' ') && index >= 0) {
      this.open(this.at(index));
    } else return;
    event.preventDefault();
  }
}
