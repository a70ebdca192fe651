// Events per ten seconds of the last hour, stacked by family; a period of it can be chosen.

const hour = 3_600_000;
const bin = 10_000;
const step = 60_000;

export class Timeline {
  period = null;      // [from, to] in milliseconds
  events = [];

  constructor(canvas, { color, chosen }) {
    Object.assign(this, { canvas, color, chosen });
    canvas.addEventListener('pointerdown', event => this.drag(event));
    canvas.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  show(events) {
    this.events = events;
    this.draw();
  }

  choose(period) {
    this.period = period;
    this.draw();
    this.chosen(period);
  }

  draw() {
    const { canvas } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    this.end = Math.ceil(Date.now() / bin) * bin;
    const bins = this.count();
    const most = Math.max(1, ...bins.map(counts => counts.total));
    const style = getComputedStyle(document.documentElement);
    const floor = height - 16;
    const barWidth = width * bin / hour;
    bins.forEach((counts, index) => {
      let top = floor;
      for (const [family, count] of counts.families) {
        const tall = count / most * (floor - 14);
        top -= tall;
        context.fillStyle = this.color(family);
        context.fillRect(index * barWidth, top, Math.max(1, barWidth - 0.5), tall);
      }
    });
    context.fillStyle = style.getPropertyValue('--soft');
    context.font = '11px system-ui, sans-serif';
    context.fillText(`${(most / (bin / 1000)).toFixed(1)} events/s`, 4, 11);
    for (let minutes = 60; minutes >= 0; minutes -= 10) {
      const text = minutes ? `−${minutes} min` : 'now';
      const x = width * (1 - minutes * 60_000 / hour);
      context.fillText(text, Math.min(width - context.measureText(text).width, Math.max(0, x)), height - 3);
    }
    if (this.period) {
      const [from, to] = this.period.map(time => this.x(time, width));
      context.globalAlpha = 0.25;
      context.fillStyle = style.getPropertyValue('--accent');
      context.fillRect(from, 0, Math.max(2, to - from), floor);
      context.globalAlpha = 1;
    }
    const total = bins.reduce((sum, counts) => sum + counts.total, 0);
    canvas.setAttribute('aria-label', `Events of the last hour: ${total}, at the most ${(most / (bin / 1000)).toFixed(1)} a second`);
  }

  count() {
    const bins = Array.from({ length: hour / bin }, () => ({ total: 0, families: new Map() }));
    const start = this.end - hour;
    for (const event of this.events) {
      const counts = bins[Math.floor((event.time - start) / bin)];
      if (!counts) continue;
      counts.total += 1;
      counts.families.set(event.family, (counts.families.get(event.family) ?? 0) + 1);
    }
    return bins;
  }

  x(time, width) { return (time - this.end + hour) / hour * width; }

  time(x) { return this.end - hour + Math.min(1, Math.max(0, x / this.canvas.clientWidth)) * hour; }

  drag(event) {
    const { canvas } = this;
    const start = this.time(event.offsetX);
    canvas.setPointerCapture(event.pointerId);
    const move = event => {
      const now = this.time(event.offsetX);
      this.period = [Math.min(start, now), Math.max(start, now)];
      this.draw();
    };
    const done = () => {
      canvas.removeEventListener('pointermove', move);
      // A click is no period.
      this.choose(this.period && this.period[1] - this.period[0] > bin / 2 ? this.period : null);
    };
    this.period = null;
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', done, { once: true });
  }

  key(event) {
    const sign = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') this.choose(null);
    else if (sign) {
      const [from, to] = this.period ?? [this.end - 5 * step, this.end];
      this.choose(event.shiftKey ? [from, Math.max(from + step, to + sign * step)] : [from + sign * step, to + sign * step]);
    } else return;
    event.preventDefault();
  }
}
