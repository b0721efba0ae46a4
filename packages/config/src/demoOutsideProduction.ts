type Given = Readonly<{ NODE_ENV: string; DEMO_DATA: boolean }>;

/**
 * For `.refine(...demoOutsideProduction)` of an environment with `NODE_ENV` and `DEMO_DATA`: the passwords of the demo
 * accounts, admins among them, are in the README, so no installation in production can mean them.
 */
export const demoOutsideProduction: [(given: Given) => boolean, { path: string[]; message: string }] = [
  ({ NODE_ENV, DEMO_DATA }) => NODE_ENV !== 'production' || !DEMO_DATA,
  {
    path: ['DEMO_DATA'],
    message:
      'true makes accounts, admins among them, whose passwords everybody knows, so it is refused in production; set false, or NODE_ENV=development for a demonstration',
  },
];
