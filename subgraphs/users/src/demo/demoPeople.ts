import type { AddressFields } from '../profileInput.ts';

/** What the users subgraph knows of a demo account beyond its public part. */
export type DemoPerson = Readonly<{ phone: string | null; addresses: readonly AddressFields[] }>;

/** Full name, street, town, region, post code, country; a second address may follow. */
type Lines = readonly [string, string, string, string | null, string | null, string];

/**
 * Names, towns and numbers are made up. Telephone numbers come from the ranges that regulators keep free for fiction:
 * 555-0100 to 555-0199 (North America), 020 7946 0xxx (United Kingdom), 01 99 00 xx xx (France), 030 23125 xxx (Germany).
 */
const people: Readonly<Record<string, readonly [phone: string | null, ...Lines[]]>> = {
  Ada: ['+442079460101', ['Ada Lanchester', '12 Analytical Row', 'London', null, 'SW1X 0ZZ', 'GB']],
  Grace: ['+12025550102', ['Grace Harlan', '1906 Compiler Avenue', 'Arlington', 'VA', '22201', 'US']],
  Linus: ['+12025550103', ['Linus Tallqvist', '91 Kernel Street', 'Portland', 'OR', '97201', 'US']],
  Margaret: ['+12025550104', ['Margaret Hale', '11 Apollo Court', 'Cambridge', 'MA', '02139', 'US']],
  Carla: [
    '+493023125105',
    ['Carla Brandt', 'Lindenweg 5', 'Berlin', null, '10115', 'DE'],
    ['Carla Brandt', 'Hafenstraße 8', 'Hamburg', null, '20459', 'DE'],
  ],
  Dmitri: ['+442079460106', ['Dmitri Volkov', '6 Harbour Lane', 'Bristol', null, 'BS1 0ZZ', 'GB']],
  Elif: ['+493023125107', ['Elif Aydın', 'Gartenstraße 7', 'Köln', null, '50667', 'DE']],
  Farid: ['+33199000108', ['Farid Benali', '8 rue des Tilleuls', 'Lyon', null, '69001', 'FR']],
  Giulia: [null, ['Giulia Moretti', 'Via delle Rose 9', 'Bologna', 'BO', '40121', 'IT']],
  Hana: ['+12025550110', ['Hana Novotná', '10 Maple Drive', 'Madison', 'WI', '53703', 'US']],
  Ivo: [null, ['Ivo Petrov', 'ulitsa Rila 11', 'Sofia', null, '1000', 'BG']],
  Jonas: [
    '+493023125112',
    ['Jonas Lindner', 'Am Mühlbach 12', 'München', 'Bayern', '80331', 'DE'],
    ['Lindner & Partner', 'Marktplatz 3', 'Augsburg', 'Bayern', '86150', 'DE'],
  ],
  Keiko: ['+12025550113', ['Keiko Tanabe', '13 Cherry Hill', 'Seattle', 'WA', '98101', 'US']],
  Lea: ['+33199000114', ['Léa Fontaine', '14 quai du Port', 'Nantes', null, '44000', 'FR']],
  Mateo: ['+12025550115', ['Mateo Ibarra', '15 Sunset Terrace', 'Austin', 'TX', '78701', 'US']],
  Nadia: ['+442079460116', ['Nadia Rahman', '16 Orchard Close', 'Leeds', null, 'LS1 0ZZ', 'GB']],
  Oskar: [null, ['Oskar Nyström', 'Björkgatan 17', 'Uppsala', null, '753 10', 'SE']],
  Priya: [
    '+442079460118',
    ['Priya Menon', '18 Canal Walk', 'Manchester', null, 'M1 0ZZ', 'GB'],
    ['Priya Menon', '2 Station Approach', 'York', null, 'YO1 0ZZ', 'GB'],
  ],
  Quentin: ['+33199000119', ['Quentin Mercier', '19 allée des Cerisiers', 'Lille', null, '59000', 'FR']],
  Rosa: ['+12025550120', ['Rosa Delgado', '20 Mission Street', 'Santa Fe', 'NM', '87501', 'US']],
};

/** The phone and addresses of a demo account, by its display name. */
export const demoPerson = (name: string): DemoPerson => {
  const [phone = null, ...addresses] = people[name] ?? [null];
  return {
    phone,
    addresses: addresses.map(([recipient, line1, city, region, postalCode, countryCode]) => ({
      recipient,
      line1,
      line2: null,
      city,
      region,
      postalCode,
      countryCode,
    })),
  };
};

/** The password of a demo account; never made outside of demo data. */
export const demoPassword = (name: string): string => `demo-password-${name.toLowerCase()}`;
