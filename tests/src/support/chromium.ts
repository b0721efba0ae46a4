import { existsSync } from 'node:fs';
import { chromiumPlaces } from '@supergraph/platform';
import { chromium, type Browser } from 'playwright-core';

/**
 * A browser without a screen that talks to nobody but the page under test.
 *
 * @throws Error that says what to install when there is none
 */
export const launchChromium = (): Promise<Browser> => {
  const executablePath = chromiumPlaces.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error(
      `Chromium is missing (looked at ${chromiumPlaces.join(', ')}). Debian, Ubuntu: apt-get install chromium`,
    );
  return chromium.launch({
    executablePath,
    headless: true,
    timeout: 120_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      // In containers it may be too small, and a page that does not fit crashes.
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
};
