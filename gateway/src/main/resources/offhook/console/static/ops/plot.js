import { svg } from './dom.js';
import { span } from './format.js';

// Small plots of a figure over the time of a call. What nobody measured is a gap, never zero.

const WIDTH = 320;
const HEIGHT = 66;
const LEFT = 34;
const RIGHT = 6;
const TOP = 16;
const BOTTOM = 14;

/** The next round number above: so that the scale does not jump with each look. */
export function scaleFor(most, least) {
  let top = least;
  for (let step = 0; top < most; step++) top = least * [1, 2, 5][step % 3] * 10 ** Math.floor(step / 3);
  return top;
}

/** The stretches of known values, as paths; a value alone is a point. */
export function strokes(values, x, y) {
  const paths = [];
  let path = '';
  values.forEach((value, i) => {
    if (value === null || value === undefined) {
      if (path !== '') paths.push(path);
      path = '';
    } else {
      path += `${path === '' ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    }
  });
  if (path !== '') paths.push(path);
  return paths.map((each) => (each.includes('L') ? each : `${each}h.01`));
}

/** What is to be seen, for those who do not see it. */
export function inWords({ name, unit, digits }, values, stepSeconds) {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length === 0) return `${name}: unknown`;
  const most = Math.max(...known);
  const gap = values.length - known.length;
  return `${name}: at most ${most.toFixed(digits)}${unit}, at ${span(values.indexOf(most) * stepSeconds)}`
    + (gap > 0 ? `; unknown for ${span(gap * stepSeconds)}` : '');
}

/**
 * @param figure `name`, `unit`, `digits`, `least` the smallest scale; `tone` a class
 * @param values one a step, null where unknown
 * @param length how many steps the call has, so that all plots of it share one scale of time
 * @param stood when the gateway stood still: `from` and `to`, in seconds of the call
 */
export function plot(figure, values, stepSeconds, length, stood = []) {
  const known = values.filter((value) => value !== null && value !== undefined);
  const top = scaleFor(known.length === 0 ? 0 : Math.max(...known), figure.least);
  const steps = Math.max(length, 2);
  const x = (i) => LEFT + (i / (steps - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => TOP + (1 - Math.max(0, value) / top) * (HEIGHT - TOP - BOTTOM);
  const words = inWords(figure, values, stepSeconds)
    + stood.map(({ from, to }) => `; the gateway stood still from ${span(from)} to ${span(to)}`).join('');
  const band = ({ from, to }) => {
    const [left, right] = [from, to].map((seconds) => x(Math.min(Math.max(seconds / stepSeconds, 0), steps - 1)));
    return svg('rect.stood', { x: left, width: Math.max(1, right - left), y: y(top), height: y(0) - y(top) });
  };
  return svg(`svg.plot.${figure.tone}`, { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    svg('title', {}, words),
    ...stood.map(band),
    svg('line.axis', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(0), y2: y(0) }),
    svg('line.grid', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(top), y2: y(top) }),
    svg('text.scale', { x: LEFT - 4, y: y(top) + 4 }, `${top}`),
    svg('text.scale', { x: LEFT - 4, y: y(0) + 3 }, '0'),
    svg('text.name', { x: LEFT, y: TOP - 5 }, `${figure.name}${figure.unit === '' ? '' : `,${figure.unit}`}`),
    ...(known.length === 0
      ? [svg('text.none', { x: LEFT + (WIDTH - LEFT - RIGHT) / 2, y: (y(0) + y(top)) / 2 + 4 }, 'unknown')]
      : []),
    ...strokes(values, x, y).map((d) => svg('path', { d })),
    svg('text.time.begin', { x: LEFT, y: HEIGHT - 2 }, '0:00'),
    svg('text.time.end', { x: WIDTH - RIGHT, y: HEIGHT - 2 }, span((steps - 1) * stepSeconds)));
}
