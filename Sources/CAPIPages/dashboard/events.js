// The events the page knows: the newest of them, and which of them are wanted.

export const capacity = 10_000;
const severities = ['debug', 'info', 'notice', 'warning', 'error', 'critical'];

/// What the page shows of a CloudEvent; the event itself is kept for the details.
export function shown(event) {
  const type = event.type.replace(/^guestwatch\./, '');
  return {
    sequence: Number(event.sequence), time: Date.parse(event.time), type, family: type.split('.')[0],
    severity: event.severity ?? 'info', subject: event.subject ?? '', guest: event.guestname ?? (event.subject ?? '').split('/').slice(1).join('/'),
    host: event.guesthost ?? '', message: typeof event.data?.message === 'string' ? event.data.message : '', event,
  };
}

/// The newest events in the order of their sequences, each once.
export class EventStore {
  events = [];

  add(events) {
    const last = this.events.at(-1)?.sequence ?? 0;
    const news = events.map(shown).filter(event => event.sequence > last);
    this.events.push(...news);
    if (this.events.length > capacity) this.events.splice(0, this.events.length - capacity);
    return news;
  }

  clear() { this.events = []; }
}

/// Whether an event is wanted. What is empty asks for nothing.
export class Filter {
  constructor({ search = '', type = '', severity = '', guest = '', period = null } = {}) {
    this.words = search.toLowerCase().split(/\s+/).filter(Boolean);
    this.types = type.split(',').map(text => text.trim()).filter(Boolean);
    this.severity = severities.indexOf(severity);
    this.guest = guest.toLowerCase();
    this.period = period;
  }

  wants(event) {
    if (this.period && (event.time < this.period[0] || event.time >= this.period[1])) return false;
    if (severities.indexOf(event.severity) < this.severity) return false;
    if (this.types.length && !this.types.some(type => type.endsWith('*') ? event.type.startsWith(type.slice(0, -1)) : event.type === type)) return false;
    if (this.guest && !event.guest.toLowerCase().includes(this.guest) && !event.subject.toLowerCase().includes(this.guest)) return false;
    if (!this.words.length) return true;
    event.text ??= [event.type, event.guest, event.subject, event.host, event.message, event.event.source].join(' ').toLowerCase();
    return this.words.every(word => event.text.includes(word));
  }
}
