// Elements, made of text only: what a source says never becomes markup.

export const byId = id => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined).map(child => child instanceof Node ? child : String(child)));
  return made;
}

/// Fills a table body with rows `{ key, cells: [[shown, make], …] }`. Rows and cells that show the same stay what they
/// are, so that nobody loses the focus of a button by it.
export function fill(body, rows) {
  const old = new Map([...body.rows].map(row => [row.dataset.key, row]));
  rows.forEach(({ key, cells }, place) => {
    const row = old.get(key) ?? element('tr');
    row.dataset.key = key;
    cells.forEach(([shown, make], index) => {
      const cell = row.cells[index];
      if (cell?.dataset.shown === String(shown)) return;
      const made = element('td', {}, ...[make ? make() : shown].flat());
      made.dataset.shown = shown;
      if (cell) cell.replaceWith(made); else row.append(made);
    });
    if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
  });
  while (body.rows.length > rows.length) body.deleteRow(-1);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { month: '2-digit', day: '2-digit' });

/// A time of day; with the day where that is not today.
export function timeText(milliseconds) {
  if (Number.isNaN(milliseconds)) return '–';
  const time = new Date(milliseconds);
  return time.toDateString() === new Date().toDateString() ? clock.format(time) : `${day.format(time)} ${clock.format(time)}`;
}

/// Calls once for many requests within the time.
export function soon(milliseconds, call) {
  let timer = null;
  return () => { timer ??= setTimeout(() => { timer = null; call(); }, milliseconds); };
}
