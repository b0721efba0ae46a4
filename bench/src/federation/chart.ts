import type { Row } from './table.ts';

const [width, left, right, bar, gap] = [880, 330, 90, 20, 8];
const colours = { nothing: '#4269d0', 'subgraph fetches': '#3ca951', requests: '#efb118' } as const;

/** An SVG with a bar for each gateway: milliseconds of processor time for one request. */
export function chartOf(title: string, rows: readonly Row[]): string {
  const measured = rows.flatMap(({ gateway, result }) => (typeof result === 'string' ? [] : [{ gateway, result }]));
  const most = Math.max(...measured.map(({ result }) => result.cpuPerRequest));
  const top = 64;
  const height = top + measured.length * (bar + gap) + 12;
  const bars = measured.map(({ gateway, result: { cpuPerRequest } }, nth) => {
    const y = top + nth * (bar + gap);
    const length = Math.max(1, (cpuPerRequest / most) * (width - left - right));
    return [
      `<text x="${left - 8}" y="${y + 15}" text-anchor="end">${escaped(gateway.name.replaceAll('`', ''))}</text>`,
      `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${bar}" fill="${colours[gateway.sharing]}"/>`,
      `<text x="${(left + length + 6).toFixed(1)}" y="${y + 15}">${cpuPerRequest.toFixed(2)}</text>`,
    ].join('\n');
  });
  const legend = Object.entries(colours).map(
    ([sharing, colour], nth) =>
      `<rect x="${left + nth * 150}" y="34" width="12" height="12" fill="${colour}"/><text x="${left + 18 + nth * 150}" y="45">${sharing}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600">${escaped(title)}</text>`,
    `<text x="${left - 8}" y="45" text-anchor="end">shared in flight:</text>`,
    ...legend,
    ...bars,
    '</svg>\n',
  ].join('\n');
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
