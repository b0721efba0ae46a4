/** An account that `npm start` creates, with a token printed for it. */
export type DemoAccount = Readonly<{
  id: string;
  /** Public display name. */
  name: string;
  email: string;
  role: 'customer' | 'employee' | 'manager' | 'admin' | 'super_admin';
}>;

const staff = [
  ['Ada', 'super_admin'],
  ['Grace', 'admin'],
  ['Linus', 'manager'],
  ['Margaret', 'employee'],
] as const;

const customers = [
  ...['Carla', 'Dmitri', 'Elif', 'Farid', 'Giulia', 'Hana', 'Ivo', 'Jonas'],
  ...['Keiko', 'Lea', 'Mateo', 'Nadia', 'Oskar', 'Priya', 'Quentin', 'Rosa'],
];

/** Twenty accounts of every role; the ids are fixed, so that tokens, orders and payments agree on them. */
export const demoAccounts: readonly DemoAccount[] = [
  ...staff,
  ...customers.map((name) => [name, 'customer'] as const),
].map(([name, role], index) => ({
  id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
  name,
  email: `${name.toLowerCase()}@example.com`,
  role,
}));
