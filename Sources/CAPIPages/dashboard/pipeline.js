// Collectors and sinks: how they do, and buttons for who may.

import { get, post } from './api.js';
import { byId, element, fill } from './dom.js';

const kept = 150;
const interval = 2000;

export class Pipeline {
  lags = new Map();       // sink → its last lags
  counts = new Map();     // collector → its events at the last look
  mayAct = true;

  constructor({ state }) { this.state = state; }

  async run() {
    for (;;) {
      try {
        this.show(await get('v1/status'));
      } catch (error) {
        this.state(null, error);
      }
      await new Promise(resolve => setTimeout(resolve, interval));
    }
  }

  show(status) {
    this.state(status, null);
    const journal = status.journal;
    byId('journal').textContent = journal
      ? `Journal ${journal.instance}: ${journal.count} events (${journal.lowest ?? '–'} to ${journal.highest}), ${(journal.bytes / 2 ** 20).toFixed(1)} MiB, ${journal.deadLetters} dead letters, ${journal.dropped} dropped${journal.tracking ? '' : ' — recording is off'}`
      : 'The journal does not answer.';
    const now = performance.now();
    fill(byId('collector-rows'), status.collectors.map(collector => this.collector(collector, now)));
    fill(byId('sink-rows'), status.sinks.map(sink => this.sink(sink)));
  }

  collector(collector, now) {
    const before = this.counts.get(collector.name);
    this.counts.set(collector.name, { events: collector.events, at: now });
    const rate = before ? Math.max(0, (collector.events - before.events) / (now - before.at) * 1000).toFixed(1) : '–';
    return { key: collector.name, cells: [this.name(collector), this.stateCell(collector), [collector.events], [rate], this.actions('collectors', collector)] };
  }

  sink(sink) {
    const lags = this.lags.get(sink.name) ?? [];
    lags.push(sink.lag);
    if (lags.length > kept) lags.shift();
    this.lags.set(sink.name, lags);
    return {
      key: sink.name, cells: [
        this.name(sink), this.stateCell(sink), [sink.lag], [lags.join(), () => sparkline(lags, `lag of ${sink.name}`)],
        [sink.deadLettered, () => element('span', { className: sink.deadLettered ? 'bad' : '' }, sink.deadLettered)],
        this.actions('sinks', sink),
      ],
    };
  }

  name(part) { return [`${part.name} ${part.kind}`, () => [part.name, element('small', {}, part.kind)]]; }

  stateCell(part) {
    const text = part.stuckSince !== null ? `${part.state}, stuck` : part.state;
    const isWell = part.stuckSince === null && part.state !== 'failed' && !part.lastError;
    const className = isWell ? 'good' : part.state === 'suspended' ? 'warning' : 'bad';
    return [`${text} ${part.lastError}`, () => element('span', { className }, text, part.lastError ? element('small', {}, part.lastError) : null)];
  }

  actions(list, part) {
    if (!this.mayAct) return [''];
    const path = `v1/${list}/${encodeURIComponent(part.name)}`;
    const actions = [part.state === 'suspended' ? 'resume' : 'suspend', 'restart'].map(word => [word, () => this.act(`${path}/${word}`)]);
    if (part.deadLettered > 0) actions.push(['redeliver', () => this.act(`${path}/redeliver`, { deadLetters: 'all' })]);
    return [actions.map(([word]) => word).join(), () => actions.map(([word, onclick]) =>
      element('button', { type: 'button', 'aria-label': `${word} ${part.name}`, onclick }, word))];
  }

  async act(path, body) {
    const outcome = byId('outcome');
    try {
      const answer = await post(path, body);
      outcome.textContent = answer.delivered === undefined
        ? `${answer.name}: ${answer.state}` : `delivered ${answer.delivered}, refused ${answer.refused.length}${answer.failure ? `: ${answer.failure}` : ''}`;
      this.show(await get('v1/status'));
    } catch (error) {
      if (error.status === 403) this.mayAct = false;
      outcome.textContent = error.message;
    }
  }
}

function sparkline(values, label) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 120 22');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${label}: now ${values.at(-1)}, at the most ${Math.max(...values)}`);
  const most = Math.max(1, ...values);
  const points = values.map((value, index) => `${(index / (kept - 1) * 120).toFixed(1)},${(20 - value / most * 18).toFixed(1)}`);
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
  line.setAttribute('points', points.join(' '));
  line.setAttribute('fill', 'none');
  line.setAttribute('stroke', 'currentColor');
  svg.append(line);
  return svg;
}
